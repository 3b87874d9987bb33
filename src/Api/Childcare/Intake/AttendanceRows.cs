using System.Text.Json;
using System.Text.Unicode;
using K12Sync.Api.Imports;
using K12Sync.Api.Imports.Childcare;
using K12Sync.Api.Passes;
using K12Sync.Domain.Childcare;

namespace K12Sync.Api.Childcare.Intake;

/// <summary>A row that was sent: an event to store, or the reason why it is none. Lines count from 1; of CSV the header is line 1.</summary>
internal sealed record EventRow(long Line, string? EventId, AttendanceEvent? Event, string? Remark);

/// <summary>Reads rows out of blocks of lines.</summary>
internal interface IAttendanceRows
{
    /// <summary>The rows of a block, in order.</summary>
    /// <exception cref="UnreadableRowsException">Nothing from here on can be read.</exception>
    List<EventRow> Read(LineBlock block);

    /// <summary>What is to be said about all rows together.</summary>
    IReadOnlyCollection<string> Notes { get; }
}

/// <summary>Rows of <c>attendance.csv</c>, read as the file is: each block behind the header of the first.</summary>
internal sealed class CsvAttendanceRows(Func<EventText, (AttendanceEvent? Event, string? Reason)> read) : IAttendanceRows
{
    private readonly List<string> _notes = [];
    private byte[]? _header;
    private int _headerLines;

    public IReadOnlyCollection<string> Notes => _notes;

    public List<EventRow> Read(LineBlock block)
    {
        if (block.IsTooLong)
            return [new EventRow(block.FirstLine, null, null, $"The line is longer than {PassLines.LongestLine >> 10} KiB, or a quote is opened in it and never closed.")];
        var isFirst = _header is null;
        var text = isFirst ? block.Bytes : [.. _header!, .. block.Bytes];
        var before = isFirst ? 0 : block.FirstLine - 1 - _headerLines;
        var rows = new List<EventRow>(text.Length / 48);
        var report = new FileReport("attendance.csv", remark =>
        {
            if (remark.IsRejection)
                rows.Add(new EventRow(remark.Line + before, null, null, remark.Text));
            else if (isFirst)
                _notes.Add(remark.Text);
        });
        Stream Open() => new MemoryStream(text, writable: false);
        using var table = isFirst ? CsvTable.Open(Open, report, AttendanceFile.Required, AttendanceFile.Optional) : CsvTable.OpenAny(Open, report, AttendanceFile.Required, AttendanceFile.Optional);
        if (table is null)
            throw new UnreadableRowsException(rows[0].Remark!);
        if (isFirst)
            KeepHeader(text);
        while (table.Read())
        {
            var row = AttendanceFile.TextOf(table);
            var (found, reason) = read(row);
            rows.Add(new EventRow(table.Line + before, row.EventId, found, reason));
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

/// <summary>
/// One JSON object on each line, with the names of <c>attendance.csv</c>. Texts are texts, so that leading zeros are what they are; Revision is a whole number, Deleted true or false. What
/// else an object holds is named once, and ignored.
/// </summary>
internal sealed class JsonAttendanceRows(Func<EventText, (AttendanceEvent? Event, string? Reason)> read) : IAttendanceRows
{
    private const int MostNotes = 20;
    private const int LongestName = 40;
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 8 };
    private static readonly string[] Names = [.. AttendanceFile.Required, .. AttendanceFile.Optional];
    private readonly HashSet<string> _notes = [];

    public IReadOnlyCollection<string> Notes => _notes;

    public List<EventRow> Read(LineBlock block)
    {
        if (block.IsTooLong)
            return [new EventRow(block.FirstLine, null, null, $"The line is longer than {PassLines.LongestLine >> 10} KiB.")];
        if (block.FirstLine == 1 && block.Bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
            throw new UnreadableRowsException("The rows are UTF-16 (some programs call it Unicode). Send them as UTF-8.");
        var rows = new List<EventRow>();
        var rest = block.Bytes.AsMemory();
        if (block.FirstLine == 1 && rest.Span.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            rest = rest[3..];
        for (var line = block.FirstLine; rest.Length > 0; line++)
        {
            var end = rest.Span.IndexOf((byte)'\n');
            var text = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (text.Span.Trim(" \t\r"u8).Length > 0)
                rows.Add(Row(line, text));
        }
        return rows;
    }

    private EventRow Row(long line, ReadOnlyMemory<byte> text)
    {
        if (!Utf8.IsValid(text.Span))
            return new EventRow(line, null, null, "The row is not UTF-8.");
        try
        {
            using var json = JsonDocument.Parse(text, Options);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
                return new EventRow(line, null, null, "The row is no JSON object.");
            var (fields, wrong) = Fields(json.RootElement);
            if (wrong is not null)
                return new EventRow(line, fields.GetValueOrDefault("EventId"), null, wrong);
            string Of(string name) => fields.GetValueOrDefault(name, "");
            var row = new EventText(Of("EventId"), Of("SiteCode"), Of("ChildNumber"), Of("Kind"), Of("At"), Of("Room"), Of("Revision"), Of("Deleted"));
            var (found, reason) = read(row);
            return new EventRow(line, row.EventId, found, reason);
        }
        catch (JsonException e)
        {
            return new EventRow(line, null, null, $"The row is no JSON object: position {e.BytePositionInLine + 1}.");
        }
        catch (InvalidOperationException)
        {
            return new EventRow(line, null, null, "The row holds half of a surrogate pair, which is no character.");
        }
    }

    private (Dictionary<string, string> Fields, string? Wrong) Fields(JsonElement row)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        string? wrong = null;
        foreach (var property in row.EnumerateObject())
            if (!Names.Contains(property.Name, StringComparer.Ordinal))
                Note(property.Name);
            else if (property.Value.ValueKind == JsonValueKind.Null)
                continue;
            else if (TextOf(property) is not { } text)
                wrong ??= property.Name switch
                {
                    "Revision" => "Revision must be a whole number.",
                    "Deleted" => "Deleted must be true or false.",
                    var name => $"{name} must be a text in quotes.",
                };
            else if (!fields.TryAdd(property.Name, text))
                wrong ??= $"{property.Name} is given twice.";
        return (fields, wrong);
    }

    private static string? TextOf(JsonProperty property) => (property.Name, property.Value.ValueKind) switch
    {
        ("Revision", JsonValueKind.Number) => property.Value.GetRawText(),
        ("Deleted", JsonValueKind.True) => "true",
        ("Deleted", JsonValueKind.False) => "false",
        (not ("Revision" or "Deleted"), JsonValueKind.String) => property.Value.GetString(),
        _ => null,
    };

    private void Note(string name)
    {
        if (_notes.Count < MostNotes && name.Length <= LongestName)
            _notes.Add($"Property '{name}' is not known here and was ignored.");
    }
}
