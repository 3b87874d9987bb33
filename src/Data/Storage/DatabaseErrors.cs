using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace K12Sync.Data.Storage;

internal static class DatabaseErrors
{
    /// <summary>True when a unique index refused the row. PostgreSQL says so by SQLSTATE, SQLite by its own codes.</summary>
    public static bool IsUniqueViolation(this DbException error) =>
        error.SqlState == "23505" || error is SqliteException { SqliteExtendedErrorCode: SQLitePCL.raw.SQLITE_CONSTRAINT_UNIQUE or SQLitePCL.raw.SQLITE_CONSTRAINT_PRIMARYKEY };
}
