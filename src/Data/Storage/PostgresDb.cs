using K12Sync.Data.Access;
using K12Sync.Data.Passes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace K12Sync.Data.Storage;

/// <summary>PostgreSQL: for districts and vendors that outgrow one machine. Text compares byte for byte, as on SQLite.</summary>
public sealed class PostgresDb(DbContextOptions<PostgresDb> options, DistrictId district) : K12SyncDb(options, district)
{
    /// <summary>Options for a connection string.</summary>
    public static DbContextOptions<PostgresDb> Options(string connectionString) =>
        new DbContextOptionsBuilder<PostgresDb>().UseNpgsql(connectionString).Options;

    internal override PassInsert PassInsert => new PostgresPassInsert(this);

    internal override async Task<RowReader> ReadRowsAsync(string sql, CancellationToken cancellation, params (string Name, object? Value)[] parameters)
    {
        var command = DistrictSql.Command(this, sql, parameters);
        return new DriverRowReader(command, await command.ExecuteReaderAsync(cancellation));
    }

    internal override RowWriter RowWriter(string sql, params (string Name, Holds Holds)[] values) => new PostgresRowWriter(this, sql, values);

    internal override string ValuesOf(string parameter) => $"SELECT jsonb_array_elements_text(CAST({parameter} AS jsonb))";

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        // Not by convention: a convention reaches into JSON columns too, which have no collation.
        foreach (var column in modelBuilder.Model.GetEntityTypes()
            .SelectMany(t => t.GetProperties().Concat(t.GetComplexProperties().Where(c => !c.IsCollection).SelectMany(c => c.ComplexType.GetProperties())))
            .Where(p => p.ClrType == typeof(string)))
            column.SetCollation("C");
    }
}

/// <summary>Lets the design-time tools make a context to compare the model with the migrations.</summary>
internal sealed class PostgresDesign : IDesignTimeDbContextFactory<PostgresDb>
{
    public PostgresDb CreateDbContext(string[] args) => new(PostgresDb.Options("Host=localhost"), default);
}
