using System.Text.Encodings.Web;
using System.Text.Json;
using K12Sync.OData.Http;
using K12Sync.OData.Queries;
using K12Sync.OData.Translation;
using Microsoft.AspNetCore.Http;

namespace K12Sync.OData.Writing;

/// <summary>Answers with rows: as a JSON page with its nextLink, or as CSV to the end.</summary>
internal sealed class RowsAnswer(ODataRequest request, TranslationScope scope)
{
    /// <summary>Text is escaped for JSON only, not for HTML: the content type says what it is.</summary>
    public static JsonWriterOptions JsonOptions { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>The headers of an answer of this kind.</summary>
    public static void SetHead(HttpResponse response, Negotiation wants, bool isPage)
    {
        response.ContentType = wants.ContentType;
        if (isPage && wants.MaxPageSize is { } size)
            response.Headers["Preference-Applied"] = "odata.maxpagesize=" + size.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    public async Task WriteAsync(PageReader page, string? deltaLink = null)
    {
        if (request.Wants.Format == BodyFormat.Csv)
        {
            await new CsvAnswer(request).WriteAsync(page).ConfigureAwait(false);
            return;
        }
        var count = await page.CountAsync().ConfigureAwait(false);
        var buffer = new ResponseBuffer(request.Http.Response);
        await using var json = new Utf8JsonWriter(buffer, JsonOptions);
        json.WriteStartObject();
        if (request.Wants.WritesContext)
            json.WriteString("@odata.context", ContextUrl.Rows(request.Root, page.Shape));
        if (count is { } rows)
            WriteCount(json, "@odata.count", rows, request.Wants.NumbersAsText);
        json.WriteStartArray("value");
        // Of nothing asked for, only the count is worth a statement.
        var next = page.Limit == 0
            ? null
            : page.Shape.Expansions.Count == 0
            ? await StreamAsync(page, json, buffer).ConfigureAwait(false)
            : await ExpandAsync(page, json, buffer).ConfigureAwait(false);
        json.WriteEndArray();
        if (next is not null)
            json.WriteString("@odata.nextLink", next);
        else if (deltaLink is not null)
            json.WriteString("@odata.deltaLink", deltaLink);
        json.WriteEndObject();
        await json.FlushAsync(request.Stopped).ConfigureAwait(false);
        await buffer.EndAsync(request.Stopped).ConfigureAwait(false);
    }

    /// <summary>A count is an Edm.Int64, and so text for those who want such numbers as text.</summary>
    public static void WriteCount(Utf8JsonWriter json, string name, long count, bool asText)
    {
        json.WritePropertyName(name);
        ColumnWriter.WriteValue(json, count, asText);
    }

    private async Task<string?> StreamAsync(PageReader page, Utf8JsonWriter json, ResponseBuffer buffer)
    {
        var writer = new RowWriter(request);
        object? last = null;
        var written = 0L;
        request.Wrote(0);
        await foreach (var row in Execution.Rows(page.Rows).WithCancellation(request.Stopped).ConfigureAwait(false))
        {
            if (written == page.Limit)
                return page.NextLink(last!);
            writer.Write(json, page.Shape, RowNode.Bare(page.View(row)));
            last = row;
            request.Wrote(++written);
            if (json.BytesPending > 16_384)
            {
                await json.FlushAsync(request.Stopped).ConfigureAwait(false);
                await buffer.SendIfLargeAsync(0, request.Stopped).ConfigureAwait(false);
            }
        }
        return null;
    }

    private async Task<string?> ExpandAsync(PageReader page, Utf8JsonWriter json, ResponseBuffer buffer)
    {
        var rows = await Execution.ListAsync(page.Rows, request.Stopped).ConfigureAwait(false);
        var more = rows.Count > page.Limit;
        if (more)
            rows.RemoveAt(rows.Count - 1);
        var nodes = await new ExpandReader(request, scope).ReadAsync(page.Shape, [.. rows.Select(page.View)]).ConfigureAwait(false);
        var writer = new RowWriter(request);
        request.Wrote(nodes.Count);
        foreach (var node in nodes)
        {
            writer.Write(json, page.Shape, node);
            await json.FlushAsync(request.Stopped).ConfigureAwait(false);
            await buffer.SendIfLargeAsync(0, request.Stopped).ConfigureAwait(false);
        }
        return more ? page.NextLink(rows[^1]) : null;
    }
}
