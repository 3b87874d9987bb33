using System.Globalization;
using K12Sync.Api.Alerts;
using K12Sync.Api.CommandLine;
using K12Sync.Data.Access;
using K12Sync.Domain.Exports;
using K12Sync.Domain.SchoolCalendar;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Jobs;

/// <summary>Notices what no run notices: that none has succeeded for too long, or not in time.</summary>
internal sealed class ConnectorWatch(DeliveryPlans plans, TimeProvider clock)
{
    // Longer silences than this are told anyway, and calendars are not read back for ever.
    private static readonly TimeSpan LongestLook = TimeSpan.FromDays(60);

    /// <summary>Looks at one connector. Returns when a run of it last succeeded.</summary>
    public async Task<DateTimeOffset?> LookAsync(Workplace work, DistrictId district, Connector connector, AlertDesk desk, CancellationToken cancellation)
    {
        var definition = connector.Definition;
        var last = await work.Db.SyncRuns.AsNoTracking()
            .Where(r => r.ConnectorId == connector.Id && (r.Status == SyncRunStatus.Succeeded || r.Status == SyncRunStatus.SucceededWithHolds))
            .MaxAsync(r => r.FinishedAt, cancellation);
        if (definition.AlertAfterSchoolHours is null && definition.DeliverBy is null)
            return last;
        var since = await plans.SinceAsync(work.Db, district, connector, cancellation);
        if (since is not { } from)
            return last;
        var schools = await RunAlerts.YearsAsync(work, connector, cancellation);
        if (definition.AlertAfterSchoolHours is { } hours)
            await SilenceAsync(connector, desk, schools, last > from ? last.Value : from, hours, cancellation);
        if (definition.DeliverBy is { } by)
            await DeliverByAsync(work, district, connector, desk, schools, by, from, cancellation);
        return last;
    }

    private async Task SilenceAsync(
        Connector connector, AlertDesk desk, IReadOnlyCollection<SchoolYear> schools, DateTimeOffset since, int hours, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var from = since < now - LongestLook ? now - LongestLook : since;
        if (SchoolHours.Between(schools, from, now) >= TimeSpan.FromHours(hours))
            await desk.OpenAsync(connector, AlertKind.NoSuccess, string.Create(CultureInfo.InvariantCulture,
                $"No run has succeeded for {hours} hours of school or more. See what the last runs say, and test the connection."), cancellation);
    }

    /// <summary>By the time at which the SIS reads, the last scheduled time before it must have come to a success.</summary>
    private async Task DeliverByAsync(
        Workplace work, DistrictId district, Connector connector, AlertDesk desk, IReadOnlyCollection<SchoolYear> schools, TimeOnly by, DateTimeOffset since, CancellationToken cancellation)
    {
        var (zone, now) = (connector.Zone, clock.GetUtcNow());
        var today = zone.At(now).Day;
        var deadline = zone.FirstAt(today, by);
        if (now < deadline || since >= deadline || connector.Definition.BlackOuts.Any(r => r.From <= today && today <= r.To) || !SchoolHours.IsSchoolDay(schools, today)
            || await desk.BeganSinceAsync(connector, AlertKind.DeliverByMissed, deadline, cancellation))
            return;
        var from = connector.Definition.Schedule is null ? zone.FirstAt(today, TimeOnly.MinValue)
            : (await plans.LastBeforeAsync(work.Db, district, connector, deadline, cancellation))?.Instant;
        if (from is not { } begins || await work.Db.SyncRuns.AnyAsync(r => r.ConnectorId == connector.Id
            && (r.Status == SyncRunStatus.Succeeded || r.Status == SyncRunStatus.SucceededWithHolds) && r.StartedAt >= begins && r.FinishedAt <= deadline, cancellation))
            return;
        await desk.OpenAsync(connector, AlertKind.DeliverByMissed, string.Create(CultureInfo.InvariantCulture,
            $"The SIS reads its files at {by:HH:mm} ({zone.Id}), and no delivery succeeded in time. What is owed waits; send it with 'k12sync export --connector {connector.Name}', and ask whether the SIS can read once more today."), cancellation);
    }
}
