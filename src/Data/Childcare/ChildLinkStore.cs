using System.Data.Common;
using K12Sync.Data.Storage;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Data.Childcare;

/// <summary>What asking for a link did.</summary>
public enum LinkResult
{
    Linked,
    Unchanged,

    /// <summary>Another child of ours has that agency's child. Nothing was changed.</summary>
    TakenByAnother,
}

/// <summary>Links children of ours to those of agencies. The unique indexes decide whether an agency's child is free; nothing is looked up first.</summary>
public sealed class ChildLinkStore(K12SyncDb db, TimeProvider clock)
{
    /// <summary>Links a child to an agency's child; what it was linked to before in that state is let go.</summary>
    public async Task<LinkResult> LinkAsync(string childNumber, string state, string agencyChildId, LinkOrigin origin, CancellationToken cancellation)
    {
        await using var part = await db.TransactAsync(cancellation);
        var stamp = await ChangeClock.TakeAsync(db, 1, cancellation);
        await using var link = DistrictSql.Command(db, """
            INSERT INTO "ChildLinks" ("DistrictId", "ChildNumber", "State", "AgencyChildId", "Origin", "LinkedAt", "Version", "ChangeVersion")
            VALUES (@district, @child, @state, @id, @origin, @now, @stamp, @stamp)
            ON CONFLICT ("DistrictId", "State", "ChildNumber") DO UPDATE
                SET "AgencyChildId" = excluded."AgencyChildId", "Origin" = excluded."Origin", "LinkedAt" = excluded."LinkedAt", "Version" = @stamp, "ChangeVersion" = @stamp
                WHERE "ChildLinks"."AgencyChildId" <> excluded."AgencyChildId" OR "ChildLinks"."Origin" <> excluded."Origin";
            """, ("@child", childNumber), ("@state", state), ("@id", agencyChildId), ("@origin", origin), ("@now", clock.GetUtcNow()), ("@stamp", stamp));
        try
        {
            var written = await link.ExecuteNonQueryAsync(cancellation);
            await part.CommitAsync(cancellation);
            return written == 0 ? LinkResult.Unchanged : LinkResult.Linked;
        }
        catch (DbException e) when (e.IsUniqueViolation())
        {
            await part.RollbackAsync(cancellation);
            return LinkResult.TakenByAnother;
        }
    }

    /// <summary>Lets go of a child's link in a state. False: there is none, or only a link of another origin than the one asked for (null: any).</summary>
    public async Task<bool> UnlinkAsync(string childNumber, string state, LinkOrigin? origin, CancellationToken cancellation) =>
        await db.ChildLinks.Where(l => l.ChildNumber == childNumber && l.State == state && (origin == null || l.Origin == origin)).ExecuteDeleteAsync(cancellation) > 0;
}
