using K12Sync.Data;
using K12Sync.Data.Roster;
using K12Sync.Domain.BehaviorCodes;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.BehaviorCodes;

/// <summary>A behaviour code whose external codes the SIS's list does not have.</summary>
/// <param name="SchoolCode">Null: the whole district's.</param>
/// <param name="Code">The behaviour code.</param>
/// <param name="ExternalCodes">What it is written back as, the ladder's form included.</param>
public sealed record UnlistedCode(string? SchoolCode, string Code, string ExternalCodes);

/// <summary>What came of giving a list.</summary>
public abstract record SisListResult
{
    private SisListResult()
    {
    }

    /// <summary>The list is as given. <paramref name="Unlisted"/>: the active codes that would be sent, and that the SIS would not know.</summary>
    public sealed record Done(int Codes, IReadOnlyList<UnlistedCode> Unlisted) : SisListResult;

    /// <summary>They are no list; the one there was stays.</summary>
    public sealed record Refused(string Reason) : SisListResult;
}

/// <summary>Keeps the SIS's own list of attendance codes, as the district pasted it, and compares the behaviour codes with it.</summary>
public sealed class SisCodeOperations(K12SyncDb db)
{
    /// <summary>The district's list; empty if it has given none.</summary>
    public async Task<SisCodeList> LoadAsync(CancellationToken cancellation) => new(await ListAsync(cancellation));

    /// <summary>The codes of the list, in ordinal order.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellation) =>
        await db.SisCodes.AsNoTracking().Select(c => c.Code).OrderBy(c => c).ToListAsync(cancellation);

    /// <summary>Puts these codes in the place of the list there was; none: there is no list any more. Nothing is trimmed.</summary>
    public async Task<SisListResult> ReplaceAsync(IReadOnlyList<string> codes, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(codes);
        if (SisCodeList.Check(codes) is { } reason)
            return new SisListResult.Refused(reason);
        await using var transaction = await db.TakeTurnAsync(cancellation);
        var (wanted, there) = (codes.ToHashSet(StringComparer.Ordinal), await db.SisCodes.ToListAsync(cancellation));
        db.RemoveRange(there.Where(c => !wanted.Contains(c.Code)));
        db.AddRange(wanted.Except(there.Select(c => c.Code), StringComparer.Ordinal).Select(c => new SisCodeRow(c)));
        var list = new SisCodeList(wanted);
        var behaviours = await db.BehaviorCodes.ToListAsync(cancellation);
        foreach (var behaviour in behaviours)
            behaviour.CompareWith(list);
        await db.SaveChangesAsync(cancellation);
        var schools = await db.Schools.AsNoTracking().ToDictionaryAsync(s => s.Id, s => s.Code, cancellation);
        await transaction.CommitAsync(cancellation);
        return new SisListResult.Done(wanted.Count, [.. behaviours.Where(b => b is { IsActive: true, Type: BehaviorType.Tardy, Listing: SisListing.NotListed })
            .Select(b => new UnlistedCode(b.SchoolId is { } id ? schools[id] : null, b.Code, b.Ladder?.ToString() ?? b.ExternalCode!))
            .OrderBy(u => u.SchoolCode, StringComparer.Ordinal).ThenBy(u => u.Code, StringComparer.Ordinal)]);
    }
}
