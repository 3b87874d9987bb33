using System.Buffers.Binary;
using System.Text;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Sftp;

/// <summary>A reply as it came: its type, and what follows its id.</summary>
internal readonly record struct Reply(PacketType Type, byte[] Body)
{
    public ReplyReader Read() => new(Body);
}

/// <summary>The code a server answered with, and its words, fit for people to read.</summary>
internal readonly record struct Status(StatusCode Code, string Text)
{
    public bool IsOk => Code == StatusCode.Ok;

    public override string ToString() => Text.Length == 0 ? $"'{Code}'" : $"'{Text}'";
}

/// <summary>Reads the parts of a reply. A part that would go beyond its end ends the session: nothing after it can be trusted.</summary>
internal ref struct ReplyReader(ReadOnlySpan<byte> left)
{
    private ReadOnlySpan<byte> _left = left;

    public readonly bool AtEnd => _left.IsEmpty;

    public uint Number() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    public ulong Long() => BinaryPrimitives.ReadUInt64BigEndian(Take(8));

    public ReadOnlySpan<byte> Data() => Take(Number());

    public string Text() => Encoding.UTF8.GetString(Data());

    private ReadOnlySpan<byte> Take(uint count)
    {
        if (count > _left.Length)
            throw SftpException.Of(TroubleKind.Interrupted, "The server sent an SFTP packet that ends too early.");
        var taken = _left[..(int)count];
        _left = _left[(int)count..];
        return taken;
    }
}

/// <summary>Words of a server or a program, made fit for one line of ours.</summary>
internal static class ForeignText
{
    private const int Most = 300;

    public static string OneLine(string text)
    {
        var plain = string.Join(' ', new string([.. text.Take(8 * Most).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? ' ' : c)])
            .Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return plain.Length <= Most ? plain : plain[..Most] + "...";
    }
}
