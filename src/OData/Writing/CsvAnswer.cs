using System.Text;
using K12Sync.OData.Http;
using K12Sync.OData.Queries;

namespace K12Sync.OData.Writing;

/// <summary>Any query as CSV (RFC 4180, UTF-8 with a byte order mark so that Excel reads the letters right), all rows in one answer.</summary>
internal sealed class CsvAnswer(ODataRequest request)
{
    public async Task WriteAsync(PageReader page)
    {
        if (page.Shape.Expansions.Count > 0)
            throw ODataFault.Malformed("CSV has no room for $expand.", "$expand");
        var columns = page.Shape.Written.Where(p => p.IsScalar).ToList();
        var writer = new RowWriter(request);
        await WriteAsync(columns.Select(c => c.Name), Rows()).ConfigureAwait(false);

        async IAsyncEnumerable<IEnumerable<object?>> Rows()
        {
            var written = 0L;
            await foreach (var row in Execution.Rows(page.Rows).WithCancellation(request.Stopped).ConfigureAwait(false))
            {
                if (written++ == page.Limit)
                    throw ODataFault.Limit("CSV with too many rows.", request.Options.CsvRows);
                yield return columns.Select(c => writer.Visible(page.Shape.Set, c, page.View(row)));
            }
        }
    }

    public async Task WriteAsync(IEnumerable<string> header, IAsyncEnumerable<IEnumerable<object?>> rows)
    {
        var buffer = new ResponseBuffer(request.Http.Response);
        var line = new StringBuilder("\uFEFF");
        Append(line, header);
        Encode(buffer, line);
        var written = 0L;
        request.Wrote(0);
        await foreach (var row in rows.WithCancellation(request.Stopped).ConfigureAwait(false))
        {
            Append(line, row);
            request.Wrote(++written);
            Encode(buffer, line);
            await buffer.SendIfLargeAsync(0, request.Stopped).ConfigureAwait(false);
        }
        await buffer.EndAsync(request.Stopped).ConfigureAwait(false);
    }

    private static void Encode(ResponseBuffer buffer, StringBuilder line)
    {
        foreach (var chunk in line.GetChunks())
            Encoding.UTF8.GetBytes(chunk.Span, buffer);
        line.Clear();
    }

    private static void Append(StringBuilder line, IEnumerable<object?> values)
    {
        var first = true;
        foreach (var value in values)
        {
            if (!first)
                line.Append(',');
            first = false;
            AppendField(line, Scalars.ToText(value), value is string);
        }
        line.Append("\r\n");
    }

    // A text that a spreadsheet would take for a formula gets an apostrophe in front.
    private static void AppendField(StringBuilder line, string? text, bool mayBeFormula)
    {
        if (string.IsNullOrEmpty(text))
            return;
        if (mayBeFormula && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r')
            text = "'" + text;
        if (text.AsSpan().IndexOfAny(",\"\r\n") < 0)
            line.Append(text);
        else
            line.Append('"').Append(text.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
    }
}
