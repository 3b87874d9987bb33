using System.Globalization;
using System.Linq.Expressions;
using System.Text.Json;
using K12Sync.OData.Aggregation;
using K12Sync.OData.Http;
using K12Sync.OData.Model;
using K12Sync.OData.Queries;
using K12Sync.OData.Translation;
using K12Sync.OData.Writing;

namespace K12Sync.OData.Changes;

/// <summary>
/// Changes since a delta link: rows whose change column went beyond the token, up to the horizon below which no writer is still under way.
/// A row that has left the query (retired, or no longer matching its $filter) is told as removed.
/// </summary>
internal sealed class DeltaAnswer(ODataRequest request, TranslationScope scope)
{
    /// <summary>The delta link for a client that asked to track changes, taken before the rows are read so that nothing falls between.</summary>
    public async Task<string?> StartAsync(Target.RowsOf target)
    {
        if (!request.Wants.TrackChanges)
            return null;
        if (target.Set.Changes is not { } feed || !target.IsWholeSet)
            throw ODataFault.Unsupported($"Tracking changes of {target.Set.Name}", "Prefer");
        request.Http.Response.Headers["Preference-Applied"] = "odata.track-changes";
        return Link(await HorizonAsync(target, feed).ConfigureAwait(false), null);
    }

    public async Task WriteAsync(Target.RowsOf target, string token)
    {
        if (target.Set.Changes is not { } feed || !target.IsWholeSet)
            throw ODataFault.Unsupported($"Tracking changes of {target.Set.Name}", "$deltatoken");
        var (since, until) = Read(token);
        var horizon = until ?? await HorizonAsync(target, feed).ConfigureAwait(false);
        var query = ParsedQuery.Read(request, scope, target.Set);
        var shape = RowShape.Read(target.Set, query.SelectExpand, request.Options).AlsoLoading(Needed(feed));
        if (shape.Expansions.Count > 0 || query.Apply is not null)
            throw ODataFault.Unsupported("$expand or $apply together with $deltatoken", "$deltatoken");
        var rows = Changed(target, feed, query, shape, since, horizon);
        await AnswerAsync(target.Set, feed, shape, rows, horizon).ConfigureAwait(false);
    }

    private async Task AnswerAsync(EntitySet set, ChangeFeed feed, RowShape shape, IQueryable rows, long horizon)
    {
        request.Http.Response.ContentType = request.Wants.ContentType;
        var buffer = new ResponseBuffer(request.Http.Response);
        await using var json = new Utf8JsonWriter(buffer, RowsAnswer.JsonOptions);
        var writer = new RowWriter(request);
        json.WriteStartObject();
        if (request.Wants.WritesContext)
            json.WriteString("@odata.context", ContextUrl.Rows(request.Root, shape) + "/$delta");
        json.WriteStartArray("value");
        var (written, last, more) = (0, 0L, false);
        await foreach (var found in Execution.Rows(rows).WithCancellation(request.Stopped).ConfigureAwait(false))
        {
            var columns = (IColumns)found;
            var row = columns[0]!;
            var version = (long)feed.Column.Writer.Get(row)!;
            // A page may end between two change versions only: the token names no row.
            if (more = written >= request.PageSize && version != last)
                break;
            if (feed.RetiredColumn?.Writer.Get(row) is true || columns[1] is false)
                WriteRemoved(json, set, row, feed.RetiredColumn?.Writer.Get(row) is true ? "deleted" : "changed");
            else
                writer.Write(json, shape, RowNode.Bare(row));
            (written, last) = (written + 1, version);
            request.Wrote(written);
            await json.FlushAsync(request.Stopped).ConfigureAwait(false);
            await buffer.SendIfLargeAsync(0, request.Stopped).ConfigureAwait(false);
        }
        json.WriteEndArray();
        json.WriteString(more ? "@odata.nextLink" : "@odata.deltaLink", more ? Link(last, horizon) : Link(horizon, null));
        json.WriteEndObject();
        await json.FlushAsync(request.Stopped).ConfigureAwait(false);
        await buffer.EndAsync(request.Stopped).ConfigureAwait(false);
    }

    private IQueryable Changed(Target.RowsOf target, ChangeFeed feed, ParsedQuery query, RowShape shape, long since, long horizon)
    {
        var (place, row) = Place.RowOf(target.Set);
        var column = Expression.Property(row, feed.Column.Clr);
        var between = Expression.AndAlso(
            Expression.GreaterThan(column, scope.Literals.Add(since, typeof(long))), Expression.LessThanOrEqual(column, scope.Literals.Add(horizon, typeof(long))));
        var ordered = RowOrder.By(target.Set, feed.Column, request.Options).Apply(Query.Where(target.Source, Expression.Lambda(between, row)));
        Expression matches = Expression.Constant(true);
        if (query.Filter is { } filter)
        {
            var condition = new NodeTranslator(scope).Condition(filter.Expression, filter.RangeVariable, place, row).Body;
            matches = Expression.Condition(condition, Expression.Constant(true), Expression.Constant(false));
        }
        return Query.Select(ordered, Expression.Lambda(ColumnsOf.Values([shape.Projection(row), matches]), row));
    }

    private void WriteRemoved(Utf8JsonWriter json, EntitySet set, object row, string reason)
    {
        json.WriteStartObject();
        json.WriteString("@odata.context", request.Root + "/$metadata#" + set.Name + "/$deletedEntity");
        json.WriteString("id", request.Root + "/" + RowWriter.RelativeUrl(set, row));
        json.WriteString("reason", reason);
        json.WriteEndObject();
    }

    private async Task<long> HorizonAsync(Target.RowsOf target, ChangeFeed feed)
    {
        if (feed.Horizon is { } horizon)
            return await horizon(request.Http, request.Stopped).ConfigureAwait(false);
        var (_, row) = Place.RowOf(target.Set);
        var newest = Query.OrderBy(target.Source, Expression.Lambda(Expression.Property(row, feed.Column.Clr), row), descending: true, first: true);
        var shape = RowShape.Whole(target.Set);
        return await Execution.FirstAsync(Query.Select(newest, shape.Selector()), request.Stopped).ConfigureAwait(false) is { } found ? (long)feed.Column.Writer.Get(found)! : 0;
    }

    private string Link(long since, long? until)
    {
        var text = since.ToString(CultureInfo.InvariantCulture) + (until is { } end ? "-" + end.ToString(CultureInfo.InvariantCulture) : "");
        return request.Root + "/" + request.Path + "?" + request.Query.With(("$deltatoken", text), ("$skiptoken", null), ("$count", null), ("$top", null), ("$orderby", null));
    }

    private static (long Since, long? Until) Read(string token)
    {
        var parts = token.Split('-');
        if (parts.Length <= 2 && parts.All(p => p.Length is > 0 and < 19 && p.All(char.IsAsciiDigit)))
            return (long.Parse(parts[0], CultureInfo.InvariantCulture), parts.Length == 2 ? long.Parse(parts[1], CultureInfo.InvariantCulture) : null);
        throw ODataFault.Malformed("$deltatoken is none of this service. Start again with Prefer: odata.track-changes.", "$deltatoken");
    }

    private static IEnumerable<ViewProperty> Needed(ChangeFeed feed) => feed.RetiredColumn is { } retired ? [feed.Column, retired] : [feed.Column];
}
