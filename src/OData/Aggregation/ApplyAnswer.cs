using System.Globalization;
using System.Linq.Expressions;
using System.Text.Json;
using K12Sync.OData.Http;
using K12Sync.OData.Queries;
using K12Sync.OData.Translation;
using K12Sync.OData.Writing;
using Microsoft.OData.Edm;
using Microsoft.OData.UriParser;

namespace K12Sync.OData.Aggregation;

/// <summary>Answers a query with $apply. $filter, $orderby, $top, $skip, $count and $select of the same request work on the aggregated rows.</summary>
internal sealed class ApplyAnswer(ODataRequest request, TranslationScope scope)
{
    public async Task WriteAsync(Target.RowsOf target, ParsedQuery query)
    {
        if (request.Query.Has("$expand") || query.Search is not null)
            throw ODataFault.Unsupported("$expand or $search together with $apply", "$apply");
        var apply = new ApplyTranslator(scope, target.Set, target.Source);
        apply.Run(query.Apply!);
        var columns = apply.Columns ?? throw ODataFault.Unsupported("$apply without groupby or aggregate", "$apply");
        var (filter, orderBy) = request.Query.Has("$filter") || request.Query.Has("$orderby") ? ParsedQuery.ReadAfterApply(request, TypeOf(columns)) : (null, null);
        var narrowed = filter is null ? apply.Rows : Query.Where(apply.Rows, apply.Translator.Condition(filter.Expression, filter.RangeVariable, apply.Place, apply.Row));
        var written = Selected(columns);
        var skip = PageReader.AsInt((query.Skip ?? 0) + Continued(), "$skip");
        var limit = (int)Math.Min(query.Top ?? int.MaxValue, request.Wants.Format == BodyFormat.Csv ? request.Options.CsvRows : request.PageSize);
        var more = query.Top is null || query.Top > limit;
        var rows = Order(apply, columns, orderBy).Apply(narrowed);
        if (skip > 0)
            rows = Query.Skip(rows, scope.Literals.Add(skip, typeof(int)));
        rows = Query.Take(rows, scope.Literals.Add(more ? limit + 1 : limit, typeof(int)));
        var count = query.Count ? await Execution.CountAsync(narrowed, request.Stopped).ConfigureAwait(false) : (long?)null;
        var found = Execution.Rows(rows);
        if (request.Wants.Format == BodyFormat.Csv)
            await CsvAsync(written, columns, found).ConfigureAwait(false);
        else
            await JsonAsync(target.Set, written, columns, found, count, limit, skip, query).ConfigureAwait(false);
    }

    private async Task JsonAsync(
        EntitySet set, IReadOnlyList<int> written, IReadOnlyList<ResultColumn> columns, IAsyncEnumerable<object> rows, long? count, int limit, int skip, ParsedQuery query)
    {
        request.Http.Response.ContentType = request.Wants.ContentType;
        var buffer = new ResponseBuffer(request.Http.Response);
        await using var json = new Utf8JsonWriter(buffer, RowsAnswer.JsonOptions);
        json.WriteStartObject();
        if (request.Wants.WritesContext)
            json.WriteString("@odata.context", ContextUrl.Of(request.Root, set.Name + "(" + string.Join(',', Tree(written, columns, 0).Select(Text)) + ")"));
        if (count is { } total)
            RowsAnswer.WriteCount(json, "@odata.count", total, request.Wants.NumbersAsText);
        json.WriteStartArray("value");
        var tree = Tree(written, columns, 0);
        var number = 0;
        var more = false;
        await foreach (var row in rows.WithCancellation(request.Stopped).ConfigureAwait(false))
        {
            if (more = number == limit)
                break;
            Write(json, tree, (IColumns)row);
            request.Wrote(++number);
            await json.FlushAsync(request.Stopped).ConfigureAwait(false);
            await buffer.SendIfLargeAsync(0, request.Stopped).ConfigureAwait(false);
        }
        if (number == 0 && skip == 0 && limit > 0 && !columns.Any(c => c.IsKey) && !request.Query.Has("$filter"))
            WriteEmpty(json, written, columns);
        json.WriteEndArray();
        if (more)
            json.WriteString("@odata.nextLink", NextLink(skip + limit, limit, query));
        json.WriteEndObject();
        await json.FlushAsync(request.Stopped).ConfigureAwait(false);
        await buffer.EndAsync(request.Stopped).ConfigureAwait(false);
    }

    private Task CsvAsync(IReadOnlyList<int> written, IReadOnlyList<ResultColumn> columns, IAsyncEnumerable<object> rows)
    {
        request.Http.Response.ContentType = request.Wants.ContentType;
        return new CsvAnswer(request).WriteAsync(written.Select(i => string.Join('/', columns[i].Path)), Lines());

        async IAsyncEnumerable<IEnumerable<object?>> Lines()
        {
            await foreach (var row in rows.WithCancellation(request.Stopped).ConfigureAwait(false))
                yield return written.Select(i => ((IColumns)row)[i]);
        }
    }

    private RowOrder Order(ApplyTranslator apply, IReadOnlyList<ResultColumn> columns, OrderByClause? clause)
    {
        var terms = new List<OrderTerm>();
        for (var by = clause; by is not null; by = by.ThenBy)
            terms.Add(new OrderTerm(apply.Translator.ValueOf(by.Expression, by.RangeVariable, apply.Place), by.Direction == OrderByDirection.Descending, null));
        for (var i = 0; i < columns.Count; i++)
        {
            if (columns[i].IsKey)
                terms.Add(new OrderTerm(Expression.Property(apply.Row, ColumnsOf.Name(i)), false, null));
        }
        return RowOrder.Of(apply.Row, terms, request.Options);
    }

    /// <summary>The aggregated columns as a type that the parser can read names against.</summary>
    private EdmEntityType TypeOf(IReadOnlyList<ResultColumn> columns)
    {
        var type = new EdmEntityType(request.Model.Namespace, "Aggregated");
        foreach (var column in columns.Where(c => c.Path.Length == 1))
            type.AddStructuralProperty(column.Path[0], request.Model.Types.Reference(column.Type, true));
        return type;
    }

    private IReadOnlyList<int> Selected(IReadOnlyList<ResultColumn> columns)
    {
        if (request.Query["$select"] is not { } select || select.Trim() == "*")
            return [.. Enumerable.Range(0, columns.Count)];
        return [.. select.Split(',', StringSplitOptions.TrimEntries).Select(name => Enumerable.Range(0, columns.Count)
            .Where(i => string.Join('/', columns[i].Path) == name).Append(-1).First() is >= 0 and var found
                ? found
                : throw ODataFault.UnknownProperty(name, "The result of $apply", columns.Select(c => string.Join('/', c.Path)), "$select"))];
    }

    private int Continued() => request.Query["$skiptoken"] is not { } token ? 0
        : int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var skip) ? skip
        : throw ODataFault.Malformed("$skiptoken does not belong to this query. Follow the nextLink as it was given.", "$skiptoken");

    private string NextLink(int skip, int limit, ParsedQuery query) => request.Root + "/" + request.Path + "?" + request.Query.With(
        ("$skip", null), ("$skiptoken", skip.ToString(CultureInfo.InvariantCulture)), ("$top", query.Top is { } top ? (top - limit).ToString(CultureInfo.InvariantCulture) : null));

    private void Write(Utf8JsonWriter json, IReadOnlyList<Branch> branches, IColumns row)
    {
        json.WriteStartObject();
        foreach (var branch in branches)
        {
            json.WritePropertyName(branch.Name);
            if (branch.Column is { } column)
                ColumnWriter.WriteValue(json, row[column], request.Wants.NumbersAsText);
            else
                Write(json, branch.Below, row);
        }
        json.WriteEndObject();
    }

    // An aggregate over no rows at all is still one row: of nothing, counted 0.
    private static void WriteEmpty(Utf8JsonWriter json, IReadOnlyList<int> written, IReadOnlyList<ResultColumn> columns)
    {
        json.WriteStartObject();
        foreach (var column in written.Select(i => columns[i]))
        {
            if (column.CountsNothing)
                json.WriteNumber(column.Path[0], 0);
            else
                json.WriteNull(column.Path[0]);
        }
        json.WriteEndObject();
    }

    private static List<Branch> Tree(IEnumerable<int> written, IReadOnlyList<ResultColumn> columns, int depth) =>
        [.. written.GroupBy(i => columns[i].Path[depth], StringComparer.Ordinal).Select(group => columns[group.First()].Path.Length == depth + 1
            ? new Branch(group.Key, group.First(), [])
            : new Branch(group.Key, null, Tree(group, columns, depth + 1)))];

    private static string Text(Branch branch) => branch.Column is null ? branch.Name + "(" + string.Join(',', branch.Below.Select(Text)) + ")" : branch.Name;

    private sealed record Branch(string Name, int? Column, IReadOnlyList<Branch> Below);
}
