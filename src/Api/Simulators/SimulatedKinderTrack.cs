using System.Globalization;
using System.Text.RegularExpressions;
using K12Sync.Exporters.Childcare.KinderTrack;

namespace K12Sync.Api.Simulators;

/// <summary>
/// Iowa's KinderTrack as the vendors' help pages let it be known: a Provider ID of 5 digits is registered, a pay period is hit exactly, and a child's period is taken once, ever.
/// </summary>
internal sealed partial class SimulatedKinderTrack(KinderTrackState state, AgencyDay day) : IAgency
{
    private readonly Dictionary<(string Provider, DateOnly From, string Child), (string Id, KinderTrackChildAttendance Sent, KinderTrackAttestation Attestation)> _held = [];
    private KinderTrackState _state = state;
    private int _submissions;

    /// <inheritdoc/>
    public string Name => "KinderTrack";

    /// <inheritdoc/>
    public object State => _state;

    /// <inheritdoc/>
    public object Received => new
    {
        Submissions = _submissions,
        Children = _held.Select(h => new { h.Key.Provider, h.Key.From, SubmissionId = h.Value.Id, h.Value.Attestation, h.Value.Sent.ChildId, h.Value.Sent.Days }).ToArray(),
    };

    /// <inheritdoc/>
    public void Replace(ReadOnlySpan<byte> state) => _state = AgencyFile.Parse<KinderTrackState>(state);

    /// <inheritdoc/>
    public bool EndAuthorizations(string childId, DateOnly? to)
    {
        var knows = _state.Locations.Any(l => l.Children.Any(c => c.ChildId == childId));
        _state = _state with { Locations = [.. _state.Locations.Select(l => l with { Children = [.. l.Children.Where(c => c.ChildId != childId)] })] };
        return knows;
    }

    /// <inheritdoc/>
    public void Map(AgencyRoutes routes)
    {
        routes.Post(KinderTrackRoutes.Registration, request => For(request, l => Register(request, l), mustBeRegistered: false));
        routes.Get(KinderTrackRoutes.PayPeriods, request => For(request, _ => Ok(new KinderTrackPayPeriods(_state.PayPeriods))));
        routes.Get(KinderTrackRoutes.Children, request => For(request, l => InPeriod(request, p => Ok(new KinderTrackChildren(p.From, p.To, l.Children)))));
        routes.Get(KinderTrackRoutes.Submissions, request => For(request, l => InPeriod(request, p => Ok(Submitted(l, p)))));
        routes.Post(KinderTrackRoutes.Submissions, request => For(request, l => Submit(request, l)));
    }

    private IResult For(AgencyRequest request, Func<KinderTrackLocation, IResult> answer, bool mustBeRegistered = true)
    {
        if (request.Authorization != $"Bearer {_state.AccessKey}" || request.Fault(FaultKind.WrongCredentials) is not null)
            return Refuse(401, KinderTrackErrorCode.InvalidCredentials, "The access key is not valid.");
        var id = request.Id("providerId");
        var location = ProviderId().IsMatch(id) ? _state.Locations.FirstOrDefault(l => l.ProviderId == id) : null;
        if (location is not { IsActive: true } || request.Fault(FaultKind.InactiveProvider) is not null)
            return Refuse(403, KinderTrackErrorCode.InactiveProvider, KinderTrackTexts.Inactive);
        return mustBeRegistered && !location.IsRegistered
            ? Refuse(409, KinderTrackErrorCode.InvalidRequest, "The provider has not been registered.")
            : answer(location);
    }

    private IResult Register(AgencyRequest request, KinderTrackLocation location)
    {
        if (request.Read<KinderTrackRegistration>(KinderTrackJson.Default) is null)
            return Unreadable();
        _state = _state with { Locations = [.. _state.Locations.Select(l => l.ProviderId == location.ProviderId ? l with { IsRegistered = true } : l)] };
        return Ok(new KinderTrackRegistered(location.ProviderId, location.LocationName));
    }

    private IResult InPeriod(AgencyRequest request, Func<KinderTrackPayPeriod, IResult> answer) =>
        request.Day("from") is { } from && request.Day("to") is { } to && _state.PayPeriods.Contains(new KinderTrackPayPeriod(from, to))
            ? answer(new KinderTrackPayPeriod(from, to)) : NotAPayPeriod();

    private KinderTrackSubmitted Submitted(KinderTrackLocation location, KinderTrackPayPeriod period) => new(period.From, period.To,
        [.. _held.Where(h => h.Key.Provider == location.ProviderId && h.Key.From == period.From).Select(h => new KinderTrackSubmittedChild(h.Key.Child, h.Value.Id))]);

    private IResult Submit(AgencyRequest request, KinderTrackLocation location)
    {
        if (request.Read<KinderTrackSubmission>(KinderTrackJson.Default) is not { Children.Count: > 0 } sent || sent.Children.Contains(null!)
            || sent.Children.DistinctBy(c => c.ChildId).Count() != sent.Children.Count || string.IsNullOrWhiteSpace(sent.Attestation.CertifiedBy) || string.IsNullOrWhiteSpace(sent.Attestation.Wording))
            return Unreadable();
        var period = new KinderTrackPayPeriod(sent.From, sent.To);
        if (!_state.PayPeriods.Contains(period))
            return NotAPayPeriod();
        if (day.Today <= period.To)
            return Refuse(422, KinderTrackErrorCode.InvalidRequest, "The pay period is not over.");
        if (request.Fault(FaultKind.LockedByState) is not null)
            return Refuse(409, KinderTrackErrorCode.LockedByState, "The pay period has been closed by the state.");
        if (sent.Children.All(c => IsSubmitted(request, location, period, c.ChildId)))
            return Refuse(409, KinderTrackErrorCode.AlreadySubmitted, KinderTrackTexts.AlreadySubmitted);
        var id = string.Create(CultureInfo.InvariantCulture, $"S{++_submissions:0000}");
        return Ok(new KinderTrackReceipt(id, [.. sent.Children.Select(c => Take(request, location, sent, c, id))]));
    }

    private KinderTrackChildResult Take(AgencyRequest request, KinderTrackLocation location, KinderTrackSubmission sent, KinderTrackChildAttendance child, string id)
    {
        if (IsSubmitted(request, location, new KinderTrackPayPeriod(sent.From, sent.To), child.ChildId))
            return new KinderTrackChildResult(child.ChildId, KinderTrackChildStatus.AlreadySubmitted, KinderTrackTexts.AlreadySubmitted);
        if (FaultOf(location, sent, child) is { } fault)
            return new KinderTrackChildResult(child.ChildId, KinderTrackChildStatus.Rejected, fault);
        _held.Add((location.ProviderId, sent.From, child.ChildId), (id, child, sent.Attestation));
        return new KinderTrackChildResult(child.ChildId, KinderTrackChildStatus.Accepted);
    }

    private bool IsSubmitted(AgencyRequest request, KinderTrackLocation location, KinderTrackPayPeriod period, string childId) =>
        _held.ContainsKey((location.ProviderId, period.From, childId)) || request.Fault(FaultKind.AlreadySubmitted)?.Hits(childId) == true;

    private static string? FaultOf(KinderTrackLocation location, KinderTrackSubmission sent, KinderTrackChildAttendance child)
    {
        if (!ChildId().IsMatch(child.ChildId) || location.Children.All(c => c.ChildId != child.ChildId))
            return "The child ID is not known at this provider.";
        if (child.Days.Contains(null!) || child.Days.DistinctBy(d => d.Date).Count() != child.Days.Count || child.Days.Any(d => d.Date < sent.From || d.Date > sent.To))
            return "A day is there twice, or outside the pay period.";
        return child.Days.Any(d => d.IsAbsent == d.Times.Count > 0)
            ? "A day has times, or is an absence."
            : child.Days.Select(d => StayFaults.FaultOf(d.Date, [.. d.Times.Select(t => (t.In, t.Out))])).FirstOrDefault(f => f is not null);
    }

    private static IResult NotAPayPeriod() => Refuse(422, KinderTrackErrorCode.NotAPayPeriod, "The dates are not those of a subsidy pay period.");

    private static IResult Unreadable() => Refuse(400, KinderTrackErrorCode.InvalidRequest, "The body has a field too many or too few, no child, a child twice, or no attestation.");

    private static IResult Ok<T>(T answer) => Results.Json(answer, KinderTrackJson.Default);

    private static IResult Refuse(int status, KinderTrackErrorCode code, string message) =>
        Results.Json(new KinderTrackError(code, message), KinderTrackJson.Default, statusCode: status);

    [GeneratedRegex(@"\A[0-9]{5}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ProviderId();

    [GeneratedRegex(@"\A[0-9]{6}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ChildId();
}
