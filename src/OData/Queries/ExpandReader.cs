using K12Sync.OData.Http;
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
        if (plan.IsReadTogether(parents.Count))
        {
            var found = await Execution.ListAsync(plan.Of(parents), request.Stopped).ConfigureAwait(false);
            if (found.Count <= ChildPlan.RowsTogether)
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
        var more = plan.HasMore(rows.Count);
        var kept = rows.Count > plan.Limit ? rows.GetRange(0, plan.Limit) : rows;
        return new ChildRows(await ReadAsync(plan.Expansion.Shape, kept).ConfigureAwait(false), count, more);
    }
}
