using System.Data.Common;
using K12Sync.Data.Storage;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace K12Sync.Data.Passes;

/// <summary>Puts many passes into the table, each database in its own fastest way. Runs in the caller's transaction.</summary>
internal abstract class PassInsert
{
    /// <summary>Says for each pass whether its row is new; if not, its id was taken, by a stored pass or by an earlier one of these.</summary>
    public abstract Task<bool[]> InsertAsync(IReadOnlyList<IncomingPass> passes, DateTimeOffset now, long firstStamp, CancellationToken cancellation);
}

/// <summary>One prepared statement.</summary>
internal sealed class SqlitePassInsert(K12SyncDb db) : PassInsert
{
    public override Task<bool[]> InsertAsync(IReadOnlyList<IncomingPass> passes, DateTimeOffset now, long firstStamp, CancellationToken cancellation)
    {
        using var insert = new SqliteStatement(db, """
            INSERT INTO "Passes" ("DistrictId", "PassId", "SchoolId", "StudentNumber", "Code", "IssuedAt", "Date", "RecordedAt", "Voided", "Version", "ChangeVersion")
            VALUES (@district, @passId, @school, @student, @code, @issued, @date, @recorded, @voided, @stamp, @stamp)
            ON CONFLICT ("DistrictId", "PassId") DO NOTHING;
            """);
        insert.Bind(insert.Parameter("@recorded"), now.UtcTicks);
        var (passId, school, student, code) = (insert.Parameter("@passId"), insert.Parameter("@school"), insert.Parameter("@student"), insert.Parameter("@code"));
        var (issued, date, voided, stamp) = (insert.Parameter("@issued"), insert.Parameter("@date"), insert.Parameter("@voided"), insert.Parameter("@stamp"));
        var added = new bool[passes.Count];
        for (var i = 0; i < added.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var (pass, day) = passes[i];
            insert.Bind(passId, pass.PassId);
            insert.Bind(school, pass.SchoolId);
            insert.Bind(student, pass.StudentNumber);
            insert.Bind(code, pass.Code);
            insert.Bind(issued, pass.IssuedAt.UtcTicks);
            insert.Bind(date, day);
            insert.Bind(voided, pass.Voided ? 1 : 0);
            insert.Bind(stamp, firstStamp + i);
            insert.Run();
            added[i] = insert.Changes == 1;
        }
        return Task.FromResult(added);
    }
}

/// <summary>
/// Many by COPY, straight into the table. Where that finds an id taken it is undone, and the same passes go by way of a table of the session's own, from where one
/// statement takes what is new. Few go as lists in one statement: emptying that table takes longer than they do.
/// </summary>
internal sealed class PostgresPassInsert(PostgresDb db) : PassInsert
{
    // A refused COPY leaves an error in the server's log: what a kiosk sends twice should not.
    private const int FewestCopied = 1000;

    public override async Task<bool[]> InsertAsync(IReadOnlyList<IncomingPass> passes, DateTimeOffset now, long firstStamp, CancellationToken cancellation)
    {
        await KeepSchoolsAsync([.. passes.Select(p => p.Pass.SchoolId).Distinct()], cancellation);
        if (passes.Count >= FewestCopied && !db.LastPassesKnown && await CopyAsync(passes, now, firstStamp, cancellation))
            return [.. Enumerable.Repeat(true, passes.Count)];
        var added = passes.Count < FewestCopied ? await InsertFewAsync(passes, now, firstStamp, cancellation) : await InsertNewAsync(passes, now, firstStamp, cancellation);
        // A file that repeats passes is likely to go on like that.
        db.LastPassesKnown = added.Contains(false);
        return added;
    }

    /// <summary>What a foreign key does for each row, done once: the schools are there, and stay there until the transaction ends.</summary>
    /// <exception cref="InvalidOperationException">A pass is of a school that the district does not have.</exception>
    private async Task KeepSchoolsAsync(long[] schools, CancellationToken cancellation)
    {
        await using var command = DistrictSql.Command(db,
            """SELECT "Id" FROM "Schools" WHERE "DistrictId" = @district AND "Id" = ANY (@schools) ORDER BY "Id" FOR KEY SHARE;""", ("@schools", schools));
        var there = 0;
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            there++;
        if (there != schools.Length)
            throw new InvalidOperationException("A pass is of a school that the district does not have.");
    }

    /// <summary>False: an id is taken, and nothing was inserted.</summary>
    private async Task<bool> CopyAsync(IReadOnlyList<IncomingPass> passes, DateTimeOffset now, long firstStamp, CancellationToken cancellation)
    {
        await using var part = await db.TransactAsync(cancellation);
        try
        {
            await using (var copy = await BeginCopyAsync("""
                COPY "Passes" ("PassId", "SchoolId", "StudentNumber", "Code", "IssuedAt", "Date", "Voided", "Version", "DistrictId", "RecordedAt", "ChangeVersion") FROM STDIN (FORMAT BINARY)
                """, cancellation))
            {
                for (var i = 0; i < passes.Count; i++)
                {
                    await WriteAsync(copy, passes[i], firstStamp + i, cancellation);
                    await copy.WriteAsync(db.DistrictId, NpgsqlDbType.Bigint, cancellation);
                    await copy.WriteAsync(now.UtcTicks, NpgsqlDbType.Bigint, cancellation);
                    await copy.WriteAsync(firstStamp + i, NpgsqlDbType.Bigint, cancellation);
                }
                await copy.CompleteAsync(cancellation);
            }
            await part.CommitAsync(cancellation);
            return true;
        }
        catch (DbException e) when (e.IsUniqueViolation())
        {
            await part.RollbackAsync(cancellation);
            return false;
        }
    }

    private async Task<bool[]> InsertFewAsync(IReadOnlyList<IncomingPass> passes, DateTimeOffset now, long firstStamp, CancellationToken cancellation)
    {
        await using var insert = DistrictSql.Command(db, """
            INSERT INTO "Passes" ("DistrictId", "PassId", "SchoolId", "StudentNumber", "Code", "IssuedAt", "Date", "RecordedAt", "Voided", "Version", "ChangeVersion")
            SELECT @district, passId, school, student, code, issued, day, @recorded, voided, @stamp + number - 1, @stamp + number - 1
            FROM unnest(@passIds, @schools, @students, @codes, @issued, @days, @voided) WITH ORDINALITY AS p (passId, school, student, code, issued, day, voided, number) ORDER BY number
            ON CONFLICT ("DistrictId", "PassId") DO NOTHING RETURNING "Version";
            """,
            ("@recorded", now), ("@stamp", firstStamp),
            ("@passIds", passes.Select(p => p.Pass.PassId).ToArray()), ("@schools", passes.Select(p => p.Pass.SchoolId).ToArray()), ("@students", passes.Select(p => p.Pass.StudentNumber).ToArray()),
            ("@codes", passes.Select(p => p.Pass.Code).ToArray()), ("@issued", passes.Select(p => p.Pass.IssuedAt.UtcTicks).ToArray()), ("@days", passes.Select(p => p.Date).ToArray()),
            ("@voided", passes.Select(p => p.Pass.Voided).ToArray()));
        return await AddedAsync(insert, passes.Count, firstStamp, cancellation);
    }

    private async Task<bool[]> InsertNewAsync(IReadOnlyList<IncomingPass> passes, DateTimeOffset now, long firstStamp, CancellationToken cancellation)
    {
        await db.Database.ExecuteSqlRawAsync("""
            CREATE TEMP TABLE IF NOT EXISTS incoming_passes ("PassId" text, "SchoolId" bigint, "StudentNumber" text, "Code" text, "IssuedAt" bigint, "Date" date, "Voided" boolean, "Stamp" bigint);
            TRUNCATE incoming_passes;
            """, cancellation);
        await using (var copy = await BeginCopyAsync("COPY incoming_passes FROM STDIN (FORMAT BINARY)", cancellation))
        {
            for (var i = 0; i < passes.Count; i++)
                await WriteAsync(copy, passes[i], firstStamp + i, cancellation);
            await copy.CompleteAsync(cancellation);
        }
        await using var insert = DistrictSql.Command(db, """
            INSERT INTO "Passes" ("DistrictId", "PassId", "SchoolId", "StudentNumber", "Code", "IssuedAt", "Date", "RecordedAt", "Voided", "Version", "ChangeVersion")
            SELECT @district, "PassId", "SchoolId", "StudentNumber", "Code", "IssuedAt", "Date", @recorded, "Voided", "Stamp", "Stamp" FROM incoming_passes ORDER BY "Stamp"
            ON CONFLICT ("DistrictId", "PassId") DO NOTHING RETURNING "Version";
            """, ("@recorded", now));
        return await AddedAsync(insert, passes.Count, firstStamp, cancellation);
    }

    /// <summary>A row that was inserted returns its stamp, which says which of the passes it is.</summary>
    private static async Task<bool[]> AddedAsync(DbCommand insert, int passes, long firstStamp, CancellationToken cancellation)
    {
        var added = new bool[passes];
        await using var row = await insert.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            added[row.GetInt64(0) - firstStamp] = true;
        return added;
    }

    private async Task<NpgsqlBinaryImporter> BeginCopyAsync(string sql, CancellationToken cancellation)
    {
        var copy = await ((NpgsqlConnection)db.Database.GetDbConnection()).BeginBinaryImportAsync(sql, cancellation);
        copy.Timeout = TimeSpan.FromSeconds(db.BulkSeconds!.Value);
        return copy;
    }

    private static async ValueTask WriteAsync(NpgsqlBinaryImporter copy, IncomingPass incoming, long stamp, CancellationToken cancellation)
    {
        var (pass, date) = incoming;
        await copy.StartRowAsync(cancellation);
        await copy.WriteAsync(pass.PassId, NpgsqlDbType.Text, cancellation);
        await copy.WriteAsync(pass.SchoolId, NpgsqlDbType.Bigint, cancellation);
        await copy.WriteAsync(pass.StudentNumber, NpgsqlDbType.Text, cancellation);
        await copy.WriteAsync(pass.Code, NpgsqlDbType.Text, cancellation);
        await copy.WriteAsync(pass.IssuedAt.UtcTicks, NpgsqlDbType.Bigint, cancellation);
        await copy.WriteAsync(date, NpgsqlDbType.Date, cancellation);
        await copy.WriteAsync(pass.Voided, NpgsqlDbType.Boolean, cancellation);
        await copy.WriteAsync(stamp, NpgsqlDbType.Bigint, cancellation);
    }
}
