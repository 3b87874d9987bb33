using System.Globalization;
using System.Text.Json;
using K12Sync.OData.Http;
using K12Sync.OData.Model;
using K12Sync.OData.Queries;

namespace K12Sync.OData.Writing;

/// <summary>Writes rows of one request as OData JSON, with as much control information as the client asked for.</summary>
internal sealed class RowWriter(ODataRequest request)
{
    private static readonly JsonEncodedText ETagName = JsonEncodedText.Encode("@odata.etag");
    private readonly MetadataLevel _level = request.Wants.Metadata;
    private readonly bool _asText = request.Wants.NumbersAsText;
    private readonly Dictionary<EntitySet, IReadOnlySet<string>> _masked = [];

    public static string ETag(object? version) => "W/\"" + Uri.EscapeDataString(Scalars.ToText(version) ?? "") + "\"";

    /// <summary>Writes the ETag into a row. A version that is a number takes no detour over texts.</summary>
    public static void WriteETag(Utf8JsonWriter json, object? version)
    {
        if (version is not long number)
        {
            json.WriteString(ETagName, ETag(version));
            return;
        }
        json.WritePropertyName(ETagName);
        Span<byte> text = stackalloc byte[32];
        "\"W/\\\""u8.CopyTo(text);
        number.TryFormat(text[5..], out var written, default, CultureInfo.InvariantCulture);
        "\\\"\""u8.CopyTo(text[(5 + written)..]);
        json.WriteRawValue(text[..(5 + written + 3)], skipInputValidation: true);
    }

    /// <summary>The URL of a row by its key, relative to the service root.</summary>
    public static string RelativeUrl(EntitySet set, object row) => RelativeUrl(set, [.. set.Key.Select(k => k.Writer.Get(row))]);

    public static string RelativeUrl(EntitySet set, IReadOnlyList<object?> key) => set.Name + "(" + (key.Count == 1
        ? UriLiteral.Write(key[0])
        : string.Join(',', set.Key.Zip(key).Select(pair => pair.First.Name + "=" + UriLiteral.Write(pair.Second)))) + ")";

    public void Write(Utf8JsonWriter json, RowShape shape, RowNode node, string? context = null)
    {
        json.WriteStartObject();
        if (context is not null && request.Wants.WritesContext)
            json.WriteString("@odata.context", context);
        WriteControl(json, shape.Set, node.View);
        WriteProperties(json, shape, node.View);
        for (var i = 0; i < shape.Expansions.Count; i++)
            WriteChildren(json, shape, shape.Expansions[i], node, i);
        if (_level == MetadataLevel.Full)
            WriteLinks(json, shape, node.View);
        json.WriteEndObject();
    }

    public void WriteProperty(Utf8JsonWriter json, EntitySet set, ViewProperty property, object row)
    {
        if (property.Mask is { } mask && MaskedOf(set).Contains(property.Name))
            json.WriteStringValue(property.Writer.Get(row) is string text ? mask(text) : null);
        else
            property.Writer.Write(json, row, _asText);
    }

    /// <summary>The value as this caller may see it.</summary>
    public object? Visible(EntitySet set, ViewProperty property, object row)
    {
        var value = property.Writer.Get(row);
        return value is string text && property.Mask is { } mask && MaskedOf(set).Contains(property.Name) ? mask(text) : value;
    }

    private void WriteControl(Utf8JsonWriter json, EntitySet set, object row)
    {
        if (_level == MetadataLevel.Full)
        {
            json.WriteString("@odata.type", "#" + request.Model.Namespace + "." + set.View.Name);
            json.WriteString("@odata.id", request.Root + "/" + RelativeUrl(set, row));
        }
        if (_level != MetadataLevel.None && set.Version is { } version)
            WriteETag(json, version.Writer.Get(row));
        if (_level == MetadataLevel.Full && set.CanUpdate)
            json.WriteString("@odata.editLink", RelativeUrl(set, row));
    }

    private void WriteProperties(Utf8JsonWriter json, RowShape shape, object row)
    {
        foreach (var property in shape.Written)
        {
            if (_level == MetadataLevel.Full && TypeToName(property) is { } type)
                json.WriteString(property.Name + "@odata.type", type);
            json.WritePropertyName(property.EncodedName);
            WriteProperty(json, shape.Set, property, row);
        }
    }

    private void WriteChildren(Utf8JsonWriter json, RowShape shape, Expansion expansion, RowNode node, int index)
    {
        var children = node.Children[index];
        if (children.Count is { } count)
            RowsAnswer.WriteCount(json, expansion.Link.Name + "@odata.count", count, _asText);
        json.WritePropertyName(expansion.Link.Name);
        if (!expansion.Link.ToMany)
        {
            if (children.Rows.Count == 0)
                json.WriteNullValue();
            else
                Write(json, expansion.Shape, children.Rows[0]);
            return;
        }
        json.WriteStartArray();
        foreach (var child in children.Rows)
            Write(json, expansion.Shape, child);
        json.WriteEndArray();
        if (children.HasMore)
            json.WriteString(expansion.Link.Name + "@odata.nextLink", ChildLink(
                request.Root, shape.Set, [.. shape.Set.Key.Select(k => k.Writer.Get(node.View))], expansion, request.Query, children.Rows.Count));
    }

    /// <summary>The link to the rows of an expanded link that did not find room below their row.</summary>
    public static string ChildLink(string root, EntitySet set, IReadOnlyList<object?> key, Expansion expansion, QueryOptions query, int shown)
    {
        var skip = (expansion.Skip ?? 0) + shown;
        var nested = NestedOptions.Of(query["$expand"] ?? "", expansion.Link.Name);
        var top = expansion.Top is { } wanted ? "&$top=" + (wanted - shown).ToString(CultureInfo.InvariantCulture) : "";
        return root + "/" + RelativeUrl(set, key) + "/" + expansion.Link.Name + "?$skip=" + skip.ToString(CultureInfo.InvariantCulture) + top + nested;
    }

    private void WriteLinks(Utf8JsonWriter json, RowShape shape, object row)
    {
        var url = RelativeUrl(shape.Set, row);
        foreach (var link in shape.Set.Links.Where(l => shape.Expansions.All(e => e.Link != l)))
            json.WriteString(link.Name + "@odata.navigationLink", url + "/" + link.Name);
        foreach (var operation in shape.Set.Operations.Where(o => o is { BoundToSet: false, IsAction: true }))
        {
            json.WriteStartObject("#" + request.Model.Namespace + "." + operation.Name);
            json.WriteString("title", operation.Name);
            json.WriteString("target", request.Root + "/" + url + "/" + request.Model.Namespace + "." + operation.Name);
            json.WriteEndObject();
        }
    }

    /// <summary>The type of a property whose JSON does not tell it by itself.</summary>
    private static string? TypeToName(ViewProperty property)
    {
        // Of a complex value its declared type says enough; an annotation beside it, as other values have, is not allowed.
        if (!property.IsCollection && (!property.IsScalar || property.ElementType == typeof(string) || property.ElementType == typeof(bool) || property.ElementType == typeof(double)))
            return null;
        var name = Microsoft.OData.Edm.ExtensionMethods.FullName(property.Edm.Type);
        return "#" + name.Replace("Collection(Edm.", "Collection(", StringComparison.Ordinal).Replace("Edm.", "", StringComparison.Ordinal);
    }

    private IReadOnlySet<string> MaskedOf(EntitySet set)
    {
        if (!_masked.TryGetValue(set, out var names))
            _masked.Add(set, names = set.MaskedProperties(request.Http));
        return names;
    }
}

/// <summary>The options nested in an $expand item, to be carried into the link to its further rows.</summary>
internal static class NestedOptions
{
    public static string Of(string expand, string link)
    {
        var at = expand.IndexOf(link + "(", StringComparison.Ordinal);
        if (at < 0)
            return "";
        var start = at + link.Length + 1;
        var kept = new System.Text.StringBuilder();
        int depth = 1, from = start;
        var quoted = false;
        for (var i = start; i < expand.Length && depth > 0; i++)
        {
            var c = expand[i];
            quoted ^= c == '\'';
            if (quoted)
                continue;
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (depth == 0 || (c == ';' && depth == 1))
            {
                Keep(expand[from..i], kept);
                from = i + 1;
            }
        }
        return kept.ToString();
    }

    private static void Keep(string option, System.Text.StringBuilder kept)
    {
        var equals = option.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0 || option[..equals].Trim().TrimStart('$').ToUpperInvariant() is "TOP" or "SKIP" or "COUNT")
            return;
        kept.Append("&$").Append(option[..equals].Trim().TrimStart('$')).Append('=').Append(Uri.EscapeDataString(option[(equals + 1)..]));
    }
}
