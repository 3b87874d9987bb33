using System.Text.Json;
using K12Sync.OData.Writing;

namespace K12Sync.OData.FastPath;

/// <summary>A hot shape: the statements that answer it, and how their rows are written.</summary>
internal abstract class PreparedPlan
{
    /// <summary>
    /// Runs the statements and writes the whole body. The number of its rows, without rows within rows; null, with nothing written, when this request must take the
    /// long way after all.
    /// </summary>
    public abstract Task<long?> WriteAsync(PreparedConnections.Lease lease, Destination to, CancellationToken stopped);

    /// <summary>The count of a page; null when none was asked for.</summary>
    private protected static async ValueTask<long?> CountAsync(
        PreparedStatement? statement, object?[]? values, PreparedConnections.Lease lease, CancellationToken stopped) =>
        statement is null ? null : await statement.CountAsync(lease, values!, stopped).ConfigureAwait(false);

    /// <summary>Begins a page: its context, its count, its list.</summary>
    private protected static void WriteHead(Utf8JsonWriter json, Destination to, string context, long? count)
    {
        json.WriteStartObject();
        if (to.Request.Wants.WritesContext)
            json.WriteString("@odata.context", to.Root + context);
        if (count is { } rows)
            RowsAnswer.WriteCount(json, "@odata.count", rows, to.Request.Wants.NumbersAsText);
        json.WriteStartArray("value");
    }

    private protected static void WriteTail(Utf8JsonWriter json, string? next)
    {
        json.WriteEndArray();
        if (next is not null)
            json.WriteString("@odata.nextLink", next);
        json.WriteEndObject();
    }
}
