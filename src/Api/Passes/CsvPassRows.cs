using K12Sync.Api.Imports;

namespace K12Sync.Api.Passes;

/// <summary>Rows of <c>passes.csv</c>, read as the file is: each block behind the header of the first.</summary>
internal sealed class CsvPassRows(PassSchools schools) : IPassRows
{
    private static readonly string[] Required = ["PassId", "SchoolCode", "StudentNumber", "Code", "IssuedAt"];
    private static readonly string[] Optional = ["Voided"];

    private readonly List<string> _notes = [];
    private byte[]? _header;
    private int _headerLines;

    public IReadOnlyCollection<string> Notes => _notes;

    public List<PassRow> Read(LineBlock block)
    {
        if (block.IsTooLong)
            return [new PassRow(block.FirstLine, null, null, $"The line is longer than {PassLines.LongestLine >> 10} KiB, or a quote is opened in it and never closed.")];
        var isFirst = _header is null;
        var text = isFirst ? block.Bytes : [.. _header!, .. block.Bytes];
        var before = isFirst ? 0 : block.FirstLine - 1 - _headerLines;
        var rows = new List<PassRow>(text.Length / 48);
        string? id = null;
        string? note = null;
        var report = new FileReport("passes.csv", remark =>
        {
            if (remark.IsRejection)
                rows.Add(new PassRow(remark.Line + before, id, null, remark.Text));
            else if (isFirst)
                _notes.Add(remark.Text);
        });
        Stream Open() => new MemoryStream(text, writable: false);
        using var table = isFirst ? CsvTable.Open(Open, report, Required, Optional) : CsvTable.OpenAny(Open, report, Required, Optional);
        if (table is null)
            throw new UnreadableRowsException(rows[0].Remark!);
        if (isFirst)
            KeepHeader(text);
        var (reader, column) = (new PassReader(table, schools, remark => note = remark), table.Column("PassId"));
        while (table.Read())
        {
            id = table.Text(column);
            if (reader.Read() is { } pass)
                rows.Add(new PassRow(table.Line + before, id, pass, note));
            (id, note) = (null, null);
        }
        return table.GaveUp ? throw new UnreadableRowsException(rows[^1].Remark!) : rows;
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
