using System.Data.Common;

namespace K12Sync.OData.FastPath;

/// <summary>EF's SQL of one query, and where each of its parameters gets its value.</summary>
internal sealed class PreparedStatement(DbCommand template, IReadOnlyList<Slot> slots)
{
    /// <summary>What no request's value can be found for is left to the rows above: see <see cref="FillParents"/>.</summary>
    public object?[]? Bind(Shape request)
    {
        var values = new object?[slots.Count];
        for (var i = 0; i < values.Length; i++)
        {
            if (slots[i].IsOfParent)
                continue;
            if (slots[i].ValueFor(request) is not { } value)
                return null;
            values[i] = value;
        }
        return values;
    }

    /// <summary>Puts the values of the row above, or of all rows above, into their slots.</summary>
    public void FillParents(object?[] values, Func<int, object> valueOf)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (slots[i].IsOfParent)
                values[i] = slots[i].Store(valueOf(slots[i].Number));
        }
    }

    /// <summary>Runs it on a connection, preparing it there the first time.</summary>
    public async ValueTask<StoredRows> RunAsync(PreparedConnections.Lease lease, object?[] values, CancellationToken stopped)
    {
        var command = await lease.StatementAsync(this, stopped).ConfigureAwait(false);
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i];
        var reader = await command.ExecuteReaderAsync(stopped).ConfigureAwait(false);
        return new StoredRows(reader, lease.Access.Columns?.Invoke(reader));
    }

    /// <summary>Runs a statement that counts.</summary>
    public async ValueTask<long> CountAsync(PreparedConnections.Lease lease, object?[] values, CancellationToken stopped)
    {
        await using var rows = await RunAsync(lease, values, stopped).ConfigureAwait(false);
        return await rows.ReadAsync(stopped).ConfigureAwait(false) ? rows.Reader.GetInt64(0) : throw new InvalidOperationException("A count yielded nothing.");
    }

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
}
