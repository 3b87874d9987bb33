using System.Net;
using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text.Json;
using K12Sync.Exporters.Childcare.Texts;

namespace K12Sync.Exporters.Childcare;

/// <summary>How far a call to an agency may go.</summary>
public sealed record AgencyLimits
{
    /// <summary>30 s for the whole of a call, 16 MiB for an answer.</summary>
    public static AgencyLimits Usual { get; } = new();

    /// <summary>From the first byte sent to the last one received.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>In bytes. A longer answer is garbled.</summary>
    public int LargestAnswer { get; init; } = 16 * 1024 * 1024;
}

/// <summary>What an agency says when it does not do as it is asked, in the shape that all its answers have.</summary>
/// <param name="Kind">What it means here.</param>
/// <param name="Code">The agency's code.</param>
/// <param name="Says">The agency's text.</param>
/// <param name="Days">The child-days it names.</param>
internal sealed record AgencyFault(AgencyFaultKind Kind, string Code, string Says, IReadOnlyList<DayAnswer> Days);

/// <summary>Sorts of refusals.</summary>
internal enum AgencyFaultKind
{
    Rejected,
    Credentials,
    InactiveProvider,
    AlreadySubmitted,
    LockedByState,
}

/// <summary>One call: what is sent, and whether anything could have been taken when no answer comes.</summary>
internal sealed record AgencyCall(string Path, AuthenticationHeaderValue Authorization, ReadOnlyMemory<byte>? Submission = null);

/// <summary>
/// Carries calls to one agency over HTTP and says how each ended. Network exceptions become answers here and nowhere else; only cancellation by the caller passes through.
/// </summary>
/// <remarks>Whatever is thrown or reasoned here is free of what was sent: nothing of a body ever gets into a text.</remarks>
internal sealed class AgencyConnection
{
    private readonly HttpClient _http;
    private readonly Uri _base;
    private readonly AgencyLimits _limits;
    private readonly TimeProvider _clock;
    private readonly Func<ReadOnlyMemory<byte>, AgencyFault?> _fault;
    private readonly AgencyTexts _texts;

    /// <summary>A connection to the agency at <paramref name="address"/>.</summary>
    /// <exception cref="ArgumentException">The address would send passwords and children's data in the clear, see <see cref="AgencyHttp.FaultOf"/>.</exception>
    public AgencyConnection(HttpClient http, Uri address, AgencyLimits limits, TimeProvider clock, Func<ReadOnlyMemory<byte>, AgencyFault?> fault, AgencyTexts? texts = null)
    {
        if (AgencyHttp.FaultOf(address) is { } wrong)
            throw new ArgumentException(wrong, nameof(address));
        (_http, _limits, _clock, _fault, _texts) = (http, limits, clock, fault, texts ?? AgencyTexts.English);
        _base = address.AbsoluteUri.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/");
    }

    /// <summary>Makes one call. <paramref name="read"/> gives null, or throws <see cref="JsonException"/>, where the body is not what was promised.</summary>
    public async Task<AgencyAnswer<T>> CallAsync<T>(AgencyCall call, Func<ReadOnlyMemory<byte>, T?> read, CancellationToken cancellation) where T : class
    {
        using var request = new HttpRequestMessage(call.Submission is null ? HttpMethod.Get : HttpMethod.Post, new Uri(_base, call.Path));
        request.Headers.Authorization = call.Authorization;
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(MediaTypeNames.Application.Json));
        if (call.Submission is { } body)
            request.Content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = new MediaTypeHeaderValue(MediaTypeNames.Application.Json, "utf-8") } };
        var exchange = new AgencyExchange(request.Method.Method, request.RequestUri!, call.Submission ?? default, null, default);
        using var patience = new CancellationTokenSource(_limits.Patience, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            exchange = exchange with { Status = (int)response.StatusCode };
            var (bytes, isWhole) = await ReadAsync(response, either.Token);
            exchange = exchange with { Response = bytes };
            return isWhole
                ? Judge(response, exchange, read, call.Submission is not null)
                : new AgencyAnswer<T>.Garbled(_texts.Say(Phrase.AnswerTooLong, ("bytes", _limits.LargestAnswer)), exchange);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Lost<T>(_texts.Say(Phrase.NoAnswer, ("seconds", Math.Round(_limits.Patience.TotalSeconds))), call, exchange);
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError)
        {
            return new AgencyAnswer<T>.TryAgain(_texts.Say(Phrase.NoConnection, ("host", _base.Host), ("error", e.HttpRequestError)), null, exchange);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return Lost<T>(_texts.Say(Phrase.BrokeOff), call, exchange);
        }
    }

    private AgencyAnswer<T> Lost<T>(string reason, AgencyCall call, AgencyExchange exchange) => call.Submission is null
        ? new AgencyAnswer<T>.TryAgain(reason, null, exchange)
        : new AgencyAnswer<T>.Unknown(_texts.Say(Phrase.UnknownEnd, ("reason", reason)), exchange);

    private AgencyAnswer<T> Judge<T>(HttpResponseMessage response, AgencyExchange exchange, Func<ReadOnlyMemory<byte>, T?> read, bool isSubmission) where T : class
    {
        if (response.IsSuccessStatusCode)
            return Read(exchange, read);
        if (response.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests)
            return new AgencyAnswer<T>.TryAgain(_texts.Say(Phrase.TryLater, ("status", exchange.Status!)), Wait(response), exchange);
        if (exchange.Status >= 500)
            return isSubmission
                ? new AgencyAnswer<T>.Unknown(_texts.Say(Phrase.UnknownEnd, ("reason", _texts.Say(Phrase.BrokeDown, ("status", exchange.Status!)))), exchange)
                : new AgencyAnswer<T>.TryAgain(_texts.Say(Phrase.BrokeDown, ("status", exchange.Status!)), null, exchange);
        return _fault(exchange.Response) is { } fault ? Refusal<T>(fault, exchange)
            : response.StatusCode == HttpStatusCode.Unauthorized ? new AgencyAnswer<T>.CredentialsRefused("", exchange)
            : new AgencyAnswer<T>.Garbled(_texts.Say(Phrase.RefusedUnreadably, ("status", exchange.Status!)), exchange);
    }

    private AgencyAnswer<T> Read<T>(AgencyExchange exchange, Func<ReadOnlyMemory<byte>, T?> read) where T : class
    {
        try
        {
            return read(exchange.Response) is { } value
                ? new AgencyAnswer<T>.Answered(value, exchange)
                : new AgencyAnswer<T>.Garbled(_texts.Say(Phrase.AnswerDoesNotFit), exchange);
        }
        catch (JsonException)
        {
            // The exception's own text would quote a child's data.
            return new AgencyAnswer<T>.Garbled(_texts.Say(Phrase.AnswerNotInForm), exchange);
        }
    }

    private static AgencyAnswer<T> Refusal<T>(AgencyFault fault, AgencyExchange exchange) => fault.Kind switch
    {
        AgencyFaultKind.Credentials => new AgencyAnswer<T>.CredentialsRefused(fault.Says, exchange),
        AgencyFaultKind.InactiveProvider => new AgencyAnswer<T>.InactiveProvider(fault.Says, exchange),
        AgencyFaultKind.AlreadySubmitted => new AgencyAnswer<T>.AlreadySubmitted(fault.Says, exchange),
        AgencyFaultKind.LockedByState => new AgencyAnswer<T>.LockedByState(fault.Says, exchange),
        _ => new AgencyAnswer<T>.Rejected(fault.Code, fault.Says, fault.Days, exchange),
    };

    private TimeSpan? Wait(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > _clock.GetUtcNow() => date - _clock.GetUtcNow(),
        _ => null,
    };

    private async Task<(byte[] Bytes, bool IsWhole)> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        using var all = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await stream.ReadAsync(buffer, cancellation) is > 0 and var read)
        {
            var fits = Math.Min(read, _limits.LargestAnswer - (int)all.Length);
            all.Write(buffer, 0, fits);
            if (fits < read)
                return (all.ToArray(), false);
        }
        return (all.ToArray(), true);
    }
}

/// <summary>HTTP as calls to agencies need it.</summary>
public static class AgencyHttp
{
    /// <summary>A client that follows no redirect (it would carry passwords to wherever it points) and keeps no cookies. Time-outs are those of <see cref="AgencyLimits"/>.</summary>
    public static HttpClient NewClient() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Whether a header can carry a key.</summary>
    internal static bool CanCarry(string key) => key.Length > 0 && key.All(c => c is > ' ' and <= '~');

    /// <summary>A key as HTTP carries it.</summary>
    /// <exception cref="ArgumentException">It has characters that no header carries. The text does not repeat it.</exception>
    internal static AuthenticationHeaderValue Bearer(string key) => CanCarry(key)
        ? new AuthenticationHeaderValue("Bearer", key)
        : throw new ArgumentException("An access key has letters, digits and ASCII signs only, and no blank. Enter it again as the agency gave it.", nameof(key));

    /// <summary>Why an address is no place to send children's data to, in words, or null. Only a simulator on this machine may do without TLS.</summary>
    public static string? FaultOf(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return !address.IsAbsoluteUri ? "An agency's address begins with https://."
            : address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0 ? "An agency's address has no user, no question mark and no #."
            : address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback) ? null
            : "An agency's address begins with https://. Only a simulator on this machine may have http://.";
    }
}
