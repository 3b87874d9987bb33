using K12Sync.Data;
using K12Sync.Domain.Childcare;
using K12Sync.OData;
using Microsoft.EntityFrameworkCore;
using K12Sync.Api.OData.Writes;

namespace K12Sync.Api.OData.Childcare;

/// <summary>What writes of childcare have in common.</summary>
internal static class ChildcareWriting
{
    /// <summary>Why the caller may not; null: it may.</summary>
    public static ODataResult? MayNot(HttpContext http)
    {
        var caller = RowsOfCaller.CallerOf(http);
        return caller.EditsChildcare ? null : new ODataResult.Forbidden(caller.Schools.IsAll
            ? $"The role {caller.Role} does not change anything of childcare. Ask District IT for the role ChildcareDirector."
            : "A key or role of some schools is one of no childcare site. Ask District IT for one of the whole district.");
    }

    /// <summary>The site that is named by id or code, both the same one if both are given; or why it is none.</summary>
    public static async Task<(Site? Site, ODataResult? Refusal)> SiteAsync(K12SyncDb db, long? id, string? code, CancellationToken stop)
    {
        if (id is null && code is null)
            return (null, Writing.Invalid(nameof(AttendanceEventView.SiteId), "Say which site: SiteId, or SiteCode."));
        var site = await db.Sites.AsNoTracking().SingleOrDefaultAsync(s => (id == null || s.Id == id) && (code == null || s.Code == code), stop);
        return site is not null ? (site, null)
            : id is { } one ? (null, Writing.Invalid(nameof(AttendanceEventView.SiteId), $"There is no site {one}{(code is null ? "" : $" with the code '{code}'")}."))
            : (null, Writing.Invalid(nameof(AttendanceEventView.SiteCode), $"There is no site '{code}'."));
    }

    /// <summary>Why no child of ours has the number; null: one has.</summary>
    public static async Task<ODataResult?> NoChildAsync(K12SyncDb db, string? number, CancellationToken stop) =>
        number is { Length: > 0 } && await db.Children.AnyAsync(c => c.Number == number, stop) ? null
            : Writing.Invalid(nameof(ChildView.ChildNumber), "No child of yours has this number. Numbers are text: leading zeros count.");
}
