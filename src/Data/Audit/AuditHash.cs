using System.Security.Cryptography;
using System.Text;

namespace K12Sync.Data.Audit;

/// <summary>
/// The hash of an entry: SHA-256, in hex, over the hash before it in the chain, its place (district, node, number) and its content. Each value is preceded
/// by its length or by a mark that there is none, so that no two contents read the same.
/// </summary>
internal sealed class AuditHash : IDisposable
{
    /// <summary>What stands before the first entry of a chain.</summary>
    public const string Beginning = "";

    private readonly MemoryStream _bytes = new();
    private readonly BinaryWriter _writer;

    public AuditHash() => _writer = new BinaryWriter(_bytes, Encoding.UTF8);

    public string Of(string before, long district, string node, long number, AuditEntry entry)
    {
        _bytes.SetLength(0);
        _writer.Write("K12Sync audit 1");
        _writer.Write(before);
        _writer.Write(district);
        _writer.Write(node);
        _writer.Write(number);
        _writer.Write(entry.At.UtcTicks);
        Write(entry.KeyId);
        Write(entry.Role);
        Write(entry.Person);
        Write(entry.Address);
        _writer.Write(entry.Method);
        _writer.Write(entry.Target);
        Write(entry.Query);
        Write(entry.Students);
        Write(entry.Properties);
        _writer.Write(entry.Status);
        Write(entry.Rows);
        Write(entry.SupportId);
        // Behind all else and only where there is one: chains that were written before there were people keep their hashes.
        if (entry.PersonId is { } person)
            _writer.Write(person);
        _writer.Flush();
        return Convert.ToHexStringLower(SHA256.HashData(_bytes.GetBuffer().AsSpan(0, (int)_bytes.Length)));
    }

    public void Dispose() => _writer.Dispose();

    private void Write(string? text)
    {
        _writer.Write(text is not null);
        if (text is not null)
            _writer.Write(text);
    }

    private void Write(long? number)
    {
        _writer.Write(number.HasValue);
        if (number is { } some)
            _writer.Write(some);
    }
}
