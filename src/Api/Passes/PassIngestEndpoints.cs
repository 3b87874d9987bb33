using System.IO.Pipelines;
using System.Net.Mime;
using K12Sync.Api.Access;
using K12Sync.Api.Audit;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace K12Sync.Api.Passes;

/// <summary>What the rows of a stream are.</summary>
/// <param name="Target">As the audit names them.</param>
/// <param name="File">The file whose columns they have.</param>
/// <param name="What">For people.</param>
internal sealed record StreamKind(string Target, string File, string What);

/// <summary><c>POST /ingest/passes</c>: any number of passes in one request, as lines of JSON or as CSV, with an answer for each row while they are stored.</summary>
internal static class PassIngestEndpoints
{
    private const string Ndjson = "application/x-ndjson";
    private const string Csv = MediaTypeNames.Text.Csv;
    private static readonly StreamKind Passes = new("ingest/passes", "passes.csv", "passes");

    public static void MapPassIngest(this IEndpointRouteBuilder app) => app.MapPost("/ingest/passes", TakeAsync).RequireAuthorization(AccessServices.Givers);

    private static Task TakeAsync(HttpContext http, PassIntake intake) => TakeStreamAsync(http, Passes, intake.TakeAsync);

    /// <summary>Takes a stream of rows, and says to who has not been answered yet how it ended.</summary>
    /// <param name="http">The request.</param>
    /// <param name="kind">What the rows are.</param>
    /// <param name="take">Stores and answers them.</param>
    internal static async Task TakeStreamAsync(HttpContext http, StreamKind kind, Func<Caller, PipeReader, bool, HttpResponse, CancellationToken, Task<IntakeResult>> take)
    {
        if (WhyNot(http.Request, kind) is { } why)
        {
            await Refusal.WriteAsync(http, StatusCodes.Status415UnsupportedMediaType, "UnsupportedMediaType", why);
            return;
        }
        LiftLimits(http);
        // Before the first row, so that nothing is stored of which there is no entry; and once more when it is known how many there were.
        await AuditedRequests.ChangedAsync(http, kind.Target, StatusCodes.Status202Accepted, null);
        await using var unpacked = Unpacked(http.Request);
        var body = unpacked is null ? http.Request.BodyReader : PipeReader.Create(unpacked);
        switch (await take(Caller.Of(http.User)!, body, IsOf(http.Request, Csv), http.Response, http.RequestAborted))
        {
            case IntakeResult.Answered(var stored):
                await AuditedRequests.ChangedAsync(http, kind.Target, StatusCodes.Status200OK, stored);
                break;
            case IntakeResult.Unreadable(var reason):
                await Refusal.WriteAsync(http, StatusCodes.Status400BadRequest, "BadRequest", reason);
                break;
            case IntakeResult.Away:
                http.Response.Headers.RetryAfter = PassDesk.RetryAfter.TotalSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
                await Refusal.WriteAsync(http, StatusCodes.Status503ServiceUnavailable, "Unavailable", $"The database cannot take {kind.What} at the moment. Send the same rows again after Retry-After; none will be doubled.");
                break;
        }
    }

    /// <summary>The body as it was before it was packed; null: it is not packed.</summary>
    private static GzipBody? Unpacked(HttpRequest request) =>
        request.Headers.ContentEncoding is { Count: > 0 } encoding && encoding.ToString().Equals("gzip", StringComparison.OrdinalIgnoreCase) ? new GzipBody(request.Body) : null;

    /// <summary>Why rows cannot be read from a request; null: they can.</summary>
    private static string? WhyNot(HttpRequest request, StreamKind kind)
    {
        if (!IsOf(request, Csv) && !IsOf(request, Ndjson))
            return $"Send {Ndjson} (one JSON object on each line) or {Csv} (with the columns of {kind.File}), and say which in Content-Type.";
        if (MediaTypeHeaderValue.Parse(request.ContentType).Charset is { Length: > 0 } charset && !charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase))
            return "Rows are read as UTF-8 only.";
        return request.Headers.ContentEncoding is { Count: > 0 } encoding && encoding.ToString() is not ("gzip" or "identity") ? "Content-Encoding may be gzip, or left out." : null;
    }

    private static bool IsOf(HttpRequest request, string type) => MediaTypeHeaderValue.TryParse(request.ContentType, out var given) && given.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase);

    /// <summary>A body has no size here, and who sends it may read the answers when it is done.</summary>
    private static void LiftLimits(HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;
        if (http.Features.Get<Microsoft.AspNetCore.Server.Kestrel.Core.Features.IHttpMinResponseDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
    }
}
