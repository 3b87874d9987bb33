using K12Sync.Data.Storage;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Data.Audit;

/// <summary>The audit of a district: a chain of entries for each machine that writes. Entries are added and never changed.</summary>
/// <param name="db">The district.</param>
/// <param name="node">The machine that writes.</param>
public sealed class AuditBook(K12SyncDb db, string node)
{
    private const string Insert = """
        INSERT INTO "AuditEntries" ("Node", "Number", "At", "KeyId", "PersonId", "Role", "Person", "Address", "Method", "Target", "Query", "Students", "Properties", "Status", "Rows",
            "SupportId", "Hash", "DistrictId", "Version", "ChangeVersion")
        SELECT {node}, {number}, {at}, {key}, {personid}, {role}, {person}, {address}, {method}, {target}, {query}, {students}, {properties}, {status}, {rows_},
            {support}, {hash}, @district, {stamp}, {stamp} {rows}
        """;

    private const string MoveEnd = """
        INSERT INTO "AuditChains" ("Node", "Number", "Hash", "DistrictId", "Version", "ChangeVersion") VALUES (@node, @number, @hash, @district, @stamp, @stamp)
        ON CONFLICT ("DistrictId", "Node") DO UPDATE SET "Number" = excluded."Number", "Hash" = excluded."Hash", "Version" = excluded."Version", "ChangeVersion" = excluded."ChangeVersion"
        """;

    /// <summary>This machine, as chains name it.</summary>
    public static string Here { get; } = Environment.MachineName;

    /// <summary>
    /// Adds entries to the end of this machine's chain, in a transaction of their own or as a part of the one that is open: then they are durable with it or
    /// not at all. Writers of a district take turns, so processes of one machine add to one chain.
    /// </summary>
    public async Task AddAsync(IReadOnlyList<AuditEntry> entries, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(entries);
        if (entries.Count == 0)
            return;
        await using var transaction = await db.TransactAsync(cancellation);
        var stamp = await ChangeClock.TakeAsync(db, entries.Count + 1, cancellation);
        var end = await db.AuditChains.AsNoTracking().Where(c => c.Node == node).Select(c => new { c.Number, c.Hash }).SingleOrDefaultAsync(cancellation);
        var (number, before) = end is null ? (0, AuditHash.Beginning) : (end.Number, end.Hash);
        using var hash = new AuditHash();
        await using (var rows = Rows())
        {
            foreach (var entry in entries)
            {
                before = hash.Of(before, db.DistrictId, node, ++number, entry);
                await AddAsync(rows, entry, number, before, stamp++, cancellation);
            }
            await rows.FlushAsync(cancellation);
        }
        await using var move = DistrictSql.Command(db, MoveEnd, ("@node", node), ("@number", number), ("@hash", before), ("@stamp", stamp));
        await move.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>
    /// Lets go of every chain's entries before an instant, from its beginning up to the first that is not older; the last entry of a chain stays. The chain says from where it
    /// goes on. Returns how many entries, of all machines.
    /// </summary>
    /// <param name="before">Entries of this instant and later stay.</param>
    /// <param name="dryRun">Counts only.</param>
    /// <param name="cancellation">Nothing is let go of.</param>
    public async Task<int> LetGoAsync(DateTimeOffset before, bool dryRun, CancellationToken cancellation)
    {
        await using var turn = await db.TakeTurnAsync(cancellation);
        var gone = 0;
        foreach (var chain in await db.AuditChains.ToListAsync(cancellation))
        {
            var stays = Math.Min(chain.Number, await db.AuditEntries.Where(e => e.Node == chain.Node && e.At >= before).MinAsync(e => (long?)e.Number, cancellation) ?? chain.Number);
            var old = db.AuditEntries.Where(e => e.Node == chain.Node && e.Number < stays);
            if (await old.OrderByDescending(e => e.Number).Select(e => new { e.Number, e.Hash }).FirstOrDefaultAsync(cancellation) is not { } last)
                continue;
            gone += dryRun ? await old.CountAsync(cancellation) : await old.ExecuteDeleteAsync(cancellation);
            if (!dryRun)
                chain.LetGoTo(last.Number, last.Hash);
        }
        await db.SaveChangesAsync(cancellation);
        await turn.CommitAsync(cancellation);
        return gone;
    }

    private RowWriter Rows() => db.RowWriter(Insert,
        ("node", Holds.Text), ("number", Holds.Number), ("at", Holds.Number), ("key", Holds.Number), ("personid", Holds.Number), ("role", Holds.Text), ("person", Holds.Text), ("address", Holds.Text),
        ("method", Holds.Text), ("target", Holds.Text), ("query", Holds.Text), ("students", Holds.Text), ("properties", Holds.Text), ("status", Holds.Number),
        ("rows_", Holds.Number), ("support", Holds.Text), ("hash", Holds.Text), ("stamp", Holds.Number));

    private ValueTask AddAsync(RowWriter rows, AuditEntry entry, long number, string hash, long stamp, CancellationToken cancellation) => rows
        .Add(node).Add(number).Add(entry.At.UtcTicks).Add(entry.KeyId).Add(entry.PersonId).Add(entry.Role).Add(entry.Person).Add(entry.Address)
        .Add(entry.Method).Add(entry.Target).Add(entry.Query).Add(entry.Students).Add(entry.Properties).Add((long)entry.Status)
        .Add(entry.Rows).Add(entry.SupportId).Add(hash).Add(stamp).EndRowAsync(cancellation);
}
