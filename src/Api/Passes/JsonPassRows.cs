using System.Text.Json;
using System.Text.Unicode;
using K12Sync.Api.Imports;
using K12Sync.Data.Passes;
using K12Sync.Domain.Passes;

namespace K12Sync.Api.Passes;

/// <summary>
/// One JSON object on each line, with the names of <c>passes.csv</c>. Texts are texts, so that leading zeros are what they are; Voided is true or false; IssuedAt has its offset. What else
/// an object holds is named once, and ignored.
/// </summary>
internal sealed class JsonPassRows(PassSchools schools) : IRowReader<PassRow>
{
    private const int MostNotes = 20;
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 8 };
    private readonly HashSet<string> _notes = [];

    public IReadOnlyCollection<string> Notes => _notes;

    public List<PassRow> Read(LineBlock block) => JsonLines.Read(block, (line, text) => Row(line, text.Span), (line, why) => new PassRow(line, null, null, why));

    private PassRow Row(long line, ReadOnlySpan<byte> text)
    {
        if (!Utf8.IsValid(text))
            return new PassRow(line, null, null, "The row is not UTF-8.");
        var fields = new Fields();
        try
        {
            if (WhyUnreadable(text, ref fields) is { } why)
                return new PassRow(line, fields.PassId, null, why);
        }
        catch (JsonException e)
        {
            return new PassRow(line, fields.PassId, null, $"The row is no JSON object: position {e.BytePositionInLine + 1}.");
        }
        catch (InvalidOperationException)
        {
            return new PassRow(line, fields.PassId, null, "The row holds half of a surrogate pair, which is no character.");
        }
        var (pass, remark) = Pass(fields);
        return new PassRow(line, fields.PassId, pass, remark);
    }

    private string? WhyUnreadable(ReadOnlySpan<byte> text, ref Fields fields)
    {
        var json = new Utf8JsonReader(text, Options);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            return "The row is no JSON object.";
        string? why = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = Fields.Find(json.GetString()!) ?? Unknown(json.GetString()!);
            json.Read();
            why ??= name is null ? null : fields.Take(name, ref json);
            json.Skip();
        }
        // Whatever follows the object is read too: two on a line are none.
        json.Read();
        return why;
    }

    private string? Unknown(string name)
    {
        if (_notes.Count < MostNotes)
            _notes.Add($"Property {name} is not known and was ignored.");
        return null;
    }

    private (IncomingPass?, string? Remark) Pass(in Fields given)
    {
        if ((PassRules.WhyNoText("PassId", given.PassId) ?? PassRules.WhyNoText("StudentNumber", given.StudentNumber) ?? PassRules.WhyNoText("Code", given.Code)) is { } reason)
            return (null, reason);
        if (schools.Find(given.SchoolCode ?? "") is not { } school)
            return (null, given.SchoolCode is null ? "SchoolCode is missing." : schools.WhyNot(given.SchoolCode));
        if (!WallClock.TryMoment(given.IssuedAt, out var wall, out var offset) || offset is null)
            return (null, $"IssuedAt is '{given.IssuedAt}'. Write it like 2026-09-15T08:05:30-04:00, with its offset.");
        var (instant, why) = PassRules.Moment(wall, offset, school.Zone.Zone);
        return instant is { } at ? (new IncomingPass(new HallPass(given.PassId!, school.Id, given.StudentNumber!, given.Code!, at, given.Voided), school.Zone.At(at).Day), why) : (null, why);
    }

    /// <summary>What one object held.</summary>
    private struct Fields
    {
        private static readonly string[] Names = ["PassId", "SchoolCode", "StudentNumber", "Code", "IssuedAt", "Voided"];
        private int _seen;

        public string? PassId { get; private set; }
        public string? SchoolCode { get; private set; }
        public string? StudentNumber { get; private set; }
        public string? Code { get; private set; }
        public string? IssuedAt { get; private set; }
        public bool Voided { get; private set; }

        public static string? Find(string name) => Array.Find(Names, n => n == name);

        /// <summary>Why the value cannot be; null: taken.</summary>
        public string? Take(string name, ref Utf8JsonReader json)
        {
            var bit = 1 << Array.IndexOf(Names, name);
            if ((_seen & bit) != 0)
                return $"{name} is given twice.";
            _seen |= bit;
            if (name == "Voided")
            {
                if (json.TokenType is not (JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null))
                    return "Voided must be true or false.";
                Voided = json.TokenType == JsonTokenType.True;
                return null;
            }
            if (json.TokenType != JsonTokenType.String)
                return $"{name} must be a text in quotes.";
            var text = json.GetString();
            switch (name)
            {
                case "PassId":
                    PassId = text;
                    break;
                case "SchoolCode":
                    SchoolCode = text;
                    break;
                case "StudentNumber":
                    StudentNumber = text;
                    break;
                case "Code":
                    Code = text;
                    break;
                default:
                    IssuedAt = text;
                    break;
            }
            return null;
        }
    }
}
