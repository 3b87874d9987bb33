using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using SQLitePCL;

namespace K12Sync.Data.Storage;

/// <summary>Tells a database that cannot be asked at the moment from a statement that it refuses.</summary>
public static class DatabaseAway
{
    // Of PostgreSQL: connection exceptions, insufficient resources (a full disk among them), operator intervention, system errors.
    private static readonly string[] Classes = ["08", "53", "57", "58"];

    // Serialization failure, deadlock, lock not available, read-only transaction, lost idle session.
    private static readonly string[] States = ["40001", "40P01", "55P03", "25006", "25P03"];

    /// <summary>Locked, full, read-only, damaged by the disk, shut down or not to be reached: the same statement may do later, and nothing of it was stored by half.</summary>
    public static bool IsDatabaseAway(this Exception error) => error switch
    {
        SqliteException { SqliteErrorCode: raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_FULL or raw.SQLITE_READONLY or raw.SQLITE_IOERR or raw.SQLITE_CANTOPEN or raw.SQLITE_NOMEM } => true,
        PostgresException { SqlState: { } state } => States.Contains(state) || Classes.Contains(state[..2]),
        NpgsqlException => true,
        // It did not come to its turn in the time it had.
        TimeoutException => true,
        // EF puts what is transient, and what a save meets, into one of its own.
        InvalidOperationException { InnerException: DbException inner } => inner.IsDatabaseAway(),
        Microsoft.EntityFrameworkCore.DbUpdateException { InnerException: DbException inner } => inner.IsDatabaseAway(),
        _ => false,
    };
}
