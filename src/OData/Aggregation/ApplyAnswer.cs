using System.Text.Json;
using K12Sync.OData.Http;
using K12Sync.OData.Queries;
using K12Sync.OData.Translation;
using K12Sync.OData.Writing;

namespace K12Sync.OData.Aggregation;

/// <summary>Answers a query with $apply, as a JSON page or as CSV to the end.</summary>
internal sealed class ApplyAnswer(ODataRequest request, TranslationScope scope)
{
    public async Task WriteAsync(Target.RowsOf target, ParsedQuery query)
    {
        var apply = ApplyQuery.Make(request, scope, target, query);
        RowsAnswer.SetHead(request.Http.Response, request.Wants, isPage: true);
        if (request.Wants.Format == BodyFormat.Csv)
        {
            await CsvAsync(apply).ConfigureAwait(false);
            return;
        }
        var count = query.Count ? await Execution.CountAsync(apply.Narrowed, request.Stopped).ConfigureAwait(false) : (long?)null;
        await JsonAsync(target.Set, apply, count).ConfigureAwait(false);
    }

    private async Task JsonAsync(EntitySet set, ApplyQuery apply, long? count)
    {
        var tree = Branch.Tree(apply.Written, apply.Columns);
        var buffer = new ResponseBuffer(request.Http.Response);
        await using var json = new Utf8JsonWriter(buffer, RowsAnswer.JsonOptions);
        json.WriteStartObject();
        if (request.Wants.WritesContext)
            json.WriteString("@odata.context", Branch.Context(request.Root, set, tree));
        if (count is { } total)
            RowsAnswer.WriteCount(json, "@odata.count", total, request.Wants.NumbersAsText);
        json.WriteStartArray("value");
        var number = 0;
        var more = false;
        await foreach (var row in Execution.Rows(apply.Rows).WithCancellation(request.Stopped).ConfigureAwait(false))
        {
            if (more = number == apply.Limit)
                break;
            Branch.Write(json, tree, column => ColumnWriter.WriteValue(json, ((IColumns)row)[column], request.Wants.NumbersAsText));
            request.Wrote(++number);
            await json.FlushAsync(request.Stopped).ConfigureAwait(false);
            await buffer.SendIfLargeAsync(0, request.Stopped).ConfigureAwait(false);
        }
        if (number == 0 && apply.IsOneRowOfNothing)
            WriteEmpty(json, apply);
        json.WriteEndArray();
        if (more)
            json.WriteString("@odata.nextLink", ApplyQuery.NextLink(request.Root, request.Path, request.Query, apply.Skip, apply.Limit));
        json.WriteEndObject();
        await json.FlushAsync(request.Stopped).ConfigureAwait(false);
        await buffer.EndAsync(request.Stopped).ConfigureAwait(false);
    }

    private Task CsvAsync(ApplyQuery apply)
    {
        return new CsvAnswer(request).WriteAsync(apply.Written.Select(i => string.Join('/', apply.Columns[i].Path)), Lines());

        async IAsyncEnumerable<IEnumerable<object?>> Lines()
        {
            await foreach (var row in Execution.Rows(apply.Rows).WithCancellation(request.Stopped).ConfigureAwait(false))
                yield return apply.Written.Select(i => ((IColumns)row)[i]);
        }
    }

    // Of nothing, counted 0.
    private static void WriteEmpty(Utf8JsonWriter json, ApplyQuery apply)
    {
        json.WriteStartObject();
        foreach (var column in apply.Written.Select(i => apply.Columns[i]))
        {
            if (column.CountsNothing)
                json.WriteNumber(column.Path[0], 0);
            else
                json.WriteNull(column.Path[0]);
        }
        json.WriteEndObject();
    }
}
