using System.Text;
using System.Text.Json;
using K12Sync.OData.Changes;
using K12Sync.OData.Http;
using K12Sync.OData.Writing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace K12Sync.OData.Batch;

/// <summary>$batch: requests one after another, each in a scope of services of its own, as if it had come alone. In JSON here, as multipart/mixed by <see cref="MultipartBatch"/>.</summary>
internal sealed class BatchRequest(ODataService service, ODataRequest request)
{
    private static readonly HashSet<string> OfTheBatchAlone =
        new(["Prefer", "If-Match", "If-None-Match", "Accept", "Transfer-Encoding"], StringComparer.OrdinalIgnoreCase);

    private readonly Dictionary<string, (int Status, string? Location)> _done = new(StringComparer.Ordinal);

    public async Task RunAsync()
    {
        if (request.Http.Request.ContentType?.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) == true)
        {
            await new MultipartBatch(this, request).RunAsync().ConfigureAwait(false);
            return;
        }
        using var body = await BodyReader.ReadAsync(request.Http.Request, service.Options, request.Stopped).ConfigureAwait(false);
        var items = Items(body.RootElement);
        Admit(items.Count);
        request.Http.Response.ContentType = "application/json;charset=utf-8";
        var buffer = new ResponseBuffer(request.Http.Response);
        await using var json = new Utf8JsonWriter(buffer, RowsAnswer.JsonOptions);
        json.WriteStartObject();
        json.WriteStartArray("responses");
        foreach (var item in items)
        {
            var status = await AnswerAsync(item, json).ConfigureAwait(false);
            await json.FlushAsync(request.Stopped).ConfigureAwait(false);
            await buffer.SendIfLargeAsync(0, request.Stopped).ConfigureAwait(false);
            if (status >= 400 && !GoesOn)
                break;
        }
        json.WriteEndArray();
        json.WriteEndObject();
        await json.FlushAsync(request.Stopped).ConfigureAwait(false);
        await buffer.EndAsync(request.Stopped).ConfigureAwait(false);
    }

    /// <summary>Requests a batch may hold.</summary>
    public int Limit => service.Options.BatchRequests;

    public ODataOptions Options => service.Options;

    /// <summary>Whether a failure ends the batch or not.</summary>
    public bool GoesOn => request.Http.Request.Headers["Prefer"].ToString() is var preferences
        && preferences.Contains("continue-on-error", StringComparison.OrdinalIgnoreCase)
        && !preferences.Contains("continue-on-error=false", StringComparison.OrdinalIgnoreCase);

    /// <summary>Asks the host whether the caller may send so many requests now.</summary>
    /// <exception cref="ODataFault">Not now.</exception>
    public void Admit(int requests)
    {
        if (service.Options.HoldsBack(request.Http, requests) is { } wait)
            throw ODataFault.Later(429, "TooManyRequests", $"The {requests} requests of this batch are too many at the moment, and none of them was answered. Retry-After says when to go on.", wait);
    }

    /// <summary>Answers one request; later ones may name what it made by its id.</summary>
    public async Task<(int Status, IHeaderDictionary Headers)> AskAsync(BatchItem item, MemoryStream answer)
    {
        var (status, headers) = await RunAsync(item, answer).ConfigureAwait(false);
        _done[item.Id] = (status, headers["Location"].FirstOrDefault() ?? headers["OData-EntityId"].FirstOrDefault() ?? request.Root + "/" + Url(item));
        return (status, headers);
    }

    private List<BatchItem> Items(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("requests", out var list) || list.ValueKind != JsonValueKind.Array)
            throw ODataFault.Malformed("A batch is an object with the list 'requests'.", "requests");
        if (list.GetArrayLength() > service.Options.BatchRequests)
            throw ODataFault.Limit("The batch has too many requests.", service.Options.BatchRequests, "requests");
        var items = list.EnumerateArray().Select(BatchItem.Read).ToList();
        // One request is all or nothing by itself; several would have to share a transaction, which is the host's.
        if (items.Where(i => i.Group is not null).GroupBy(i => i.Group, StringComparer.Ordinal).Any(g => g.Count() > 1))
            throw ODataFault.Unsupported("An atomicityGroup of several requests", "atomicityGroup");
        if (items.Select(i => i.Id).Distinct(StringComparer.Ordinal).Count() != items.Count)
            throw ODataFault.Malformed("Two requests of the batch have the same id.", "id");
        return items;
    }

    private async Task<int> AnswerAsync(BatchItem item, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("id", item.Id);
        if (item.DependsOn.FirstOrDefault(d => !_done.TryGetValue(d, out var earlier) || earlier.Status >= 400) is { } failed)
        {
            json.WriteNumber("status", 424);
            json.WriteStartObject("body");
            json.WriteStartObject("error");
            json.WriteString("code", "FailedDependency");
            json.WriteString("message", $"Request {failed}, on which this one depends, did not succeed.");
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
            _done[item.Id] = (424, null);
            return 424;
        }
        using var answer = new MemoryStream();
        var (status, headers) = await AskAsync(item, answer).ConfigureAwait(false);
        json.WriteNumber("status", status);
        json.WriteStartObject("headers");
        foreach (var (name, value) in headers)
            json.WriteString(name.ToLowerInvariant(), value.ToString());
        json.WriteEndObject();
        WriteBody(json, headers, answer);
        json.WriteEndObject();
        return status;
    }

    private async Task<(int Status, IHeaderDictionary Headers)> RunAsync(BatchItem item, MemoryStream answer)
    {
        await using var services = request.Http.RequestServices.CreateAsyncScope();
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(new HttpRequestFeature());
        features.Set<IHttpResponseFeature>(new HttpResponseFeature());
        features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(answer));
        features.Set(request.Http.Features.Get<IHttpConnectionFeature>());
        features.Set<IHttpRequestLifetimeFeature>(new Lifetime(request.Stopped));
        var http = new DefaultHttpContext(features) { User = request.Http.User, RequestServices = services.ServiceProvider };
        foreach (var (key, value) in request.Http.Items)
            http.Items[key] = value;
        var (from, to) = (request.Http.Request, http.Request);
        (to.Scheme, to.Host, to.PathBase, to.Protocol, to.Method) = (from.Scheme, from.Host, from.PathBase, from.Protocol, item.Method);
        foreach (var (name, value) in from.Headers.Where(h => !h.Key.StartsWith("Content-", StringComparison.OrdinalIgnoreCase) && !OfTheBatchAlone.Contains(h.Key)))
            to.Headers[name] = value;
        foreach (var (name, value) in item.Headers)
            to.Headers[name] = value;
        var url = Url(item);
        var mark = url.IndexOf('?', StringComparison.Ordinal);
        to.Path = service.Prefix + "/" + Uri.UnescapeDataString(mark < 0 ? url : url[..mark]);
        to.QueryString = mark < 0 ? default : new Microsoft.AspNetCore.Http.QueryString(url[mark..]);
        features.Get<IHttpRequestFeature>()!.RawTarget = from.PathBase.ToUriComponent() + service.Prefix + "/" + url;
        if (item.Body is { } body)
        {
            to.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
            to.ContentType ??= "application/json";
        }
        await service.HandleAsync(http).ConfigureAwait(false);
        await http.Response.BodyWriter.FlushAsync(request.Stopped).ConfigureAwait(false);
        return (http.Response.StatusCode, http.Response.Headers);
    }

    /// <summary>The URL below the service root. <c>$id</c> at its beginning stands for the row an earlier request made or read.</summary>
    private string Url(BatchItem item)
    {
        var url = item.Url.StartsWith(request.Root, StringComparison.OrdinalIgnoreCase) ? item.Url[request.Root.Length..] : item.Url;
        var rooted = request.Http.Request.PathBase.ToUriComponent() + service.Prefix + "/";
        url = (url.StartsWith(rooted, StringComparison.OrdinalIgnoreCase) ? url[rooted.Length..] : url).TrimStart('/');
        if (url is not ['$', ..] || _done.Count == 0)
            return url;
        var end = url.IndexOfAny(['/', '?']);
        var id = end < 0 ? url[1..] : url[1..end];
        return _done.TryGetValue(id, out var earlier) && earlier.Location is { } location ? location[(request.Root.Length + 1)..] + (end < 0 ? "" : url[end..]) : url;
    }

    private static void WriteBody(Utf8JsonWriter json, IHeaderDictionary headers, MemoryStream answer)
    {
        if (answer.Length == 0)
            return;
        var bytes = answer.GetBuffer().AsSpan(0, (int)answer.Length);
        json.WritePropertyName("body");
        if (headers.ContentType.ToString().StartsWith("application/json", StringComparison.OrdinalIgnoreCase))
            json.WriteRawValue(bytes, skipInputValidation: true);
        else
            json.WriteStringValue(bytes);
    }

    private sealed class Lifetime(CancellationToken stopped) : IHttpRequestLifetimeFeature
    {
        public CancellationToken RequestAborted { get; set; } = stopped;

        public void Abort()
        {
        }
    }
}

/// <summary>One request of a batch.</summary>
internal sealed record BatchItem(
    string Id, string Method, string Url, IReadOnlyDictionary<string, string> Headers, string? Body, IReadOnlyList<string> DependsOn, string? Group)
{
    public static BatchItem Read(JsonElement json)
    {
        string Text(string name) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw ODataFault.Malformed($"A request of the batch has no '{name}'.", name);
        var headers = json.ValueKind == JsonValueKind.Object && json.TryGetProperty("headers", out var given) && given.ValueKind == JsonValueKind.Object
            ? given.EnumerateObject().ToDictionary(h => h.Name, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase) : [];
        var (id, method, url) = (Text("id"), Text("method").ToUpperInvariant(), Text("url"));
        if (url.Contains("$batch", StringComparison.OrdinalIgnoreCase))
            throw ODataFault.Malformed("A batch cannot hold another.", "url");
        var body = json.TryGetProperty("body", out var content) ? content.ValueKind == JsonValueKind.String ? content.GetString() : content.GetRawText() : null;
        var depends = json.TryGetProperty("dependsOn", out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().Select(d => d.ToString()).ToList() : [];
        return new BatchItem(id, method, url, headers, body, depends, json.TryGetProperty("atomicityGroup", out var group) ? group.ToString() : null);
    }
}
