using System.Text.Json;
using K12Sync.OData.Queries;
using K12Sync.OData.Writing;

namespace K12Sync.OData.FastPath;

/// <summary>A page of rows of one set, perhaps counted, perhaps with the rows that its links lead to.</summary>
internal sealed class PagePlan(PreparedStatement rows, PreparedStatement? count, RowColumns columns, RowOrder order, IReadOnlyList<PlannedExpansion> below) : PreparedPlan
{
    private readonly string _context = ContextUrl.Rows("", columns.Shape);
    private readonly int[] _order = [.. order.Terms.Select(t => columns.IndexOf(t.Property!))];

    public override async Task<long?> WriteAsync(PreparedConnections.Lease lease, Destination to, CancellationToken stopped)
    {
        var counted = count?.Bind(to.Request);
        if (rows.Bind(to.Request) is not { } values || (count is not null && counted is null))
            return null;
        using var expanded = below.Count == 0 ? null : ExpandedRows.Of(columns, below, to.Request);
        if (expanded is null && below.Count > 0)
            return null;
        var total = await CountAsync(count, counted, lease, stopped).ConfigureAwait(false);
        await using var json = new Utf8JsonWriter(to.Output, RowsAnswer.JsonOptions);
        WriteHead(json, to, _context, total);
        var (written, next) = (0L, (string?)null);
        if (to.Request.Cut.Take > 0)
        {
            await using var reader = columns.Fit(await rows.RunAsync(lease, values, stopped).ConfigureAwait(false));
            (written, next) = expanded is null
                ? await StreamAsync(json, reader, to, stopped).ConfigureAwait(false)
                : await ExpandAsync(json, reader, expanded, lease, to, stopped).ConfigureAwait(false);
        }
        WriteTail(json, next);
        await json.FlushAsync(stopped).ConfigureAwait(false);
        return written;
    }

    private async Task<(long Rows, string? Next)> StreamAsync(Utf8JsonWriter json, StoredRows reader, Destination to, CancellationToken stopped)
    {
        var (cut, number) = (to.Request.Cut, 0);
        object?[] last = [];
        while (await reader.ReadAsync(stopped).ConfigureAwait(false))
        {
            if (number == cut.Limit)
                return (number, NextLink(to, last));
            columns.WriteOpen(json, reader, to.Request.Wants, null);
            json.WriteEndObject();
            if (++number == cut.Limit && cut.MayHaveMore)
                last = Place(reader);
            if (json.BytesPending > 16_384)
            {
                await json.FlushAsync(stopped).ConfigureAwait(false);
                await to.Sent().ConfigureAwait(false);
            }
        }
        return (number, null);
    }

    private async Task<(long Rows, string? Next)> ExpandAsync(
        Utf8JsonWriter json, StoredRows reader, ExpandedRows expanded, PreparedConnections.Lease lease, Destination to, CancellationToken stopped)
    {
        object?[] last = [];
        var more = false;
        while (!more && await reader.ReadAsync(stopped).ConfigureAwait(false))
        {
            if (more = expanded.Count == to.Request.Cut.Limit)
                break;
            expanded.Add(reader, null);
            if (expanded.Count == to.Request.Cut.Limit)
                last = Place(reader);
        }
        // The connection has to be free for the statements below.
        await reader.CloseAsync().ConfigureAwait(false);
        await json.FlushAsync(stopped).ConfigureAwait(false);
        await expanded.WriteAsync(lease, to, stopped).ConfigureAwait(false);
        return (expanded.Count, more ? NextLink(to, last) : null);
    }

    private object?[] Place(StoredRows reader) => Array.ConvertAll(_order, column => columns.Get(reader, column));

    private string NextLink(Destination to, object?[] last) => PageReader.LinkTo(to.Root, to.Path, to.Request.Query, order.Token(i => last[i]), to.Request.Cut.Limit);
}
