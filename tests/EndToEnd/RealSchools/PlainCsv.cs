using System.Text;

namespace K12Sync.EndToEnd.RealSchools;

/// <summary>RFC 4180, one character at a time.</summary>
internal static class PlainCsv
{
    /// <summary>A data row by column name, and the line it starts on, counted from 1.</summary>
    internal sealed record Row(int Line, Dictionary<string, string> Cells)
    {
        public string this[string column] => Cells[column];
    }

    public static List<Row> ReadFile(string path) => Read(File.ReadAllText(path));

    public static List<Row> Read(string text)
    {
        var (records, record, cell) = (new List<(int Line, List<string> Cells)>(), new List<string>(), new StringBuilder());
        var (line, startedOn, quoted) = (1, 1, false);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\n')
                line++;
            if (quoted && c == '"' && i + 1 < text.Length && text[i + 1] == '"')
                cell.Append(text[++i]);
            else if (c == '"')
                quoted = !quoted;
            else if (quoted || c is not (',' or '\r' or '\n'))
                cell.Append(c);
            else if (c == ',')
            {
                record.Add(cell.ToString());
                cell.Clear();
            }
            else if (c == '\n')
            {
                record.Add(cell.ToString());
                cell.Clear();
                records.Add((startedOn, record));
                (record, startedOn) = ([], line);
            }
        }
        var header = records[0].Cells;
        return [.. records.Skip(1).Select(r => new Row(r.Line, header.Zip(r.Cells).ToDictionary(pair => pair.First, pair => pair.Second)))];
    }
}
