using System.Buffers.Binary;
using System.Text;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Sftp;

/// <summary>A packet as it came. In a VERSION packet the version stands where others have their id.</summary>
internal sealed record IncomingPacket(PacketType Type, uint Id, byte[] Body);

/// <summary>Cuts what a server sends into packets, however it arrives.</summary>
/// <param name="from">The stream; only read from here.</param>
/// <param name="longest">More than this is no packet: it ends the session before any room is made for it.</param>
internal sealed class IncomingPackets(Stream from, int longest)
{
    private const int Head = 9;
    private readonly byte[] _buffer = new byte[256 * 1024];
    private int _start;
    private int _end;

    /// <summary>The next packet; null at the end of the stream, also in the middle of a packet.</summary>
    /// <param name="isFirst">What comes instead of the first packet is often the output of a login script.</param>
    /// <exception cref="SftpException">What came is no packet.</exception>
    public IncomingPacket? Next(bool isFirst)
    {
        if (!Fill(Head))
            return null;
        var head = _buffer.AsSpan(_start, Head);
        var length = BinaryPrimitives.ReadUInt32BigEndian(head);
        if (length < Head - 4 || length > longest || (isFirst && head[4] != (byte)PacketType.Version))
            throw NotAPacket(isFirst, head);
        var (type, id) = ((PacketType)head[4], BinaryPrimitives.ReadUInt32BigEndian(head[5..]));
        _start += Head;
        var body = new byte[(int)length - (Head - 4)];
        return ReadInto(body) ? new IncomingPacket(type, id, body) : null;
    }

    private static SftpException NotAPacket(bool isFirst, ReadOnlySpan<byte> head) => isFirst
        ? SftpException.Of(TroubleKind.Unsupported,
            $"After the login the server sent something that is not SFTP, beginning with '{ForeignText.OneLine(Encoding.ASCII.GetString(head))}'. A login script that prints text does that.")
        : SftpException.Of(TroubleKind.Interrupted, "The server sent an SFTP packet of an impossible length, so the session was ended.");

    private bool Fill(int wanted)
    {
        if (_end - _start < wanted && _start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        while (_end - _start < wanted)
        {
            var read = from.Read(_buffer, _end, _buffer.Length - _end);
            if (read == 0)
                return false;
            _end += read;
        }
        return true;
    }

    private bool ReadInto(byte[] body)
    {
        var ready = Math.Min(body.Length, _end - _start);
        _buffer.AsSpan(_start, ready).CopyTo(body);
        _start += ready;
        for (var have = ready; have < body.Length;)
        {
            var read = from.Read(body, have, body.Length - have);
            if (read == 0)
                return false;
            have += read;
        }
        return true;
    }
}
