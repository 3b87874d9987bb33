using System.Globalization;
using K12Sync.Exporters.Childcare.Indiana;

namespace K12Sync.Api.Simulators;

/// <summary>
/// Indiana's connection as the state's guide lets it be known: by licence number, two-week periods that end on a Saturday and are due two weeks later, the oldest first, equal
/// rosters, absences and closures only. What people do in the provider portal is under <c>/_simulator/portal</c>.
/// </summary>
internal sealed class SimulatedIndiana(IndianaState state, AgencyDay day) : IAgency
{
    private readonly Dictionary<(string License, DateOnly From), (string Receipt, IndianaSubmission Sent)> _held = [];
    private IndianaState _state = state;

    /// <inheritdoc/>
    public string Name => "Indiana CCMS";

    /// <inheritdoc/>
    public object State => _state;

    /// <inheritdoc/>
    public object Received => new
    {
        Periods = _held.OrderBy(h => h.Key.From).Select(h => new { LicenseNumber = h.Key.License, ReceiptId = h.Value.Receipt, h.Value.Sent.From, h.Value.Sent.To, h.Value.Sent.Days }).ToArray(),
    };

    /// <inheritdoc/>
    public void Replace(ReadOnlySpan<byte> state) => _state = AgencyFile.Parse<IndianaState>(state);

    /// <inheritdoc/>
    public bool EndAuthorizations(string childId, DateOnly? to)
    {
        var knows = _state.Facilities.Any(f => f.Children.Any(c => c.Child.ChildId == childId));
        foreach (var site in _state.Facilities)
            Keep(site with { Children = [.. site.Children.Where(c => c.Child.ChildId != childId || to is not null).Select(c => c.Child.ChildId == childId ? c with { To = to } : c)] });
        return knows;
    }

    /// <inheritdoc/>
    public void Map(AgencyRoutes routes)
    {
        routes.Get(IndianaRoutes.Facility, request => For(request, s => Ok(Facility(s))));
        routes.Get(IndianaRoutes.Periods, request => For(request, s => Ok(new IndianaPeriods([.. Periods(s)]))));
        routes.Get(IndianaRoutes.Roster, request => For(request, s => request.Day("from") is { } from && PeriodFrom(s, from, request.Day("to")) is { } period
            ? Ok(new IndianaRoster(period.From, period.To, [.. Enrolled(s, period).Select(c => c.Child)])) : NotAPeriod()));
        routes.Post(IndianaRoutes.Days, request => For(request, s => Submit(request, s)));
        new IndianaPortal(this).Map(routes);
    }

    /// <summary>The day it is.</summary>
    internal DateOnly Today => day.Today;

    /// <summary>First day of the service period with this day.</summary>
    internal DateOnly StartOf(DateOnly of) => _state.StartOf(of);

    /// <summary>A site by its licence, verbatim; null: none.</summary>
    internal IndianaSite? Find(string licenseNumber) => _state.Facilities.FirstOrDefault(f => f.LicenseNumber == licenseNumber);

    /// <summary>Puts a site in the place of the one with its licence.</summary>
    internal void Keep(IndianaSite site) => _state = _state with { Facilities = [.. _state.Facilities.Select(f => f.LicenseNumber == site.LicenseNumber ? site : f)] };

    /// <summary>The periods that have begun, oldest first.</summary>
    internal IEnumerable<IndianaPeriod> Periods(IndianaSite site)
    {
        for (var from = StartOf(site.FirstPeriodFrom); from <= Today; from = from.AddDays(14))
        {
            var (to, due) = (from.AddDays(13), from.AddDays(27));
            yield return _held.TryGetValue((site.LicenseNumber, from), out var held) ? new IndianaPeriod(from, to, due, IndianaPeriodStatus.Submitted, held.Receipt)
                : site.Submitted.Contains(from) ? new IndianaPeriod(from, to, due, IndianaPeriodStatus.Submitted)
                : new IndianaPeriod(from, to, due, site.SelectionOn(from) == IndianaSelection.Connection ? IndianaPeriodStatus.Open : IndianaPeriodStatus.OpenInPortal);
        }
    }

    private IResult For(AgencyRequest request, Func<IndianaSite, IResult> answer)
    {
        if (request.Authorization != $"Bearer {_state.AccessKey}" || request.Fault(FaultKind.WrongCredentials) is not null)
            return Refuse(401, new IndianaError(IndianaErrorCode.InvalidCredentials, "The access key is not valid."));
        return Find(request.Id("licenseNumber")) is { } site && request.Fault(FaultKind.InactiveProvider) is null
            ? answer(site)
            : Refuse(404, new IndianaError(IndianaErrorCode.UnknownLicense, "No active program has this license number. It is required to include any hyphens."));
    }

    private IndianaFacility Facility(IndianaSite site)
    {
        var (now, next) = (site.Selections.LastOrDefault(s => s.From <= Today), site.Selections.FirstOrDefault(s => s.From > Today));
        return new IndianaFacility(site.LicenseNumber, site.Name, new IndianaDataEntry(now?.Selection ?? IndianaSelection.Portal, now?.From, next?.Selection, next?.From));
    }

    private IndianaPeriod? PeriodFrom(IndianaSite site, DateOnly from, DateOnly? to) => Periods(site).FirstOrDefault(p => p.From == from && p.To == to);

    private static IEnumerable<IndianaSiteChild> Enrolled(IndianaSite site, IndianaPeriod period) => site.Children.Where(c => c.From <= period.To && !(c.To < period.From));

    private IResult Submit(AgencyRequest request, IndianaSite site)
    {
        if (request.Read<IndianaSubmission>(IndianaJson.Default) is not { } sent || sent.Days.Contains(null!) || sent.Roster.Contains(null!) || sent.Roster.Distinct().Count() != sent.Roster.Count)
            return Refuse(400, new IndianaError(IndianaErrorCode.InvalidRequest, "The body has a field too many or too few. Absences and closures only: there is no place for times."));
        if (PeriodFrom(site, sent.From, sent.To) is not { } period)
            return NotAPeriod();
        if (Closed(request, site, period) is { } closed)
            return closed;
        var (mine, theirs) = (Enrolled(site, period).Select(c => c.Child.ChildId).ToHashSet(), sent.Roster.ToHashSet());
        if (!mine.SetEquals(theirs))
            return Refuse(422, new IndianaError(IndianaErrorCode.RosterMismatch, "The rosters do not have the same children.",
                [.. mine.Except(theirs).Order(StringComparer.Ordinal)], [.. theirs.Except(mine).Order(StringComparer.Ordinal)]));
        var earlier = _held.Where(h => h.Key.License == site.LicenseNumber).SelectMany(h => h.Value.Sent.Days);
        if (IndianaDayRules.FaultsOf(site, sent, earlier) is { Count: > 0 } faults)
            return Refuse(422, new IndianaError(IndianaErrorCode.InvalidDays, "Some days cannot be taken. Nothing of the period was taken.", Days: faults));
        var receipt = string.Create(CultureInfo.InvariantCulture, $"R{_held.Count + 1:0000}");
        _held.Add((site.LicenseNumber, period.From), (receipt, sent));
        return Ok(new IndianaReceipt(receipt, period.From, period.To, sent.Days.Count));
    }

    /// <summary>Why the period is not to be written, or not yet.</summary>
    private IResult? Closed(AgencyRequest request, IndianaSite site, IndianaPeriod period)
    {
        if (period.Status == IndianaPeriodStatus.Submitted || request.Fault(FaultKind.AlreadySubmitted) is not null)
            return Refuse(409, new IndianaError(IndianaErrorCode.AlreadySubmitted, "This service period has already been submitted."));
        if (request.Fault(FaultKind.LockedByState) is not null)
            return Refuse(409, new IndianaError(IndianaErrorCode.ClosedByState, "The state has closed this service period."));
        if (period.Status == IndianaPeriodStatus.OpenInPortal)
            return Refuse(409, new IndianaError(IndianaErrorCode.NotConnected, "The data entry selection of this service period is PPP."));
        if (period.To >= Today)
            return Refuse(422, new IndianaError(IndianaErrorCode.PeriodNotOver, "This service period is not over."));
        return Periods(site).Any(p => p.From < period.From && p.Status != IndianaPeriodStatus.Submitted)
            ? Refuse(409, new IndianaError(IndianaErrorCode.OlderPeriodOpen, "An older service period is open. Submit the oldest first."))
            : null;
    }

    private static IResult NotAPeriod() => Refuse(422, new IndianaError(IndianaErrorCode.NotAServicePeriod, "The dates are not those of a service period that has begun."));

    private static IResult Ok<T>(T answer) => Results.Json(answer, IndianaJson.Default);

    private static IResult Refuse(int status, IndianaError error) => Results.Json(error, IndianaJson.Default, statusCode: status);
}
