using System.Globalization;
using K12Sync.Api.Alerts;
using K12Sync.Api.CommandLine;
using K12Sync.Api.Exports;
using K12Sync.Data.SchoolCalendar;
using K12Sync.Domain.Exports;
using K12Sync.Domain.Exports.Schedules;
using K12Sync.Domain.SchoolCalendar;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Jobs;

/// <summary>Decides what of a run somebody is told, and what is over.</summary>
internal sealed class RunAlerts(Workplace work, AlertDesk desk)
{
    /// <summary>What connectors are held for.</summary>
    public static readonly IReadOnlyCollection<AlertKind> OfHolds =
        [AlertKind.HeldTooManyRows, AlertKind.AuthenticationStopped, AlertKind.HostKeyChanged, AlertKind.HeldAfterRestore];

    private static readonly AlertKind[] OverWithASuccess = [AlertKind.RunFailed, AlertKind.NoSuccess, AlertKind.DeliverByMissed, AlertKind.RunOverran, .. OfHolds];

    /// <summary>A run has come to its end: that of a slot, or null for one by hand, which says nothing about whether passes still arrive.</summary>
    public async Task AfterAsync(Connector connector, ExportReport report, DeliverySlot? slot, CancellationToken cancellation)
    {
        var run = report.Run;
        if (run.Status is SyncRunStatus.Succeeded or SyncRunStatus.SucceededWithHolds)
        {
            // An agency that lets one of several providers not in is no failure of the run, and somebody has to know.
            var stopped = run.ErrorCode == TroubleKind.AuthenticationRefused;
            await desk.ClearAsync(connector, stopped ? [.. OverWithASuccess.Where(k => k != AlertKind.AuthenticationStopped)] : OverWithASuccess, cancellation);
            if (stopped)
                await desk.OpenAsync(connector, AlertKind.AuthenticationStopped, $"{run.Error} Store the right password with 'k12sync connector secret {connector.Name} --provider ID', or, when the agency has mended it, 'k12sync connector release {connector.Name}'.", cancellation);
            if (slot is { } due)
                await RowsAsync(connector, due, cancellation);
        }
        else if (run.HoldConnector is { } hold)
            await desk.OpenAsync(connector, KindOf(hold.Kind), Text(connector, hold), cancellation);
        else if (run.Status == SyncRunStatus.Failed)
            await desk.OpenAsync(connector, AlertKind.RunFailed, $"Run {run.RunNumber} failed: {run.Error} What it was to send waits for the next run.", cancellation);
        await UnconfirmedAsync(connector, run.Unconfirmed, cancellation);
    }

    /// <summary>How a hold is told.</summary>
    public static AlertKind KindOf(ConnectorHoldKind hold) => hold switch
    {
        ConnectorHoldKind.Restored => AlertKind.HeldAfterRestore,
        ConnectorHoldKind.AuthenticationRefused => AlertKind.AuthenticationStopped,
        ConnectorHoldKind.HostKeyMismatch => AlertKind.HostKeyChanged,
        ConnectorHoldKind.TooManyRows => AlertKind.HeldTooManyRows,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>A hold in words, with what to do.</summary>
    public static string Text(Connector connector, ConnectorHold hold) => $"{hold.Reason} Nothing is sent until 'k12sync connector release {connector.Name}'.";

    /// <summary>A run had to be ended.</summary>
    public Task OverranAsync(Connector connector, TimeSpan deadline, CancellationToken cancellation) =>
        desk.OpenAsync(connector, AlertKind.RunOverran, string.Create(CultureInfo.InvariantCulture,
            $"A run did not end within {deadline.TotalMinutes:0.#} minutes and was ended. What it was to send waits for the next run. Test the connection."), cancellation);

    /// <summary>A run ended in an exception. Its message may hold anything, so only its kind is told; the log has the rest.</summary>
    public Task BrokeAsync(Connector connector, Exception error, CancellationToken cancellation) =>
        desk.OpenAsync(connector, AlertKind.RunFailed, $"A run ended in an error of the program ({error.GetType().Name}). The log says more. What it was to send waits for the next run.", cancellation);

    private async Task UnconfirmedAsync(Connector connector, IReadOnlyCollection<string> files, CancellationToken cancellation)
    {
        if (files.Count > 0)
            await desk.OpenAsync(connector, AlertKind.DeliveryUnconfirmed, connector.Definition.Destination.Sends == RecordKind.ChildDay
                ? $"Look in the agency's portal whether it has {string.Join(", ", files)}: no answer came, and it cannot be told. It is never sent again by itself."
                : $"Look in the SIS whether it has read {string.Join(", ", files)}: the file left here and cannot be seen there. It is never sent again by itself.", cancellation);
        else if (!await work.Db.ExportBatches.AnyAsync(b => b.ConnectorId == connector.Id && b.Status == BatchStatus.DeliveredUnconfirmed, cancellation))
            await desk.ClearAsync(connector, [AlertKind.DeliveryUnconfirmed], cancellation);
    }

    /// <summary>A school day that is over has tardies; where it has none, kiosks or imports have probably stopped.</summary>
    private async Task RowsAsync(Connector connector, DeliverySlot slot, CancellationToken cancellation)
    {
        if (!connector.Definition.ExpectsRows || SchoolHours.LastEnded(await YearsAsync(work, connector, cancellation), slot.Instant) is not var (day, _))
            return;
        var (schools, codes) = (connector.Schools.Select(s => s.Id).ToList(), connector.Definition.Codes.ToList());
        if (await work.Db.TardyRecords.AnyAsync(r => schools.Contains(r.SchoolId) && r.Date == day && (codes.Count == 0 || codes.Contains(r.Code)), cancellation))
            await desk.ClearAsync(connector, [AlertKind.NoRowsOnSchoolDay], cancellation);
        else
            await desk.OpenAsync(connector, AlertKind.NoRowsOnSchoolDay, string.Create(CultureInfo.InvariantCulture,
                $"{day:yyyy-MM-dd} was a school day and there is not one tardy of it. Check that passes still arrive: kiosks, imports."), cancellation);
    }

    /// <summary>The calendars of a connector's schools.</summary>
    public static async Task<IReadOnlyList<SchoolYear>> YearsAsync(Workplace work, Connector connector, CancellationToken cancellation)
    {
        var (store, years) = (new CalendarStore(work.Db), new List<SchoolYear>());
        foreach (var school in connector.Schools)
            years.Add(new SchoolYear(await store.LoadAsync(school.Id, cancellation), school.Zone));
        return years;
    }
}
