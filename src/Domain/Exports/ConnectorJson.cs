using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace K12Sync.Domain.Exports;

/// <summary>
/// A connector as JSON: the form of a connector file and of the stored definition.
/// <c>{"name": "sis", "layout": "k12sync-csv", "destination": {"type": "folder", "path": "outbox"}, "schools": ["LHS"]}</c>
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
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
    };

    /// <summary>The definition as one line of JSON, without the name.</summary>
    public static string Write(ConnectorDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return JsonSerializer.Serialize(Form.Of(null, definition), Options);
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

    private static Form Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<Form>(json, Options) ?? throw new FormatException("A connector is a JSON object, not null.");
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
                $"\"{name}\" is not a setting of a connector. Known are name, layout, destination, schools, codes, fileName, oneFilePer, maxAgeDays and presentCode.",
            var m when m.Contains("could not be converted", StringComparison.Ordinal) => name == "$"
                ? "A connector is a JSON object, like {\"name\": \"sis\", ...}."
                : $"The value of \"{name}\" is not of the kind that belongs there.",
            var m => m.Split(" Path:")[0],
        };
    }

    private sealed record Form
    {
        public string? Name { get; init; }
        public string? Layout { get; init; }
        public FolderForm? Destination { get; init; }
        public ImmutableArray<string>? Schools { get; init; }
        public ImmutableArray<string>? Codes { get; init; }
        public string? FileName { get; init; }
        public FileScope? OneFilePer { get; init; }
        public int? MaxAgeDays { get; init; }
        public string? PresentCode { get; init; }

        public static Form Of(string? name, ConnectorDefinition d) => new()
        {
            Name = name,
            Layout = d.Layout,
            Destination = d.Destination is FolderDestinationDefinition folder ? new FolderForm("folder", folder.Path) : null,
            Schools = d.Schools,
            Codes = d.Codes,
            FileName = d.FileName,
            OneFilePer = d.OneFilePer,
            MaxAgeDays = d.MaxAgeDays,
            PresentCode = d.PresentCode,
        };

        public ConnectorDefinition Definition()
        {
            if (string.IsNullOrWhiteSpace(Layout))
                throw new FormatException("\"layout\" is missing, for example \"k12sync-csv\".");
            if (Destination is not { Type: "folder", Path: { Length: > 0 } path })
                throw new FormatException("\"destination\" must be like {\"type\": \"folder\", \"path\": \"outbox\"}.");
            if (MaxAgeDays is < 0)
                throw new FormatException("\"maxAgeDays\" is a number of days, 0 or more.");
            if (FileName is not null && FileNamePattern.Parse(FileName, out var reason) is null)
                throw new FormatException($"\"fileName\": {reason}");
            return new ConnectorDefinition(Layout, new FolderDestinationDefinition(path), Schools ?? [], Codes ?? [], FileName,
                OneFilePer ?? FileScope.District, MaxAgeDays, PresentCode);
        }
    }

    private sealed record FolderForm(string Type, string Path);
}
