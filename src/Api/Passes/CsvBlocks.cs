using K12Sync.Api.Imports;

namespace K12Sync.Api.Passes;

/// <summary>Blocks of a CSV file that comes as a stream, each read as the file is: behind the header of the first.</summary>
/// <param name="file">As it is called.</param>
/// <param name="required">Columns that must be there.</param>
/// <param name="optional">Columns that may be.</param>
internal sealed class CsvBlocks(string file, string[] required, string[] optional)
{
    private readonly List<string> _notes = [];
    private byte[]? _header;
    private int _headerLines;

    /// <summary>What is to be said about all rows together.</summary>
    public IReadOnlyCollection<string> Notes => _notes;

    /// <summary>The rows of a block.</summary>
    /// <param name="block">Whole lines.</param>
    /// <param name="read">Reads the rows of a table; the number is what its lines lack to those of the stream.</param>
    /// <param name="rejected">A row that is none: its line and why.</param>
    /// <exception cref="UnreadableRowsException">Nothing from here on can be read.</exception>
    public void Read(LineBlock block, Action<CsvTable, long> read, Action<long, string> rejected)
    {
        if (block.IsTooLong)
        {
            rejected(block.FirstLine, $"The line is longer than {PassLines.LongestLine >> 10} KiB, or a quote is opened in it and never closed.");
            return;
        }
        var isFirst = _header is null;
        var text = isFirst ? block.Bytes : [.. _header!, .. block.Bytes];
        var before = isFirst ? 0 : block.FirstLine - 1 - _headerLines;
        string? last = null;
        var report = new FileReport(file, remark =>
        {
            if (remark.IsRejection)
                rejected(remark.Line + before, last = remark.Text);
            else if (isFirst)
                _notes.Add(remark.Text);
        });
        Stream Open() => new MemoryStream(text, writable: false);
        using var table = isFirst ? CsvTable.Open(Open, report, required, optional) : CsvTable.OpenAny(Open, report, required, optional);
        if (table is null)
            throw new UnreadableRowsException(last!);
        if (isFirst)
            KeepHeader(text);
        read(table, before);
        if (table.GaveUp)
            throw new UnreadableRowsException(last!);
    }

    private void KeepHeader(byte[] text)
    {
        var (end, open) = (0, false);
        while (end < text.Length && (open || text[end] is not ((byte)'\n' or (byte)'\r')))
            open ^= text[end++] == '"';
        _header = [.. text.AsSpan(0, end), (byte)'\n'];
        _headerLines = PassLines.Lines(_header);
    }
}
