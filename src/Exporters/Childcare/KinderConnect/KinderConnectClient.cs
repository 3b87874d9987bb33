using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace K12Sync.Exporters.Childcare.KinderConnect;

/// <summary>A Provider ID and the owner's Group Password (integration password), which is not the one of the portal.</summary>
public sealed record KinderConnectCredentials(string ProviderId, string GroupPassword)
{
    /// <summary>The Provider ID alone: the password never gets into a text.</summary>
    public override string ToString() => ProviderId;
}

/// <summary>
/// Calls KinderConnect for one Provider ID, in the order <see cref="AuthorizedAsync"/>, <see cref="ChildrenAsync"/>, <see cref="SendAsync"/>. A sending replaces the child-days
/// that it names, so the same again does no harm.
/// </summary>
public sealed class KinderConnectClient
{
    private readonly AgencyConnection _agency;
    private readonly string _providerId;
    private readonly AuthenticationHeaderValue _authorization;

    /// <summary>A client of the agency at <paramref name="address"/>.</summary>
    /// <exception cref="ArgumentException">See <see cref="AgencyHttp.FaultOf"/>.</exception>
    public KinderConnectClient(HttpClient http, Uri address, KinderConnectCredentials credentials, AgencyLimits limits, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        _agency = new AgencyConnection(http, address, limits, clock, Fault);
        _providerId = Uri.EscapeDataString(credentials.ProviderId);
        _authorization = new AuthenticationHeaderValue(KinderConnectRoutes.Scheme, Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials.GroupPassword)));
    }

    /// <summary>First: customers, locations and agencies. It is also the way to see whether the credentials are right.</summary>
    public Task<AgencyAnswer<KinderConnectAuthorized>> AuthorizedAsync(CancellationToken cancellation) =>
        _agency.CallAsync(new AgencyCall(At(KinderConnectRoutes.Authorized), _authorization), ReadAuthorized, cancellation);

    /// <summary>Second: the children authorized on any day from <paramref name="from"/> to <paramref name="to"/>, both inclusive.</summary>
    public Task<AgencyAnswer<KinderConnectChildren>> ChildrenAsync(DateOnly from, DateOnly to, CancellationToken cancellation)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"{At(KinderConnectRoutes.Children)}?from={from:yyyy-MM-dd}&to={to:yyyy-MM-dd}");
        return _agency.CallAsync(new AgencyCall(path, _authorization), body => ReadChildren(body, from, to), cancellation);
    }

    /// <summary>The bytes that <see cref="SendAsync"/> takes.</summary>
    public static byte[] Write(KinderConnectAttendance attendance) => JsonSerializer.SerializeToUtf8Bytes(attendance, KinderConnectJson.Default.KinderConnectAttendance);

    /// <summary>Third: attendance, as <see cref="Write"/> froze it. The answer has exactly one line for each child-day of <paramref name="attendance"/>, or is garbled.</summary>
    /// <exception cref="JsonException">The bytes are not from <see cref="Write"/>.</exception>
    public Task<AgencyAnswer<IReadOnlyList<DayAnswer>>> SendAsync(ReadOnlyMemory<byte> attendance, CancellationToken cancellation)
    {
        var sent = JsonSerializer.Deserialize(attendance.Span, KinderConnectJson.Default.KinderConnectAttendance)!.Days.Select(d => (d.ChildId, (DateOnly?)d.Date)).ToList();
        return _agency.CallAsync(new AgencyCall(At(KinderConnectRoutes.Attendance), _authorization, attendance), body => ReadReceipt(body, sent), cancellation);
    }

    private string At(string route) => route.Replace("{providerId}", _providerId, StringComparison.Ordinal);

    private static KinderConnectAuthorized? ReadAuthorized(ReadOnlyMemory<byte> body) =>
        JsonSerializer.Deserialize(body.Span, KinderConnectJson.Default.KinderConnectAuthorized) is { } all
        && ChildDays.IsWhole(all.Customers) && ChildDays.IsWhole(all.Locations) && ChildDays.IsWhole(all.Agencies) ? all : null;

    private static KinderConnectChildren? ReadChildren(ReadOnlyMemory<byte> body, DateOnly from, DateOnly to) =>
        JsonSerializer.Deserialize(body.Span, KinderConnectJson.Default.KinderConnectChildren) is { } all && all.From == from && all.To == to
        && ChildDays.IsWhole(all.Children) && all.Children.All(c => ChildDays.IsWhole(c.Authorizations))
        && all.Children.DistinctBy(c => c.ChildId, StringComparer.Ordinal).Count() == all.Children.Count ? all : null;

    private static IReadOnlyList<DayAnswer>? ReadReceipt(ReadOnlyMemory<byte> body, List<(string, DateOnly?)> sent) =>
        JsonSerializer.Deserialize(body.Span, KinderConnectJson.Default.KinderConnectReceipt) is { } receipt && ChildDays.IsWhole(receipt.Days)
            ? ChildDays.OneEach(sent, Answers(receipt.Days)) : null;

    private static List<DayAnswer> Answers(IEnumerable<KinderConnectDayResult> days) => [.. days.Select(d => new DayAnswer(d.ChildId, d.Date, Verdict(d.Status), AgencyText.Tidy(d.Message)))];

    private static DayVerdict Verdict(KinderConnectDayStatus status) => status switch
    {
        KinderConnectDayStatus.Accepted => DayVerdict.Accepted,
        KinderConnectDayStatus.NameMismatch => DayVerdict.NameMismatch,
        KinderConnectDayStatus.NotAuthorized => DayVerdict.NotAuthorized,
        KinderConnectDayStatus.SubmittedToState => DayVerdict.LockedByState,
        KinderConnectDayStatus.Rejected => DayVerdict.Rejected,
        _ => throw new JsonException("A status that the contract does not have."),
    };

    private static AgencyFault? Fault(ReadOnlyMemory<byte> body)
    {
        try
        {
            if (JsonSerializer.Deserialize(body.Span, KinderConnectJson.Default.KinderConnectError) is not { } error || !ChildDays.IsWhole(error.Days ?? []))
                return null;
            var kind = error.Code switch
            {
                KinderConnectErrorCode.InvalidCredentials => AgencyFaultKind.Credentials,
                KinderConnectErrorCode.InactiveProvider => AgencyFaultKind.InactiveProvider,
                _ => AgencyFaultKind.Rejected,
            };
            return new AgencyFault(kind, error.Code.ToString(), AgencyText.Tidy(error.Message), Answers(error.Days ?? []));
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
