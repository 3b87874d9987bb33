using System.Text;
using K12Sync.Exporters.Childcare.KinderConnect;

namespace K12Sync.Api.Simulators;

/// <summary>
/// KinderConnect as the vendors' help pages let it be known: a Provider ID for each agency or county and a Group Password; authorized customers, locations and agencies, then
/// authorized children, then attendance. A day outside an authorization fails the whole batch; a day sent again replaces what was there; a day that was passed to the state is read-only.
/// </summary>
internal sealed class SimulatedKinderConnect(KinderConnectState state, AgencyDay day) : IAgency
{
    private readonly Dictionary<(string Provider, string Child, DateOnly Date), KinderConnectDay> _held = [];
    private KinderConnectState _state = state;
    private int _batches;

    /// <inheritdoc/>
    public string Name => "KinderConnect";

    /// <inheritdoc/>
    public object State => _state;

    /// <inheritdoc/>
    public object Received => new
    {
        Batches = _batches,
        Providers = _state.Providers.Select(p => new { p.ProviderId, Days = _held.Where(h => h.Key.Provider == p.ProviderId).Select(h => h.Value).OrderBy(d => d.Date).ThenBy(d => d.ChildId, StringComparer.Ordinal).ToArray() }).ToArray(),
    };

    /// <inheritdoc/>
    public void Replace(ReadOnlySpan<byte> state) => _state = AgencyFile.Parse<KinderConnectState>(state);

    /// <inheritdoc/>
    public string? WhyNot(Fault fault) => null;

    /// <inheritdoc/>
    public bool EndAuthorizations(string childId, DateOnly? to)
    {
        var knows = _state.Providers.Any(p => p.Children.Any(c => c.ChildId == childId));
        _state = _state with
        {
            Providers = [.. _state.Providers.Select(p => p with
            {
                Children = [.. p.Children.Select(c => c.ChildId != childId ? c : c with { Authorizations = to is null ? [] : [.. c.Authorizations.Select(a => a with { To = to })] })],
            })],
        };
        return knows;
    }

    /// <inheritdoc/>
    public void Map(AgencyRoutes routes)
    {
        routes.Get(KinderConnectRoutes.Authorized, request => For(request, p => Ok(new KinderConnectAuthorized(p.Customers, p.Locations, p.Agencies))));
        routes.Get(KinderConnectRoutes.Children, request => For(request, p => Children(request, p)));
        routes.Post(KinderConnectRoutes.Attendance, request => For(request, p => Attendance(request, p)));
    }

    private IResult For(AgencyRequest request, Func<KinderConnectProvider, IResult> answer)
    {
        var provider = _state.Providers.FirstOrDefault(p => p.ProviderId == request.Id("providerId"));
        if (provider is not { IsActive: true } || request.Fault(FaultKind.InactiveProvider) is not null)
            return Refuse(403, KinderConnectErrorCode.InactiveProvider, "The Provider ID is not active.");
        var expected = $"{KinderConnectRoutes.Scheme} {Convert.ToBase64String(Encoding.UTF8.GetBytes(provider.GroupPassword))}";
        return request.Authorization != expected || request.Fault(FaultKind.WrongCredentials) is not null
            ? Refuse(401, KinderConnectErrorCode.InvalidCredentials, "The Provider ID and the integration password do not belong together.")
            : answer(provider);
    }

    private static IResult Children(AgencyRequest request, KinderConnectProvider provider)
    {
        if (request.Day("from") is not { } from || request.Day("to") is not { } to || to < from)
            return Refuse(400, KinderConnectErrorCode.InvalidRequest, "The period is missing, or ends before it begins.");
        return Ok(new KinderConnectChildren(from, to, [.. provider.Children.Where(c => c.Authorizations.Any(a => a.From <= to && !(a.To < from)))]));
    }

    private IResult Attendance(AgencyRequest request, KinderConnectProvider provider)
    {
        if (request.Read<KinderConnectAttendance>(KinderConnectJson.Default) is not { Days.Count: > 0 } sent || sent.Days.Contains(null!)
            || sent.Days.DistinctBy(d => (d.ChildId, d.Date)).Count() != sent.Days.Count)
            return Refuse(400, KinderConnectErrorCode.InvalidRequest, "The batch is empty, names a child-day twice, or has a field too many or too few.");
        var outside = sent.Days.Where(d => AuthorizationOf(provider, d) is null)
            .Select(d => new KinderConnectDayResult(d.ChildId, d.Date, KinderConnectDayStatus.NotAuthorized, "No authorization covers this day.")).ToArray();
        if (outside.Length > 0)
            return Refuse(422, KinderConnectErrorCode.FailedBatch, "The batch has days outside a child's authorization. Nothing of it was taken.", outside);
        return Ok(new KinderConnectReceipt($"B{++_batches:0000}", [.. sent.Days.Select(d => Take(request, provider, d))]));
    }

    private KinderConnectDayResult Take(AgencyRequest request, KinderConnectProvider provider, KinderConnectDay sent)
    {
        var (status, message) = Judge(request, provider, sent);
        var key = (provider.ProviderId, sent.ChildId, sent.Date);
        if (status == KinderConnectDayStatus.Accepted)
        {
            _held.Remove(key);
            if (sent.Times.Count > 0 || sent.AbsenceCode is not null)
                _held[key] = sent;
        }
        return new KinderConnectDayResult(sent.ChildId, sent.Date, status, message);
    }

    private (KinderConnectDayStatus Status, string Message) Judge(AgencyRequest request, KinderConnectProvider provider, KinderConnectDay sent)
    {
        var child = provider.Children.First(c => c.ChildId == sent.ChildId);
        if (sent.Date <= provider.SubmittedThrough || request.Fault(FaultKind.LockedByState)?.Hits(sent.ChildId) == true || request.Fault(FaultKind.AlreadySubmitted)?.Hits(sent.ChildId) == true)
            return (KinderConnectDayStatus.SubmittedToState, "The attendance of this day has already been submitted to the state.");
        if (request.Fault(FaultKind.NamesDoNotMatch)?.Hits(sent.ChildId) == true
            || !IsSame(child.FirstName, sent.FirstName) || !IsSame(child.MiddleName, sent.MiddleName) || !IsSame(child.LastName, sent.LastName))
            return (KinderConnectDayStatus.NameMismatch, "The child's name is not the one on file.");
        if (sent.Date > day.Today)
            return (KinderConnectDayStatus.Rejected, "The day is in the future.");
        if (sent.Times.Count > 0 && sent.AbsenceCode is not null)
            return (KinderConnectDayStatus.Rejected, "A day has times or an absence, not both.");
        var most = provider.Agencies.First(a => a.AgencyId == AuthorizationOf(provider, sent)!.AgencyId).MostTimesPerDay;
        if (sent.Times.Count > most)
            return (KinderConnectDayStatus.Rejected, $"The agency takes {most} pairs of times a day.");
        return StayFaults.FaultOf(sent.Date, [.. sent.Times.Select(t => (t.In, t.Out))]) is { } fault
            ? (KinderConnectDayStatus.Rejected, fault)
            : (KinderConnectDayStatus.Accepted, "Attendance successfully posted to agency");
    }

    private static KinderConnectAuthorization? AuthorizationOf(KinderConnectProvider provider, KinderConnectDay sent) =>
        provider.Children.FirstOrDefault(c => c.ChildId == sent.ChildId)?.Authorizations
            .FirstOrDefault(a => a.LocationId == sent.LocationId && a.From <= sent.Date && !(a.To < sent.Date) && a.Weekdays.Contains(sent.Date.DayOfWeek));

    private static bool IsSame(string mine, string sent) => mine.Trim().Normalize().Equals(sent.Trim().Normalize(), StringComparison.OrdinalIgnoreCase);

    private static IResult Ok<T>(T answer) => Results.Json(answer, KinderConnectJson.Default);

    private static IResult Refuse(int status, KinderConnectErrorCode code, string message, IReadOnlyList<KinderConnectDayResult>? days = null) =>
        Results.Json(new KinderConnectError(code, message, days), KinderConnectJson.Default, statusCode: status);
}
