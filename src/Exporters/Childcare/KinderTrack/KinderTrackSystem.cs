using System.Collections.Immutable;
using System.Globalization;
using K12Sync.Domain.Childcare;
using K12Sync.Domain.Childcare.States;
using K12Sync.Domain.Childcare.Submissions;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Childcare.KinderTrack;

/// <summary>
/// KinderTrack in a run. A child's pay period goes once, ever, and only when a person orders it; a run without an order asks the agency anew for its children, and says which
/// pay periods wait. Source: seed (childcare rules 15 and 16).
/// </summary>
public sealed class KinderTrackSystem(HttpClient http, Uri address, StateProfile profile, AgencyLimits limits, TimeProvider clock) : IPeriodSystem
{
    /// <summary>Lists of pay periods that began so long ago are asked for at every run, so that who is in the latest ones stays known.</summary>
    private const int DaysBack = 45;

    /// <inheritdoc/>
    public bool IsOnlyOnce => true;

    /// <summary>Times and absences; of other days it is told nothing.</summary>
    public bool Tells(AttendanceDay day) => KinderTrackReview.Tells(day);

    /// <inheritdoc/>
    public async Task<AgencyLook> LookAsync(AgencyProvider provider, AgencyRun run, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(provider);
        ArgumentNullException.ThrowIfNull(run);
        var client = Client(provider);
        if (await client.RegisterAsync(null, cancellation) is var registered and not AgencyAnswer<KinderTrackRegistered>.Answered)
            return new AgencyLook.Failed(AgencyReplies.TroubleOf(registered));
        var periods = await client.PayPeriodsAsync(cancellation);
        if (periods is not AgencyAnswer<KinderTrackPayPeriods>.Answered({ PayPeriods: var all }, _))
            return new AgencyLook.Failed(AgencyReplies.TroubleOf(periods));
        var today = Today(provider, run);
        var begun = all.Where(p => p.From <= today).OrderBy(p => p.From).ToList();
        var about = begun.FindAll(p => (p.From <= run.Days.To && p.To >= run.Days.From) || p.To >= today.AddDays(-DaysBack));
        if (about.Count == 0 && begun.Count > 0)
            about = [begun[^1]];
        var (facts, children) = (new SortedDictionary<DateOnly, (DayRange Days, KinderTrackPeriod Agency)>(), new Dictionary<string, KinderTrackChild>(StringComparer.Ordinal));
        foreach (var period in about)
        {
            var listed = await client.ChildrenAsync(period, cancellation);
            if (listed is not AgencyAnswer<KinderTrackChildren>.Answered({ Children: var list }, _))
                return new AgencyLook.Failed(AgencyReplies.TroubleOf(listed));
            var held = await client.SubmittedAsync(period, cancellation);
            if (held is not AgencyAnswer<KinderTrackSubmitted>.Answered({ Children: var has }, _))
                return new AgencyLook.Failed(AgencyReplies.TroubleOf(held));
            facts[period.From] = (new DayRange(period.From, period.To), new KinderTrackPeriod(Ids(list.Select(c => c.ChildId)), Ids(has.Select(c => c.ChildId))));
            foreach (var child in list)
                children[child.ChildId] = child;
        }
        return new Known(
            [.. children.Values.Select(c => Child(c, facts.Values))], about.Count == 0 ? run.Days : new DayRange(about[0].From, about.Max(p => p.To)),
            [.. begun.Select(p => new DayRange(p.From, p.To))], facts.Values.ToDictionary(f => f.Days, f => f.Agency));
    }

    /// <inheritdoc/>
    public AgencyPlan Plan(AgencyProvider provider, AgencyLook.Known look, IReadOnlyList<SiftedDay> days, AgencyRun run)
    {
        ArgumentNullException.ThrowIfNull(provider);
        ArgumentNullException.ThrowIfNull(days);
        ArgumentNullException.ThrowIfNull(run);
        var (known, today) = ((Known)look, Today(provider, run));
        var order = run.Order is { } wanted && wanted.ProviderId == provider.ProviderId ? wanted : null;
        var (drafts, held, notices) = (new List<SubmissionDraft>(), new List<HeldDay>(), new List<string>());
        var refusal = order is null ? null : PayPeriodText.WhyNot(order.Days, known.Begun, today);
        foreach (var (period, agency) in known.About.OrderBy(a => a.Key.From))
        {
            var rows = new KinderTrackReview(provider, period, agency, run).Of(days);
            var blocking = rows.Where(r => r.Fate == PeriodRowFate.Blocks).ToList();
            var going = rows.Where(r => r.Fate == PeriodRowFate.Goes).ToList();
            held.AddRange(rows.Where(r => r.Fate == PeriodRowFate.LeftOut).Select(LeftOut).OfType<HeldDay>());
            held.AddRange(blocking.Select(r => days.First(d => d.Line.DayId == r.Line.DayId).Held!));
            if (refusal is null && order?.Days == period && blocking.Count == 0 && going.Count > 0)
            {
                drafts.Add(Draft(provider, order, going, run));
                continue;
            }
            if (refusal is null && order?.Days == period)
                refusal = blocking.Count > 0 ? PayPeriodText.Blocked(period, blocking.Count) : PayPeriodText.NothingToSubmit(period, rows, run.Profile);
            else if (period.To < today && going.Count + blocking.Count > 0)
                notices.Add($"The pay period {PayPeriodText.Of(period)} is over, and {going.Count + blocking.Count} {(going.Count + blocking.Count == 1 ? "child-day of it was" : "child-days of it were")} not submitted. Review it with 'k12sync submissions review'.");
            held.AddRange(going.Select(r => r.Line.Refused is { } refused ? new HeldDay(r.Line, HoldReason.PeriodBlocked, $"{refused} Mend it, and submit the pay period {PayPeriodText.Of(period)} again; what the agency has is not sent a second time.")
                : blocking.Count > 0 && period.To < today ? new HeldDay(r.Line, HoldReason.PeriodBlocked, $"Its pay period {PayPeriodText.Of(period)} cannot be submitted: {blocking[0].Reason}")
                : new HeldDay(r.Line, HoldReason.PeriodOpen, period.To < today ? $"Its pay period {PayPeriodText.Of(period)} is over and was not submitted. Review and submit it." : $"It goes with its pay period {PayPeriodText.Of(period)}, which is not over.")));
        }
        held.AddRange(days.Where(d => d.Line.IsOwed && (d.Line.Told is not null || Tells(d.Line.Day)) && !known.About.Keys.Any(p => d.Line.Date >= p.From && d.Line.Date <= p.To))
            .Select(d => d.Held ?? new HeldDay(d.Line, HoldReason.PeriodOpen, "The agency tells no pay period with this date yet.")));
        return new AgencyPlan([.. drafts], [.. held], notices.Count == 0 ? null : string.Join(' ', notices)) { Refusal = refusal };
    }

    /// <inheritdoc/>
    public ImmutableArray<PayPeriod> Periods(AgencyProvider provider, AgencyLook.Known look, IReadOnlyList<SiftedDay> days, AgencyRun run)
    {
        ArgumentNullException.ThrowIfNull(provider);
        ArgumentNullException.ThrowIfNull(run);
        var (known, today) = ((Known)look, Today(provider, run));
        return [.. known.About.OrderBy(a => a.Key.From).Select(a => Standing(a.Key, new KinderTrackReview(provider, a.Key, a.Value, run).Of(days), today))];
    }

    /// <inheritdoc/>
    public ImmutableArray<PeriodRow>? Review(AgencyProvider provider, AgencyLook.Known look, IReadOnlyList<SiftedDay> days, AgencyRun run, DayRange period) =>
        ((Known)look).About.TryGetValue(period, out var agency) ? new KinderTrackReview(provider, period, agency, run).Of(days) : null;

    /// <inheritdoc/>
    public async Task<AgencyReply> SendAsync(AgencyProvider provider, ReadOnlyMemory<byte> content, CancellationToken cancellation) =>
        AgencyReplies.Of(await Client(provider).SubmitAsync(content, cancellation), profile, taken => (taken.Children, taken.SubmissionId));

    /// <summary>
    /// Child by child: who is there is delivered. Who is not there, beside others who are, was not taken, for a reason that was in the lost answer; nobody there: a person decides.
    /// </summary>
    public async Task<AgencyReply> AskAsync(AgencyProvider provider, OpenSubmission submission, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(submission);
        var answer = await Client(provider).SubmittedAsync(new KinderTrackPayPeriod(submission.Days.From, submission.Days.To), cancellation);
        if (answer is not AgencyAnswer<KinderTrackSubmitted>.Answered({ Children: var held }, var exchange))
            return new AgencyReply.NotTaken(AgencyReplies.TroubleOf(answer));
        var there = held.ToLookup(c => c.ChildId, StringComparer.Ordinal);
        var sent = KinderTrackClient.Read(content).Children;
        if (!sent.Any(c => there.Contains(c.ChildId)))
            return new AgencyReply.NotTaken(null);
        return new AgencyReply.Ended(new SubmissionEnd(true, [.. sent.Select(c => there.Contains(c.ChildId)
            ? new DayEnd(c.ChildId, null, DayEndKind.Accepted, null, null)
            : new DayEnd(c.ChildId, null, DayEndKind.Rejected, "The agency took other children of the submission and not this one; its reason was lost with its answer. Compare the child's id and times with its portal.", null))])
        {
            ReceiptId = sent.SelectMany(c => there[c.ChildId]).First().SubmissionId,
            Response = exchange.Response,
        });
    }

    private KinderTrackClient Client(AgencyProvider provider) => new(http, address, new KinderTrackCredentials(provider.ProviderId, provider.Secret!), limits, clock);

    private static DateOnly Today(AgencyProvider provider, AgencyRun run) =>
        provider.SiteId is { } id && run.Sites.TryGetValue(id, out var site) ? run.Today(site) : DateOnly.FromDateTime(run.Now.UtcDateTime);

    private static HashSet<string> Ids(IEnumerable<string> ids) => ids.ToHashSet(StringComparer.Ordinal);

    /// <summary>That who is listed in a pay period is paid for on any day of it is assumed.</summary>
    private static AgencyRosterChild Child(KinderTrackChild child, IEnumerable<(DayRange Days, KinderTrackPeriod Agency)> periods) =>
        new(child.ChildId, new ChildFacts(child.FirstName, child.MiddleName, child.LastName, child.BirthDate),
            [.. periods.Where(p => p.Agency.Listed.Contains(child.ChildId)).Select(p => new AgencyAuthorization(null, p.Days.From, p.Days.To, Weekdays.All))]);

    private static PayPeriod Standing(DayRange period, ImmutableArray<PeriodRow> rows, DateOnly today)
    {
        int Count(PeriodRowFate fate) => rows.Count(r => r.Fate == fate);
        var (going, blocking, submitted) = (Count(PeriodRowFate.Goes), Count(PeriodRowFate.Blocks), Count(PeriodRowFate.Submitted));
        return new PayPeriod(period, period.To >= today ? PayPeriodState.Open : going + blocking > 0 ? PayPeriodState.Due : submitted > 0 ? PayPeriodState.Submitted : PayPeriodState.Nothing, going, blocking, submitted);
    }

    private static HeldDay? LeftOut(PeriodRow row) => row switch
    {
        { Status: PeriodRowStatus.Approved } when row.Line.IsOwed && (row.Line.Told is not null || KinderTrackReview.Tells(row.Line.Day)) =>
            new HeldDay(row.Line, HoldReason.CorrectionNeeded, $"{row.Reason} {row.ToDo}".TrimEnd()),
        { Status: PeriodRowStatus.Unapproved } when row.Line.IsOwed =>
            new HeldDay(row.Line, row.Line.AgencyChildId is null ? HoldReason.NotLinked : HoldReason.NotAuthorized, $"{row.Reason} {row.ToDo}".TrimEnd()),
        _ => null,
    };

    private static SubmissionDraft Draft(AgencyProvider provider, SubmissionOrder order, List<PeriodRow> rows, AgencyRun run)
    {
        var children = rows.GroupBy(r => r.Line.AgencyChildId!, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => new KinderTrackChildAttendance(g.Key, [.. g.OrderBy(r => r.Line.Date).Select(r => Day(r.Line, provider, run))])).ToList();
        var (by, at, wording) = order.Attestation;
        var content = KinderTrackClient.Write(new KinderTrackSubmission(order.Days.From, order.Days.To, new KinderTrackAttestation(by, at, wording), children));
        return new SubmissionDraft(provider.ProviderId, order.Days, content, [.. rows.Select(r => new SubmissionLine(r.Line, r.Line.AgencyChildId!, Says(r.Line.Day, run)))]) { Attestation = order.Attestation };
    }

    private static KinderTrackDay Day(ChildDayLine line, AgencyProvider provider, AgencyRun run) => line.Day is AttendanceDay.Attended attended
        ? new KinderTrackDay(line.Date, [.. attended.Care.Where(c => c.SiteId == provider.SiteId).Select(c => new KinderTrackTimes(Wall(c.From, c.SiteId, run), Wall(c.To!.Value, c.SiteId, run)))])
        : new KinderTrackDay(line.Date, [], IsAbsent: true);

    private static DateTimeOffset Wall(DateTimeOffset at, long site, AgencyRun run) => run.Sites[site].Zone.At(at).Instant;

    private static string Says(AttendanceDay day, AgencyRun run) => day is AttendanceDay.Attended attended
        ? string.Create(CultureInfo.InvariantCulture, $"{run.Profile.UnitsOf(attended.Minutes)}") : "absent";

    /// <summary>With every pay period that has begun, and what is known of those that matter.</summary>
    private sealed record Known(IReadOnlyList<AgencyRosterChild> Children, DayRange Days, ImmutableArray<DayRange> Begun, IReadOnlyDictionary<DayRange, KinderTrackPeriod> About)
        : AgencyLook.Known(Children, Days);
}
