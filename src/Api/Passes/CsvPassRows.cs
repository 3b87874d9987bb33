using K12Sync.Api.Imports;

namespace K12Sync.Api.Passes;

/// <summary>Rows of <c>passes.csv</c>, read as the file is.</summary>
internal sealed class CsvPassRows(PassSchools schools) : IRowReader<PassRow>
{
    private readonly CsvBlocks _blocks = new("passes.csv", ["PassId", "SchoolCode", "StudentNumber", "Code", "IssuedAt"], ["Voided"]);

    public IReadOnlyCollection<string> Notes => _blocks.Notes;

    public List<PassRow> Read(LineBlock block)
    {
        var rows = new List<PassRow>(block.Bytes.Length / 48);
        string? id = null;
        string? note = null;
        _blocks.Read(block, (table, before) =>
        {
            var (reader, column) = (new PassReader(table, schools, remark => note = remark), table.Column("PassId"));
            while (table.Read())
            {
                id = table.Text(column);
                if (reader.Read() is { } pass)
                    rows.Add(new PassRow(table.Line + before, id, pass, note));
                (id, note) = (null, null);
            }
        }, (line, why) => rows.Add(new PassRow(line, id, null, why)));
        return rows;
    }
}
