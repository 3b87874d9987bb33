using K12Sync.Api.Roster;
using K12Sync.Data;
using K12Sync.Data.Passes;
using K12Sync.Domain.BehaviorCodes;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.BehaviorCodes;

/// <summary>Adds and updates behaviour codes. Days with passes that carry the code become pending.</summary>
public sealed class BehaviorCodeOperations(K12SyncDb db)
{
    /// <summary>Adds a code or takes its new text; <paramref name="schoolId"/> null: district-wide. The text must pass its own check.</summary>
    public async Task<Saved> SaveAsync(long? schoolId, string code, BehaviorCodeText text, CancellationToken cancellation)
    {
        await using var transaction = await db.TransactAsync(cancellation);
        var there = await db.BehaviorCodes.SingleOrDefaultAsync(c => c.Code == code && c.SchoolId == schoolId, cancellation);
        if (there is null)
            db.Add(new BehaviorCode(schoolId, code, text));
        else if (!there.Edit(text))
            return Saved.Unchanged;
        await db.SaveChangesAsync(cancellation);
        await new PendingDays(db).MarkCodeAsync(code, schoolId, cancellation);
        await transaction.CommitAsync(cancellation);
        return there is null ? Saved.Added : Saved.Updated;
    }
}
