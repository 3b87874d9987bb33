using System.Globalization;
using System.Linq.Expressions;
using K12Sync.OData.Http;
using K12Sync.OData.Queries;
using K12Sync.OData.Translation;
using Microsoft.OData.Edm;
using Microsoft.OData.UriParser;

namespace K12Sync.OData.Aggregation;

/// <summary>A query with $apply, translated: its rows, its columns, and what of them is written. $filter, $orderby, $top, $skip and $select work on the aggregated rows.</summary>
internal sealed class ApplyQuery
{
    private readonly ODataRequest _request;

    private ApplyQuery(ODataRequest request, IReadOnlyList<ResultColumn> columns) => (_request, Columns, Written) = (request, columns, Selected(request, columns));

    public IReadOnlyList<ResultColumn> Columns { get; }

    /// <summary>The numbers of the columns that are written, in their order.</summary>
    public IReadOnlyList<int> Written { get; }

    public FilterClause? Filter { get; private init; }
    public OrderByClause? OrderBy { get; private init; }

    /// <summary>The rows that are counted: of all pages.</summary>
    public IQueryable Narrowed { get; private init; } = null!;

    /// <summary>The rows of this page, and one more when there may be a next one.</summary>
    public IQueryable Rows { get; private init; } = null!;

    public int Skip { get; private init; }
    public int Limit { get; private init; }

    public static ApplyQuery Make(ODataRequest request, TranslationScope scope, Target.RowsOf target, ParsedQuery query)
    {
        if (request.Query.Has("$expand") || query.Search is not null)
            throw ODataFault.Unsupported("$expand or $search together with $apply", "$apply");
        var apply = new ApplyTranslator(scope, target.Set, target.Source);
        apply.Run(query.Apply!);
        var columns = apply.Columns ?? throw ODataFault.Unsupported("$apply without groupby or aggregate", "$apply");
        var (filter, orderBy) = request.Query.Has("$filter") || request.Query.Has("$orderby") ? ParsedQuery.ReadAfterApply(request, TypeOf(request, columns)) : (null, null);
        var narrowed = filter is null ? apply.Rows : Query.Where(apply.Rows, apply.Translator.Condition(filter.Expression, filter.RangeVariable, apply.Place, apply.Row));
        var skip = PageReader.AsInt((query.Skip ?? 0) + Continued(request), "$skip");
        var limit = (int)Math.Min(query.Top ?? int.MaxValue, request.Wants.Format == BodyFormat.Csv ? request.Options.CsvRows : request.PageSize);
        var more = query.Top is null || query.Top > limit;
        var rows = Order(apply, columns, orderBy, request.Options).Apply(narrowed);
        if (skip > 0)
            rows = Query.Skip(rows, PageReader.Skip(skip));
        rows = Query.Take(rows, PageReader.Take(more ? limit + 1L : limit));
        return new ApplyQuery(request, columns) { Filter = filter, OrderBy = orderBy, Narrowed = narrowed, Rows = rows, Skip = skip, Limit = limit };
    }

    /// <summary>An aggregate over no rows at all is still one row, which the database does not yield when nothing is grouped.</summary>
    public bool IsOneRowOfNothing => Skip == 0 && Limit > 0 && !Columns.Any(c => c.IsKey) && !_request.Query.Has("$filter");

    public static string NextLink(string root, string path, QueryOptions query, int skip, int limit) => root + "/" + path + "?" + query.With(
        ("$skip", null), ("$skiptoken", (skip + limit).ToString(CultureInfo.InvariantCulture)),
        ("$top", query["$top"] is { } top ? (long.Parse(top, CultureInfo.InvariantCulture) - limit).ToString(CultureInfo.InvariantCulture) : null));

    private static RowOrder Order(ApplyTranslator apply, IReadOnlyList<ResultColumn> columns, OrderByClause? clause, ODataOptions options)
    {
        var terms = new List<OrderTerm>();
        for (var by = clause; by is not null; by = by.ThenBy)
            terms.Add(new OrderTerm(apply.Translator.ValueOf(by.Expression, by.RangeVariable, apply.Place), by.Direction == OrderByDirection.Descending, null));
        for (var i = 0; i < columns.Count; i++)
        {
            if (columns[i].IsKey)
                terms.Add(new OrderTerm(Expression.Property(apply.Row, ColumnsOf.Name(i)), false, null));
        }
        return RowOrder.Of(apply.Row, terms, options);
    }

    /// <summary>The aggregated columns as a type that the parser can read names against.</summary>
    private static EdmEntityType TypeOf(ODataRequest request, IReadOnlyList<ResultColumn> columns)
    {
        var type = new EdmEntityType(request.Model.Namespace, "Aggregated");
        foreach (var column in columns.Where(c => c.Path.Length == 1))
            type.AddStructuralProperty(column.Path[0], request.Model.Types.Reference(column.Type, true));
        return type;
    }

    private static IReadOnlyList<int> Selected(ODataRequest request, IReadOnlyList<ResultColumn> columns)
    {
        if (request.Query["$select"] is not { } select || select.Trim() == "*")
            return [.. Enumerable.Range(0, columns.Count)];
        return [.. select.Split(',', StringSplitOptions.TrimEntries).Select(name => Enumerable.Range(0, columns.Count)
            .Where(i => string.Join('/', columns[i].Path) == name).Append(-1).First() is >= 0 and var found
                ? found
                : throw ODataFault.UnknownProperty(name, "The result of $apply", columns.Select(c => string.Join('/', c.Path)), "$select"))];
    }

    private static int Continued(ODataRequest request) => request.Query["$skiptoken"] is not { } token ? 0
        : int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var skip) ? skip
        : throw ODataFault.Malformed("$skiptoken does not belong to this query. Follow the nextLink as it was given.", "$skiptoken");
}
