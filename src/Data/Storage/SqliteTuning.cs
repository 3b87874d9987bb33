using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using SQLitePCL;

namespace K12Sync.Data.Storage;

/// <summary>
/// Settings of each connection that make bulk work faster and take nothing from its safety: <c>synchronous</c> stays FULL, so what was committed
/// survives a power cut.
/// </summary>
internal sealed class SqliteTuning : DbConnectionInterceptor
{
    // 64 MiB of pages instead of 2: a batch of passes touches more of the indexes than that, and would write and read the same pages again and again.
    // The log goes back into the file every 64 MiB instead of every 4. Said although it is the default of most builds: synchronous = FULL.
    private const string Settings = "PRAGMA synchronous = FULL; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 16384;";

    // SQLITE_DBCONFIG_ENABLE_QPSG, which the bindings have no name for.
    private const int StablePlans = 1007;

    // Of a connection that only reads, of which there may be many: 16 MiB of pages each.
    private const string Reading = "PRAGMA query_only = 1; PRAGMA cache_size = -16384;";

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Apply(connection);

    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Apply(connection);
        return Task.CompletedTask;
    }

    /// <summary>
    /// Makes a connection one that only reads statements which are prepared once and run often. Without the promise of a stable plan SQLite compiles a statement
    /// with a bound LIMIT anew each time a value is bound to it, which takes longer than most of these statements run.
    /// </summary>
    public static async Task ForReadingAsync(SqliteConnection connection, CancellationToken cancellation)
    {
        await using var settings = connection.CreateCommand();
        settings.CommandText = Reading;
        await settings.ExecuteNonQueryAsync(cancellation);
        SqliteException.ThrowExceptionForRC(raw.sqlite3_db_config(connection.Handle, StablePlans, 1, out _), connection.Handle);
    }

    private static void Apply(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        // Waiting for another writer is SQLite's own business, for statements past the driver too, and as long as the driver would.
        var wait = TimeSpan.FromSeconds(((SqliteConnection)connection).DefaultTimeout);
#pragma warning disable CA2100 // A number; a pragma takes no parameters.
        command.CommandText = string.Create(CultureInfo.InvariantCulture, $"{Settings} PRAGMA busy_timeout = {wait.TotalMilliseconds:0};");
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
