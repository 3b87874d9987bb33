using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;

namespace K12Sync.Exporters.Childcare.KinderTrack;

/// <summary>A location's Provider ID, and the key by which the agency knows this program (assumed: the pages that are public name no password of the location).</summary>
public sealed record KinderTrackCredentials(string ProviderId, string AccessKey)
{
    /// <summary>The Provider ID alone: the key never gets into a text.</summary>
    public override string ToString() => ProviderId;
}

/// <summary>What became of a submission that the agency answered.</summary>
/// <param name="SubmissionId">The agency's own number of it.</param>
/// <param name="Children">One for each child that was sent.</param>
public sealed record KinderTrackTaken(string SubmissionId, IReadOnlyList<DayAnswer> Children);

/// <summary>
/// Calls KinderTrack for one location. A child's pay period can be submitted once, ever: after <see cref="AgencyAnswer{T}.Unknown"/> or
/// <see cref="AgencyAnswer{T}.Garbled"/> ask <see cref="SubmittedAsync"/> before anything else.
/// </summary>
public sealed class KinderTrackClient
{
    private readonly AgencyConnection _agency;
    private readonly string _providerId;
    private readonly AuthenticationHeaderValue _authorization;

    /// <summary>A client of the agency at <paramref name="address"/>.</summary>
    /// <exception cref="ArgumentException">See <see cref="AgencyHttp.FaultOf"/>; or the key is none that a header can carry.</exception>
    public KinderTrackClient(HttpClient http, Uri address, KinderTrackCredentials credentials, AgencyLimits limits, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        _agency = new AgencyConnection(http, address, limits, clock, Fault);
        _providerId = Uri.EscapeDataString(credentials.ProviderId);
        _authorization = AgencyHttp.Bearer(credentials.AccessKey);
    }

    /// <summary>Registers the location. The same again does no harm.</summary>
    public Task<AgencyAnswer<KinderTrackRegistered>> RegisterAsync(string? userName, CancellationToken cancellation)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new KinderTrackRegistration(userName), KinderTrackJson.Default.KinderTrackRegistration);
        return _agency.CallAsync(new AgencyCall(At(KinderTrackRoutes.Registration), _authorization, body),
            b => JsonSerializer.Deserialize(b.Span, KinderTrackJson.Default.KinderTrackRegistered), cancellation);
    }

    /// <summary>The agency's pay periods, oldest first.</summary>
    public Task<AgencyAnswer<KinderTrackPayPeriods>> PayPeriodsAsync(CancellationToken cancellation) =>
        _agency.CallAsync(new AgencyCall(At(KinderTrackRoutes.PayPeriods), _authorization),
            b => JsonSerializer.Deserialize(b.Span, KinderTrackJson.Default.KinderTrackPayPeriods) is { } all && ChildDays.IsWhole(all.PayPeriods) ? all : null, cancellation);

    /// <summary>The subsidized children of a pay period, whose bounds must be the agency's exactly.</summary>
    public Task<AgencyAnswer<KinderTrackChildren>> ChildrenAsync(KinderTrackPayPeriod period, CancellationToken cancellation) =>
        _agency.CallAsync(new AgencyCall(At(KinderTrackRoutes.Children) + Of(period), _authorization), b => ReadChildren(b, period), cancellation);

    /// <summary>The bytes that <see cref="SubmitAsync"/> takes.</summary>
    public static byte[] Write(KinderTrackSubmission submission) => JsonSerializer.SerializeToUtf8Bytes(submission, KinderTrackJson.Default.KinderTrackSubmission);

    /// <summary>Submits a pay period, as <see cref="Write"/> froze it. The answer has exactly one line for each child of it, or is garbled. Never called twice by itself.</summary>
    /// <exception cref="JsonException">The bytes are not from <see cref="Write"/>.</exception>
    public Task<AgencyAnswer<KinderTrackTaken>> SubmitAsync(ReadOnlyMemory<byte> submission, CancellationToken cancellation)
    {
        var sent = Read(submission).Children.Select(c => (c.ChildId, (DateOnly?)null)).ToList();
        return _agency.CallAsync(new AgencyCall(At(KinderTrackRoutes.Submissions), _authorization, submission), b => ReadReceipt(b, sent), cancellation);
    }

    /// <summary>What <see cref="Write"/> wrote.</summary>
    /// <exception cref="JsonException">The bytes are not from it.</exception>
    public static KinderTrackSubmission Read(ReadOnlyMemory<byte> submission) => JsonSerializer.Deserialize(submission.Span, KinderTrackJson.Default.KinderTrackSubmission)!;

    /// <summary>Asks which children's period the agency has.</summary>
    public Task<AgencyAnswer<KinderTrackSubmitted>> SubmittedAsync(KinderTrackPayPeriod period, CancellationToken cancellation) =>
        _agency.CallAsync(new AgencyCall(At(KinderTrackRoutes.Submissions) + Of(period), _authorization), b => ReadSubmitted(b, period), cancellation);

    private string At(string route) => route.Replace("{providerId}", _providerId, StringComparison.Ordinal);

    private static string Of(KinderTrackPayPeriod period) => string.Create(CultureInfo.InvariantCulture, $"?from={period.From:yyyy-MM-dd}&to={period.To:yyyy-MM-dd}");

    private static KinderTrackChildren? ReadChildren(ReadOnlyMemory<byte> body, KinderTrackPayPeriod period) =>
        JsonSerializer.Deserialize(body.Span, KinderTrackJson.Default.KinderTrackChildren) is { } all && all.From == period.From && all.To == period.To && ChildDays.IsWhole(all.Children)
        && all.Children.DistinctBy(c => c.ChildId, StringComparer.Ordinal).Count() == all.Children.Count ? all : null;

    private static KinderTrackSubmitted? ReadSubmitted(ReadOnlyMemory<byte> body, KinderTrackPayPeriod period) =>
        JsonSerializer.Deserialize(body.Span, KinderTrackJson.Default.KinderTrackSubmitted) is { } all && all.From == period.From && all.To == period.To && ChildDays.IsWhole(all.Children) ? all : null;

    private static KinderTrackTaken? ReadReceipt(ReadOnlyMemory<byte> body, List<(string, DateOnly?)> sent) =>
        JsonSerializer.Deserialize(body.Span, KinderTrackJson.Default.KinderTrackReceipt) is { } receipt && ChildDays.IsWhole(receipt.Children)
        && ChildDays.OneEach(sent, [.. receipt.Children.Select(c => new DayAnswer(c.ChildId, null, Verdict(c), AgencyText.Tidy(c.Message)))]) is { } answers
            ? new KinderTrackTaken(receipt.SubmissionId, answers) : null;

    // The text wins over the status: it is the only part of an answer that is public.
    private static DayVerdict Verdict(KinderTrackChildResult child) => child.Message == KinderTrackTexts.AlreadySubmitted ? DayVerdict.AlreadySubmitted : child.Status switch
    {
        KinderTrackChildStatus.Accepted => DayVerdict.Accepted,
        KinderTrackChildStatus.AlreadySubmitted => DayVerdict.AlreadySubmitted,
        KinderTrackChildStatus.Rejected => DayVerdict.Rejected,
        _ => throw new JsonException("A status that the contract does not have."),
    };

    private static AgencyFault? Fault(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body.Span, KinderTrackJson.Default.KinderTrackError) is { } error
                ? new AgencyFault(Kind(error), error.Code.ToString(), AgencyText.Tidy(error.Message), []) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static AgencyFaultKind Kind(KinderTrackError error) => error.Message switch
    {
        KinderTrackTexts.Inactive => AgencyFaultKind.InactiveProvider,
        KinderTrackTexts.AlreadySubmitted => AgencyFaultKind.AlreadySubmitted,
        _ => error.Code switch
        {
            KinderTrackErrorCode.InvalidCredentials => AgencyFaultKind.Credentials,
            KinderTrackErrorCode.InactiveProvider => AgencyFaultKind.InactiveProvider,
            KinderTrackErrorCode.AlreadySubmitted => AgencyFaultKind.AlreadySubmitted,
            KinderTrackErrorCode.LockedByState => AgencyFaultKind.LockedByState,
            _ => AgencyFaultKind.Rejected,
        },
    };
}
