using System.Buffers;

namespace K12Sync.Exporters.Exports;

/// <summary>A growing run of values in a rented array. What was written may be taken back to any earlier length.</summary>
internal sealed class PooledBuffer<T> : IDisposable
    where T : unmanaged
{
    private T[] _array = ArrayPool<T>.Shared.Rent(4096);

    public int Length { get; private set; }

    public ReadOnlySpan<T> Written => _array.AsSpan(0, Length);

    /// <summary>Room for at least <paramref name="size"/> more; <see cref="Advance"/> says how much of it was used.</summary>
    public Span<T> Room(int size)
    {
        if (_array.Length - Length < size)
            Grow(size);
        return _array.AsSpan(Length);
    }

    public void Advance(int count) => Length += count;

    public void Append(ReadOnlySpan<T> values)
    {
        values.CopyTo(Room(values.Length));
        Length += values.Length;
    }

    public void Append(T value)
    {
        if (Length == _array.Length)
            Grow(1);
        _array[Length++] = value;
    }

    /// <summary>Takes back all that came after.</summary>
    public void TakeBackTo(int length) => Length = length;

    public void Dispose()
    {
        ArrayPool<T>.Shared.Return(_array);
        _array = [];
        Length = 0;
    }

    private void Grow(int size)
    {
        var larger = ArrayPool<T>.Shared.Rent(Math.Max(checked(Length + size), (int)Math.Min(2L * _array.Length, Array.MaxLength)));
        Written.CopyTo(larger);
        ArrayPool<T>.Shared.Return(_array);
        _array = larger;
    }
}
