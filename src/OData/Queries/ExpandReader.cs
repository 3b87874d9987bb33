using System.Linq.Expressions;
using K12Sync.OData.Http;
using K12Sync.OData.Model;
using K12Sync.OData.Translation;

namespace K12Sync.OData.Queries;

/// <summary>A row with the rows its expanded links lead to, in the order of the shape's expansions.</summary>
internal sealed record RowNode(object View, ChildRows[] Children)
{
    public static RowNode Bare(object view) => new(view, []);
}

internal sealed record ChildRows(IReadOnlyList<RowNode> Rows, long? Count, bool HasMore);

/// <summary>
/// Follows the expanded links of a page: one query per link for all parents together, or one per parent when that could read more than the page needs.
/// Either way the work is bounded by the page, never by the size of the other table.
/// </summary>
internal sealed class ExpandReader(ODataRequest request, TranslationScope scope)
{
    private const int RowsTogether = 5_000;
    private const int ParentsAlone = 32;

    public async Task<IReadOnlyList<RowNode>> ReadAsync(RowShape shape, IReadOnlyList<object> parents)
    {
        if (shape.Expansions.Count == 0 || parents.Count == 0)
            return [.. parents.Select(RowNode.Bare)];
        var nodes = parents.Select(p => new RowNode(p, new ChildRows[shape.Expansions.Count])).ToList();
        for (var i = 0; i < shape.Expansions.Count; i++)
        {
            var children = await ChildrenAsync(shape.Expansions[i], parents).ConfigureAwait(false);
            for (var n = 0; n < nodes.Count; n++)
                nodes[n].Children[i] = children[n];
        }
        return nodes;
    }

    private async Task<ChildRows[]> ChildrenAsync(Expansion expansion, IReadOnlyList<object> parents)
    {
        var plan = new ChildPlan(expansion, request, scope);
        var isNarrow = expansion.Link.Columns.Count == 1;
        var cuts = expansion.Link.ToMany && expansion.Top is not null;
        if (isNarrow && expansion.Skip is null && !(cuts && parents.Count <= ParentsAlone))
        {
            var found = await Execution.ListAsync(plan.Of(parents, RowsTogether + 1), request.Stopped).ConfigureAwait(false);
            if (found.Count <= RowsTogether)
                return await SharedOutAsync(plan, parents, found).ConfigureAwait(false);
        }
        var result = new ChildRows[parents.Count];
        for (var i = 0; i < parents.Count; i++)
        {
            var rows = await Execution.ListAsync(plan.Of(parents[i]), request.Stopped).ConfigureAwait(false);
            long? count = expansion.Count ? await Execution.CountAsync(plan.Narrowed(parents[i]), request.Stopped).ConfigureAwait(false) : null;
            result[i] = await CutAsync(plan, rows, count).ConfigureAwait(false);
        }
        return result;
    }

    private async Task<ChildRows[]> SharedOutAsync(ChildPlan plan, IReadOnlyList<object> parents, List<object> found)
    {
        var (here, there) = plan.Expansion.Link.Columns[0];
        var byValue = found.ToLookup(child => there.Writer.Get(child));
        var result = new ChildRows[parents.Count];
        for (var i = 0; i < parents.Count; i++)
        {
            var rows = here.Writer.Get(parents[i]) is { } value ? byValue[ChildPlan.As(value, there)].ToList() : [];
            result[i] = await CutAsync(plan, rows, plan.Expansion.Count ? rows.Count : null).ConfigureAwait(false);
        }
        return result;
    }

    private async Task<ChildRows> CutAsync(ChildPlan plan, List<object> rows, long? count)
    {
        var more = rows.Count > plan.Limit && (plan.Expansion.Top is null || plan.Expansion.Top > plan.Limit);
        var kept = rows.Count > plan.Limit ? rows.GetRange(0, plan.Limit) : rows;
        return new ChildRows(await ReadAsync(plan.Expansion.Shape, kept).ConfigureAwait(false), count, more);
    }
}

/// <summary>The query behind one expanded link.</summary>
internal sealed class ChildPlan
{
    private readonly ODataRequest _request;
    private readonly TranslationScope _scope;
    private readonly IQueryable _rows;
    private readonly RowOrder _order;

    public ChildPlan(Expansion expansion, ODataRequest request, TranslationScope scope)
    {
        (Expansion, _request, _scope) = (expansion, request, scope);
        var translator = new NodeTranslator(scope);
        _rows = PageReader.Narrow(request.Rows(expansion.Link.To), expansion.Link.To, expansion.Filter, expansion.Search, translator);
        _order = RowOrder.Read(expansion.Link.To, expansion.OrderBy, translator);
        Limit = !expansion.Link.ToMany ? 1 : (int)Math.Min(expansion.Top ?? int.MaxValue, request.Options.ExpandedPageSize);
    }

    public Expansion Expansion { get; }

    /// <summary>Rows below one parent at most.</summary>
    public int Limit { get; }

    /// <summary>The rows of all parents, in order, for a link of one column.</summary>
    public IQueryable Of(IReadOnlyList<object> parents, int atMost)
    {
        var (here, there) = Expansion.Link.Columns[0];
        var values = parents.Select(p => here.Writer.Get(p)).Where(v => v is not null).Distinct().Select(v => As(v!, there)).ToArray();
        var array = Array.CreateInstance(there.Type, values.Length);
        values.CopyTo(array, 0);
        var (place, parameter) = Place.RowOf(Expansion.Link.To);
        var belongs = Expression.Call(typeof(Enumerable), nameof(Enumerable.Contains), [there.Type],
            new Literals().Add(array, array.GetType()), Expression.Property(place.Row, there.Clr));
        var rows = Query.Where(_rows, Expression.Lambda(belongs, parameter));
        return Finished(rows, atMost);
    }

    public IQueryable Narrowed(object parent) => PathReader.Joined(_rows, Expansion.Link, parent, new Literals());

    /// <summary>The rows of one parent, one more than its limit.</summary>
    public IQueryable Of(object parent)
    {
        var rows = Narrowed(parent);
        if (Expansion.Skip is { } skip)
            rows = Query.Skip(_order.Apply(rows), new Literals().Add(PageReader.AsInt(skip, "$skip"), typeof(int)));
        return Finished(rows, Limit + 1);
    }

    /// <summary>The value in the type of the column it is compared with: a long key may be referred to by an int.</summary>
    public static object As(object value, ViewProperty column)
    {
        var type = Nullable.GetUnderlyingType(column.Type) ?? column.Type;
        return type.IsInstanceOfType(value) ? value : Convert.ChangeType(value, type, System.Globalization.CultureInfo.InvariantCulture);
    }

    private IQueryable Finished(IQueryable rows, int atMost) => Query.Select(
        Query.Take(_order.Apply(rows), new Literals().Add(atMost, typeof(int))), Expansion.Shape.Selector());
}
