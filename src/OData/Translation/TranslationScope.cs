using System.Linq.Expressions;
using K12Sync.OData.Http;
using K12Sync.OData.Model;
using Microsoft.OData.UriParser;

namespace K12Sync.OData.Translation;

/// <summary>What the translation of one request shares: its literals, the rows of other sets for this caller, what is masked.</summary>
internal sealed class TranslationScope(ODataRequest request)
{
    private readonly Dictionary<EntitySet, IReadOnlySet<string>> _masked = [];

    public ODataRequest Request => request;
    public Literals Literals { get; } = new();
    public DateTimeOffset Now { get; } = request.Options.Clock.GetUtcNow();

    /// <summary>Values of parameter aliases, by name with the @.</summary>
    public IDictionary<string, SingleValueNode> Aliases { get; set; } = new Dictionary<string, SingleValueNode>();

    /// <summary>Set when something was translated that cannot be repeated from literals alone.</summary>
    public bool IsOnlyForNow { get; set; }

    public IReadOnlySet<string> Masked(EntitySet set)
    {
        if (!_masked.TryGetValue(set, out var names))
            _masked.Add(set, names = set.MaskedProperties(request.Http));
        return names;
    }

    public void RefuseMasked(EntitySet? set, string property)
    {
        if (set is not null && Masked(set).Contains(property))
            throw ODataFault.Malformed($"{property} is masked for you: it can only be compared by eq with a whole value.", property);
    }
}

/// <summary>A thing a query walks over: a row of a set, a complex value, or a row of an aggregation.</summary>
/// <param name="Row">The expression of the row.</param>
/// <param name="View">Its properties, or null for aggregates and primitives.</param>
/// <param name="Set">Its set, or null for complex values.</param>
/// <param name="Columns">Named columns of an aggregation.</param>
internal sealed record Place(Expression Row, StructuredView? View, EntitySet? Set, IReadOnlyDictionary<string, Expression>? Columns = null)
{
    public static (Place Place, ParameterExpression Parameter) RowOf(EntitySet set)
    {
        var parameter = Expression.Parameter(set.View.Type, "row");
        return (new Place(parameter, set.View, set), parameter);
    }
}

/// <summary>Calls of Queryable methods on queries whose element type is known only at run time.</summary>
internal static class Query
{
    public static IQueryable Where(IQueryable source, LambdaExpression condition) => Make(source, nameof(Queryable.Where), [source.ElementType], condition);

    public static IQueryable Select(IQueryable source, LambdaExpression selector) => Make(source, nameof(Queryable.Select), [source.ElementType, selector.ReturnType], selector);

    public static IQueryable OrderBy(IQueryable source, LambdaExpression key, bool descending, bool first) =>
        Make(source, (first ? "OrderBy" : "ThenBy") + (descending ? "Descending" : ""), [source.ElementType, key.ReturnType], key);

    public static IQueryable Skip(IQueryable source, Expression count) =>
        source.Provider.CreateQuery(Expression.Call(typeof(Queryable), nameof(Queryable.Skip), [source.ElementType], source.Expression, count));

    public static IQueryable Take(IQueryable source, Expression count) =>
        source.Provider.CreateQuery(Expression.Call(typeof(Queryable), nameof(Queryable.Take), [source.ElementType], source.Expression, count));

    public static IQueryable Concat(IQueryable first, IQueryable second) =>
        first.Provider.CreateQuery(Expression.Call(typeof(Queryable), nameof(Queryable.Concat), [first.ElementType], first.Expression, second.Expression));

    public static IQueryable Distinct(IQueryable source) =>
        source.Provider.CreateQuery(Expression.Call(typeof(Queryable), nameof(Queryable.Distinct), [source.ElementType], source.Expression));

    public static IQueryable GroupBy(IQueryable source, LambdaExpression key) => Make(source, nameof(Queryable.GroupBy), [source.ElementType, key.ReturnType], key);

    private static IQueryable Make(IQueryable source, string method, Type[] types, LambdaExpression lambda) =>
        source.Provider.CreateQuery(Expression.Call(typeof(Queryable), method, types, source.Expression, Expression.Quote(lambda)));
}
