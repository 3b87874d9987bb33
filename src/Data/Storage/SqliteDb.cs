using K12Sync.Data.Access;
using K12Sync.Data.Passes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace K12Sync.Data.Storage;

/// <summary>The embedded default: one file, write-ahead log, one writer at a time.</summary>
public sealed class SqliteDb(DbContextOptions<SqliteDb> options, DistrictId district) : K12SyncDb(options, district)
{
    internal override PassInsert PassInsert => new SqlitePassInsert(this);

    internal override string ValuesOf(string parameter) => $"SELECT value FROM json_each({parameter})";

    /// <summary>Options for a connection string.</summary>
    public static DbContextOptions<SqliteDb> Options(string connectionString) =>
        new DbContextOptionsBuilder<SqliteDb>().UseSqlite(connectionString).Options;
}

/// <summary>Lets the design-time tools make a context to compare the model with the migrations.</summary>
internal sealed class SqliteDesign : IDesignTimeDbContextFactory<SqliteDb>
{
    public SqliteDb CreateDbContext(string[] args) => new(SqliteDb.Options("Data Source=:memory:"), default);
}
