using System.Collections.Immutable;
using System.Security.Cryptography;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Exports;

/// <summary>A file while it is being written.</summary>
internal sealed class FileDraft(string name, long schoolId) : IDisposable
{
    private readonly PooledBuffer<byte> _bytes = new();
    private readonly ImmutableArray<FileLine>.Builder _lines = ImmutableArray.CreateBuilder<FileLine>();
    private int _rows;

    /// <summary>The school of the first line.</summary>
    public long SchoolId => schoolId;

    /// <summary>Takes what a file starts with.</summary>
    public void Start(ReadOnlySpan<byte> bytes) => _bytes.Append(bytes);

    /// <summary>Takes the rows of a school-day and what they do about its lines.</summary>
    public void Append(ReadOnlySpan<byte> rows, int count, List<FileLine> lines)
    {
        _bytes.Append(rows);
        _rows += count;
        _lines.AddRange(lines);
    }

    /// <summary>Ends the file, without the last <paramref name="dropped"/> bytes.</summary>
    public RenderedFile Finish(int dropped)
    {
        var content = _bytes.Written[..Math.Max(0, _bytes.Length - dropped)].ToArray();
        return new RenderedFile(name, content, Convert.ToHexString(SHA256.HashData(content)), _rows, _lines.ToImmutable());
    }

    public void Dispose() => _bytes.Dispose();
}
