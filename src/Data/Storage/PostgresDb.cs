using K12Sync.Data.Access;
using K12Sync.Data.Passes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Npgsql;

namespace K12Sync.Data.Storage;

/// <summary>PostgreSQL: for districts and vendors that outgrow one machine. Text compares byte for byte, as on SQLite.</summary>
public sealed class PostgresDb(DbContextOptions<PostgresDb> options, DistrictId district) : K12SyncDb(options, district)
{
    private const int ManyRows = 10_000;
    private const int LongestSilence = 600;

    /// <summary>Options for a connection string.</summary>
    public static DbContextOptions<PostgresDb> Options(string connectionString, Action<DbContextOptionsBuilder>? with = null)
    {
        var options = new DbContextOptionsBuilder<PostgresDb>().UseNpgsql(connectionString);
        with?.Invoke(options);
        return options.Options;
    }

    /// <summary>Ten minutes, or what the connection says if that is more.</summary>
    internal override int? BulkSeconds => ((NpgsqlConnection)Database.GetDbConnection()).CommandTimeout is > 0 and var seconds ? Math.Max(seconds, LongestSilence) : 0;

    /// <summary>Of the passes that were handed in last some were stored already.</summary>
    internal bool LastPassesKnown { get; set; }

    internal override PassInsert PassInsert => new PostgresPassInsert(this);

    internal override async Task<RowReader> ReadRowsAsync(string sql, CancellationToken cancellation, params (string Name, object? Value)[] parameters)
    {
        var command = DistrictSql.Command(this, sql, parameters);
        return new DriverRowReader(command, await command.ExecuteReaderAsync(cancellation));
    }

    internal override RowWriter RowWriter(string sql, params (string Name, Holds Holds)[] values) => new PostgresRowWriter(this, sql, values);

    // An array, not IN a query: of that the planner expects a hundred rows, and while it takes the table for small it compares all rows of the district with each of them.
    private protected override string ColumnIsOneOf(string column, string parameter) => $"{column} = ANY (ARRAY(SELECT jsonb_array_elements_text(CAST({parameter} AS jsonb))))";

    // Written as on SQLite it would be a hash of the whole table for every stretch of days. "+ 0": not by walking through all ids from the end.
    internal override string LeftJoinLast(string table, string alias, string candidate, string condition) =>
        $"""LEFT JOIN LATERAL (SELECT {candidate}.* FROM "{table}" {candidate} WHERE {condition} ORDER BY {candidate}."Id" + 0 DESC LIMIT 1) {alias} ON TRUE""";

    /// <remarks>
    /// The server does this by itself within a minute or two. Until then it keeps using plans that connections have prepared, and one made for an empty table
    /// may read all of a full one again and again. A table that has not doubled is left to the server. So is one that somebody else is looking after at the moment.
    /// </remarks>
    internal override async Task GrewAsync(int rows, CancellationToken cancellation, params IReadOnlyList<string> tables)
    {
        if (rows < ManyRows)
            return;
        await Database.OpenConnectionAsync(cancellation);
        await using var command = (NpgsqlCommand)Database.GetDbConnection().CreateCommand();
        command.CommandTimeout = BulkSeconds!.Value;
        foreach (var table in tables)
        {
            command.CommandText = """SELECT pg_relation_size(oid) > 2.0 * relpages * current_setting('block_size')::int FROM pg_class WHERE oid = quote_ident(@table)::regclass;""";
            command.Parameters.Clear();
            command.Parameters.AddWithValue("table", table);
            var doubled = await command.ExecuteScalarAsync(cancellation) is true;
            command.Parameters.Clear();
#pragma warning disable CA2100 // A name of this assembly's; it cannot be a parameter.
            command.CommandText = $"""ANALYZE (SKIP_LOCKED) "{table}";""";
#pragma warning restore CA2100
            if (doubled)
                await command.ExecuteNonQueryAsync(cancellation);
        }
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        // The server would look for the school of every single pass, a third of what storing it costs. PassInsert asks once for all schools that it was given.
        var pass = modelBuilder.Model.FindEntityType(typeof(PassRow))!;
        foreach (var school in pass.GetForeignKeys().ToList())
            pass.RemoveForeignKey(school);
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
