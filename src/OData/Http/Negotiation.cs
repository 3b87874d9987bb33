using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace K12Sync.OData.Http;

internal enum MetadataLevel
{
    None,
    Minimal,
    Full,
}

internal enum BodyFormat
{
    Json,
    Csv,
}

/// <summary>What the client wants back: format, amount of control information, numbers as text, how much of a written row.</summary>
internal sealed record Negotiation(BodyFormat Format, MetadataLevel Metadata, bool NumbersAsText, int? MaxPageSize, bool? ReturnRow, bool TrackChanges)
{
    private const int RememberedAccepts = 100;
    private const int LongestRemembered = 300;
    private static readonly ConcurrentDictionary<string, (BodyFormat, MetadataLevel, bool)> Accepted = new(StringComparer.Ordinal);
    private static readonly string[] JsonTypes = [.. Enum.GetValues<MetadataLevel>().SelectMany(level => new[] { JsonType(level, false), JsonType(level, true) })];
    private static readonly Dictionary<string, string> NoPreferences = [];

    public string ContentType => Format == BodyFormat.Csv ? "text/csv; charset=utf-8" : JsonTypes[((int)Metadata * 2) + (NumbersAsText ? 1 : 0)];

    public bool WritesContext => Metadata != MetadataLevel.None;

    /// <summary>Reads Accept, $format, Prefer and the version headers.</summary>
    /// <remarks>A batch is answered in the format it came in; Accept is for its parts to say.</remarks>
    public static Negotiation Read(HttpRequest request, QueryOptions query, bool isBatch = false)
    {
        CheckHeaders(request.Headers);
        var (format, level, text) = query["$format"] is { } asked ? FromFormat(asked)
            : isBatch ? (BodyFormat.Json, MetadataLevel.Minimal, false) : FromAccept(request.Headers);
        var preferences = Preferences(request.Headers);
        var size = Preference(preferences, "maxpagesize");
        bool? returnRow = preferences.GetValueOrDefault("return") switch { "representation" => true, "minimal" => false, _ => null };
        return new Negotiation(format, level, text,
            int.TryParse(size, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var pages) && pages > 0 ? pages : null,
            returnRow, Preference(preferences, "track-changes") is not null);
    }

    // Answers are OData 4.0 whatever is asked for: that is what a client of any later version has to understand.
    public static void CheckHeaders(IHeaderDictionary headers)
    {
        if (headers["OData-MaxVersion"] is [{ } max, ..] && VersionOf(max) is not >= 4)
            throw ODataFault.Malformed("This service answers in OData 4.0; OData-MaxVersion must be 4.0 or higher.", "OData-MaxVersion");
        if (headers["OData-Version"] is [{ } version, ..] && VersionOf(version) is not (4.0m or 4.01m))
            throw ODataFault.Malformed("This service reads OData 4.0 and 4.01; OData-Version must be one of them.", "OData-Version");
        if (headers.ContainsKey("Isolation") || headers.ContainsKey("OData-Isolation"))
            throw new ODataFault(412, "PreconditionFailed", "This service has no snapshot isolation; ask without the header Isolation.", "Isolation");
    }

    /// <summary>Whether $metadata is asked for as JSON; XML is what it is by default. 406 when neither will do.</summary>
    public static bool WantsJsonMetadata(IHeaderDictionary headers, string? format)
    {
        if (format is not null)
        {
            return format.Contains("json", StringComparison.OrdinalIgnoreCase)
                || (format.Contains("xml", StringComparison.OrdinalIgnoreCase) ? false : throw new ODataFault(406, "NotAcceptable", "$metadata can be had as xml or json.", "$format"));
        }
        if (headers.Accept.Count == 0 || !MediaTypeHeaderValue.TryParseList([.. headers.Accept.OfType<string>()], out var types))
            return false;
        foreach (var type in types.Where(t => t.Quality is not 0).OrderByDescending(t => t.Quality ?? 1))
        {
            if (type.MediaType.Value is "application/xml" or "text/xml" or "application/*" or "text/*" or "*/*" or "text/html" or "application/xhtml+xml")
                return false;
            if (type.MatchesMediaType("application/json"))
                return true;
        }
        throw new ODataFault(406, "NotAcceptable", "$metadata can be had as application/xml or application/json.", "Accept");
    }

    // Some clients write the name of their platform behind the version, as in 4.0;NetFx.
    private static decimal? VersionOf(string header) =>
        decimal.TryParse(header.Split(';')[0].Trim(), System.Globalization.NumberStyles.AllowDecimalPoint, System.Globalization.CultureInfo.InvariantCulture, out var version) ? version : null;

    private static (BodyFormat, MetadataLevel, bool) FromFormat(string asked)
    {
        var type = asked switch { "json" => "application/json", "csv" => "text/csv", _ => asked };
        return MediaTypeHeaderValue.TryParse(type, out var parsed) && Match(parsed) is { } match
            ? match
            : throw new ODataFault(406, "NotAcceptable", "$format may be json, csv, or application/json with odata.metadata and IEEE754Compatible.", "$format");
    }

    private static string JsonType(MetadataLevel level, bool numbersAsText) =>
        "application/json;odata.metadata=" + (level switch { MetadataLevel.None => "none", MetadataLevel.Full => "full", _ => "minimal" })
            + (numbersAsText ? ";IEEE754Compatible=true" : "") + ";odata.streaming=true;charset=utf-8";

    // A client says the same each time, and reading it takes longer than looking up a row.
    private static (BodyFormat, MetadataLevel, bool) FromAccept(IHeaderDictionary headers)
    {
        if (headers.Accept is not [{ Length: <= LongestRemembered } only])
            return ReadAccept(headers);
        if (Accepted.TryGetValue(only, out var known))
            return known;
        var read = ReadAccept(headers);
        if (Accepted.Count < RememberedAccepts)
            Accepted.TryAdd(only, read);
        return read;
    }

    private static (BodyFormat, MetadataLevel, bool) ReadAccept(IHeaderDictionary headers)
    {
        var accept = headers.Accept;
        if (accept.Count == 0 || !MediaTypeHeaderValue.TryParseList([.. accept.OfType<string>()], out var types))
            return (BodyFormat.Json, MetadataLevel.Minimal, false);
        foreach (var type in types.Where(t => t.Quality is not 0).OrderByDescending(t => t.Quality ?? 1))
        {
            if (Match(type) is { } match)
                return match;
        }
        throw new ODataFault(406, "NotAcceptable", "This resource can be had as application/json or text/csv.", "Accept");
    }

    private static (BodyFormat, MetadataLevel, bool)? Match(MediaTypeHeaderValue type)
    {
        if (type.MediaType == "text/csv")
            return (BodyFormat.Csv, MetadataLevel.Minimal, false);
        if (!type.MatchesMediaType("application/json") && type.MediaType != "application/*" && type.MediaType != "*/*")
            return null;
        var level = MetadataLevel.Minimal;
        var text = false;
        foreach (var parameter in type.Parameters)
        {
            var value = parameter.Value.ToString().Trim('"');
            if (parameter.Name.Equals("odata.metadata", StringComparison.OrdinalIgnoreCase) || parameter.Name.Equals("metadata", StringComparison.OrdinalIgnoreCase))
            {
                if (!Enum.TryParse(value, ignoreCase: true, out level) || !char.IsLetter(value[0]))
                    return null;
            }
            else if (parameter.Name.Equals("IEEE754Compatible", StringComparison.OrdinalIgnoreCase))
            {
                text = value.Equals("true", StringComparison.OrdinalIgnoreCase);
            }
        }
        return (BodyFormat.Json, level, text);
    }

    // With the prefix as in 4.0 or without it as in 4.01.
    private static string? Preference(Dictionary<string, string> preferences, string name) => preferences.GetValueOrDefault("odata." + name) ?? preferences.GetValueOrDefault(name);

    private static Dictionary<string, string> Preferences(IHeaderDictionary headers)
    {
        if (headers["Prefer"].Count == 0)
            return NoPreferences;
        var found = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var preference in headers["Prefer"].SelectMany(h => (h ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))
        {
            var parts = preference.Split(';')[0].Split('=', 2, StringSplitOptions.TrimEntries);
            found.TryAdd(parts[0], parts.Length > 1 ? parts[1].Trim('"') : "");
        }
        return found;
    }
}
