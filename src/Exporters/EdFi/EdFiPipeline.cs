using System.Collections.Immutable;
using K12Sync.Domain.Childcare.Submissions;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Exports;

namespace K12Sync.Exporters.EdFi;

/// <summary>The books of a run to an Ed-Fi API.</summary>
/// <param name="Runs">Runs, frozen bytes, tardies.</param>
/// <param name="Days">Child-days.</param>
/// <param name="Events">What the API holds.</param>
public sealed record EdFiBooks(IExportLedger Runs, IChildDayLedger Days, IEventLedger Events);

/// <summary>
/// One run of a connector to an Ed-Fi API: calls that an earlier run left are made first; then what is owed is turned into events, frozen, and sent, one call for each child-day or
/// student's day. Beside <see cref="ExportPipeline"/>, on the same runs, leases, frozen bytes and lines.
/// </summary>
/// <remarks>
/// <para>It is no <see cref="Childcare.IAgencySystem"/>: Ed-Fi has no providers or rosters to ask, takes tardies too, and answers each event by itself.</para>
/// <para>What may be at the API is stored before anything is sent, and a call may be made any number of times: whatever breaks off, the next run makes the same calls and ends with the events
/// that are wanted and no others. A refused event does not stop the others. While a call of a record has no end, nothing newer of the record is frozen.</para>
/// </remarks>
/// <param name="books">What is owed, told and held.</param>
/// <param name="client">The API.</param>
/// <param name="map">What becomes what.</param>
/// <param name="clock">For waits.</param>
/// <param name="retries">What may mend itself is tried again within the run.</param>
public sealed class EdFiPipeline(EdFiBooks books, EdFiClient client, EdFiMap map, TimeProvider clock, RetryPolicy retries)
{
    private readonly EdFiCaller _caller = new(client, clock, retries);
    private readonly List<DeliveredFile> _delivered = [];
    private readonly List<string> _refusals = [];
    private EdFiPlan _plan = new();
    private string? _skipped;
    private ConnectorHold? _tooMany;
    private int _accepted;

    /// <summary>How many calls are made at a time.</summary>
    public int AtATime { get; init; } = 4;

    /// <summary>Runs the connector once.</summary>
    /// <exception cref="OperationCanceledException">Stopped; what was frozen waits for the next run.</exception>
    public async Task<RunReport> RunAsync(Connector connector, RunRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(connector);
        ArgumentNullException.ThrowIfNull(request);
        return await new RunFrame(books.Runs, connector, request).RunAsync(start => SyncAsync(connector, request, start, cancellation), number => Report(connector, number), cancellation);
    }

    private async Task SyncAsync(Connector connector, RunRequest request, RunStart.Started start, CancellationToken cancellation)
    {
        await MakeCallsAsync(connector, only: null, cancellation);
        if (_caller.MustStop)
            return;
        var waiting = (await books.Events.OpenAsync(connector, cancellation)).SelectMany(b => b.Waiting).ToHashSet();
        _plan = connector.Definition.Destination.Sends == RecordKind.ChildDay ? await PlanDaysAsync(connector, request.OnlyDay, start, waiting, cancellation) : await PlanTardiesAsync(connector, start, waiting, cancellation);
        if (await IsTooMuchAsync(connector, cancellation))
            return;
        await PrepareAsync(connector, cancellation);
        if (await FreezeAsync(connector, start, cancellation) is not FreezeResult.Frozen frozen)
        {
            (_skipped, _plan) = ("Another run of this connector had already taken these records.", new EdFiPlan());
            return;
        }
        await MakeCallsAsync(connector, frozen.BatchIds, cancellation);
    }

    /// <summary>Where a person wants one day, all that waits is looked at as always, and only that day goes; with it what of its stay reaches into the dates after it.</summary>
    private async Task<EdFiPlan> PlanDaysAsync(Connector connector, ChildDayOrder? only, RunStart.Started start, HashSet<long> waiting, CancellationToken cancellation)
    {
        var days = (await books.Events.ChildDaysAsync(connector, cancellation))
            .Where(d => !waiting.Contains(d.Line.DayId) && (d.Line.Site is not { } site || d.Line.Date < site.Zone.At(start.StartedAt).Day)).ToList();
        var held = await HeldAsync(connector, days.Select(d => d.Line.Date), cancellation);
        var plan = new EdFiPlan();
        foreach (var day in days)
            plan.Add(day, map, [.. held[EdFiPlan.SubjectOf(day.Line)]], mayGo: only is null || only.IsOf(day.Line) || (!day.IsOwed && only.ReachesInto(day.Line)));
        return plan;
    }

    private async Task<EdFiPlan> PlanTardiesAsync(Connector connector, RunStart.Started start, HashSet<long> waiting, CancellationToken cancellation)
    {
        var plan = new EdFiPlan();
        var days = (await books.Runs.OwedAsync(connector, cancellation).ToListAsync(cancellation)).GroupBy(EdFiPlan.SubjectOf).Where(g => g.Any(l => l.IsOwed) && !g.Any(l => waiting.Contains(l.RecordId))).ToList();
        var held = await HeldAsync(connector, days.Select(d => d.Key.Date), cancellation);
        foreach (var day in days)
            if (TooOld(connector, day.First(), start.StartedAt) is { } explanation)
                plan.HeldTardies.AddRange(day.Where(l => l.IsOwed).Select(l => new HeldLine(l, HoldReason.TooOld, explanation)));
            else
                plan.Add([.. day], map, [.. held[day.Key]]);
        foreach (var lost in (await books.Events.UncertainAsync(connector, cancellation)).Select(h => h.Subject).Distinct().Except(days.Select(d => d.Key)))
            if (waiting.Count == 0)
                plan.Remove(lost);
        return plan;
    }

    private static string? TooOld(Connector connector, TardyLine line, DateTimeOffset now) =>
        connector.Definition.MaxAgeDays is { } most && connector.Schools.FirstOrDefault(s => s.Id == line.SchoolId) is { } school && school.Zone.At(now).Day.DayNumber - line.Date.DayNumber is var age && age > most
            ? $"It is {age} days old; the connector sends {most} days at most."
            : null;

    private async Task<ILookup<EventSubject, HeldEvent>> HeldAsync(Connector connector, IEnumerable<DateOnly> dates, CancellationToken cancellation)
    {
        var days = dates.ToHashSet();
        return (days.Count == 0 ? [] : await books.Events.HeldAsync(connector, new DayRange(days.Min(), days.Max()), cancellation)).ToLookup(h => h.Subject);
    }

    /// <summary>Far more than usual is rather a mistake than a bad day.</summary>
    private async Task<bool> IsTooMuchAsync(Connector connector, CancellationToken cancellation)
    {
        if (connector.Definition.MostTimesUsual is not { } times || _plan.Calls <= connector.AllowedRows || await books.Runs.UsualRowsAsync(connector, cancellation) is not { } usual || _plan.Calls <= (long)times * usual)
            return false;
        _tooMany = new ConnectorHold(ConnectorHoldKind.TooManyRows,
            $"The run would send {_plan.Calls} events; {usual} are usual. Nothing was sent. Let them go with 'k12sync connector release {connector.Name}'.");
        return true;
    }

    private async Task PrepareAsync(Connector connector, CancellationToken cancellation)
    {
        var calls = _plan.All.ToList();
        var held = await HeldAsync(connector, calls.Select(c => c.Subject.Date), cancellation);
        if (calls.Count > 0)
            await books.Events.PrepareAsync(connector, [.. calls.SelectMany(c => c.Before([.. held[c.Subject]]))], _plan.Again, cancellation);
    }

    private async Task<FreezeResult> FreezeAsync(Connector connector, RunStart.Started start, CancellationToken cancellation)
    {
        if (connector.Definition.Destination.Sends == RecordKind.ChildDay)
            return await books.Days.FreezeAsync(connector, start.RunId, new DayRange(DateOnly.MinValue, DateOnly.MaxValue), _plan.Drafts(), _plan.HeldDays, cancellation);
        var debt = _plan.Debt(start.Number);
        return debt.IsEmpty ? new FreezeResult.Frozen([]) : await books.Runs.FreezeAsync(start.RunId, debt, cancellation);
    }

    private async Task MakeCallsAsync(Connector connector, IReadOnlyCollection<long>? only, CancellationToken cancellation)
    {
        foreach (var batch in await books.Events.OpenAsync(connector, cancellation))
            if (!_caller.MustStop && only?.Contains(batch.BatchId) is not false)
                await MakeCallsAsync(connector, batch, cancellation);
    }

    private async Task MakeCallsAsync(Connector connector, OpenCalls batch, CancellationToken cancellation)
    {
        var calls = EdFiCall.Read(batch.Content).Where(c => c.Records.IsEmpty || c.Records.Any(batch.Waiting.Contains)).ToList();
        await books.Events.SendingAsync(batch.BatchId, connector.Definition.Destination.Describe(), cancellation);
        var held = await HeldAsync(connector, calls.Select(c => c.Subject.Date), cancellation);
        var ends = new List<CallEnd>();
        try
        {
            await Parallel.ForEachAsync(calls, new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancellation }, async (call, stop) =>
            {
                if (_caller.MustStop)
                    return;
                var end = await _caller.MakeAsync(call, [.. held[call.Subject]], stop);
                lock (ends)
                    ends.Add(end);
            });
        }
        finally
        {
            await SettleAsync(connector, batch, ends, isWhole: ends.Count == calls.Count && ends.TrueForAll(e => e.Kind is not null));
        }
    }

    /// <summary>What the API has is settled even if the run is stopped.</summary>
    private async Task SettleAsync(Connector connector, OpenCalls batch, List<CallEnd> ends, bool isWhole)
    {
        await books.Events.SettleAsync(connector, batch.BatchId, ends, isWhole, CancellationToken.None);
        var accepted = ends.Where(e => e.Kind == DayEndKind.Accepted).Sum(e => e.Records.Length);
        _accepted += accepted;
        _refusals.AddRange(ends.Where(e => e.Kind == DayEndKind.Rejected).SelectMany(e => Enumerable.Repeat(e.Reason!, Math.Max(1, e.Records.Length))));
        if (isWhole && accepted > 0)
            _delivered.Add(new DeliveredFile(batch.Name, accepted, batch.Content.Length, batch.Sha256));
    }

    private RunReport Report(Connector connector, long number)
    {
        var status = _caller.Trouble is not null ? SyncRunStatus.Failed
            : _tooMany is not null ? SyncRunStatus.Held
            : _skipped is not null ? SyncRunStatus.Skipped
            : _plan.HeldDays.Count + _plan.HeldTardies.Count + _refusals.Count > 0 ? SyncRunStatus.SucceededWithHolds
            : SyncRunStatus.Succeeded;
        string?[] reasons = [_caller.Trouble, _skipped, _tooMany?.Reason, _refusals.Count == 0 ? null : $"{_refusals.Count} refused; the first: {_refusals[0]}"];
        var error = string.Join(' ', reasons.OfType<string>());
        return new RunReport(number, status, [.. _delivered], _accepted, 0, 0, 0, _tooMany is null ? [.. _plan.HeldTardies] : [], [], error.Length == 0 ? null : error)
        {
            ErrorCode = _caller.NotLetIn is not null ? TroubleKind.AuthenticationRefused : _caller.Trouble is not null ? TroubleKind.Unreachable : null,
            HeldDays = _tooMany is null ? [.. _plan.HeldDays] : [],
            RowsRejected = _refusals.Count,
            HoldConnector = _caller.NotLetIn is { } refused
                ? new ConnectorHold(ConnectorHoldKind.AuthenticationRefused, $"{refused} It is not tried again until you store the right secret with 'k12sync connector secret {connector.Name}' or release the connector with 'k12sync connector release {connector.Name}'.")
                : _tooMany,
        };
    }
}
