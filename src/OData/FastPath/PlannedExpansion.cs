using System.Text.Json;
using K12Sync.OData.Queries;

namespace K12Sync.OData.FastPath;

/// <summary>The rows that belong to one row above: the numbers of their pieces, their count if asked for, whether there are more.</summary>
internal readonly record struct BelowOne(IReadOnlyList<int> Rows, long? Count, bool HasMore)
{
    public static BelowOne Nothing(bool counts) => new([], counts ? 0 : null, false);
}

/// <summary>The statements of one expanded link: for one row above, for all of them together where that can be done, for counting.</summary>
internal sealed class PlannedExpansion(ChildPlan plan, RowColumns above, RowColumns columns, PreparedStatement alone, PreparedStatement? together, PreparedStatement? count)
{
    private readonly int[] _here = [.. plan.Expansion.Link.Columns.Select(c => above.IndexOf(c.Here))];
    private readonly int _there = columns.IndexOf(plan.Expansion.Link.Columns[0].There);

    public Expansion Expansion => plan.Expansion;

    /// <summary>Quoted and escaped, with its colon.</summary>
    public JsonEncodedText Name { get; } = JsonEncodedText.Encode(plan.Expansion.Link.Name);

    public BoundExpansion? Bind(Shape request)
    {
        var (one, all, counting) = (alone.Bind(request), together?.Bind(request), count?.Bind(request));
        return one is null || all is null != together is null || counting is null != count is null ? null : new BoundExpansion(this, one, all, counting);
    }

    /// <summary>The link's columns of the row the reader stands on, as the other set has them; null when one of them is missing.</summary>
    public object[]? LinkOf(StoredRows reader)
    {
        var values = new object[_here.Length];
        for (var i = 0; i < values.Length; i++)
        {
            if (above.Get(reader, _here[i]) is not { } value)
                return null;
            values[i] = ChildPlan.As(value, plan.Expansion.Link.Columns[i].There);
        }
        return values;
    }

    public async Task<(RowPieces Pieces, BelowOne[] Below)> ReadAsync(
        BoundExpansion bound, IReadOnlyList<object[]?> links, PreparedConnections.Lease lease, Shape request, CancellationToken stopped)
    {
        if (together is not null && plan.IsReadTogether(links.Count))
        {
            var all = new RowPieces(columns, request.Wants);
            if (await TogetherAsync(bound.Together!, links, all, lease, stopped).ConfigureAwait(false) is { } found)
                return (all, found);
            all.Dispose();
        }
        var pieces = new RowPieces(columns, request.Wants);
        var below = new BelowOne[links.Count];
        for (var i = 0; i < below.Length; i++)
            below[i] = links[i] is { } link ? await AloneAsync(bound, link, pieces, lease, stopped).ConfigureAwait(false) : BelowOne.Nothing(count is not null);
        return (pieces, below);
    }

    private async Task<BelowOne> AloneAsync(BoundExpansion bound, object[] link, RowPieces pieces, PreparedConnections.Lease lease, CancellationToken stopped)
    {
        var (first, number) = (pieces.Count, 0);
        alone.FillParents(bound.Alone, i => link[i]);
        await using (var reader = columns.Fit(await alone.RunAsync(lease, bound.Alone, stopped).ConfigureAwait(false)))
        {
            while (await reader.ReadAsync(stopped).ConfigureAwait(false))
            {
                if (number++ < plan.Limit)
                    pieces.Add(reader, open: false);
            }
        }
        long? counted = null;
        if (count is not null)
        {
            count.FillParents(bound.Count!, i => link[i]);
            counted = await count.CountAsync(lease, bound.Count!, stopped).ConfigureAwait(false);
        }
        return new BelowOne([.. Enumerable.Range(first, pieces.Count - first)], counted, plan.HasMore(number));
    }

    /// <summary>Null when there are too many rows to be read at once.</summary>
    private async Task<BelowOne[]?> TogetherAsync(object?[] values, IReadOnlyList<object[]?> links, RowPieces pieces, PreparedConnections.Lease lease, CancellationToken stopped)
    {
        var byValue = new Dictionary<object, List<int>>();
        foreach (var link in links)
        {
            if (link is not null)
                byValue.TryAdd(link[0], []);
        }
        if (byValue.Count > 0)
        {
            together!.FillParents(values, _ => ChildPlan.ArrayOf(byValue.Keys, plan.Expansion.Link.Columns[0].There));
            await using var reader = columns.Fit(await together.RunAsync(lease, values, stopped).ConfigureAwait(false));
            while (await reader.ReadAsync(stopped).ConfigureAwait(false))
            {
                if (pieces.Count == ChildPlan.RowsTogether)
                    return null;
                byValue[columns.Get(reader, _there)!].Add(pieces.Count);
                pieces.Add(reader, open: false);
            }
        }
        return [.. links.Select(link => link is null ? BelowOne.Nothing(plan.Expansion.Count) : Cut(byValue[link[0]]))];
    }

    private BelowOne Cut(List<int> rows) =>
        new(rows.Count > plan.Limit ? rows.GetRange(0, plan.Limit) : rows, plan.Expansion.Count ? rows.Count : null, plan.HasMore(rows.Count));
}

/// <summary>An expansion with the values that one request brings.</summary>
internal sealed record BoundExpansion(PlannedExpansion Plan, object?[] Alone, object?[]? Together, object?[]? Count);
