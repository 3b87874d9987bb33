using K12Sync.Domain.Childcare;
using K12Sync.Domain.Childcare.States;
using K12Sync.Domain.Childcare.Submissions;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Childcare.Texts;

namespace K12Sync.Exporters.Childcare.Indiana;

/// <summary>
/// Indiana's CCMS connection in a run. The state pays by enrolment, so a service period goes as its absences, closures and off days, never a time: whole, once, the oldest first, one
/// in a run; and only where both rosters have the same children.
/// </summary>
/// <remarks>Source: public and seed (childcare rules 5, 12, 16 and 17).</remarks>
public sealed class IndianaSystem(HttpClient http, AgencyDestinationDefinition agency, StateProfile profile, AgencyLimits limits, TimeProvider clock) : IAgencySystem
{
    private readonly AgencyTexts _texts = AgencyTexts.Of(agency.Language);

    /// <inheritdoc/>
    public bool IsOnlyOnce => true;

    /// <summary>Absences, closures and off days. Of attendance the state is told nothing.</summary>
    public bool Tells(AttendanceDay day) => day is AttendanceDay.Absence or AttendanceDay.Closure or AttendanceDay.OffDay;

    /// <summary>Of the children of a site only those on the state's programs are reported; they are the ones that are linked.</summary>
    public bool Concerns(ChildDayLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        return line.Told is not null || (line.AgencyChildId is not null && Tells(line.Day));
    }

    /// <inheritdoc/>
    public async Task<AgencyLook> LookAsync(AgencyProvider provider, AgencyRun run, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(provider);
        ArgumentNullException.ThrowIfNull(run);
        if (FaultOf(provider) is { } fault)
            return new AgencyLook.Failed(fault);
        if (provider.SiteId is not { } site || !run.Sites.ContainsKey(site))
            return new AgencyLook.Failed(new AgencyTrouble(AgencyTroubleKind.Unreadable, _texts.Say(Phrase.IndianaNoSite)));
        var client = Client(provider);
        if (await client.FacilityAsync(cancellation) is var facility && facility is not AgencyAnswer<IndianaFacility>.Answered(var who, _))
            return new AgencyLook.Failed(AgencyReplies.TroubleOf(facility, _texts));
        if (await client.PeriodsAsync(cancellation) is var listed && listed is not AgencyAnswer<IndianaPeriods>.Answered(var all, _))
            return new AgencyLook.Failed(AgencyReplies.TroubleOf(listed, _texts));
        var periods = all.Periods.OrderBy(p => p.From).ToList();
        // From the oldest that the connection owes to the present one: who is on its way to be connected sees early who is not linked.
        var asked = periods.SkipWhile(p => p.Status != IndianaPeriodStatus.Open).DefaultIfEmpty(periods.LastOrDefault()).OfType<IndianaPeriod>().ToList();
        var rosters = new List<IndianaRoster>();
        foreach (var period in asked)
        {
            var roster = await client.RosterAsync(period.From, period.To, cancellation);
            if (roster is not AgencyAnswer<IndianaRoster>.Answered(var known, _))
                return new AgencyLook.Failed(AgencyReplies.TroubleOf(roster, _texts));
            rosters.Add(known);
        }
        return Known(who, periods, rosters, site, run);
    }

    /// <inheritdoc/>
    public AgencyPlan Plan(AgencyProvider provider, AgencyLook.Known look, IReadOnlyList<SiftedDay> days, AgencyRun run)
    {
        ArgumentNullException.ThrowIfNull(provider);
        ArgumentNullException.ThrowIfNull(run);
        var review = new IndianaReview(provider, (IndianaLook)look, [.. days.Select(d => d.Line)], run);
        var isOrdered = run.OnlyDay is null && (run.Order is not { } order || (order.ProviderId == provider.ProviderId && review.Next?.Period is { } next && order.Days == new DayRange(next.From, next.To)));
        return new AgencyPlan(review.Next is { } period && isOrdered ? [Draft(provider, period, run)] : [], [.. review.Held()], review.Notice()) { NeedsAPerson = review.NeedsAPerson };
    }

    /// <inheritdoc/>
    public async Task<AgencyReply> SendAsync(AgencyProvider provider, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(provider);
        if (FaultOf(provider) is { } fault)
            return new AgencyReply.NotTaken(fault);
        var answer = await Client(provider).SubmitAsync(content, cancellation);
        var reply = AgencyReplies.Of(answer, profile, receipt => ([], receipt.ReceiptId), _texts);
        return answer is AgencyAnswer<IndianaReceipt>.Rejected rejected && IndianaClient.DifferenceIn(rejected) is { } difference && reply is AgencyReply.Ended ended
            ? new AgencyReply.Ended(ended.End with { Otherwise = ended.End.Otherwise! with { Reason = _texts.Say(Phrase.IndianaRosterDiffers, ("ours", difference.Unknown), ("theirs", difference.Missing)) } })
            : reply;
    }

    /// <summary>The list of periods tells whether one was taken.</summary>
    public async Task<AgencyReply> AskAsync(AgencyProvider provider, OpenSubmission submission, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(provider);
        ArgumentNullException.ThrowIfNull(submission);
        if (FaultOf(provider) is { } fault)
            return new AgencyReply.NotTaken(fault);
        var answer = await Client(provider).PeriodsAsync(cancellation);
        if (answer is not AgencyAnswer<IndianaPeriods>.Answered(var all, var exchange))
            return new AgencyReply.NotTaken(AgencyReplies.TroubleOf(answer, _texts));
        var period = all.Periods.FirstOrDefault(p => p.From == submission.Days.From && p.To == submission.Days.To);
        return period is { Status: IndianaPeriodStatus.Submitted }
            ? new AgencyReply.Ended(new SubmissionEnd(true, []) { ReceiptId = period.ReceiptId, Response = exchange.Response })
            : new AgencyReply.NotTaken(null);
    }

    /// <summary>The state's code of a day; null: it is told nothing of such a day.</summary>
    internal static string? CodeOf(AttendanceDay day, AgencyRun run) =>
        (day is AttendanceDay.Absence(_, var absence) ? run.Agency.AbsenceCodes.GetValueOrDefault(absence) : null) ?? run.Profile.Codes!.Of(day);

    private static IndianaLook Known(IndianaFacility who, List<IndianaPeriod> periods, List<IndianaRoster> rosters, long site, AgencyRun run)
    {
        var children = rosters.SelectMany(r => r.Children.Select(c => (Roster: r, Child: c))).GroupBy(c => c.Child.ChildId, StringComparer.Ordinal).Select(listed =>
            new AgencyRosterChild(listed.Key, Facts(listed.Last().Child), [.. listed.Select(l => new AgencyAuthorization(site, l.Roster.From, l.Roster.To, Weekdays.All))])).ToList();
        var range = rosters.Count == 0 ? new DayRange(run.Days.To, run.Days.To) : new DayRange(rosters[0].From, rosters[^1].To);
        return new IndianaLook(children, range, who, periods, rosters.ToDictionary(r => r.From, IReadOnlySet<string> (r) => r.Children.Select(c => c.ChildId).ToHashSet(StringComparer.Ordinal)))
        {
            // The closures of the year count, but only where a period may go.
            LooksBackTo = periods.Exists(p => p.Status == IndianaPeriodStatus.Open && p.To < run.Today(run.Sites[site])) ? new DateOnly(range.From.Year, 1, 1) : null,
        };
    }

    private static ChildFacts Facts(IndianaChild child) => new(child.FirstName, child.MiddleName, child.LastName, child.BirthDate);

    private static SubmissionDraft Draft(AgencyProvider provider, IndianaPeriodState state, AgencyRun run)
    {
        var period = state.Period;
        var lines = state.Lines.Where(l => CodeOf(l.Day, run) is not null).Select(l => new SubmissionLine(l, l.AgencyChildId!, CodeOf(l.Day, run)!)).ToList();
        var content = IndianaClient.Write(new IndianaSubmission(period.From, period.To, IndianaReview.RosterOf(state.Lines), [.. lines.Select(l => new IndianaDay(l.AgencyChildId, l.Line.Date, l.Says))]));
        return new SubmissionDraft(provider.ProviderId, new DayRange(period.From, period.To), content, [.. lines]) { Attestation = run.Order?.Attestation };
    }

    /// <summary>Why the state cannot even be asked.</summary>
    private AgencyTrouble? FaultOf(AgencyProvider provider) =>
        provider.Secret is { } key && AgencyHttp.CanCarry(key) ? null : new AgencyTrouble(AgencyTroubleKind.Unreadable, _texts.Say(Phrase.KeyUnusable));

    private IndianaClient Client(AgencyProvider provider) => new(http, agency.Address, new IndianaCredentials(provider.ProviderId, provider.Secret!), limits, clock, _texts);
}
