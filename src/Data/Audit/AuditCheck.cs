using Microsoft.EntityFrameworkCore;

namespace K12Sync.Data.Audit;

/// <summary>Where a chain ended when somebody wrote it down elsewhere.</summary>
/// <param name="Node">Whose chain.</param>
/// <param name="Entries">How many entries it had: the number of the last.</param>
/// <param name="Hash">The hash of the last.</param>
public sealed record AuditEnd(string Node, long Entries, string Hash);

/// <summary>What became of looking through a chain.</summary>
public abstract record ChainState(string Node)
{
    /// <summary>Every entry is there, in its place and as it was written.</summary>
    public sealed record Whole(string Node, long Entries, string Hash) : ChainState(Node);

    /// <summary>It is not.</summary>
    /// <param name="Node">Whose chain.</param>
    /// <param name="Number">The number of the first entry that is missing, altered or out of its place.</param>
    /// <param name="Reason">What is wrong with it, in words.</param>
    public sealed record Broken(string Node, long Number, string Reason) : ChainState(Node);
}

/// <summary>
/// Looks through the chains of a district. An entry that was altered, deleted or moved is found, and so is an end that was cut off, as long as what the chain
/// says of its own end was left alone. Who can write everything in the database can write a whole new chain: against that help only ends noted elsewhere.
/// </summary>
public sealed class AuditCheck(K12SyncDb db)
{
    /// <summary>Looks through every chain, in the order of their names.</summary>
    /// <param name="noted">Ends that were noted earlier and elsewhere. The chains must still hold them.</param>
    /// <param name="cancellation">Stops looking.</param>
    public async Task<IReadOnlyList<ChainState>> RunAsync(IReadOnlyList<AuditEnd> noted, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(noted);
        var ends = await db.AuditChains.AsNoTracking().ToDictionaryAsync(c => c.Node, cancellation);
        var nodes = await db.AuditEntries.Select(e => e.Node).Distinct().ToListAsync(cancellation);
        var states = new List<ChainState>();
        foreach (var node in nodes.Concat(ends.Keys).Concat(noted.Select(n => n.Node)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            states.Add(await FollowAsync(node, ends.GetValueOrDefault(node), [.. noted.Where(n => n.Node == node)], cancellation));
        return states;
    }

    private async Task<ChainState> FollowAsync(string node, AuditChainRow? end, IReadOnlyList<AuditEnd> noted, CancellationToken cancellation)
    {
        using var hash = new AuditHash();
        var (number, before) = end is null ? (0L, AuditHash.Beginning) : (end.GoneTo, end.GoneHash);
        if (noted.FirstOrDefault(n => n.Entries == number && number > 0 && n.Hash != before) is not null)
            return new ChainState.Broken(node, number, "It is gone, and what was noted for its place is not what the chain goes on from.");
        await foreach (var row in db.AuditEntries.AsNoTracking().Where(e => e.Node == node).OrderBy(e => e.Number).AsAsyncEnumerable().WithCancellation(cancellation))
        {
            if (row.Number != ++number)
                return new ChainState.Broken(node, number, "It is missing.");
            if (hash.Of(before, db.DistrictId, node, number, row.ToEntry()) != row.Hash)
                return new ChainState.Broken(node, number, "It is not as it was written, or not in its place.");
            before = row.Hash;
            if (noted.FirstOrDefault(n => n.Entries == number && n.Hash != row.Hash) is not null)
                return new ChainState.Broken(node, number, "It is not the entry that was noted for this place.");
        }
        var last = Math.Max(end?.Number ?? 0, noted.Select(n => n.Entries).DefaultIfEmpty().Max());
        if (number < last)
            return new ChainState.Broken(node, number + 1, $"The chain ends before it; there were {last} entries.");
        return end is null || end.Number != number || end.Hash != before
            ? new ChainState.Broken(node, number, "What the chain says of its own end is not so.")
            : new ChainState.Whole(node, number, before);
    }
}
