using System.Data.Common;
using K12Sync.Data.Storage;
using K12Sync.Domain.Passes;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Data.Passes;

/// <summary>What became of a pass that was handed in.</summary>
public enum PassReceipt
{
    /// <summary>New.</summary>
    Added,

    /// <summary>The same pass was here already; nothing changed.</summary>
    Unchanged,

    /// <summary>The same pass was here already and is now voided.</summary>
    Voided,

    /// <summary>Another pass has this id. Refused: an edit is a void and a new pass.</summary>
    Conflict,
}

/// <summary>A pass on its way in, with its day in the school's zone.</summary>
public readonly record struct IncomingPass(HallPass Pass, DateOnly Date);

/// <summary>
/// Takes passes in. The unique index on the pass id decides what is new; nothing is looked up first. The days that are touched become
/// pending in the same transaction, so an accepted pass is always mapped sooner or later.
/// </summary>
public sealed class PassStore(K12SyncDb db, TimeProvider clock)
{
    /// <summary>Stores all passes in one transaction and answers for each, in order.</summary>
    public async Task<IReadOnlyList<PassReceipt>> StoreAsync(IReadOnlyList<IncomingPass> passes, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(passes);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var stamp = await ChangeClock.TakeAsync(db, passes.Count, cancellation);
        await using var insert = Insert();
        var now = clock.GetUtcNow();
        var receipts = new PassReceipt[passes.Count];
        var touched = new HashSet<(long School, DateOnly Date)>();
        for (var i = 0; i < passes.Count; i++)
        {
            receipts[i] = await InsertAsync(insert, passes[i], now, stamp + i, cancellation)
                ? PassReceipt.Added
                : await MeetAsync(passes[i].Pass, stamp + i, cancellation);
            if (receipts[i] is PassReceipt.Added or PassReceipt.Voided)
                touched.Add((passes[i].Pass.SchoolId, passes[i].Date));
        }
        await new PendingDays(db).MarkAsync(touched, cancellation);
        await transaction.CommitAsync(cancellation);
        return receipts;
    }

    private DbCommand Insert()
    {
        var insert = DistrictSql.Command(db, """
            INSERT INTO "Passes" ("DistrictId", "PassId", "SchoolId", "StudentNumber", "Code", "IssuedAt", "Date", "RecordedAt", "Voided", "Version", "ChangeVersion")
            VALUES (@district, @passId, @school, @student, @code, @issued, @date, @recorded, @voided, @stamp, @stamp)
            ON CONFLICT ("DistrictId", "PassId") DO NOTHING;
            """);
        foreach (var name in (string[])["@passId", "@school", "@student", "@code", "@issued", "@date", "@recorded", "@voided", "@stamp"])
            insert.Add(name);
        return insert;
    }

    private static async ValueTask<bool> InsertAsync(
        DbCommand insert, IncomingPass incoming, DateTimeOffset now, long stamp, CancellationToken cancellation)
    {
        var (pass, values) = (incoming.Pass, insert.Parameters);
        values["@passId"].Set(pass.PassId);
        values["@school"].Set(pass.SchoolId);
        values["@student"].Set(pass.StudentNumber);
        values["@code"].Set(pass.Code);
        values["@issued"].Set(pass.IssuedAt);
        values["@date"].Set(incoming.Date);
        values["@recorded"].Set(now);
        values["@voided"].Set(pass.Voided);
        values["@stamp"].Set(stamp);
        return await insert.ExecuteNonQueryAsync(cancellation) == 1;
    }

    /// <summary>The id is taken: is it the same pass, a void, or another one?</summary>
    private async Task<PassReceipt> MeetAsync(HallPass pass, long stamp, CancellationToken cancellation)
    {
        var there = await db.Passes.AsNoTracking().Where(p => p.PassId == pass.PassId)
            .Select(p => new HallPass(p.PassId, p.SchoolId, p.StudentNumber, p.Code, p.IssuedAt, p.Voided)).SingleAsync(cancellation);
        if (there with { IssuedAt = there.IssuedAt.ToUniversalTime() } == pass with { IssuedAt = pass.IssuedAt.ToUniversalTime() })
            return PassReceipt.Unchanged;
        if (there.Voided || there with { Voided = true } != pass)
            return PassReceipt.Conflict;
        await using var update = DistrictSql.Command(db,
            """UPDATE "Passes" SET "Voided" = @true, "Version" = @stamp, "ChangeVersion" = @stamp WHERE "DistrictId" = @district AND "PassId" = @passId;""",
            ("@true", true), ("@stamp", stamp), ("@passId", pass.PassId));
        await update.ExecuteNonQueryAsync(cancellation);
        return PassReceipt.Voided;
    }
}
