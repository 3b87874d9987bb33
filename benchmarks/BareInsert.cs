using K12Sync.Data;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace K12Sync.Benchmarks;

/// <summary>A row of the passes table, ready to be stored.</summary>
public sealed record ReadyPass(string PassId, long SchoolId, string StudentNumber, string Code, long IssuedAt, DateOnly Date, bool Voided);

/// <summary>
/// What storing alone takes: rows that are in memory already, by one prepared command in one transaction (SQLite) or by COPY into a temporary
/// table and one statement from there (PostgreSQL), into a table like the program's with the same indexes.
/// </summary>
public static class BareInsert
{
    private const string Columns = """("DistrictId", "PassId", "SchoolId", "StudentNumber", "Code", "IssuedAt", "Date", "RecordedAt", "Voided", "Version", "ChangeVersion")""";

    /// <summary>Takes the rows out of the table, and leaves it empty.</summary>
    public static async Task<List<ReadyPass>> TakeAsync(K12SyncDb db)
    {
        ArgumentNullException.ThrowIfNull(db);
        var rows = await db.Passes.AsNoTracking().OrderBy(p => p.Id)
            .Select(p => new ReadyPass(p.PassId, p.SchoolId, p.StudentNumber, p.Code, p.IssuedAt.UtcTicks, p.Date, p.Voided)).ToListAsync();
        await db.Database.ExecuteSqlRawAsync("""DELETE FROM "PendingDays"; DELETE FROM "Passes";""");
        return rows;
    }

    public static Task RunAsync(K12SyncDb db, IReadOnlyList<ReadyPass> passes)
    {
        ArgumentNullException.ThrowIfNull(db);
        return db.Database.GetDbConnection() is NpgsqlConnection postgres ? PostgresAsync(postgres, passes) : SqliteAsync((SqliteConnection)db.Database.GetDbConnection(), passes);
    }

    private static async Task SqliteAsync(SqliteConnection connection, IReadOnlyList<ReadyPass> passes)
    {
        await connection.OpenAsync();
        await using var transaction = connection.BeginTransaction();
        await using var insert = connection.CreateCommand();
        insert.Transaction = transaction;
        insert.CommandText = $"""INSERT INTO "Passes" {Columns} VALUES (1, $id, $school, $student, $code, $issued, $date, 0, $voided, 1, 1);""";
        var (id, school, student, code) = (insert.Parameters.Add("$id", SqliteType.Text), insert.Parameters.Add("$school", SqliteType.Integer), insert.Parameters.Add("$student", SqliteType.Text), insert.Parameters.Add("$code", SqliteType.Text));
        var (issued, date, voided) = (insert.Parameters.Add("$issued", SqliteType.Integer), insert.Parameters.Add("$date", SqliteType.Text), insert.Parameters.Add("$voided", SqliteType.Integer));
        foreach (var pass in passes)
        {
            (id.Value, school.Value, student.Value, code.Value) = (pass.PassId, pass.SchoolId, pass.StudentNumber, pass.Code);
            (issued.Value, date.Value, voided.Value) = (pass.IssuedAt, pass.Date, pass.Voided);
#pragma warning disable CA1849 // SQLite has no asynchronous calls.
            insert.ExecuteNonQuery();
#pragma warning restore CA1849
        }
        await transaction.CommitAsync();
    }

    private static async Task PostgresAsync(NpgsqlConnection connection, IReadOnlyList<ReadyPass> passes)
    {
        if (connection.State != System.Data.ConnectionState.Open)
            await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var make = new NpgsqlCommand("""
            CREATE TEMP TABLE bare ("PassId" text, "SchoolId" bigint, "StudentNumber" text, "Code" text, "IssuedAt" bigint, "Date" date, "Voided" boolean) ON COMMIT DROP;
            """, connection);
        await make.ExecuteNonQueryAsync();
        await using (var copy = await connection.BeginBinaryImportAsync("COPY bare FROM STDIN (FORMAT BINARY)"))
        {
            foreach (var pass in passes)
            {
                await copy.StartRowAsync();
                await copy.WriteAsync(pass.PassId, NpgsqlDbType.Text);
                await copy.WriteAsync(pass.SchoolId, NpgsqlDbType.Bigint);
                await copy.WriteAsync(pass.StudentNumber, NpgsqlDbType.Text);
                await copy.WriteAsync(pass.Code, NpgsqlDbType.Text);
                await copy.WriteAsync(pass.IssuedAt, NpgsqlDbType.Bigint);
                await copy.WriteAsync(pass.Date, NpgsqlDbType.Date);
                await copy.WriteAsync(pass.Voided, NpgsqlDbType.Boolean);
            }
            await copy.CompleteAsync();
        }
        await using var insert = new NpgsqlCommand($"""
            INSERT INTO "Passes" {Columns} SELECT 1, "PassId", "SchoolId", "StudentNumber", "Code", "IssuedAt", "Date", 0, "Voided", 1, 1 FROM bare ON CONFLICT DO NOTHING;
            """, connection) { CommandTimeout = 0 };
        await insert.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
    }
}
