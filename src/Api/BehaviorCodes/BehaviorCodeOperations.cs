using K12Sync.Api.Roster;
using K12Sync.Data;
using K12Sync.Data.Passes;
using K12Sync.Domain.BehaviorCodes;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.BehaviorCodes;

/// <summary>What came of saving a code.</summary>
public abstract record SaveCodeResult
{
    private SaveCodeResult()
    {
    }

    /// <summary>It is stored as asked for.</summary>
    public sealed record Done(long Id, Saved What) : SaveCodeResult;

    /// <summary>The text is refused; nothing was stored.</summary>
    public sealed record Refused(CodeTextFault Fault) : SaveCodeResult;

    /// <summary>The school, or the district, has a code of that name; nothing was stored.</summary>
    public sealed record Duplicate(long Id, bool IsRetired) : SaveCodeResult;
}

/// <summary>Adds, edits and retires behaviour codes. Days with passes that carry the code become pending.</summary>
public sealed class BehaviorCodeOperations(K12SyncDb db)
{
    /// <summary>Adds a code; <paramref name="schoolId"/> null: district-wide. <paramref name="code"/> must pass <see cref="BehaviorCode.CheckCode"/>.</summary>
    public async Task<SaveCodeResult> AddAsync(long? schoolId, string code, BehaviorCodeText text, bool isActive, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(text);
        await using var transaction = await db.TakeTurnAsync(cancellation);
        var sis = await new SisCodeOperations(db).LoadAsync(cancellation);
        if (text.FindFault(sis) is { } fault)
            return new SaveCodeResult.Refused(fault);
        var added = new BehaviorCode(schoolId, code, Checked(text));
        added.SetActive(isActive);
        added.CompareWith(sis);
        db.Add(added);
        if (!await db.TrySaveAsync(cancellation))
        {
            var there = await db.BehaviorCodes.AsNoTracking().SingleAsync(c => c.Code == code && c.SchoolId == schoolId, cancellation);
            return new SaveCodeResult.Duplicate(there.Id, !there.IsActive);
        }
        await new PendingDays(db).MarkCodeAsync(code, schoolId, cancellation);
        await transaction.CommitAsync(cancellation);
        return new SaveCodeResult.Done(added.Id, Saved.Added);
    }

    /// <summary>Gives a code that exists another text, or retires it, or takes it into use again.</summary>
    public async Task<SaveCodeResult> EditAsync(long id, BehaviorCodeText text, bool isActive, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(text);
        await using var transaction = await db.TakeTurnAsync(cancellation);
        var there = await db.BehaviorCodes.SingleAsync(c => c.Id == id, cancellation);
        var sis = await new SisCodeOperations(db).LoadAsync(cancellation);
        // What stays as it is was looked at when it came.
        if ((text.ExternalCode, text.Ladder) != (there.ExternalCode, there.Ladder) && text.FindFault(sis) is { } fault)
            return new SaveCodeResult.Refused(fault);
        var before = (there.Type, there.ExternalCode, there.Ladder, there.IsActive);
        if (!(there.Edit(Checked(text)) | there.SetActive(isActive) | there.CompareWith(sis)))
            return new SaveCodeResult.Done(id, Saved.Unchanged);
        await db.SaveChangesAsync(cancellation);
        if (before != (there.Type, there.ExternalCode, there.Ladder, there.IsActive))
            await new PendingDays(db).MarkCodeAsync(there.Code, there.SchoolId, cancellation);
        await transaction.CommitAsync(cancellation);
        return new SaveCodeResult.Done(id, Saved.Updated);
    }

    /// <summary>Retires a code: it is offered no more, and decides about the passes that name it as before. It never goes, because passes name it.</summary>
    public async Task<Saved> RetireAsync(long id, CancellationToken cancellation)
    {
        await using var transaction = await db.TakeTurnAsync(cancellation);
        var there = await db.BehaviorCodes.SingleAsync(c => c.Id == id, cancellation);
        if (!there.SetActive(false))
            return Saved.Unchanged;
        await db.SaveChangesAsync(cancellation);
        await new PendingDays(db).MarkCodeAsync(there.Code, there.SchoolId, cancellation);
        await transaction.CommitAsync(cancellation);
        return Saved.Updated;
    }

    /// <summary>Adds a code or gives it another text, by its name: as files do. One that was retired stays so.</summary>
    public async Task<SaveCodeResult> SaveAsync(long? schoolId, string code, BehaviorCodeText text, CancellationToken cancellation)
    {
        var there = await db.BehaviorCodes.AsNoTracking().SingleOrDefaultAsync(c => c.Code == code && c.SchoolId == schoolId, cancellation);
        return there is null
            ? await AddAsync(schoolId, code, text, isActive: true, cancellation)
            : await EditAsync(there.Id, text, there.IsActive, cancellation);
    }

    /// <summary>The text once it has been looked at beside the SIS's list, which may hold codes that would be odd by themselves.</summary>
    private static BehaviorCodeText Checked(BehaviorCodeText text) => text with { OddCharactersMeant = true };
}
