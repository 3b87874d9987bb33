using K12Sync.Data;
using K12Sync.Data.Childcare;
using K12Sync.Domain.Childcare;
using K12Sync.Domain.Childcare.States;
using K12Sync.Exporters.Childcare.Texts;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Childcare;

/// <summary>What bringing child-days up to date did.</summary>
/// <param name="Days">Child-days that were judged; one that was judged twice counts twice.</param>
/// <param name="CheckedOut">Forgotten check-outs that the clock made.</param>
public sealed record UpToDate(int Days, int CheckedOut);

/// <summary>
/// A child-day as people and programs are shown it. The site's code is blank where nobody can say. Care is by the clock on the site's wall,
/// <c>08:00-12:00, 13:00-?</c>, with <c>+1</c> before a time of the next day. Units are as the site's state counts them, blank where it does not. Findings are sentences, errors first.
/// </summary>
public sealed record ChildDayLine(
    string ChildNumber, string SiteCode, DateOnly Date, AttendanceKind State, string? Code, string Care, int Minutes, string Units, DayReadiness Status, string Reason,
    IReadOnlyList<string> Findings, long RecordVersion);

/// <summary>From check-ins to one state for each child and day.</summary>
public sealed class AttendanceOperations(K12SyncDb db, TimeProvider clock)
{
    // A day for which an event arrives while it is judged is judged again. Where events never stop arriving, the next run goes on.
    private const int MostRounds = 5;
    private const int DaysPerTransaction = 2000;

    /// <summary>How far back days are made for children of whom nothing is recorded: the counters of a year, and a month. Older days have a row only where something is recorded.</summary>
    private const int DaysBack = 396;

    /// <summary>Takes check-ins and check-outs in. What they touch is pending from then on.</summary>
    public async Task<IReadOnlyList<EventEffect>> StoreAsync(IReadOnlyList<AttendanceEvent> events, CancellationToken cancellation)
    {
        var zones = await db.Sites.AsNoTracking().ToDictionaryAsync(s => s.Id, s => s.Zone, cancellation);
        return await new AttendanceEventStore(db, clock).StoreAsync([.. events.Select(e => new IncomingEvent(e, zones[e.SiteId].At(e.At).Day))], cancellation);
    }

    /// <summary>Everything there is to do as of now: days that are over get their rows, pending days their states, forgotten check-outs their times.</summary>
    public async Task<UpToDate> BringUpToDateAsync(CancellationToken cancellation)
    {
        var facts = await ChildcareFacts.LoadAsync(db, cancellation);
        var now = clock.GetUtcNow();
        var first = DateOnly.FromDateTime(now.UtcDateTime).AddDays(-DaysBack);
        await new AttendanceDayStore(db).MarkMissingAsync(facts.DaysThatAreOver(first, now), first, DateOnly.FromDateTime(now.UtcDateTime).AddDays(1), cancellation);
        var days = await EvaluatePendingAsync(cancellation);
        var checkedOut = await CheckOutForgottenAsync(cancellation);
        return new UpToDate(days + (checkedOut > 0 ? await EvaluatePendingAsync(cancellation) : 0), checkedOut);
    }

    /// <summary>Judges every pending child-day and keeps the outcomes. Returns how many there were.</summary>
    public async Task<int> EvaluatePendingAsync(CancellationToken cancellation)
    {
        var days = 0;
        for (var round = 0; round < MostRounds && await EvaluateOnceAsync(cancellation) is > 0 and var judged; round++)
            days += judged;
        return days;
    }

    private async Task<int> EvaluateOnceAsync(CancellationToken cancellation)
    {
        var store = new AttendanceDayStore(db);
        var pending = await store.PendingAsync(cancellation);
        if (pending.Count == 0)
            return 0;
        var facts = await ChildcareFacts.LoadAsync(db, cancellation);
        foreach (var days in pending.Chunk(DaysPerTransaction))
        {
            var records = await RecordsAsync(facts, [.. days.Select(d => d.ChildNumber).Distinct(StringComparer.Ordinal)], days[0].Date, days[^1].Date, cancellation);
            await store.SaveAsync([.. days.Select(d => Judge(d, records[d.ChildNumber].On(d.Date), facts))], cancellation);
        }
        return pending.Count;
    }

    private JudgedChildDay Judge(PendingChildDay pending, CareDay care, ChildcareFacts facts) =>
        new(pending, facts.Judge(pending.ChildNumber, pending.Date, care), facts.IsWorthARow(pending.ChildNumber, pending.Date, care, clock.GetUtcNow()));

    private async Task<Dictionary<string, CareRecord>> RecordsAsync(
        ChildcareFacts facts, IReadOnlyList<string> children, DateOnly first, DateOnly last, CancellationToken cancellation)
    {
        var events = await new AttendanceDayStore(db).EventsAsync(children, first.AddDays(-CareRecord.ReachInDays), last.AddDays(CareRecord.ReachInDays), cancellation);
        return children.ToDictionary(c => c, c => CareRecord.Of(events[c], facts.Clocks, clock.GetUtcNow()), StringComparer.Ordinal);
    }

    /// <summary>
    /// Checks children out who were not: at the time at which their site closed on the day of the check-in, once it has. Never at a site that gives
    /// 24-hour care, on a weekday on which it does not open, or after a check-in that came later. Returns how many there were. Days must have been judged.
    /// </summary>
    /// <remarks>Source: seed (childcare rule 6). The check-out is marked automatic, and whatever a person says of it wins.</remarks>
    public async Task<int> CheckOutForgottenAsync(CancellationToken cancellation)
    {
        var open = await db.AttendanceDays.AsNoTracking().Where(d => d.IsOpen).Select(d => new { d.ChildNumber, d.Date }).ToListAsync(cancellation);
        if (open.Count == 0)
            return 0;
        var facts = await ChildcareFacts.LoadAsync(db, cancellation);
        var records = await RecordsAsync(facts, [.. open.Select(d => d.ChildNumber).Distinct(StringComparer.Ordinal)], open.Min(d => d.Date), open.Max(d => d.Date), cancellation);
        var effects = await StoreAsync([.. records.Values.SelectMany(r => r.Stays).Where(s => s.CheckOut is null).Select(s => AtClosing(s.CheckIn, facts)).OfType<AttendanceEvent>()], cancellation);
        return effects.Count(e => e is EventEffect.Adds or EventEffect.Replaces);
    }

    private AttendanceEvent? AtClosing(AttendanceEvent checkIn, ChildcareFacts facts)
    {
        var site = facts.Sites[checkIn.SiteId];
        return site.ClosesOn(site.Zone.At(checkIn.At).Day) is { } closes && closes <= clock.GetUtcNow() && closes > checkIn.At
            ? new AttendanceEvent(AttendanceEvent.AutomaticIdOf(checkIn.EventId), site.Id, checkIn.ChildNumber, PunchKind.CheckOut, closes) { Room = checkIn.Room, IsAutomatic = true }
            : null;
    }

    /// <summary>The child-days as they are kept, errors first, then those without a check-out, then the rest; each by day, site and child. Bounds are inclusive; null: open.</summary>
    public async Task<IReadOnlyList<ChildDayLine>> ListAsync(string? siteCode, DateOnly? from, DateOnly? to, CancellationToken cancellation, AgencyTexts? texts = null)
    {
        var sites = await db.Sites.AsNoTracking().ToDictionaryAsync(s => s.Id, cancellation);
        var site = siteCode is null ? null : sites.Values.Single(s => s.Code == siteCode);
        var (first, last) = (from ?? DateOnly.MinValue, to ?? DateOnly.MaxValue);
        var rows = db.AttendanceDays.AsNoTracking().Where(d => d.Date >= first && d.Date <= last);
        if (site is not null)
            rows = rows.Where(d => d.SiteId == site.Id);
        return [.. (await rows.ToListAsync(cancellation)).Select(d => Line(d, sites, texts ?? AgencyTexts.English))
            .OrderBy(l => l.Status switch { DayReadiness.Error => 0, DayReadiness.NoCheckOutYet => 1, _ => 2 })
            .ThenBy(l => l.Date).ThenBy(l => l.SiteCode, StringComparer.Ordinal).ThenBy(l => l.ChildNumber, StringComparer.Ordinal)];
    }

    private static ChildDayLine Line(AttendanceDayRow row, Dictionary<long, Site> sites, AgencyTexts texts)
    {
        var site = row.SiteId is { } id ? sites[id] : null;
        var units = site is null || row.Kind != AttendanceKind.Attended || StateProfiles.Find(site.State) is not { Units: not UnitRule.TimesOnly } profile ? "" : profile.UnitsOf(row.Minutes).ToString();
        return new ChildDayLine(row.ChildNumber, site?.Code ?? "", row.Date, row.Kind, row.Code, string.Join(", ", CareText.ReadCare(row.Care).Select(c => Wall(c, row.Date, sites[c.SiteId]))),
            row.Minutes, units, row.Readiness, texts.Of(row.ToDay()), [.. CareText.ReadFindings(row.Findings).Select(texts.Of)], row.RecordVersion);
    }

    private static string Wall(CareSpan care, DateOnly date, Site site)
    {
        return $"{Time(care.From)}-{(care.To is { } to ? Time(to) : "?")}";

        string Time(DateTimeOffset at)
        {
            var moment = site.Zone.At(at);
            var days = moment.Day.DayNumber - date.DayNumber;
            return $"{(days == 0 ? "" : $"+{days} ")}{moment.Time:HH\\:mm}";
        }
    }
}
