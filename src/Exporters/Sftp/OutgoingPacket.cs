using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace K12Sync.Exporters.Sftp;

/// <summary>A request being written, in a rented buffer: length, type, id, then what the type wants. Holds a copy of what it is given.</summary>
internal sealed class OutgoingPacket
{
    private const int IdAt = 5;
    private byte[] _buffer;
    private int _length;

    /// <param name="type">Of the request.</param>
    /// <param name="room">Bytes expected after the id; more are taken as needed.</param>
    public OutgoingPacket(PacketType type, int room = 512)
    {
        _buffer = ArrayPool<byte>.Shared.Rent(IdAt + 4 + room);
        _buffer[4] = (byte)type;
        _length = IdAt + 4;
    }

    /// <summary>The packet as it goes out. Valid until <see cref="Release"/>.</summary>
    public ReadOnlySpan<byte> Finish(uint id)
    {
        BinaryPrimitives.WriteInt32BigEndian(_buffer, _length - 4);
        BinaryPrimitives.WriteUInt32BigEndian(_buffer.AsSpan(IdAt), id);
        return Bytes;
    }

    /// <summary>The packet as it goes out, once finished.</summary>
    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    /// <summary>Gives the buffer back. The last thing that happens to a packet.</summary>
    public void Release()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _length = 0;
    }

    public OutgoingPacket Number(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(Take(4), value);
        return this;
    }

    public OutgoingPacket Long(ulong value)
    {
        BinaryPrimitives.WriteUInt64BigEndian(Take(8), value);
        return this;
    }

    public OutgoingPacket Text(string value)
    {
        var bytes = Encoding.UTF8.GetByteCount(value);
        Number((uint)bytes);
        Encoding.UTF8.GetBytes(value, Take(bytes));
        return this;
    }

    public OutgoingPacket Data(ReadOnlySpan<byte> value)
    {
        Number((uint)value.Length);
        value.CopyTo(Take(value.Length));
        return this;
    }

    private Span<byte> Take(int count)
    {
        if (_length + count > _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_length + count, 2 * _buffer.Length));
            Bytes.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
        _length += count;
        return _buffer.AsSpan(_length - count, count);
    }
}
