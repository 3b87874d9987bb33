using System.Data.Common;
using K12Sync.OData.Auditing;
using K12Sync.OData.Batch;
using K12Sync.OData.Changes;
using K12Sync.OData.FastPath;
using K12Sync.OData.Queries;
using K12Sync.OData.Translation;
using K12Sync.OData.Writing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace K12Sync.OData.Http;

/// <summary>Takes every request below the prefix and sees to it that each ends in one answer.</summary>
internal sealed class ODataService(string prefix, ODataModel model, ODataOptions options, ILogger logger) : IDisposable
{
    private readonly ShapeCache _shapes = new(model, options, logger);
    private readonly MaskedText _mask = new(model);
    private readonly NamedSets _named = new(model);

    public string Prefix => prefix;
    public ODataOptions Options => options;

    /// <summary>Requests answered by a prepared statement so far.</summary>
    public long PreparedHits => _shapes.Hits;

    public async Task HandleAsync(HttpContext http)
    {
        http.Response.Headers["OData-Version"] = "4.0";
        using var time = new CancellationTokenSource(options.StatementTime, options.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, time.Token);
        http.Features.Set(new TimeLeft(time));
        using var interrupt = either.Token.Register(() => Interrupt(http));
        try
        {
            await AnswerAsync(http, either.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (!http.RequestAborted.IsCancellationRequested)
        {
            await FailAsync(http, time.IsCancellationRequested ? TooSlow() : FaultOf(failure), failure).ConfigureAwait(false);
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is listening any more.
        }
        finally
        {
            if (http.Features.Get<Answered>() is { IsTold: false } answered)
                await TellAsync(answered).ConfigureAwait(false);
        }
    }

    /// <summary>Tells the host of what has been answered already, so nothing can go wrong for the client any more.</summary>
    private async Task TellAsync(Answered answered)
    {
        (answered.Status, answered.IsTold) = (answered.Context.Response.StatusCode, true);
        try
        {
            await options.Answered!(answered).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever the host's hook throws, the request is answered.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            logger.LogError(failure, "The host took no note of an OData request");
        }
    }

    // Runs on the timer's thread, where an exception would end the program.
    private void Interrupt(HttpContext http)
    {
        try
        {
            options.Interrupt?.Invoke(http);
        }
#pragma warning disable CA1031 // Whatever the host's hook throws: the request ends by its cancelled token at the latest.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            logger.LogWarning(failure, "The statement of an OData request could not be interrupted");
        }
    }

    private async Task AnswerAsync(HttpContext http, CancellationToken stopped)
    {
        var raw = http.Request.QueryString.Value ?? "";
        if (http.Request.Path.Value!.Length + raw.Length > options.UrlLength)
        {
            var limit = options.UrlLength.ToString("N0", System.Globalization.CultureInfo.InvariantCulture);
            throw new ODataFault(414, "LimitExceeded", $"The URL is too long. The limit is {limit} characters; send a long query as POST .../$query.");
        }
        var path = ODataRequest.RawPath(http, prefix);
        if (path.EndsWith("/$query", StringComparison.Ordinal) && http.Request.Method == "POST")
        {
            raw = raw + "&" + System.Text.Encoding.UTF8.GetString(await BodyReader.BytesAsync(http.Request, options, stopped).ConfigureAwait(false));
            http.Request.Method = "GET";
            path = path[..^"/$query".Length];
        }
        if (options.Answered is not null)
            http.Features.Set(Begin(http, path, raw));
        var query = QueryOptions.Read(raw);
        if (http.Features.Get<Answered>() is { } answered)
            _named.Collect(query, answered.TouchedSets);
        if (query["$schemaversion"] is { } schema && schema != "*")
            throw ODataFault.NotFound("There is no such version of the schema; this service has one, which $schemaversion=* names.");
        if (path == "$metadata")
        {
            await ServiceAnswers.MetadataAsync(http, model, query["$format"]).ConfigureAwait(false);
            return;
        }
        if (options.Shapes > 0 && Shape.Read(http, path, query, model, options) is { } shape)
            await _shapes.AnswerAsync(http, shape, prefix, path, output => AnswerAsync(output, path, query, stopped), stopped).ConfigureAwait(false);
        else
            await AnswerAsync(http, path, query, stopped).ConfigureAwait(false);
    }

    private Answered Begin(HttpContext http, string path, string query)
    {
        var answered = new Answered(http, path, query, _mask);
        _named.Collect(path, answered.TouchedSets);
        return answered;
    }

    private async Task AnswerAsync(HttpContext http, string path, QueryOptions query, CancellationToken stopped)
    {
        var request = new ODataRequest(http, model, options, prefix, path, query, Negotiation.Read(http.Request, query, isBatch: path == "$batch"), stopped);
        var scope = new TranslationScope(request);
        var target = await new PathReader(request, scope).ReadAsync().ConfigureAwait(false);
        await RunAsync(request, scope, target).ConfigureAwait(false);
    }

    public void Dispose() => _shapes.Dispose();

    private Task RunAsync(ODataRequest request, TranslationScope scope, Target target)
    {
        var writes = new WriteRequest(request, scope);
        if (request.Answered is { } answered && target is Target.Batch)
            answered.Kind = AskedKind.Batch;
        if (target is not Target.Call && request.Method is not ("GET" or "HEAD"))
            request.RefuseOptions($"with {request.Method}");
        return (request.Method, target) switch
        {
            ("GET" or "HEAD", Target.ServiceDocument) => ServiceAnswers.ServiceDocumentAsync(request),
            ("POST", Target.Batch) => new BatchRequest(this, request).RunAsync(),
            (_, Target.Call call) => new OperationRequest(request, scope).RunAsync(call),
            ("GET" or "HEAD", Target.RowsOf or Target.RowOf or Target.PropertyOf) => new ReadRequest(request, scope).RunAsync(target),
            ("POST", Target.RowsOf { CountOnly: false } rows) => writes.CreateAsync(rows),
            ("PATCH", Target.RowOf row) => writes.UpdateAsync(row, ChangeKind.Merge),
            ("PUT", Target.RowOf row) => writes.UpdateAsync(row, ChangeKind.Replace),
            ("DELETE", Target.RowOf row) => writes.DeleteAsync(row),
            ("PUT" or "PATCH", Target.PropertyOf { CountOnly: false, Raw: false } property) => writes.SetPropertyAsync(property, remove: false),
            ("DELETE", Target.PropertyOf { CountOnly: false } property) => writes.SetPropertyAsync(property, remove: true),
            ("PATCH" or "PUT" or "DELETE", Target.RowsOf { CountOnly: false }) => throw ODataFault.Unsupported($"{request.Method} of many rows at once"),
            ("PUT" or "PATCH", Target.PropertyOf { Raw: true }) => throw ODataFault.Unsupported("Writing a raw value; PUT the property itself"),
            ("POST", Target.PropertyOf { Property.IsCollection: true, CountOnly: false }) => throw ODataFault.Unsupported("Adding to a list; PUT the whole list"),
            _ => throw new ODataFault(405, "MethodNotAllowed", $"{request.Method} is not possible here."),
        };
    }

    private static ODataFault TooSlow() => new(429, "QueryTooExpensive", "The query took longer than a query may. Narrow it, or ask for fewer columns and no $count.");

    private ODataFault FaultOf(Exception failure) => failure switch
    {
        ODataFault fault => fault,
        _ when options.IsAway(failure) => ODataFault.Later(503, "Unavailable", "The database cannot be asked at the moment. Retry-After says when to try again.", options.AwayFor),
        // Class 22 of SQLSTATE: the data does not go with the operation, as in a division by zero.
        DbException { SqlState: ['2', '2', ..] } => ODataFault.Malformed("The query computes something that has no value, such as a division by zero or a number out of range."),
        InvalidOperationException { Message: var message } when message.Contains("could not be translated", StringComparison.Ordinal) => ODataFault.Unsupported("This combination of functions"),
        BadHttpRequestException bad => new ODataFault(bad.StatusCode, "BadRequest", "The request could not be read."),
        _ => new ODataFault(500, "InternalError", "Something went wrong here. Quote the support id when you report it."),
    };

    private async Task FailAsync(HttpContext http, ODataFault fault, Exception failure)
    {
        var supportId = Guid.CreateVersion7().ToString("N");
        if (http.Features.Get<Answered>() is { } answered)
            answered.SupportId = supportId;
        // Never the query string: it may name people.
        if (fault.Status >= 500 && fault.Status != 501)
            logger.LogError(failure, "OData {Method} {Set} ended with {Status} {Code}; support id {SupportId}", http.Request.Method, SetOf(http), fault.Status, fault.Code, supportId);
        else
            logger.LogInformation("OData {Method} {Set} was refused with {Status} {Code}; support id {SupportId}", http.Request.Method, SetOf(http), fault.Status, fault.Code, supportId);
        if (http.Response.HasStarted)
        {
            http.Abort();
            return;
        }
        http.Response.ContentLength = null;
        http.Response.Headers.Remove("ETag");
        await ErrorAnswer.WriteAsync(http, fault, supportId).ConfigureAwait(false);
    }

    /// <summary>The first name of the path, without any key.</summary>
    private string SetOf(HttpContext http)
    {
        var path = ODataRequest.RawPath(http, prefix);
        var end = path.AsSpan().IndexOfAny("/(%?");
        var name = end < 0 ? path : path[..end];
        return model.FindSet(name)?.Name ?? "(other)";
    }
}
