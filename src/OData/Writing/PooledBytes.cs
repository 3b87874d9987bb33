using System.Buffers;

namespace K12Sync.OData.Writing;

/// <summary>Bytes that are collected in memory which is lent, so that an answer of many rows leaves no large arrays behind. After <see cref="GiveBack"/> it is empty and can be used again.</summary>
internal sealed class PooledBytes(int atFirst) : IBufferWriter<byte>
{
    private byte[] _bytes = [];

    public int Count { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Count);

    public ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(0, Count);

    public void Advance(int count) => Count += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Make(sizeHint);
        return _bytes.AsMemory(Count);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Make(sizeHint);
        return _bytes.AsSpan(Count);
    }

    public void Clear() => Count = 0;

    public void GiveBack()
    {
        if (_bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(_bytes);
        (_bytes, Count) = ([], 0);
    }

    private void Make(int sizeHint)
    {
        var needed = Count + Math.Max(sizeHint, 1);
        if (needed <= _bytes.Length)
            return;
        var more = ArrayPool<byte>.Shared.Rent(Math.Max(Math.Max(needed, atFirst), _bytes.Length * 2));
        Written.CopyTo(more);
        if (_bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = more;
    }
}
