using System.Data.Common;
using K12Sync.Data.Access;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace K12Sync.Data.Storage;

/// <summary>A database on a PostgreSQL server. Backups are the server's business; migrating takes none.</summary>
public sealed class PostgresDatabase : Database
{
    // What a connection asks of the planner, unless its Options say otherwise. Compiling a plan takes a second for statements that take less. A page in the middle of an index
    // costs hardly more than the next one where databases live today; at the server's default of 4 a school's year is read by the table and sorted, which takes four times as long.
    private static readonly (string Setting, string Value)[] PlannerSettings = [("jit", "off"), ("random_page_cost", "1.1")];
    private readonly string _connectionString;
    private readonly string _readingConnectionString;
    private readonly string _where;

    /// <summary>The database of a connection string such as <c>Host=db;Database=k12sync;Username=k12sync</c>.</summary>
    /// <exception cref="DatabaseRefusedException">It is no connection string, or names no database.</exception>
    public PostgresDatabase(string connectionString)
    {
        var parts = Parse(connectionString);
        parts.MaxAutoPrepare = Math.Max(parts.MaxAutoPrepare, 50);
        foreach (var (setting, value) in PlannerSettings)
            if (parts.Options?.Contains(setting, StringComparison.Ordinal) != true)
                parts.Options = $"{parts.Options} -c {setting}={value}".TrimStart();
        _connectionString = parts.ToString();
        parts.Options += " -c default_transaction_read_only=on";
        _readingConnectionString = parts.ToString();
        _where = $"PostgreSQL database {parts.Database} on {parts.Host}";
    }

    /// <inheritdoc/>
    public override string Where => _where;

    /// <summary>For whoever keeps tables of its own in the database. Holds a password, if there is one.</summary>
    public string ConnectionString => _connectionString;

    /// <inheritdoc/>
    public override K12SyncDb Open(DistrictId district, Action<DbContextOptionsBuilder> with) => new PostgresDb(PostgresDb.Options(_connectionString, with), district);

    /// <inheritdoc/>
    public override async Task<DbConnection> OpenForReadingAsync(CancellationToken cancellation)
    {
        var connection = new NpgsqlConnection(_readingConnectionString);
        try
        {
            await connection.OpenAsync(cancellation);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public override async Task<SchemaState> ExamineAsync(CancellationToken cancellation)
    {
        await using var db = Open(default);
        try
        {
            var tables = await db.Database.SqlQueryRaw<string>("SELECT tablename::text AS \"Value\" FROM pg_tables WHERE schemaname = current_schema()").ToListAsync(cancellation);
            if (tables.Count == 0)
                return SchemaState.Missing;
            return tables.Contains("__EFMigrationsHistory")
                ? await CompareAsync(db, Where, cancellation)
                : throw new DatabaseRefusedException($"{Where} holds tables that are not K12Sync's. Nothing was changed. Name a database of its own.");
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            return SchemaState.Missing;
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException { InnerException: NpgsqlException })
        {
            throw new DatabaseRefusedException($"{Where} cannot be reached: {(e.InnerException as NpgsqlException ?? e).Message} Nothing was changed.", e);
        }
    }

    /// <inheritdoc/>
    public override async Task<string?> MigrateAsync(CancellationToken cancellation)
    {
        if (await ExamineAsync(cancellation) != SchemaState.Current)
        {
            await using var db = Open(default);
            db.Database.SetCommandTimeout(db.BulkSeconds);
            await db.Database.MigrateAsync(cancellation);
        }
        return null;
    }

    private static NpgsqlConnectionStringBuilder Parse(string text)
    {
        try
        {
            var parts = new NpgsqlConnectionStringBuilder(text);
            return string.IsNullOrEmpty(parts.Database) || string.IsNullOrEmpty(parts.Host)
                ? throw new DatabaseRefusedException("The connection must name Host and Database.")
                : parts;
        }
        catch (ArgumentException e)
        {
            throw new DatabaseRefusedException($"This is no PostgreSQL connection string: {e.Message} Write it like Host=db;Database=k12sync;Username=k12sync.", e);
        }
    }
}
