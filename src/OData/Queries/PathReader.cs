using System.Linq.Expressions;
using K12Sync.OData.Http;
using K12Sync.OData.Translation;

namespace K12Sync.OData.Queries;

/// <summary>
/// Walks a path: sets, keys (single, composite, alternate, or as a segment of its own), links, properties, operations.
/// A row on the way that is not there for this caller ends in 404, whatever follows.
/// </summary>
internal sealed class PathReader(ODataRequest request, TranslationScope scope)
{
    private readonly KeyReader _keys = new(request, scope);

    public async Task<Target> ReadAsync()
    {
        if (request.Path.Length == 0)
            return new Target.ServiceDocument();
        var segments = request.Path.Split('/').Select(PathSegment.Read).ToList();
        Target target = First(segments[0]);
        for (var i = 1; i < segments.Count; i++)
            target = await NextAsync(target, segments[i]).ConfigureAwait(false);
        return target;
    }

    private Target First(PathSegment segment)
    {
        switch (segment.Name)
        {
            case "$metadata":
                return new Target.Metadata();
            case "$batch":
                return new Target.Batch();
            case ['$', ..]:
                throw ODataFault.Unsupported(segment.Name, segment.Name);
        }
        if (request.Model.FindSet(segment.Name) is { } set)
        {
            var rows = new Target.RowsOf(set, request.Rows(set), IsWholeSet: true);
            return segment.Arguments is null ? rows : _keys.Row(rows, segment.Arguments);
        }
        if (request.Model.Operations.FirstOrDefault(o => o.Name == segment.Name || Qualified(o) == segment.Name) is { } operation)
            return new Target.Call(operation, null, null, segment.Arguments);
        var near = Spelling.Nearest(segment.Name, request.Model.Sets.Select(s => s.Name));
        throw new ODataFault(404, "NotFound", $"There is no '{segment.Name}' in this service." + (near is null ? "" : $" Did you mean '{near}'?"), segment.Name);
    }

    private async Task<Target> NextAsync(Target from, PathSegment segment)
    {
        switch (from)
        {
            case Target.RowsOf { CountOnly: false } rows:
                return AfterRows(rows, segment);
            case Target.RowOf row:
                return await AfterRowAsync(row, segment).ConfigureAwait(false);
            case Target.PropertyOf { Raw: false, CountOnly: false } property when segment.Name == "$value" && property.Property.IsScalar:
                return property with { Raw = true };
            case Target.PropertyOf { Raw: false, CountOnly: false } property when segment.Name == "$count" && property.Property.IsCollection:
                return property with { CountOnly = true };
            case Target.Call:
                throw ODataFault.Unsupported("A path after an operation", segment.Name);
            default:
                throw ODataFault.NotFound($"Nothing is known of '{segment.Name}' here.");
        }
    }

    private Target AfterRows(Target.RowsOf rows, PathSegment segment)
    {
        if (segment.Name == "$count")
            return rows with { CountOnly = true };
        if (segment.Name is ['$', ..])
            throw ODataFault.Unsupported(segment.Name, segment.Name);
        if (FindOperation(rows.Set, segment.Name, boundToSet: true) is { } operation)
            return new Target.Call(operation, null, rows, segment.Arguments);
        if (segment.Name.StartsWith(request.Model.Namespace + ".", StringComparison.Ordinal))
            throw ODataFault.NotFound($"{rows.Set.Name} has no operation '{segment.Name}'.");
        return _keys.RowBySegment(rows, segment.Raw);
    }

    private async Task<Target> AfterRowAsync(Target.RowOf row, PathSegment segment)
    {
        if (segment.Name is "$value" or "$ref" or ['$', ..])
            throw ODataFault.Unsupported($"{segment.Name} of a row", segment.Name);
        if (row.Set.FindLink(segment.Name) is { } link)
        {
            var next = await AcrossAsync(row, link).ConfigureAwait(false);
            return segment.Arguments is { } key && next is Target.RowsOf rows ? _keys.Row(rows, key) : next;
        }
        if (segment.Arguments is null && row.Set.View.Find(segment.Name) is { } property)
        {
            scope.RefuseMasked(property.Mask is null ? row.Set : null, property.Name);
            return new Target.PropertyOf(row, property, false, false);
        }
        if (FindOperation(row.Set, segment.Name, boundToSet: false) is { } operation)
            return new Target.Call(operation, row, null, segment.Arguments);
        var known = row.Set.View.Properties.Select(p => p.Name).Concat(row.Set.Links.Select(l => l.Name));
        var near = Spelling.Nearest(segment.Name, known);
        throw new ODataFault(404, "NotFound", $"{row.Set.View.Name} has no '{segment.Name}'." + (near is null ? "" : $" Did you mean '{near}'?"), segment.Name);
    }

    private Operation? FindOperation(EntitySet set, string name, bool boundToSet) =>
        set.Operations.Find(o => o.BoundToSet == boundToSet && (Qualified(o) == name || o.Name == name));

    private string Qualified(Operation operation) => request.Model.Namespace + "." + operation.Name;

    private async Task<Target> AcrossAsync(Target.RowOf row, Link link)
    {
        var shape = RowShape.Read(row.Set, null, request.Options).AlsoLoading(link.Columns.Select(c => c.Here));
        var parent = await Execution.FirstAsync(Query.Select(row.Source, shape.Selector()), request.Stopped).ConfigureAwait(false)
            ?? throw ODataFault.NotFound($"There is no such row in {row.Set.Name}.");
        request.GoesOnFrom(row.Set, parent);
        var rows = Joined(request.Rows(link.To), link, parent, scope.Literals);
        return link.ToMany ? new Target.RowsOf(link.To, rows, IsWholeSet: false) : new Target.RowOf(link.To, rows, null);
    }

    /// <summary>The rows of the other set that belong to <paramref name="parent"/>, whose link columns are loaded.</summary>
    public static IQueryable Joined(IQueryable rows, Link link, object parent, Literals literals)
    {
        var (place, parameter) = Place.RowOf(link.To);
        Expression? match = null;
        foreach (var (here, there) in link.Columns)
        {
            var value = here.Writer.Get(parent);
            Expression equal = value is null
                ? Expression.Constant(false)
                : NodeTranslator.SameType(Expression.Property(place.Row, there.Clr), literals.Add(value, value.GetType()), Expression.Equal);
            match = match is null ? equal : Expression.AndAlso(match, equal);
        }
        return Query.Where(rows, Expression.Lambda(match!, parameter));
    }
}

/// <summary>One segment: its name decoded, what stands in parentheses after it.</summary>
internal sealed record PathSegment(string Raw, string Name, string? Arguments)
{
    public static PathSegment Read(string encoded)
    {
        var raw = Uri.UnescapeDataString(encoded);
        var open = raw.IndexOf('(', StringComparison.Ordinal);
        if (open <= 0)
            return new PathSegment(raw, raw, null);
        if (!raw.EndsWith(')'))
            throw ODataFault.Malformed($"A closing parenthesis is missing at position {raw.Length} of '{raw[..open]}(...'.");
        return new PathSegment(raw, raw[..open], raw[(open + 1)..^1]);
    }
}
