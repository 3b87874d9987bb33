using System.Collections.Immutable;
using K12Sync.Data.Childcare;
using K12Sync.Domain.Childcare.States;
using K12Sync.Domain.Childcare.Submissions;
using K12Sync.Domain.Exports;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Data.Exports;

/// <summary>Reads child-days as a connector to an agency sees them.</summary>
internal sealed class ChildDayLines(K12SyncDb db, Connector connector)
{
    private readonly string _state = ((AgencyDestinationDefinition)connector.Definition.Destination).State;

    /// <summary>Those of a range of dates at sites of the state, and those of which the connector has told something, wherever they are now.</summary>
    public async Task<IReadOnlyList<ChildDayLine>> ReadAsync(DayRange days, CancellationToken cancellation)
    {
        var (first, last) = (days.From, days.To);
        var sites = await db.Sites.AsNoTracking().ToDictionaryAsync(s => s.Id, cancellation);
        var rows = await (from day in db.AttendanceDays.AsNoTracking()
                          where day.Date >= first && day.Date <= last
                              && ((day.SiteId != null && db.Sites.Any(s => s.Id == day.SiteId && s.State == _state))
                                  || db.SyncEntries.Any(e => e.ChildDayId == day.Id && e.ConnectorId == connector.Id && e.SettlesVersion != null))
                          orderby day.Date, day.SiteId, day.ChildNumber
                          select day).ToListAsync(cancellation);
        var (told, refused) = (await ToldAsync(days, cancellation), await RefusedAsync(days, cancellation));
        var children = await db.Children.AsNoTracking().ToDictionaryAsync(c => c.Number, c => c.Facts, StringComparer.Ordinal, cancellation);
        var links = await db.ChildLinks.AsNoTracking().Where(l => l.State == _state).ToDictionaryAsync(l => l.ChildNumber, l => l.AgencyChildId, StringComparer.Ordinal, cancellation);
        var payers = await PayersAsync(cancellation);
        return [.. rows.Select(row => Line(row, told.GetValueOrDefault(row.Id)))];

        ChildDayLine Line(AttendanceDayRow row, Telling? before) => new(
            row.Id, row.RecordVersion, row.ChildNumber, children.GetValueOrDefault(row.ChildNumber), links.GetValueOrDefault(row.ChildNumber),
            row.SiteId is { } site ? sites[site] : null, row.Date, row.ToDay(), payers(row, row.SiteId ?? before?.SiteId), before?.Told)
        {
            Refused = refused.GetValueOrDefault((row.Id, row.RecordVersion)),
            ToldSiteId = before?.SiteId,
        };
    }

    private async Task<Dictionary<long, Telling>> ToldAsync(DayRange days, CancellationToken cancellation)
    {
        var (first, last) = (days.From, days.To);
        var entries = await db.SyncEntries.AsNoTracking()
            .Where(e => e.ConnectorId == connector.Id && e.ChildDayId != null && e.SettlesVersion != null && e.Date >= first && e.Date <= last)
            .Select(e => new { e.Id, e.ChildDayId, e.SettlesVersion, e.ProviderId, e.SiteId, e.Status }).ToListAsync(cancellation);
        return entries.GroupBy(e => e.ChildDayId!.Value).Select(g => g.MaxBy(e => e.Id)!).ToDictionary(e => e.ChildDayId!.Value, e => new Telling(
            new ToldDay(e.SettlesVersion!.Value, e.ProviderId ?? "", e.Status switch
            {
                SyncEntryStatus.Delivered => ToldState.Told,
                SyncEntryStatus.Closed => ToldState.Closed,
                _ => ToldState.OnItsWay,
            }), e.SiteId));
    }

    /// <summary>By child-day and version; the latest word of the agency's.</summary>
    private async Task<Dictionary<(long Day, long Version), string?>> RefusedAsync(DayRange days, CancellationToken cancellation)
    {
        var (first, last) = (days.From, days.To);
        var entries = await db.SyncEntries.AsNoTracking()
            .Where(e => e.ConnectorId == connector.Id && e.ChildDayId != null && e.Status == SyncEntryStatus.Rejected && e.Date >= first && e.Date <= last)
            .Select(e => new { e.Id, e.ChildDayId, e.RecordVersion, e.Reason }).ToListAsync(cancellation);
        return entries.GroupBy(e => (e.ChildDayId!.Value, e.RecordVersion)).ToDictionary(g => g.Key, g => g.MaxBy(e => e.Id)!.Reason);
    }

    /// <summary>Under which Provider IDs a day is paid for: by authorizations or, where the state knows one provider for each site and a child there is linked, by the site. A day that nobody can place any more is where it was told to be.</summary>
    private async Task<Func<AttendanceDayRow, long?, ImmutableArray<string>>> PayersAsync(CancellationToken cancellation)
    {
        var providers = await db.Providers.AsNoTracking().Where(p => p.State == _state).ToDictionaryAsync(p => p.Id, cancellation);
        var authorizations = (await db.Authorizations.AsNoTracking().ToListAsync(cancellation)).Where(a => providers.ContainsKey(a.ProviderId)).ToLookup(a => a.ChildNumber, StringComparer.Ordinal);
        var bySite = StateProfiles.Find(_state) is { IsOneProviderOneSite: true };
        return (row, site) =>
        [
            .. authorizations[row.ChildNumber].Where(a => a.SiteId == site && a.Covers(row.Date)).Select(a => a.ProviderId)
                .Concat(bySite ? providers.Values.Where(p => p.SiteId == site).Select(p => p.Id) : [])
                .Select(id => providers[id].ProviderId).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>What the agency was told last, and at which site.</summary>
    private sealed record Telling(ToldDay Told, long? SiteId);
}
