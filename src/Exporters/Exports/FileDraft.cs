using System.Collections.Immutable;
using System.Security.Cryptography;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Exports;

/// <summary>A file while it is being written.</summary>
internal sealed class FileDraft : IDisposable
{
    private readonly string _name;
    private readonly MemoryStream _bytes = new();
    private readonly IDayWriter _writer;
    private readonly ImmutableArray<SettledLine>.Builder _lines = ImmutableArray.CreateBuilder<SettledLine>();
    private int _rows;

    public FileDraft(string name, long schoolId, ILayout layout)
    {
        (_name, SchoolId) = (name, schoolId);
        _writer = layout.Begin(_bytes);
    }

    /// <summary>The school of the first line.</summary>
    public long SchoolId { get; }

    public void Write(List<TardyLine> day)
    {
        _rows += _writer.Write(day);
        // A withdrawal that was settled before is neither settled nor repeated by this file.
        foreach (var line in day)
        {
            if (line.IsOwed || !line.IsWithdrawn)
                _lines.Add(new SettledLine(line, line.IsOwed ? LineRole.Sent : LineRole.Repeated, 0));
        }
    }

    /// <summary>Ends the file.</summary>
    public RenderedFile Finish()
    {
        _writer.Dispose();
        var content = _bytes.ToArray();
        return new RenderedFile(_name, content, Convert.ToHexString(SHA256.HashData(content)), _rows, _lines.ToImmutable());
    }

    public void Dispose()
    {
        _writer.Dispose();
        _bytes.Dispose();
    }
}
