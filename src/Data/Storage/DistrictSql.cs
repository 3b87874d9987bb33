using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace K12Sync.Data.Storage;

/// <summary>
/// Hand-written SQL for the bulk paths. A statement that does not name <c>@district</c> is refused, and <c>@district</c> is always the
/// context's own: what the query filter is to LINQ, this is to text.
/// </summary>
internal static class DistrictSql
{
    /// <summary>A command on the context's connection and transaction. The connection is opened if need be.</summary>
    /// <exception cref="InvalidOperationException">The statement does not name <c>@district</c>.</exception>
    public static DbCommand Command(K12SyncDb db, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        MustNameDistrict(sql);
        db.Database.OpenConnection();
        var command = db.Database.GetDbConnection().CreateCommand();
#pragma warning disable CA2100 // The text is a constant of this assembly; values are always parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Transaction = db.Database.CurrentTransaction?.GetDbTransaction();
        if (db.BulkSeconds is { } seconds)
            command.CommandTimeout = seconds;
        command.Add("@district", db.DistrictId);
        foreach (var (name, value) in parameters)
            command.Add(name, value);
        return command;
    }

    /// <summary>Refuses a statement that would cross the border between districts.</summary>
    /// <exception cref="InvalidOperationException">The statement does not name <c>@district</c>.</exception>
    public static void MustNameDistrict(string sql)
    {
        if (!sql.Contains("@district", StringComparison.Ordinal))
            throw new InvalidOperationException("A statement must name @district.");
    }

    /// <summary>Adds a parameter. Instants go as UTC ticks and days as ISO text, as the columns hold them.</summary>
    public static DbParameter Add(this DbCommand command, string name, object? value = null)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Set(value);
        command.Parameters.Add(parameter);
        return parameter;
    }

    /// <summary>Sets the value of a parameter of a prepared command.</summary>
    public static void Set(this DbParameter parameter, object? value) => parameter.Value = value switch
    {
        null => DBNull.Value,
        DateTimeOffset instant => instant.UtcTicks,
        Enum name => name.ToString(),
        _ => value,
    };
}
