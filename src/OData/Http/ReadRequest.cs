using System.Globalization;
using System.Text;
using System.Text.Json;
using K12Sync.OData.Aggregation;
using K12Sync.OData.Changes;
using K12Sync.OData.Queries;
using K12Sync.OData.Translation;
using K12Sync.OData.Writing;

namespace K12Sync.OData.Http;

/// <summary>GET: rows, counts, one row, a property, a raw value.</summary>
internal sealed class ReadRequest(ODataRequest request, TranslationScope scope)
{
    public Task RunAsync(Target target) => target switch
    {
        Target.RowsOf { CountOnly: true } rows => CountAsync(rows),
        Target.RowsOf rows => RowsAsync(rows),
        Target.RowOf row => RowAsync(row),
        Target.PropertyOf property => PropertyAsync(property),
        _ => throw new InvalidOperationException($"{target} is not read here."),
    };

    private async Task RowsAsync(Target.RowsOf target)
    {
        if (request.Query["$deltatoken"] is { } since)
        {
            await new DeltaAnswer(request, scope).WriteAsync(target, since).ConfigureAwait(false);
            return;
        }
        var query = ParsedQuery.Read(request, scope, target.Set);
        if (query.Apply is not null)
        {
            await new ApplyAnswer(request, scope).WriteAsync(target, query).ConfigureAwait(false);
            return;
        }
        var delta = await new DeltaAnswer(request, scope).StartAsync(target).ConfigureAwait(false);
        var page = PageReader.Make(request, scope, target, query);
        RowsAnswer.SetHead(request.Http.Response, request.Wants, isPage: true);
        await new RowsAnswer(request, scope).WriteAsync(page, delta).ConfigureAwait(false);
    }

    private async Task CountAsync(Target.RowsOf target)
    {
        var query = ParsedQuery.Read(request, scope, target.Set);
        if (query.Apply is not null)
            throw ODataFault.Unsupported("$apply together with /$count");
        var rows = PageReader.Counted(request, target, PageReader.Conditions(target.Set, query.Filter, query.Search, new NodeTranslator(scope)));
        var count = await Execution.CountAsync(rows, request.Stopped).ConfigureAwait(false);
        await TextAsync(count.ToString(CultureInfo.InvariantCulture)).ConfigureAwait(false);
    }

    private async Task RowAsync(Target.RowOf target)
    {
        RefuseRowOptions();
        var query = ParsedQuery.Read(request, scope, target.Set);
        var shape = RowShape.Read(target.Set, query.SelectExpand, request.Options);
        var row = await Execution.FirstAsync(Query.Select(target.Source, shape.Selector()), request.Stopped).ConfigureAwait(false);
        if (row is null)
        {
            if (target.Key is not null || target.ByAlternateKey)
                throw ODataFault.NotFound($"There is no such row in {target.Set.Name}.");
            request.Http.Response.StatusCode = 204;
            return;
        }
        request.IsAbout(target.Set, row);
        if (target.Set.Version is { } version)
            request.Http.Response.Headers.ETag = RowWriter.ETag(version.Writer.Get(row));
        if (Preconditions.IsUnchanged(request, target.Set, row))
        {
            request.Http.Response.StatusCode = 304;
            return;
        }
        request.Wrote(1);
        var node = (await new ExpandReader(request, scope).ReadAsync(shape, [row]).ConfigureAwait(false))[0];
        if (request.Wants.Format == BodyFormat.Csv)
            throw new ODataFault(406, "NotAcceptable", "One row is given as JSON; CSV is for collections.");
        await JsonAnswer.WriteAsync(request, json => new RowWriter(request).Write(json, shape, node, ContextUrl.Row(request.Root, shape))).ConfigureAwait(false);
    }

    private async Task PropertyAsync(Target.PropertyOf target)
    {
        var (set, property) = (target.Row.Set, target.Property);
        request.RefuseOptions("on a property");
        var shape = RowShape.Whole(set);
        var row = await Execution.FirstAsync(Query.Select(target.Row.Source, shape.Selector()), request.Stopped).ConfigureAwait(false)
            ?? throw ODataFault.NotFound($"There is no such row in {set.Name}.");
        request.IsAbout(set, row);
        request.Wrote(1);
        var writer = new RowWriter(request);
        var value = writer.Visible(set, property, row);
        if (target.CountOnly)
        {
            await TextAsync(((System.Collections.IEnumerable)(value ?? Array.Empty<object>())).Cast<object>().Count().ToString(CultureInfo.InvariantCulture)).ConfigureAwait(false);
            return;
        }
        if (value is null)
        {
            request.Http.Response.StatusCode = 204;
            return;
        }
        if (target.Raw)
        {
            await TextAsync(Scalars.ToText(value)!).ConfigureAwait(false);
            return;
        }
        await JsonAnswer.WriteAsync(request, json => WriteProperty(json, writer, target, row)).ConfigureAwait(false);
    }

    private void WriteProperty(Utf8JsonWriter json, RowWriter writer, Target.PropertyOf target, object row)
    {
        var (set, property) = (target.Row.Set, target.Property);
        json.WriteStartObject();
        if (request.Wants.WritesContext)
            json.WriteString("@odata.context", ContextUrl.Of(request.Root, RowWriter.RelativeUrl(set, row) + "/" + property.Name));
        if (property is { Complex: { } complex, IsCollection: false })
        {
            foreach (var member in complex.Properties)
            {
                json.WritePropertyName(member.EncodedName);
                member.Writer.Write(json, property.Writer.Get(row)!, request.Wants.NumbersAsText);
            }
        }
        else
        {
            json.WritePropertyName("value");
            writer.WriteProperty(json, set, property, row);
        }
        json.WriteEndObject();
    }

    private void RefuseRowOptions()
    {
        foreach (var option in new[] { "$filter", "$orderby", "$top", "$skip", "$count", "$search", "$apply", "$skiptoken" })
        {
            if (request.Query.Has(option))
                throw ODataFault.Malformed($"{option} applies to a collection, and this is one row.", option);
        }
    }

    private async Task TextAsync(string text)
    {
        request.Http.Response.ContentType = "text/plain;charset=utf-8";
        await request.Http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), request.Stopped).ConfigureAwait(false);
    }
}
