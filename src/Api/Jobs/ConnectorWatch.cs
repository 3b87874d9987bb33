using System.Globalization;
using K12Sync.Api.Alerts;
using K12Sync.Api.CommandLine;
using K12Sync.Data.Exports;
using K12Sync.Domain.Exports;
using K12Sync.Domain.SchoolCalendar;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Jobs;

/// <summary>Notices what no run notices: that a connector is held, that none of its runs has succeeded for too long, or not in time.</summary>
internal sealed class ConnectorWatch(DeliveryPlans plans, TimeProvider clock)
{
    // Longer silences than this are told anyway, and calendars are not read back for ever.
    private static readonly TimeSpan LongestLook = TimeSpan.FromDays(60);

    /// <summary>Looks at one connector. Returns when a run of it last succeeded.</summary>
    public async Task<DateTimeOffset?> LookAsync(Workplace work, Connector connector, SlotState state, AlertDesk desk, CancellationToken cancellation)
    {
        var last = await Successes(work, connector).MaxAsync(r => r.FinishedAt, cancellation);
        await HoldAsync(connector, state.Hold, desk, cancellation);
        var (definition, now) = (connector.Definition, clock.GetUtcNow());
        if ((definition.AlertAfterSchoolHours is null && definition.DeliverBy is null) || state.Limits.Pauses.Any(p => p.Covers(now)))
            return last;
        var schools = await RunAlerts.YearsAsync(work, connector, cancellation);
        // Time before it was added or in a pause that has ended is no silence of its.
        var since = state.Limits.Pauses.Select(p => p.Until).OfType<DateTimeOffset>().Append(state.Limits.Since).Append(last ?? DateTimeOffset.MinValue).Max();
        if (definition.AlertAfterSchoolHours is { } hours)
            await SilenceAsync(connector, desk, schools, since, hours, cancellation);
        if (definition.DeliverBy is { } by)
            await DeliverByAsync(work, connector, state, desk, schools, by, cancellation);
        return last;
    }

    private static IQueryable<SyncRunRow> Successes(Workplace work, Connector connector) => work.Db.SyncRuns.AsNoTracking()
        .Where(r => r.ConnectorId == connector.Id && (r.Status == SyncRunStatus.Succeeded || r.Status == SyncRunStatus.SucceededWithHolds));

    private static async Task HoldAsync(Connector connector, ConnectorHold? hold, AlertDesk desk, CancellationToken cancellation)
    {
        var kind = hold is null ? (AlertKind?)null : RunAlerts.KindOf(hold.Kind);
        await desk.ClearAsync(connector, [.. RunAlerts.OfHolds.Where(k => k != kind)], cancellation);
        if (kind is { } open)
            await desk.OpenAsync(connector, open, RunAlerts.Text(connector, hold!), cancellation);
    }

    private async Task SilenceAsync(
        Connector connector, AlertDesk desk, IReadOnlyCollection<SchoolYear> schools, DateTimeOffset since, int hours, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var from = since < now - LongestLook ? now - LongestLook : since;
        if (SchoolHours.Between(schools, from, now) >= TimeSpan.FromHours(hours))
            await desk.OpenAsync(connector, AlertKind.NoSuccess, string.Create(CultureInfo.InvariantCulture,
                $"No run has succeeded for {hours} hours of school or more. See what the last runs say, and test it with 'k12sync connector test {connector.Name}'."), cancellation);
    }

    /// <summary>By the time at which the SIS reads, the last scheduled time before it must have come to a success.</summary>
    private async Task DeliverByAsync(
        Workplace work, Connector connector, SlotState state, AlertDesk desk, IReadOnlyCollection<SchoolYear> schools, TimeOnly by, CancellationToken cancellation)
    {
        var zone = connector.Zone;
        var (now, today) = (clock.GetUtcNow(), zone.At(clock.GetUtcNow()).Day);
        var deadline = zone.FirstAt(today, by);
        var off = state.Limits.BlackOuts.Any(r => r.From <= today && today <= r.To) || state.Limits.Pauses.Any(p => p.Covers(deadline));
        if (now < deadline || state.Limits.Since >= deadline || off || !SchoolHours.IsSchoolDay(schools, today)
            || await desk.BeganSinceAsync(connector, AlertKind.DeliverByMissed, deadline, cancellation))
            return;
        var begins = connector.Definition.Schedule is not { } schedule ? zone.FirstAt(today, TimeOnly.MinValue)
            : plans.LastBefore(schedule, connector, state.Limits, deadline)?.Instant;
        if (begins is not { } from || await Successes(work, connector).AnyAsync(r => r.StartedAt >= from && r.FinishedAt <= deadline, cancellation))
            return;
        await desk.OpenAsync(connector, AlertKind.DeliverByMissed, string.Create(CultureInfo.InvariantCulture,
            $"The SIS reads its files at {by:HH:mm} ({zone.Id}), and no delivery succeeded in time. Send what is owed with 'k12sync export --connector {connector.Name}', and ask whether the SIS can read once more today."), cancellation);
    }
}
