using System.Text.Json;
using System.Text.Unicode;
using K12Sync.Api.Imports.Childcare;
using K12Sync.Api.Passes;
using K12Sync.Domain.Childcare;

namespace K12Sync.Api.Childcare.Intake;

/// <summary>A row that was sent: an event to store, or the reason why it is none. Lines count from 1; of CSV the header is line 1.</summary>
internal sealed record EventRow(long Line, string? EventId, AttendanceEvent? Event, string? Remark);

/// <summary>Rows of <c>attendance.csv</c>, read as the file is.</summary>
internal sealed class CsvAttendanceRows(Func<EventText, (AttendanceEvent? Event, string? Reason)> read) : IRowReader<EventRow>
{
    private readonly CsvBlocks _blocks = new("attendance.csv", AttendanceFile.Required, AttendanceFile.Optional);

    public IReadOnlyCollection<string> Notes => _blocks.Notes;

    public List<EventRow> Read(LineBlock block)
    {
        var rows = new List<EventRow>(block.Bytes.Length / 48);
        _blocks.Read(block, (table, before) =>
        {
            while (table.Read())
            {
                var row = AttendanceFile.TextOf(table);
                var (found, reason) = read(row);
                rows.Add(new EventRow(table.Line + before, row.EventId, found, reason));
            }
        }, (line, why) => rows.Add(new EventRow(line, null, null, why)));
        return rows;
    }
}

/// <summary>
/// One JSON object on each line, with the names of <c>attendance.csv</c>. Texts are texts, so that leading zeros are what they are; Revision is a whole number, Deleted true or false. What
/// else an object holds is named once, and ignored.
/// </summary>
internal sealed class JsonAttendanceRows(Func<EventText, (AttendanceEvent? Event, string? Reason)> read) : IRowReader<EventRow>
{
    private const int MostNotes = 20;
    private const int LongestName = 40;
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 8 };
    private static readonly string[] Names = [.. AttendanceFile.Required, .. AttendanceFile.Optional];
    private readonly HashSet<string> _notes = [];

    public IReadOnlyCollection<string> Notes => _notes;

    public List<EventRow> Read(LineBlock block) => JsonLines.Read(block, Row, (line, why) => new EventRow(line, null, null, why));

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
