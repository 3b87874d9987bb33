using System.Data.Common;
using System.Text.Json;
using K12Sync.OData.Http;
using K12Sync.OData.Queries;
using K12Sync.OData.Writing;

namespace K12Sync.OData.FastPath;

/// <summary>Where the value of a parameter comes from.</summary>
/// <param name="Lifted">The number of the literal in the text, or -1.</param>
/// <param name="Tenancy">The name among the caller's values, or null.</param>
/// <param name="Type">The type the literal is compared as.</param>
/// <param name="Derive">From the literal to the value compared with; null when they are the same.</param>
/// <param name="Store">From the view's value to the database's.</param>
/// <param name="Fixed">The value when it belongs to the shape itself.</param>
internal sealed record Slot(int Lifted, string? Tenancy, Type Type, Func<object, object?>? Derive, Func<object, object> Store, object? Fixed);

/// <summary>Where an answer goes: the request it belongs to, the bytes, what to do when there are many of them, the ETag of a single row.</summary>
internal sealed record Destination(Shape Request, string Root, string Path, System.Buffers.IBufferWriter<byte> Output, Func<ValueTask> Sent, Action<string> ETag);

/// <summary>The page a plan writes: its order, its rows at most, whether there may be more. Null for a single row.</summary>
internal sealed record PlannedPage(RowOrder Order, long Limit, bool MayHaveMore);

/// <summary>A hot shape: EF's SQL, where each parameter comes from, how each column is written.</summary>
internal sealed class PreparedPlan(DbCommand template, IReadOnlyList<Slot> slots, IReadOnlyList<ColumnReader> columns, RowShape shape, PlannedPage? page)
{
    private static readonly JsonEncodedText ETagName = JsonEncodedText.Encode("@odata.etag");
    private readonly int[] _written = [.. shape.Written.Select(p => IndexOf(columns, p))];
    private readonly int _version = shape.Set.Version is { } version ? IndexOf(columns, version) : -1;

    public DbCommand NewCommand(DbConnection connection)
    {
        var command = connection.CreateCommand();
        (command.CommandText, command.CommandTimeout) = (template.CommandText, template.CommandTimeout);
        CopyParameters(template, command);
        return command;
    }

    public static void CopyParameters(DbCommand from, DbCommand to)
    {
        foreach (DbParameter parameter in from.Parameters)
        {
            var copy = to.CreateParameter();
            (copy.ParameterName, copy.Value) = (parameter.ParameterName, parameter.Value);
            copy.DbType = parameter.DbType;
            to.Parameters.Add(copy);
        }
    }

    /// <summary>The values for this request's literals, or null when one of them does not fit its slot.</summary>
    public object[]? Bind(Shape request)
    {
        var values = new object[slots.Count];
        for (var i = 0; i < values.Length; i++)
        {
            var slot = slots[i];
            object? value = slot.Tenancy is not null
                ? request.Caller.Values.GetValueOrDefault(slot.Tenancy)
                : slot.Lifted < 0 ? slot.Fixed : LiteralValue.Read(request.Literals[slot.Lifted], slot.Type);
            if (value is not null && slot.Derive is { } derive)
                value = derive(value);
            if (value is null)
                return null;
            values[i] = slot.Store(value);
        }
        return values;
    }

    /// <summary>Runs the statement and writes the whole body. False when a single row was asked for and is not there.</summary>
    public async Task<bool> WriteAsync(PreparedConnections.Lease lease, object[] values, Destination to, CancellationToken stopped)
    {
        var command = await lease.StatementAsync(this, stopped).ConfigureAwait(false);
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i];
        await using var reader = await command.ExecuteReaderAsync(stopped).ConfigureAwait(false);
        if (reader.FieldCount != columns.Count)
            throw new InvalidOperationException("The statement has other columns than its plan.");
        await using var json = new Utf8JsonWriter(to.Output, RowsAnswer.JsonOptions);
        if (!to.Request.IsRow)
        {
            await RowsAsync(json, reader, to, stopped).ConfigureAwait(false);
            return true;
        }
        if (!await reader.ReadAsync(stopped).ConfigureAwait(false))
            return false;
        if (_version >= 0)
            to.ETag(RowWriter.ETag(columns[_version].Get(reader, _version)));
        Row(json, reader, to.Request, ContextUrl.Row(to.Root, shape));
        await json.FlushAsync(stopped).ConfigureAwait(false);
        return true;
    }

    private async Task RowsAsync(Utf8JsonWriter json, DbDataReader reader, Destination to, CancellationToken stopped)
    {
        json.WriteStartObject();
        if (to.Request.Wants.WritesContext)
            json.WriteString("@odata.context", ContextUrl.Rows(to.Root, shape));
        json.WriteStartArray("value");
        var number = 0L;
        object?[] last = [];
        string? next = null;
        while (await reader.ReadAsync(stopped).ConfigureAwait(false))
        {
            if (number == page!.Limit)
            {
                next = PageReader.LinkTo(to.Root, to.Path, to.Request.Query, page.Order.Token(i => last[i]), page.Limit);
                break;
            }
            Row(json, reader, to.Request, null);
            if (++number == page.Limit && page.MayHaveMore)
                last = [.. page.Order.Terms.Select(t => Value(reader, t))];
            if (json.BytesPending > 16_384)
            {
                await json.FlushAsync(stopped).ConfigureAwait(false);
                await to.Sent().ConfigureAwait(false);
            }
        }
        json.WriteEndArray();
        if (next is not null)
            json.WriteString("@odata.nextLink", next);
        json.WriteEndObject();
        await json.FlushAsync(stopped).ConfigureAwait(false);
    }

    private void Row(Utf8JsonWriter json, DbDataReader reader, Shape request, string? context)
    {
        json.WriteStartObject();
        if (context is not null && request.Wants.WritesContext)
            json.WriteString("@odata.context", context);
        if (_version >= 0 && request.Wants.Metadata != MetadataLevel.None)
            json.WriteString(ETagName, RowWriter.ETag(columns[_version].Get(reader, _version)));
        foreach (var column in _written)
        {
            json.WritePropertyName(columns[column].Property.EncodedName);
            columns[column].Write(json, reader, column, request.Wants.NumbersAsText);
        }
        json.WriteEndObject();
    }

    private object? Value(DbDataReader reader, OrderTerm term)
    {
        var column = IndexOf(columns, term.Property!);
        return columns[column].Get(reader, column);
    }

    private static int IndexOf(IReadOnlyList<ColumnReader> columns, Model.ViewProperty property)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            if (columns[i].Property == property)
                return i;
        }
        throw new InvalidOperationException($"{property.Name} is not loaded.");
    }
}
