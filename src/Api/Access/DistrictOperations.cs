using K12Sync.Data;
using K12Sync.Data.Access;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Access;

/// <summary>What a district says of itself: whom to ask about its data, and how long it keeps contents of files.</summary>
internal sealed class DistrictOperations(K12SyncDb db)
{
    /// <summary>The district as it stands.</summary>
    public Task<District> FindAsync(CancellationToken cancellation) => db.Districts.AsNoTracking().SingleAsync(cancellation);

    /// <summary>Names whom to ask about the district's data.</summary>
    public Task NameContactAsync(string name, string mail, CancellationToken cancellation) => ChangeAsync(d => d.NameContact(name, mail), cancellation);

    /// <summary>Sets how long contents of files are kept; null: for ever.</summary>
    public Task KeepFilesAsync(int? days, CancellationToken cancellation) => ChangeAsync(d => d.KeepFiles(days), cancellation);

    private async Task ChangeAsync(Action<District> change, CancellationToken cancellation)
    {
        change(await db.Districts.SingleAsync(cancellation));
        await db.SaveChangesAsync(cancellation);
    }
}
