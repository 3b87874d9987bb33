using System.Text.Json;
using K12Sync.OData.Writing;

namespace K12Sync.OData.FastPath;

/// <summary>One row by its key, perhaps with the rows that its links lead to.</summary>
internal sealed class RowPlan(PreparedStatement row, RowColumns columns, IReadOnlyList<PlannedExpansion> below) : PreparedPlan
{
    private readonly string _context = ContextUrl.Row("", columns.Shape);

    public override async Task<long?> WriteAsync(PreparedConnections.Lease lease, Destination to, CancellationToken stopped)
    {
        if (row.Bind(to.Request) is not { } values)
            return null;
        using var expanded = below.Count == 0 ? null : ExpandedRows.Of(columns, below, to.Request);
        if (expanded is null && below.Count > 0)
            return null;
        await using var reader = columns.Fit(await row.RunAsync(lease, values, stopped).ConfigureAwait(false));
        // Not there, or not the caller's: the long way has the words for it.
        if (!await reader.ReadAsync(stopped).ConfigureAwait(false))
            return null;
        if (columns.Version(reader) is { } version)
            to.ETag(RowWriter.ETag(version));
        if (expanded is null)
        {
            await using var json = new Utf8JsonWriter(to.Output, RowsAnswer.JsonOptions);
            columns.WriteOpen(json, reader, to.Request.Wants, to.Root + _context);
            json.WriteEndObject();
            await json.FlushAsync(stopped).ConfigureAwait(false);
            return 1;
        }
        expanded.Add(reader, to.Root + _context);
        await reader.CloseAsync().ConfigureAwait(false);
        await expanded.WriteAsync(lease, to, stopped).ConfigureAwait(false);
        return 1;
    }
}
