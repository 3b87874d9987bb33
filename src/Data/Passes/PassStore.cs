using System.Text.Json;
using K12Sync.Data.Storage;
using K12Sync.Domain.Passes;

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

    /// <summary>New, but of a day that the district has let go of. Refused: the SIS may have been told of it before.</summary>
    NotKept,
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
    /// <param name="passes">What was handed in.</param>
    /// <param name="cancellation">Stops it; nothing is stored then.</param>
    /// <param name="with">Adds to the transaction what is to be durable with the passes or not at all.</param>
    public async Task<IReadOnlyList<PassReceipt>> StoreAsync(IReadOnlyList<IncomingPass> passes, CancellationToken cancellation, Func<IReadOnlyList<PassReceipt>, Task>? with = null)
    {
        ArgumentNullException.ThrowIfNull(passes);
        await using var transaction = await db.TransactAsync(cancellation);
        var (stamp, keptFrom) = await ChangeClock.TakeWithLineAsync(db, passes.Count, cancellation);
        var added = await InsertAsync(passes, keptFrom, stamp, cancellation);
        var there = added.Contains(false) ? await ThereAsync(passes.Where((_, i) => !added[i]), cancellation) : [];
        var receipts = new PassReceipt[passes.Count];
        var touched = new HashSet<(long School, DateOnly Date)>();
        for (var i = 0; i < passes.Count; i++)
        {
            receipts[i] = added[i] ? PassReceipt.Added : !there.ContainsKey(passes[i].Pass.PassId) ? PassReceipt.NotKept : await MeetAsync(there, passes[i].Pass, stamp + i, cancellation);
            if (receipts[i] is PassReceipt.Added or PassReceipt.Voided)
                touched.Add((passes[i].Pass.SchoolId, passes[i].Date));
        }
        await new PendingDays(db).MarkAsync(touched, cancellation);
        if (with is not null)
            await with(receipts);
        await transaction.CommitAsync(cancellation);
        await db.GrewAsync(receipts.Length, cancellation, "Passes");
        return receipts;
    }

    /// <summary>Says for each pass whether its row is new. What is of a day that is gone is not inserted.</summary>
    private async Task<bool[]> InsertAsync(IReadOnlyList<IncomingPass> passes, DateOnly? keptFrom, long stamp, CancellationToken cancellation)
    {
        var kept = keptFrom is { } line ? passes.Where(p => p.Date >= line).ToList() : passes;
        if (kept.Count == passes.Count)
            return await db.PassInsert.InsertAsync(passes, clock.GetUtcNow(), stamp, cancellation);
        var added = kept.Count == 0 ? [] : await db.PassInsert.InsertAsync(kept, clock.GetUtcNow(), stamp, cancellation);
        var next = 0;
        return [.. passes.Select(p => p.Date >= keptFrom!.Value && added[next++])];
    }

    /// <summary>The rows of these passes, by the passes' ids, of those that are stored.</summary>
    public async Task<IReadOnlyDictionary<string, long>> RowsOfAsync(IEnumerable<string> passIds, CancellationToken cancellation)
    {
        await using var command = DistrictSql.Command(db, $"""
            SELECT "PassId", "Id" FROM "Passes" WHERE "DistrictId" = @district AND {db.IsOneOf("PassId", "@ids")};
            """, ("@ids", JsonSerializer.Serialize(passIds.Distinct(StringComparer.Ordinal))));
        var rows = new Dictionary<string, long>(StringComparer.Ordinal);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            rows.Add(row.GetString(0), row.GetInt64(1));
        return rows;
    }

    /// <summary>The passes that have the ids of these, as they are stored.</summary>
    private async Task<Dictionary<string, HallPass>> ThereAsync(IEnumerable<IncomingPass> refused, CancellationToken cancellation)
    {
        var ids = JsonSerializer.Serialize(refused.Select(p => p.Pass.PassId).Distinct(StringComparer.Ordinal));
        await using var command = DistrictSql.Command(db, $"""
            SELECT "PassId", "SchoolId", "StudentNumber", "Code", "IssuedAt", "Voided" FROM "Passes"
            WHERE "DistrictId" = @district AND {db.IsOneOf("PassId", "@ids")};
            """, ("@ids", ids));
        var there = new Dictionary<string, HallPass>(StringComparer.Ordinal);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            there.Add(row.GetString(0), new HallPass(row.GetString(0), row.GetInt64(1), row.GetString(2), row.GetString(3),
                new DateTimeOffset(row.GetInt64(4), TimeSpan.Zero), row.GetBoolean(5)));
        return there;
    }

    /// <summary>The id is taken: is it the same pass, a void, or another one? Keeps <paramref name="there"/> as the table will be.</summary>
    private async Task<PassReceipt> MeetAsync(Dictionary<string, HallPass> there, HallPass pass, long stamp, CancellationToken cancellation)
    {
        var (stored, given) = (there[pass.PassId], pass with { IssuedAt = pass.IssuedAt.ToUniversalTime() });
        if (stored == given)
            return PassReceipt.Unchanged;
        if (stored.Voided || stored with { Voided = true } != given)
            return PassReceipt.Conflict;
        there[pass.PassId] = given;
        await using var update = DistrictSql.Command(db,
            """UPDATE "Passes" SET "Voided" = @true, "Version" = @stamp, "ChangeVersion" = @stamp WHERE "DistrictId" = @district AND "PassId" = @passId;""",
            ("@true", true), ("@stamp", stamp), ("@passId", pass.PassId));
        await update.ExecuteNonQueryAsync(cancellation);
        return PassReceipt.Voided;
    }
}
