using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using K12Sync.Exporters.Childcare.Texts;

namespace K12Sync.Exporters.Childcare.Indiana;

/// <summary>A site's licence number, and the key by which the agency knows this program (assumed: how a CCMS authenticates itself is not public).</summary>
public sealed record IndianaCredentials(string LicenseNumber, string AccessKey)
{
    /// <summary>The licence number alone: the key never gets into a text.</summary>
    public override string ToString() => LicenseNumber;
}

/// <summary>What the agency found different between its roster and the one that was sent.</summary>
/// <param name="Missing">The agency's children that were not in it, by id.</param>
/// <param name="Unknown">Ids that were in it and are not on the agency's roster.</param>
public sealed record RosterDifference(IReadOnlyList<string> Missing, IReadOnlyList<string> Unknown);

/// <summary>
/// Calls Indiana's CCMS connection for one licence. A period goes whole, once, and the oldest first: after <see cref="AgencyAnswer{T}.Unknown"/> or
/// <see cref="AgencyAnswer{T}.Garbled"/> ask <see cref="PeriodsAsync"/> before anything else.
/// </summary>
public sealed class IndianaClient
{
    private readonly AgencyConnection _agency;
    private readonly string _licenseNumber;
    private readonly AuthenticationHeaderValue _authorization;

    /// <summary>A client of the agency at <paramref name="address"/>.</summary>
    /// <exception cref="ArgumentException">See <see cref="AgencyHttp.FaultOf"/>; or the key is none that a header can carry.</exception>
    public IndianaClient(HttpClient http, Uri address, IndianaCredentials credentials, AgencyLimits limits, TimeProvider clock, AgencyTexts? texts = null)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        _agency = new AgencyConnection(http, address, limits, clock, Fault, texts);
        _licenseNumber = Uri.EscapeDataString(credentials.LicenseNumber);
        _authorization = AgencyHttp.Bearer(credentials.AccessKey);
    }

    /// <summary>The site, and who enters its days.</summary>
    public Task<AgencyAnswer<IndianaFacility>> FacilityAsync(CancellationToken cancellation) =>
        _agency.CallAsync(new AgencyCall(At(IndianaRoutes.Facility), _authorization), b => JsonSerializer.Deserialize(b.Span, IndianaJson.Default.IndianaFacility), cancellation);

    /// <summary>The service periods that have begun, oldest first.</summary>
    public Task<AgencyAnswer<IndianaPeriods>> PeriodsAsync(CancellationToken cancellation) =>
        _agency.CallAsync(new AgencyCall(At(IndianaRoutes.Periods), _authorization),
            b => JsonSerializer.Deserialize(b.Span, IndianaJson.Default.IndianaPeriods) is { } all && ChildDays.IsWhole(all.Periods) ? all : null, cancellation);

    /// <summary>The agency's roster of a service period.</summary>
    public Task<AgencyAnswer<IndianaRoster>> RosterAsync(DateOnly from, DateOnly to, CancellationToken cancellation)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"{At(IndianaRoutes.Roster)}?from={from:yyyy-MM-dd}&to={to:yyyy-MM-dd}");
        return _agency.CallAsync(new AgencyCall(path, _authorization), b => ReadRoster(b, from, to), cancellation);
    }

    /// <summary>The bytes that <see cref="SubmitAsync"/> takes.</summary>
    public static byte[] Write(IndianaSubmission submission) => JsonSerializer.SerializeToUtf8Bytes(submission, IndianaJson.Default.IndianaSubmission);

    /// <summary>Submits a period, as <see cref="Write"/> froze it: all of it is taken, or nothing.</summary>
    /// <exception cref="JsonException">The bytes are not from <see cref="Write"/>.</exception>
    public Task<AgencyAnswer<IndianaReceipt>> SubmitAsync(ReadOnlyMemory<byte> submission, CancellationToken cancellation)
    {
        var sent = JsonSerializer.Deserialize(submission.Span, IndianaJson.Default.IndianaSubmission)!;
        return _agency.CallAsync(new AgencyCall(At(IndianaRoutes.Days), _authorization, submission), b => ReadReceipt(b, sent), cancellation);
    }

    /// <summary>The difference that a refusal tells of; null: it was refused for something else.</summary>
    public static RosterDifference? DifferenceIn(AgencyAnswer<IndianaReceipt>.Rejected refusal)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        return Error(refusal.Exchange.Response) is { Code: IndianaErrorCode.RosterMismatch } error ? new RosterDifference(error.MissingChildIds ?? [], error.UnknownChildIds ?? []) : null;
    }

    private string At(string route) => route.Replace("{licenseNumber}", _licenseNumber, StringComparison.Ordinal);

    private static IndianaRoster? ReadRoster(ReadOnlyMemory<byte> body, DateOnly from, DateOnly to) =>
        JsonSerializer.Deserialize(body.Span, IndianaJson.Default.IndianaRoster) is { } all && all.From == from && all.To == to && ChildDays.IsWhole(all.Children)
        && all.Children.DistinctBy(c => c.ChildId, StringComparer.Ordinal).Count() == all.Children.Count ? all : null;

    private static IndianaReceipt? ReadReceipt(ReadOnlyMemory<byte> body, IndianaSubmission sent) =>
        JsonSerializer.Deserialize(body.Span, IndianaJson.Default.IndianaReceipt) is { } receipt
        && receipt.From == sent.From && receipt.To == sent.To && receipt.DayCount == sent.Days.Count ? receipt : null;

    private static IndianaError? Error(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body.Span, IndianaJson.Default.IndianaError) is { } error
                && ChildDays.IsWhole(error.Days ?? []) && ChildDays.IsWhole(error.MissingChildIds ?? []) && ChildDays.IsWhole(error.UnknownChildIds ?? []) ? error : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static AgencyFault? Fault(ReadOnlyMemory<byte> body) => Error(body) is not { } error ? null : new AgencyFault(Kind(error.Code), error.Code.ToString(),
        AgencyText.Tidy(error.Message), [.. (error.Days ?? []).Select(d => new DayAnswer(d.ChildId, d.Date, DayVerdict.Rejected, AgencyText.Tidy(d.Message)))]);

    private static AgencyFaultKind Kind(IndianaErrorCode code) => code switch
    {
        IndianaErrorCode.InvalidCredentials => AgencyFaultKind.Credentials,
        IndianaErrorCode.UnknownLicense => AgencyFaultKind.InactiveProvider,
        IndianaErrorCode.AlreadySubmitted => AgencyFaultKind.AlreadySubmitted,
        IndianaErrorCode.NotConnected or IndianaErrorCode.ClosedByState => AgencyFaultKind.LockedByState,
        _ => AgencyFaultKind.Rejected,
    };
}
