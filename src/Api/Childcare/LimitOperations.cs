using System.Collections.Immutable;
using K12Sync.Data;
using K12Sync.Data.Childcare;
using K12Sync.Domain.Childcare;
using K12Sync.Domain.Childcare.Counters;
using K12Sync.Domain.Childcare.States;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Childcare;

/// <summary>Where one child's count against one of a state's limits stands, at one site.</summary>
public sealed record LimitLine(string ChildNumber, long SiteId, string SiteCode, string State, CounterReading Reading);

/// <summary>Counts children's days against the limits of their sites' states. Looks at days as they were judged, and changes none.</summary>
public sealed class LimitOperations(K12SyncDb db, TimeProvider clock)
{
    private static readonly AttendanceKind[] Counting = [AttendanceKind.Absence, AttendanceKind.Closure];
    private static readonly AttendanceKind[] AndEndingARow = [.. Counting, AttendanceKind.Attended];

    /// <summary>
    /// Every child that ever had a place at a site until then, with every limit of the site's state: what is nearest to its limit first, then by child and site. Years of a child's own begin
    /// on the day of its first place at the site (assumed: agencies do not tell when an eligibility began). A limit that districts choose is that of the Provider ID under which the child is
    /// authorized at the site on the last day that counts, or was last; of several, the lowest, so that nobody is warned too late.
    /// </summary>
    /// <param name="state">Only sites of this state; null: of all.</param>
    /// <param name="asOf">The last day that counts; null: today, by each site's clock.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task<IReadOnlyList<LimitLine>> ListAsync(string? state, DateOnly? asOf, CancellationToken cancellation)
    {
        var lines = new List<LimitLine>();
        foreach (var site in await db.Sites.AsNoTracking().Where(s => state == null || s.State == state).ToListAsync(cancellation))
            if (StateProfiles.Find(site.State)! is { Counters: { IsEmpty: false } rules })
                lines.AddRange(await ListAsync(site, rules, asOf ?? site.Zone.At(clock.GetUtcNow()).Day, cancellation));
        return [.. lines.OrderBy(l => l.Reading.Left).ThenBy(l => l.ChildNumber, StringComparer.Ordinal).ThenBy(l => l.SiteCode, StringComparer.Ordinal).ThenBy(l => l.Reading.Rule.Name, StringComparer.Ordinal)];
    }

    private async Task<IEnumerable<LimitLine>> ListAsync(Site site, ImmutableArray<CounterRule> rules, DateOnly asOf, CancellationToken cancellation)
    {
        var began = await db.Placements.AsNoTracking().Where(p => p.SiteId == site.Id && p.From <= asOf && (p.To == null || p.To >= p.From))
            .GroupBy(p => p.ChildNumber).Select(g => new { Child = g.Key, From = g.Min(p => p.From) }).ToListAsync(cancellation);
        var kinds = rules.Any(r => r.Period == CounterPeriod.InARow) ? AndEndingARow : Counting;
        var rows = await db.AttendanceDays.AsNoTracking().Where(d => d.SiteId == site.Id && d.Date <= asOf && kinds.Contains(d.Kind))
            .Select(d => new { d.ChildNumber, d.Date, d.Kind, d.Code, d.Care }).ToListAsync(cancellation);
        var days = rows.ToLookup(r => r.ChildNumber, r => new DatedDay(r.Date, DayOf(site.Id, r.Kind, r.Code, r.Care)), StringComparer.Ordinal);
        var allowed = rules.Any(r => r.MayBeAllowed is not null) ? await AllowedAsync(site, asOf, cancellation) : [];
        return from child in began
               from rule in rules
               select new LimitLine(child.Child, site.Id, site.Code, site.State,
                   DayCounter.Read(rule, days[child.Child], asOf, child.From, rule.MayBeAllowed is null ? null : allowed.GetValueOrDefault(child.Child)));
    }

    /// <summary>What the districts that pay for children at a site allow, by child; null where one of them has said nothing.</summary>
    private async Task<Dictionary<string, int?>> AllowedAsync(Site site, DateOnly asOf, CancellationToken cancellation)
    {
        var authorizations = await (from a in db.Authorizations.AsNoTracking()
                                    join p in db.Providers on a.ProviderId equals p.Id
                                    where a.SiteId == site.Id && p.State == site.State && a.From <= asOf && (a.To == null || a.To >= a.From)
                                    select new { a.ChildNumber, a.To, p.AllowedAbsences }).ToListAsync(cancellation);
        return authorizations.GroupBy(a => a.ChildNumber, StringComparer.Ordinal).ToDictionary(
            child => child.Key,
            child => child.GroupBy(a => a.To < asOf ? a.To.Value : asOf).MaxBy(g => g.Key)!.OrderBy(a => a.AllowedAbsences ?? 0).First().AllowedAbsences, StringComparer.Ordinal);
    }

    private static AttendanceDay DayOf(long site, AttendanceKind kind, string? code, string care) => kind switch
    {
        AttendanceKind.Absence => new AttendanceDay.Absence(site, Enum.Parse<AbsenceCode>(code!)),
        AttendanceKind.Closure => new AttendanceDay.Closure(site, Enum.Parse<ClosureCode>(code!)),
        _ => new AttendanceDay.Attended(CareText.ReadCare(care)),
    };
}
