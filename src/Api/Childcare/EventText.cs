using System.Globalization;
using K12Sync.Api.Imports;
using K12Sync.Domain.Childcare;

namespace K12Sync.Api.Childcare;

/// <summary>A check-in or check-out as a row of text, by the columns of <c>attendance.csv</c>. Blank: not given.</summary>
internal sealed record EventText(string EventId, string SiteCode, string ChildNumber, string Kind, string At, string Room, string Revision, string Deleted);

/// <summary>What makes a check-in or check-out acceptable, whichever way it comes in.</summary>
internal static class EventRules
{
    private const int FirstYear = 2000;

    /// <summary>Of an event of a day that the district has let go of.</summary>
    public const string NotKept = "The district keeps nothing of this day any more, so nothing is taken of it: 'k12sync district show' says from which day on. Check the date.";

    /// <summary>Of an event that is met by a newer one.</summary>
    public const string Outdated = "A newer revision of this event is stored, or it was deleted; nothing was changed. Give it a higher Revision if it is meant.";

    /// <summary>Why a text cannot be an event's; null: it can.</summary>
    public static string? WhyNoText(string name, string? value) => string.IsNullOrWhiteSpace(value) || value.Length > AttendanceEvent.MaxTextLength ? $"{name} must have 1 to {AttendanceEvent.MaxTextLength} characters."
        : value.Contains('\0', StringComparison.Ordinal) ? $"{name} holds a NUL character."
        : null;

    /// <summary>Why a text cannot be a room; null: it can.</summary>
    public static string? WhyNoRoom(string room) => room.Length > AttendanceEvent.MaxTextLength || room.Contains('\0', StringComparison.Ordinal) ? $"Room may have {AttendanceEvent.MaxTextLength} characters." : null;

    /// <summary>Why nobody can have come or gone then; null: somebody can.</summary>
    public static string? WhyNoMoment(DateTimeOffset at, DateTimeOffset now) =>
        at.Year < FirstYear ? $"At is in the year {at.Year:0000}. Check the date."
        : at > now ? $"{at:yyyy-MM-dd HH:mm} lies in the future. Correct the time, or the clock of what sent it."
        : null;

    /// <summary>The event that a row says, or why it says none.</summary>
    /// <param name="row">As it was sent.</param>
    /// <param name="site">The site of its code, or null with the reason.</param>
    /// <param name="now">No event is later.</param>
    public static (AttendanceEvent? Event, string? Reason) Read(EventText row, Func<string, (Site? Site, string? Reason)> site, DateTimeOffset now)
    {
        if ((WhyNoText(nameof(row.EventId), row.EventId) ?? WhyNoText(nameof(row.ChildNumber), row.ChildNumber)) is { } noText)
            return (null, noText);
        var (where, nowhere) = site(row.SiteCode);
        if (where is null)
            return (null, nowhere);
        var revision = 0L;
        if (row.Kind is not ("In" or "Out"))
            return (null, $"Kind is '{row.Kind}'. Write In or Out.");
        if (row.Revision.Length > 0 && !long.TryParse(row.Revision, NumberStyles.None, CultureInfo.InvariantCulture, out revision))
            return (null, $"Revision is '{row.Revision}'. Write a whole number, or leave it blank.");
        if (WhyNoRoom(row.Room) is { } noRoom)
            return (null, noRoom);
        if (!YesNo.TryRead(row.Deleted, whenBlank: false, out var deleted))
            return (null, $"Deleted is '{row.Deleted}'. Write true or false.");
        var (at, noMoment) = Moment(row.At, where, now);
        return at is null ? (null, noMoment) : (new AttendanceEvent(row.EventId, where.Id, row.ChildNumber, row.Kind == "In" ? PunchKind.CheckIn : PunchKind.CheckOut, at.Value)
        {
            Room = row.Room, Revision = revision, IsDeleted = deleted,
        }, null);
    }

    private static (DateTimeOffset?, string?) Moment(string text, Site site, DateTimeOffset now)
    {
        if (!WallClock.TryMoment(text, out var wall, out var offset) || wall.Year < FirstYear)
            return (null, $"At is '{text}'. Write it like 2026-09-15T08:05:00-05:00; without offset it is the site's wall clock.");
        return PunchTime.Read(site.Zone, wall, offset) switch
        {
            PunchTime.At(var instant) => instant <= now ? (instant, null) : (null, $"{wall:yyyy-MM-dd HH:mm} lies in the future. Correct the time, or the clock of what sent it."),
            PunchTime.NeedsOffset(var earlier, var later) => (null, $"{wall:yyyy-MM-dd HH:mm} happened twice in {site.Zone}, because the clocks went back. Give it with its offset, {Text(earlier)} or {Text(later)}."),
            _ => (null, $"{wall:yyyy-MM-dd HH:mm} did not exist in {site.Zone}: the clocks went forward over it. Correct the time."),
        };
    }

    private static string Text(TimeSpan offset) => string.Create(CultureInfo.InvariantCulture, $"{(offset < TimeSpan.Zero ? '-' : '+')}{offset:hh\\:mm}");
}
