using System.Globalization;
using System.Text;
using K12Sync.OData.Changes;
using K12Sync.OData.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace K12Sync.OData.Batch;

/// <summary>
/// $batch as multipart/mixed: each part holds one request as HTTP writes it, or a change set. A change set is all or nothing, so it may hold one request:
/// several would have to share a transaction, which is the host's.
/// </summary>
internal sealed class MultipartBatch(BatchRequest batch, ODataRequest request)
{
    private readonly string _boundary = "batch_" + Guid.NewGuid().ToString("N");
    private int _requests;

    public async Task RunAsync()
    {
        var body = WithCarriageReturns(await BodyReader.BytesAsync(request.Http.Request, batch.Options, request.Stopped).ConfigureAwait(false));
        var parts = await PartsAsync(request.Http.Request.ContentType!, body).ConfigureAwait(false);
        batch.Admit(_requests);
        request.Http.Response.ContentType = "multipart/mixed; boundary=" + _boundary;
        using var answer = new MemoryStream();
        foreach (var part in parts)
        {
            var status = await AnswerAsync(part, answer).ConfigureAwait(false);
            if (status >= 400 && !batch.GoesOn)
                break;
        }
        Write(answer, $"--{_boundary}--\r\n");
        request.Http.Response.ContentLength = answer.Length;
        await request.Http.Response.Body.WriteAsync(answer.GetBuffer().AsMemory(0, (int)answer.Length), request.Stopped).ConfigureAwait(false);
    }

    // Some libraries end lines as their platform does. Within JSON a line end means nothing.
    private static byte[] WithCarriageReturns(byte[] body) => body.AsSpan().IndexOf("\r\n"u8) >= 0
        ? body
        : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(body).Replace("\n", "\r\n", StringComparison.Ordinal));

    private async Task<int> AnswerAsync(BatchPart part, MemoryStream answer)
    {
        switch (part.Requests)
        {
            case [var alone] when !part.IsChangeSet:
                Write(answer, $"--{_boundary}\r\n");
                return await AnswerAsync(alone, answer, part.ContentIds[0]).ConfigureAwait(false);
            case [var change]:
                using (var inner = new MemoryStream())
                {
                    var status = await AnswerAsync(change, inner, part.ContentIds[0]).ConfigureAwait(false);
                    WriteChangeSet(answer, inner, status);
                    return status;
                }
            default:
                Write(answer, $"--{_boundary}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\nHTTP/1.1 501 Not Implemented\r\nContent-Type: application/json\r\n\r\n");
                Write(answer, "{\"error\":{\"code\":\"NotImplemented\",\"message\":\"A change set of several requests is not supported by this service: send each by itself.\"}}\r\n");
                return 501;
        }
    }

    // A change set that failed is answered by that one answer, without a multipart of its own.
    private void WriteChangeSet(MemoryStream answer, MemoryStream inner, int status)
    {
        var boundary = "changeset_" + Guid.NewGuid().ToString("N");
        Write(answer, status >= 400 ? $"--{_boundary}\r\n" : $"--{_boundary}\r\nContent-Type: multipart/mixed; boundary={boundary}\r\n\r\n--{boundary}\r\n");
        inner.WriteTo(answer);
        if (status < 400)
            Write(answer, $"--{boundary}--\r\n");
    }

    private async Task<int> AnswerAsync(BatchItem item, MemoryStream answer, string? contentId)
    {
        using var body = new MemoryStream();
        var (status, headers) = await batch.AskAsync(item, body).ConfigureAwait(false);
        Write(answer, "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n");
        if (contentId is not null)
            Write(answer, $"Content-ID: {contentId}\r\n");
        Write(answer, string.Create(CultureInfo.InvariantCulture, $"\r\nHTTP/1.1 {status} {ReasonPhrases.GetReasonPhrase(status)}\r\n"));
        foreach (var (name, value) in headers.Where(h => !h.Key.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)))
            Write(answer, $"{name}: {value}\r\n");
        Write(answer, string.Create(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n\r\n"));
        body.WriteTo(answer);
        Write(answer, "\r\n");
        return status;
    }

    private async Task<List<BatchPart>> PartsAsync(string contentType, byte[] body)
    {
        var parts = new List<BatchPart>();
        try
        {
            await foreach (var section in SectionsAsync(contentType, body).ConfigureAwait(false))
            {
                if (section.ContentType?.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) == true)
                    parts.Add(await ChangeSetAsync(section).ConfigureAwait(false));
                else
                    parts.Add(new BatchPart(false, [await ItemAsync(section).ConfigureAwait(false)], [IdOf(section)]));
            }
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException or FormatException)
        {
            throw ODataFault.Malformed("The batch could not be taken apart at its boundaries: " + failure.Message, "body");
        }
        if (_requests > batch.Limit)
            throw ODataFault.Limit("The batch has too many requests.", batch.Limit, "body");
        return parts;
    }

    private async Task<BatchPart> ChangeSetAsync(MultipartSection section)
    {
        using var memory = new MemoryStream();
        await section.Body.CopyToAsync(memory, request.Stopped).ConfigureAwait(false);
        var (items, ids) = (new List<BatchItem>(), new List<string?>());
        await foreach (var change in SectionsAsync(section.ContentType!, memory.ToArray()).ConfigureAwait(false))
        {
            items.Add(await ItemAsync(change).ConfigureAwait(false));
            ids.Add(IdOf(change));
        }
        return items.Exists(i => i.Method == "GET") ? throw ODataFault.Malformed("A change set holds changes only, no GET.", "body") : new BatchPart(true, items, ids);
    }

    private async IAsyncEnumerable<MultipartSection> SectionsAsync(string contentType, byte[] body)
    {
        var boundary = MediaTypeHeaderValue.TryParse(contentType, out var type) ? HeaderUtilities.RemoveQuotes(type.Boundary).Value : null;
        if (string.IsNullOrEmpty(boundary))
            throw ODataFault.Malformed("The Content-Type of the batch names no boundary.", "Content-Type");
        using var memory = new MemoryStream(body);
        var reader = new MultipartReader(boundary, memory);
        while (await reader.ReadNextSectionAsync(request.Stopped).ConfigureAwait(false) is { } section)
            yield return section;
    }

    private async Task<BatchItem> ItemAsync(MultipartSection section)
    {
        if (section.ContentType?.StartsWith("application/http", StringComparison.OrdinalIgnoreCase) != true)
            throw ODataFault.Malformed("Each part of a batch is of type application/http or multipart/mixed.", "Content-Type");
        using var reader = new StreamReader(section.Body, Encoding.UTF8);
        var number = (++_requests).ToString(CultureInfo.InvariantCulture);
        var line = (await reader.ReadLineAsync(request.Stopped).ConfigureAwait(false) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (line is not [var method, var url, ['H', 'T', 'T', 'P', '/', ..]])
            throw ODataFault.Malformed($"Request {number} of the batch does not begin with a line such as 'GET Books HTTP/1.1'.", "body");
        if (url.Contains("$batch", StringComparison.OrdinalIgnoreCase))
            throw ODataFault.Malformed("A batch cannot hold another.", "body");
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await reader.ReadLineAsync(request.Stopped).ConfigureAwait(false) is { Length: > 0 } header)
        {
            var colon = header.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
                throw ODataFault.Malformed($"Request {number} of the batch has a header without a colon.", "body");
            // Which host and how long: the batch itself has said so.
            if (header[..colon].Trim() is var name && !name.Equals("Host", StringComparison.OrdinalIgnoreCase) && !name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
                headers[name] = header[(colon + 1)..].Trim();
        }
        var body = await reader.ReadToEndAsync(request.Stopped).ConfigureAwait(false);
        return new BatchItem(IdOf(section) ?? "\0" + number, method.ToUpperInvariant(), url, headers, body.Trim().Length == 0 ? null : body, [], null);
    }

    private static string? IdOf(MultipartSection section) =>
        section.Headers is { } headers && headers.TryGetValue("Content-ID", out var id) && id.ToString() is { Length: > 0 } text && !text.AsSpan().ContainsAny('\r', '\n') ? text : null;

    private static void Write(MemoryStream answer, string text) => answer.Write(Encoding.UTF8.GetBytes(text));

    /// <summary>One part of the batch: a request, or a change set of them.</summary>
    private sealed record BatchPart(bool IsChangeSet, List<BatchItem> Requests, List<string?> ContentIds);
}
