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
    public string ContentType => Format == BodyFormat.Csv
        ? "text/csv; charset=utf-8"
        : "application/json;odata.metadata=" + (Metadata switch { MetadataLevel.None => "none", MetadataLevel.Full => "full", _ => "minimal" })
            + (NumbersAsText ? ";IEEE754Compatible=true" : "") + ";odata.streaming=true;charset=utf-8";

    public bool WritesContext => Metadata != MetadataLevel.None;

    /// <summary>Reads Accept, $format, Prefer and the version headers.</summary>
    public static Negotiation Read(HttpRequest request, QueryOptions query)
    {
        CheckVersions(request.Headers);
        var (format, level, text) = query["$format"] is { } asked ? FromFormat(asked) : FromAccept(request.Headers);
        var preferences = Preferences(request.Headers);
        var size = preferences.GetValueOrDefault("odata.maxpagesize") ?? preferences.GetValueOrDefault("maxpagesize");
        bool? returnRow = preferences.GetValueOrDefault("return") switch { "representation" => true, "minimal" => false, _ => null };
        return new Negotiation(format, level, text,
            int.TryParse(size, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var pages) && pages > 0 ? pages : null,
            returnRow, preferences.ContainsKey("odata.track-changes") || preferences.ContainsKey("track-changes"));
    }

    private static void CheckVersions(IHeaderDictionary headers)
    {
        if (headers["OData-MaxVersion"].FirstOrDefault() is { } max && max is not ("4.0" or "4.01"))
            throw ODataFault.Malformed("This service speaks OData 4.0; OData-MaxVersion must be 4.0 or 4.01.", "OData-MaxVersion");
        if (headers["OData-Version"].FirstOrDefault() is { } version && version is not ("4.0" or "4.01"))
            throw ODataFault.Malformed("This service speaks OData 4.0; OData-Version must be 4.0 or 4.01.", "OData-Version");
    }

    private static (BodyFormat, MetadataLevel, bool) FromFormat(string asked)
    {
        var type = asked switch { "json" => "application/json", "csv" => "text/csv", _ => asked };
        return MediaTypeHeaderValue.TryParse(type, out var parsed) && Match(parsed) is { } match
            ? match
            : throw new ODataFault(406, "NotAcceptable", "$format may be json, csv, or application/json with odata.metadata and IEEE754Compatible.", "$format");
    }

    private static (BodyFormat, MetadataLevel, bool) FromAccept(IHeaderDictionary headers)
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

    private static Dictionary<string, string> Preferences(IHeaderDictionary headers)
    {
        var found = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var preference in headers["Prefer"].SelectMany(h => (h ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))
        {
            var parts = preference.Split(';')[0].Split('=', 2, StringSplitOptions.TrimEntries);
            found.TryAdd(parts[0], parts.Length > 1 ? parts[1].Trim('"') : "");
        }
        return found;
    }
}
