using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace K12Sync.Exporters.EdFi;

/// <summary>A request and what came back. The exceptions of <see cref="HttpClient"/> end here.</summary>
internal abstract record EdFiExchange
{
    private const int MostBody = 64 * 1024;

    private EdFiExchange()
    {
    }

    /// <param name="Status">Whatever it is.</param>
    /// <param name="Id">The last part of <c>Location</c>, where that looks like an id of this collection; otherwise null.</param>
    /// <param name="Problem">The kind of problem that Ed-Fi names, such as <c>urn:ed-fi:api:not-found</c>; blank where it names none.</param>
    /// <param name="RetryAfter">How long to wait; null: it does not say.</param>
    public sealed record Answered(HttpStatusCode Status, string? Id, string Problem, RetryConditionHeaderValue? RetryAfter) : EdFiExchange
    {
        /// <summary>At most 64 KB. May name students: it is read, and goes nowhere.</summary>
        public byte[] Body { get; init; } = [];

        /// <summary>For the host of the API to find the request by, in words; blank where there is none.</summary>
        public string Trace { get; init; } = "";

        public DateTimeOffset? NotBefore(TimeProvider clock) => RetryAfter switch
        {
            { Delta: { } wait } => clock.GetUtcNow() + wait,
            { Date: { } date } => date,
            _ => null,
        };
    }

    /// <summary>No answer. <paramref name="MayHaveArrived"/>: the request may have been carried out all the same.</summary>
    public sealed record Silence(string Reason, bool MayHaveArrived) : EdFiExchange;

    public static async Task<EdFiExchange> SendAsync(HttpClient http, HttpRequestMessage request, TimeSpan patience, TimeProvider clock, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var body = await ReadAsync(answer.Content, either.Token);
            var (problem, trace) = Explain(answer, body);
            return new Answered(answer.StatusCode, IdIn(answer.Headers.Location), problem, answer.Headers.RetryAfter) { Body = body, Trace = trace };
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new Silence(string.Create(CultureInfo.InvariantCulture, $"The Ed-Fi API did not answer within {patience.TotalSeconds:0} seconds."), MayHaveArrived: true);
        }
        catch (HttpRequestException e)
        {
            return Connected(e.HttpRequestError)
                ? new Silence("The connection to the Ed-Fi API broke before an answer came.", MayHaveArrived: true)
                : new Silence($"The Ed-Fi API could not be reached ({e.HttpRequestError}).", MayHaveArrived: false);
        }
        catch (IOException)
        {
            return new Silence("The connection to the Ed-Fi API broke in the middle of its answer.", MayHaveArrived: true);
        }
    }

    private static bool Connected(HttpRequestError error) => error is not
        (HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError);

    private static async Task<byte[]> ReadAsync(HttpContent content, CancellationToken cancellation)
    {
        if (content.Headers.ContentLength == 0)
            return [];
        await using var stream = await content.ReadAsStreamAsync(cancellation);
        var room = ArrayPool<byte>.Shared.Rent(MostBody);
        try
        {
            return room[..await stream.ReadAtLeastAsync(room.AsMemory(0, MostBody), MostBody, throwOnEndOfStream: false, cancellation)];
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(room, clearArray: true);
        }
    }

    private static (string Problem, string Trace) Explain(HttpResponseMessage answer, byte[] body)
    {
        if (answer.IsSuccessStatusCode || body.Length == 0)
            return ("", "");
        try
        {
            using var json = JsonDocument.Parse(body);
            var trace = Text(json.RootElement, "correlationId");
            return (Text(json.RootElement, "type"), IsId(trace) ? $" The host of the API finds the request by {trace}." : "");
        }
        catch (JsonException)
        {
            return ("", "");
        }
    }

    private static string Text(JsonElement root, string name) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static string? IdIn(Uri? location) =>
        location?.OriginalString.Split('?')[0].TrimEnd('/').Split('/')[^1] is { } id && IsId(id) ? id : null;

    /// <summary>Ids of Ed-Fi are UUIDs, with or without hyphens.</summary>
    internal static bool IsId(string text) => Guid.TryParseExact(text, "N", out _) || Guid.TryParseExact(text, "D", out _);
}
