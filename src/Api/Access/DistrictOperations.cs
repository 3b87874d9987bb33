using K12Sync.Data;
using K12Sync.Data.Access;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Access;

/// <summary>How long something is kept.</summary>
/// <param name="Days">For so many days; null: for ever.</param>
internal readonly record struct Keeping(int? Days);

/// <summary>What a district says of itself: whom to ask about its data, and how long it keeps what.</summary>
internal sealed class DistrictOperations(K12SyncDb db)
{
    /// <summary>The district as it stands.</summary>
    public Task<District> FindAsync(CancellationToken cancellation) => db.Districts.AsNoTracking().SingleAsync(cancellation);

    /// <summary>Names whom to ask about the district's data.</summary>
    public Task NameContactAsync(string name, string mail, CancellationToken cancellation) => ChangeAsync(d => d.NameContact(name, mail), cancellation);

    /// <summary>Sets how long contents of files, days and entries of the audit are kept: numbers of days, or for ever; what is null stays as it is.</summary>
    public Task KeepAsync(Keeping? files, Keeping? records, Keeping? audit, CancellationToken cancellation) => ChangeAsync(
        d =>
        {
            if (files is { } f)
                d.KeepFiles(f.Days);
            if (records is { } r)
                d.KeepRecords(r.Days);
            if (audit is { } a)
                d.KeepAudit(a.Days);
        }, cancellation);

    private async Task ChangeAsync(Action<District> change, CancellationToken cancellation)
    {
        change(await db.Districts.SingleAsync(cancellation));
        await db.SaveChangesAsync(cancellation);
    }
}
