using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace K12Sync.Domain.Exports;

/// <summary>
/// A connector as JSON: the form of a connector file and of the stored definition.
/// <c>{"name": "sis", "layout": "k12sync-csv", "destination": {"type": "folder", "path": "outbox"}, "schools": ["LHS"]}</c>, see <see cref="ConnectorForm"/>.
/// </summary>
public static class ConnectorJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = false,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false), new ClockTime() },
    };

    /// <summary>The definition as one line of JSON, without the name.</summary>
    public static string Write(ConnectorDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return JsonSerializer.Serialize(ConnectorForm.Of(definition), Options);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="FormatException">It is not that; the message says what and where.</exception>
    public static ConnectorDefinition Read(string json) => Parse(json).Definition();

    /// <summary>Reads a connector file.</summary>
    /// <exception cref="FormatException">It is none; the message says what and where.</exception>
    public static (string Name, ConnectorDefinition Definition) ReadFile(string json)
    {
        var form = Parse(json);
        return string.IsNullOrWhiteSpace(form.Name)
            ? throw new FormatException("\"name\" is missing: a connector needs a name.")
            : (form.Name, form.Definition());
    }

    /// <summary>The settings there are, for who misspelt one.</summary>
    private static IEnumerable<string> Known => typeof(ConnectorForm).GetProperties().Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name));

    private static ConnectorForm Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<ConnectorForm>(json, Options) ?? throw new FormatException("A connector is a JSON object, not null.");
        }
        catch (JsonException e)
        {
            var where = e.LineNumber is { } line ? $"line {line + 1}, {e.Path}: " : "";
            throw new FormatException($"{where}{Explain(e)}", e);
        }
    }

    /// <summary>The parser's words, except where they speak of .NET types.</summary>
    private static string Explain(JsonException e)
    {
        var name = e.Path?.Split('.')[^1] ?? "";
        return e.Message switch
        {
            var m when m.Contains("could not be mapped", StringComparison.Ordinal) =>
                $"\"{name}\" is not a setting of a connector. Known are {string.Join(", ", Known)}.",
            var m when m.Contains("could not be converted", StringComparison.Ordinal) => name == "$"
                ? "A connector is a JSON object, like {\"name\": \"sis\", ...}."
                : $"The value of \"{name}\" is not of the kind that belongs there.",
            var m => m.Split(" Path:")[0],
        };
    }

    /// <summary>A time of day as people write it: 06:30.</summary>
    private sealed class ClockTime : JsonConverter<TimeOnly>
    {
        public override TimeOnly Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            TimeOnly.TryParseExact(reader.GetString(), ["HH:mm", "HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
                ? time
                : throw new JsonException($"'{reader.GetString()}' is not a time of day. Write it like 06:30.");

        public override void Write(Utf8JsonWriter writer, TimeOnly value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString(value.Ticks % TimeSpan.TicksPerMinute == 0 ? "HH:mm" : "HH:mm:ss", CultureInfo.InvariantCulture));
    }
}
