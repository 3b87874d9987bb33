using System.Globalization;
using System.Linq.Expressions;
using K12Sync.OData.Http;
using K12Sync.OData.Translation;
using Microsoft.OData.UriParser;

namespace K12Sync.OData.Queries;

/// <summary>Rows of a set as one query asks for them: narrowed, counted, ordered, cut to a page.</summary>
internal sealed class PageReader
{
    private readonly ODataRequest _request;
    private readonly IQueryable _narrowed;
    private readonly RowOrder _order;
    private readonly long? _top;
    private readonly bool _counts;

    private PageReader(ODataRequest request, RowShape shape, IQueryable narrowed, IQueryable rows, RowOrder order, ParsedQuery query)
    {
        (_request, Shape, _narrowed, _order, _top, _counts) = (request, shape, narrowed, order, query.Top, query.Count);
        Limit = request.Wants.Format == BodyFormat.Csv ? Math.Min(_top ?? int.MaxValue, request.Options.CsvRows) : Math.Min(_top ?? int.MaxValue, request.PageSize);
        // One row more than the page tells whether there is a next page.
        Rows = Projected(Query.Take(order.Apply(rows), Take(MayHaveMore ? Limit + 1 : Limit)));
    }

    public RowShape Shape { get; }

    /// <summary>The rows that are counted: of all pages.</summary>
    public IQueryable Narrowed => _narrowed;

    public RowOrder Order => _order;

    /// <summary>Rows of this answer at most.</summary>
    public long Limit { get; }

    public bool MayHaveMore => _top is null || _top > Limit;

    /// <summary>The query, in order, one row longer than <see cref="Limit"/> when there may be more.</summary>
    public IQueryable Rows { get; }

    public static PageReader Make(ODataRequest request, TranslationScope scope, Target.RowsOf target, ParsedQuery query)
    {
        var translator = new NodeTranslator(scope);
        var conditions = Conditions(target.Set, query.Filter, query.Search, translator);
        var rows = Narrow(target.Source, conditions);
        var order = RowOrder.Read(target.Set, query.OrderBy, translator);
        var shape = RowShape.Read(target.Set, query.SelectExpand, request.Options).AlsoLoading(order.Properties);
        var page = request.Query["$skiptoken"] is { } token ? order.After(rows, token, scope.Literals) : order.FromTheFirst(rows);
        if (query.Skip is > 0)
            page = Query.Skip(order.Apply(page), Skip(AsInt(query.Skip.Value, "$skip")));
        return new PageReader(request, shape, Counted(request, target, conditions), page, order, query);
    }

    public static IReadOnlyList<LambdaExpression> Conditions(EntitySet set, FilterClause? filter, SearchClause? search, NodeTranslator translator)
    {
        var conditions = new List<LambdaExpression>();
        if (filter is not null)
        {
            var (place, parameter) = Place.RowOf(set);
            conditions.Add(translator.Condition(filter.Expression, filter.RangeVariable, place, parameter));
        }
        if (search is not null)
            conditions.Add(SearchTranslator.Condition(search, set, translator.Scope));
        return conditions;
    }

    public static IQueryable Narrow(IQueryable rows, IReadOnlyList<LambdaExpression> conditions) => conditions.Aggregate(rows, Query.Where);

    /// <summary>As many rows as the target has under these conditions, by the shorter way where the set has one that knows what they name.</summary>
    public static IQueryable Counted(ODataRequest request, Target.RowsOf target, IReadOnlyList<LambdaExpression> conditions) => Narrow(
        target.IsWholeSet && target.Set.Counted is { } counted && conditions.All(c => NamedProperties.AreAmong(counted.Properties, c)) ? counted.Rows(request.Http) : target.Source, conditions);

    public async Task<long?> CountAsync() => _counts ? await Execution.CountAsync(_narrowed, _request.Stopped).ConfigureAwait(false) : null;

    /// <summary>The row of the view inside what the query yields.</summary>
    public object View(object row) => _order.IsPlain ? row : ((IOrderedRow)row).View;

    /// <summary>The link to the rows after <paramref name="last"/>.</summary>
    public string NextLink(object last)
    {
        var token = _order.IsPlain
            ? _order.Token(i => _order.Terms[i].Property!.Writer.Get(last))
            : _order.Token(i => ((IOrderedRow)last).Place(i));
        return LinkTo(_request.Root, _request.Path, _request.Query, token, Limit);
    }

    public static string LinkTo(string root, string path, QueryOptions query, string token, long written)
    {
        var top = query["$top"] is { } wanted ? (long.Parse(wanted, CultureInfo.InvariantCulture) - written).ToString(CultureInfo.InvariantCulture) : null;
        return root + "/" + path + "?" + query.With(("$skip", null), ("$top", top), ("$skiptoken", token));
    }

    internal static int AsInt(long value, string option) => value <= int.MaxValue - 1 ? (int)value : throw ODataFault.Limit($"{option} is too large.", int.MaxValue - 1, option);

    internal static Expression Take(long count) => Expression.Field(Expression.Constant(new RowCount((int)Math.Min(count, int.MaxValue))), nameof(RowCount.odataTake));

    internal static Expression Skip(int count) => Expression.Field(Expression.Constant(new RowsSkipped(count)), nameof(RowsSkipped.odataSkip));

    private IQueryable Projected(IQueryable rows)
    {
        if (_order.IsPlain)
            return Query.Select(rows, Shape.Selector());
        var parameter = _order.Row;
        var type = typeof(OrderedRow<>).MakeGenericType(Shape.Set.View.Type);
        var bindings = _order.Terms.Select((t, i) => Expression.Bind(type.GetProperty("K" + i.ToString(CultureInfo.InvariantCulture))!, Expression.Convert(t.Value, typeof(object))))
            .Prepend(Expression.Bind(type.GetProperty(nameof(IOrderedRow.View))!, Shape.Projection(parameter)));
        return Query.Select(rows, Expression.Lambda(Expression.MemberInit(Expression.New(type), bindings), parameter));
    }
}

/// <summary>How many rows are taken, as a closure whose field gives the SQL parameter its name.</summary>
internal sealed class RowCount(int count)
{
#pragma warning disable CA1051, IDE1006 // A field on purpose: EF names the parameter after it.
    public readonly int odataTake = count;
#pragma warning restore CA1051, IDE1006
}

/// <summary>How many rows are passed over, likewise.</summary>
internal sealed class RowsSkipped(int count)
{
#pragma warning disable CA1051, IDE1006 // A field on purpose: EF names the parameter after it.
    public readonly int odataSkip = count;
#pragma warning restore CA1051, IDE1006
}

/// <summary>A row together with its place in an order that is not made of its own properties.</summary>
internal interface IOrderedRow
{
    object View { get; }

    object? Place(int term);
}

internal sealed class OrderedRow<TView> : IOrderedRow
    where TView : class
{
    public TView View { get; init; } = null!;
    public object? K0 { get; init; }
    public object? K1 { get; init; }
    public object? K2 { get; init; }
    public object? K3 { get; init; }
    public object? K4 { get; init; }
    public object? K5 { get; init; }
    public object? K6 { get; init; }
    public object? K7 { get; init; }
    public object? K8 { get; init; }
    public object? K9 { get; init; }
    public object? K10 { get; init; }
    public object? K11 { get; init; }

    object IOrderedRow.View => View;

    public object? Place(int term) => term switch
    {
        0 => K0,
        1 => K1,
        2 => K2,
        3 => K3,
        4 => K4,
        5 => K5,
        6 => K6,
        7 => K7,
        8 => K8,
        9 => K9,
        10 => K10,
        _ => K11,
    };
}
