using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace K12Sync.Domain.Exports;

/// <summary>
/// A layout as JSON: the form of a layout file and of the stored definition. Settings that are left out have the value that
/// <see cref="LayoutDefinition"/> gives them; one that there is not is refused.
/// </summary>
public static class LayoutJson
{
    private const string NoColumns = "\"columns\": []";

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        NumberHandling = JsonNumberHandling.Strict,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
    };

    private static readonly JsonSerializerOptions Indented = new(Options) { WriteIndented = true, NewLine = "\n" };

    /// <summary>The definition as one line of JSON, without a name.</summary>
    public static string Write(LayoutDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return JsonSerializer.Serialize(Form.Of(null, definition), Options);
    }

    /// <summary>A layout file for people to start from: every setting, one column to a line.</summary>
    public static string WriteFile(string name, LayoutDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        var columns = definition.Columns.Select(c => "    " + JsonSerializer.Serialize(ColumnForm.Of(c), Options));
        return JsonSerializer.Serialize(Form.Of(name, definition) with { Columns = [] }, Indented)
            .Replace(NoColumns, $"\"columns\": [\n{string.Join(",\n", columns)}\n  ]", StringComparison.Ordinal);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="FormatException">It is not that; the message says what and where.</exception>
    public static LayoutDefinition Read(string json) => Parse(json).Definition();

    /// <summary>Reads a layout file. What it says may still contradict itself, see <see cref="LayoutCheck"/>.</summary>
    /// <exception cref="FormatException">It is none; the message says what and where.</exception>
    public static (string Name, LayoutDefinition Definition) ReadFile(string json)
    {
        var form = Parse(json);
        return string.IsNullOrWhiteSpace(form.Name)
            ? throw new FormatException("\"name\" is missing: a layout needs a name.")
            : (form.Name, form.Definition());
    }

    private static Form Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<Form>(json, Options) ?? throw new FormatException("A layout is a JSON object, not null.");
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
            var m when m.Contains("could not be mapped", StringComparison.Ordinal) => e.Path!.Contains("columns[", StringComparison.Ordinal)
                ? $"\"{name}\" is not a setting of a column. Known are {Names<ColumnForm>()}."
                : $"\"{name}\" is not a setting of a layout. Known are {Names<Form>()}.",
            var m when m.Contains("could not be converted", StringComparison.Ordinal) => name == "$"
                ? "A layout is a JSON object, like {\"name\": \"our-sis\", ...}."
                : $"The value of \"{name}\" is not of the kind that belongs there.{Choices(name)}",
            var m => m.Split(" Path:")[0],
        };
    }

    private static string Names<T>() => string.Join(", ", typeof(T).GetProperties().Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name)));

    /// <summary>The words that a setting knows.</summary>
    private static string Choices(string name) => name switch
    {
        "field" => Of<LayoutField>(),
        "quoting" => Of<Quoting>(),
        "lineEnd" => Of<LineEnd>(),
        "encoding" => Of<FileEncoding>(),
        "emptyFile" => Of<EmptyFile>(),
        "grain" => Of<RowGrain>(),
        "semantics" => Of<FileSemantics>(),
        "corrections" => Of<CorrectionMode>(),
        _ => "",
    };

    private static string Of<T>() where T : struct, Enum =>
        $" Known are {string.Join(", ", Enum.GetValues<T>().Select(v => JsonSerializer.Serialize(v, Options).Trim('"')))}.";

    private sealed record Form
    {
        public string? Name { get; init; }
        public string? Description { get; init; }
        public string? Confirm { get; init; }
        public string? Delimiter { get; init; }
        public bool? Header { get; init; }
        public Quoting? Quoting { get; init; }
        public LineEnd? LineEnd { get; init; }
        public bool? FinalNewline { get; init; }
        public FileEncoding? Encoding { get; init; }
        public bool? ByteOrderMark { get; init; }
        public string? FileName { get; init; }
        public string? SchoolFileName { get; init; }
        public EmptyFile? EmptyFile { get; init; }
        public RowGrain? Grain { get; init; }
        public FileSemantics? Semantics { get; init; }
        public CorrectionMode? Corrections { get; init; }
        public string? PresentCode { get; init; }
        public ImmutableArray<ColumnForm>? Columns { get; init; }

        public static Form Of(string? name, LayoutDefinition d) => new()
        {
            Name = name,
            Description = d.Description,
            Confirm = d.Confirm,
            Delimiter = d.Delimiter == '\t' ? "tab" : d.Delimiter.ToString(),
            Header = d.Header,
            Quoting = d.Quoting,
            LineEnd = d.LineEnd,
            FinalNewline = d.FinalNewline,
            Encoding = d.Encoding,
            ByteOrderMark = d.ByteOrderMark,
            FileName = d.FileName,
            SchoolFileName = d.SchoolFileName,
            EmptyFile = d.EmptyFile,
            Grain = d.Grain,
            Semantics = d.Semantics,
            Corrections = d.Corrections,
            PresentCode = d.PresentCode,
            Columns = [.. d.Columns.Select(ColumnForm.Of)],
        };

        public LayoutDefinition Definition()
        {
            if (Columns is not { Length: > 0 } columns)
                throw new FormatException("\"columns\" is missing, for example [{\"header\": \"Student\", \"field\": \"StudentNumber\"}, ...].");
            var usual = new LayoutDefinition([.. columns.Select((c, i) => (c ?? throw new FormatException($"Column {i + 1} is null.")).Column(i))]);
            return usual with
            {
                Description = Description ?? usual.Description,
                Confirm = Confirm,
                Delimiter = Delimiter switch
                {
                    null => usual.Delimiter,
                    "tab" or "\t" => '\t',
                    [var one] => one,
                    _ => throw new FormatException("\"delimiter\" is one character, or \"tab\"."),
                },
                Header = Header ?? usual.Header,
                Quoting = Quoting ?? usual.Quoting,
                LineEnd = LineEnd ?? usual.LineEnd,
                FinalNewline = FinalNewline ?? usual.FinalNewline,
                Encoding = Encoding ?? usual.Encoding,
                ByteOrderMark = ByteOrderMark ?? usual.ByteOrderMark,
                FileName = FileName ?? usual.FileName,
                SchoolFileName = SchoolFileName ?? usual.SchoolFileName,
                EmptyFile = EmptyFile ?? usual.EmptyFile,
                Grain = Grain ?? usual.Grain,
                Semantics = Semantics ?? usual.Semantics,
                Corrections = Corrections ?? usual.Corrections,
                PresentCode = PresentCode,
            };
        }
    }

    private sealed record ColumnForm(string? Header, LayoutField? Field, string? Text, string? Format, int? MaxLength)
    {
        public static ColumnForm Of(LayoutColumn c) => new(c.Header, c.Field, c.Text, c.Format, c.MaxLength);

        public LayoutColumn Column(int index) => Field is { } field
            ? new LayoutColumn(Header ?? "", field, Text, Format, MaxLength)
            : throw new FormatException($"Column {index + 1} needs a \"field\".{Of<LayoutField>()}");
    }
}
