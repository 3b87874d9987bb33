using System.Linq.Expressions;
using K12Sync.OData.Http;
using K12Sync.OData.Model;
using K12Sync.OData.Translation;
using K12Sync.OData.Writing;
using Microsoft.OData.UriParser;

namespace K12Sync.OData.Queries;

/// <summary>Reads keys in parentheses: <c>(1)</c>, <c>(A=1,B='x')</c>, <c>(Isbn='978')</c>, each value a literal or a parameter alias.</summary>
internal sealed class KeyReader(ODataRequest request, TranslationScope scope)
{
    public Target.RowOf Row(Target.RowsOf rows, string arguments)
    {
        var given = Arguments.Split(arguments);
        if (given.Count == 0)
            throw ODataFault.Malformed($"A key of {rows.Set.Name} is missing between the parentheses.");
        var set = rows.Set;
        if (given is [(null, var single)])
        {
            return set.Key.Count == 1
                ? Narrowed(rows, set.Key, [Read(single, set.Key[0])], false, single)
                : throw ODataFault.Malformed($"The key of {set.Name} has {set.Key.Count} parts: {string.Join(", ", set.Key.Select(k => k.Name))}.");
        }
        foreach (var (properties, alternate) in set.AlternateKeys.Select(k => ((IReadOnlyList<ViewProperty>)k, true)).Prepend((set.Key, false)))
        {
            if (properties.Count == given.Count && properties.All(p => given.Exists(g => g.Name == p.Name)))
                return Narrowed(rows, properties, [.. properties.Select(p => Read(given.Find(g => g.Name == p.Name).Text, p))], alternate);
        }
        throw ODataFault.Malformed($"{set.Name} has no key of {string.Join(" and ", given.Select(g => g.Name ?? "(no name)"))}. Its key: {string.Join(", ", set.Key.Select(k => k.Name))}.");
    }

    /// <summary>A key as a segment of its own, without quotes: <c>/Books/1</c>.</summary>
    public Target.RowOf RowBySegment(Target.RowsOf rows, string text)
    {
        if (rows.Set.Key is not [var key])
            throw ODataFault.NotFound($"{rows.Set.Name} has a key of several parts; write it in parentheses.");
        object value;
        try
        {
            value = ScalarText.Read(text, Bare(key));
        }
        catch (ODataFault)
        {
            throw ODataFault.NotFound($"{rows.Set.Name} has neither a row nor an operation of this name.");
        }
        return Narrowed(rows, rows.Set.Key, [value], false);
    }

    private object? Read(string text, ViewProperty property)
    {
        var literal = text.StartsWith('@')
            ? request.Query[text] ?? throw ODataFault.Malformed($"The alias {text} has no value.", text)
            : text;
        return UriLiteral.Read(literal, property.Edm.Type, property.Type, request.Model.Edm)
            ?? throw ODataFault.Malformed($"The key {property.Name} must be a literal of {property.Edm.Type.Definition.ToString()?.Split(' ')[0] ?? "its type"}.", property.Name);
    }

    private Target.RowOf Narrowed(Target.RowsOf rows, IReadOnlyList<ViewProperty> properties, object?[] values, bool alternate, string? text = null)
    {
        var (place, parameter) = Place.RowOf(rows.Set);
        var match = properties.Zip(values).Select(pair => NodeTranslator.SameType(
            Expression.Property(place.Row, pair.First.Clr),
            scope.Literals.Add(pair.Second, Bare(pair.First), text is null ? null : new ConstantNode(pair.Second, text)),
            Expression.Equal)).Aggregate(Expression.AndAlso);
        return new Target.RowOf(rows.Set, Query.Where(rows.Source, Expression.Lambda(match, parameter)), alternate ? null : values, alternate) { Named = [.. properties.Zip(values)] };
    }

    private static Type Bare(ViewProperty property) => Nullable.GetUnderlyingType(property.Type) ?? property.Type;
}

/// <summary>The text between parentheses, taken apart at commas that stand outside quotes.</summary>
internal static class Arguments
{
    public static List<(string? Name, string Text)> Split(string text)
    {
        var parts = new List<(string?, string)>();
        var start = 0;
        var quoted = false;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && text[i] == '\'')
                quoted = !quoted;
            if (i < text.Length && (text[i] != ',' || quoted))
                continue;
            if (text[start..i].Trim() is { Length: > 0 } part)
                parts.Add(Named(part));
            start = i + 1;
        }
        return quoted ? throw ODataFault.Malformed($"A quote is not closed at position {text.Length} of the key.") : parts;
    }

    private static (string?, string) Named(string part)
    {
        var equals = part.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 && part[..equals].Trim().All(c => char.IsLetterOrDigit(c) || c == '_') ? (part[..equals].Trim(), part[(equals + 1)..].Trim()) : (null, part);
    }
}
