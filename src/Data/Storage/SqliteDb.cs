using K12Sync.Data.Access;
using K12Sync.Data.Passes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace K12Sync.Data.Storage;

/// <summary>The embedded default: one file, write-ahead log, one writer at a time.</summary>
public sealed class SqliteDb(DbContextOptions<SqliteDb> options, DistrictId district) : K12SyncDb(options, district)
{
    internal override PassInsert PassInsert => new SqlitePassInsert(this);

    internal override Task<RowReader> ReadRowsAsync(string sql, CancellationToken cancellation, params (string Name, object? Value)[] parameters) =>
        Task.FromResult<RowReader>(new SqliteRowReader(this, sql, parameters));

    internal override RowWriter RowWriter(string sql, params (string Name, Holds Holds)[] values) => new SqliteRowWriter(this, sql, values);

    private protected override string ColumnIsOneOf(string column, string parameter) => $"{column} IN (SELECT value FROM json_each({parameter}))";

    internal override string LeftJoinLast(string table, string alias, string candidate, string condition) =>
        $"""LEFT JOIN "{table}" {alias} ON {alias}."Id" = (SELECT MAX({candidate}."Id") FROM "{table}" {candidate} WHERE {condition})""";

    // Plans are made afresh for each statement and by the indexes alone.
    internal override Task GrewAsync(int rows, CancellationToken cancellation, params IReadOnlyList<string> tables) => Task.CompletedTask;

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        // Every index ends in the row's id here. Named, it would be one more column, and SQLite would look for a place in the order by what stands before it alone.
        foreach (var table in modelBuilder.Model.GetEntityTypes())
        {
            foreach (var index in table.GetIndexes().Where(i => i.Properties.Count > 1 && table.FindPrimaryKey()?.Properties is [var id] && i.Properties[^1] == id).ToList())
            {
                table.RemoveIndex(index);
                table.AddIndex([.. index.Properties.SkipLast(1)]);
            }
        }
    }

    private static readonly SqliteTuning Tuning = new();

    /// <summary>Options for a connection string.</summary>
    public static DbContextOptions<SqliteDb> Options(string connectionString, Action<DbContextOptionsBuilder>? with = null)
    {
        var options = new DbContextOptionsBuilder<SqliteDb>().UseSqlite(connectionString).AddInterceptors(Tuning);
        with?.Invoke(options);
        return options.Options;
    }
}

/// <summary>Lets the design-time tools make a context to compare the model with the migrations.</summary>
internal sealed class SqliteDesign : IDesignTimeDbContextFactory<SqliteDb>
{
    public SqliteDb CreateDbContext(string[] args) => new(SqliteDb.Options("Data Source=:memory:"), default);
}
