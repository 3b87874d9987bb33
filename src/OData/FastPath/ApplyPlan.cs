using System.Text.Json;
using K12Sync.OData.Aggregation;
using K12Sync.OData.Writing;

namespace K12Sync.OData.FastPath;

/// <summary>An aggregation.</summary>
internal sealed class ApplyPlan(EntitySet set, PreparedStatement rows, PreparedStatement? count, IReadOnlyList<ColumnReader> columns, IReadOnlyList<Branch> tree) : PreparedPlan
{
    private readonly string _context = Branch.Context("", set, tree);

    public override async Task<long?> WriteAsync(PreparedConnections.Lease lease, Destination to, CancellationToken stopped)
    {
        var counted = count?.Bind(to.Request);
        if (rows.Bind(to.Request) is not { } values || (count is not null && counted is null))
            return null;
        var total = await CountAsync(count, counted, lease, stopped).ConfigureAwait(false);
        await using var reader = await rows.RunAsync(lease, values, stopped).ConfigureAwait(false);
        if (reader.FieldCount != columns.Count)
            throw new InvalidOperationException("The statement has other columns than its plan.");
        var there = await reader.ReadAsync(stopped).ConfigureAwait(false);
        // What an aggregate over nothing looks like is the long way's business.
        if (!there)
            return null;
        await using var json = new Utf8JsonWriter(to.Output, RowsAnswer.JsonOptions);
        WriteHead(json, to, _context, total);
        var (cut, number) = (to.Request.Cut, 0);
        for (; there && number < cut.Limit; number++)
        {
            Branch.Write(json, tree, column => columns[column].Write(json, reader, column, to.Request.Wants.NumbersAsText));
            if (json.BytesPending > 16_384)
            {
                await json.FlushAsync(stopped).ConfigureAwait(false);
                await to.Sent().ConfigureAwait(false);
            }
            there = await reader.ReadAsync(stopped).ConfigureAwait(false);
        }
        WriteTail(json, there ? ApplyQuery.NextLink(to.Root, to.Path, to.Request.Query, cut.Skip, cut.Limit) : null);
        await json.FlushAsync(stopped).ConfigureAwait(false);
        return number;
    }
}
