using System.Linq.Expressions;
using K12Sync.OData.Http;
using K12Sync.OData.Translation;
using Microsoft.OData.UriParser;
using Microsoft.OData.UriParser.Aggregation;

namespace K12Sync.OData.Aggregation;

/// <summary>One column of the result: its name (several parts when reached over a link), its type, and what stands in it when there were no rows at all.</summary>
internal sealed record ResultColumn(string[] Path, Type Type, bool IsKey, bool CountsNothing = false);

/// <summary>Carries out $apply step by step: filter, compute, groupby and aggregate.</summary>
internal sealed class ApplyTranslator(TranslationScope scope, EntitySet set, IQueryable rows)
{
    private readonly NodeTranslator _translator = new(scope);
    private IQueryable _rows = rows;
    private ParameterExpression _row = null!;
    private Place _place = null!;

    /// <summary>The columns of the result, once something was grouped or aggregated.</summary>
    public IReadOnlyList<ResultColumn>? Columns { get; private set; }

    public IQueryable Rows => _rows;

    public ParameterExpression Row => _row;

    public Place Place => _place;

    public NodeTranslator Translator => _translator;

    public void Run(ApplyClause clause)
    {
        (_place, _row) = Place.RowOf(set);
        foreach (var step in clause.Transformations)
        {
            switch (step)
            {
                case FilterTransformationNode filter:
                    _rows = Query.Where(_rows, _translator.Condition(filter.FilterClause.Expression, filter.FilterClause.RangeVariable, _place, _row));
                    break;
                case ComputeTransformationNode compute:
                    Compute(compute);
                    break;
                case GroupByTransformationNode group:
                    Group([.. group.GroupingProperties.SelectMany(p => Keys(p, []))], (group.ChildTransformations as AggregateTransformationNode)?.AggregateExpressions ?? []);
                    break;
                case AggregateTransformationNode aggregate:
                    Group([], aggregate.AggregateExpressions);
                    break;
                default:
                    throw ODataFault.Unsupported($"The transformation {step.Kind}", "$apply");
            }
        }
    }

    // A computed column is written out wherever it is used; no step of its own in the database.
    private void Compute(ComputeTransformationNode compute)
    {
        var columns = new Dictionary<string, Expression>(_place.Columns ?? new Dictionary<string, Expression>(), StringComparer.Ordinal);
        foreach (var expression in compute.Expressions)
            columns[expression.Alias] = _translator.ValueOf(expression.Expression, null, _place with { Columns = columns });
        _place = _place with { Columns = columns };
    }

    private IEnumerable<(string[] Path, Expression Value)> Keys(GroupByPropertyNode node, string[] above)
    {
        string[] path = [.. above, node.Name];
        if (node.Expression is { } expression)
            yield return (path, _translator.ValueOf(expression, null, _place));
        else if (_place.Columns?.TryGetValue(node.Name, out var computed) == true)
            yield return (path, computed);
        foreach (var key in node.ChildTransformations.SelectMany(child => Keys(child, path)))
            yield return key;
    }

    private void Group(List<(string[] Path, Expression Value)> keys, IEnumerable<AggregateExpressionBase> aggregates)
    {
        var wanted = aggregates.ToList();
        if (keys.Count + wanted.Count > ColumnsOf.Most)
            throw ODataFault.Limit("$apply makes too many columns.", ColumnsOf.Most, "$apply");
        var key = keys.Count == 0 ? (Expression)Expression.Constant(1) : ColumnsOf.Values([.. keys.Select(k => k.Value)]);
        var groups = Query.GroupBy(_rows, Expression.Lambda(key, _row));
        var group = Expression.Parameter(groups.ElementType, "group");
        var values = new List<Expression>();
        var columns = new List<ResultColumn>();
        for (var i = 0; i < keys.Count; i++)
        {
            values.Add(Expression.Property(Expression.Property(group, "Key"), ColumnsOf.Name(i)));
            columns.Add(new ResultColumn(keys[i].Path, values[^1].Type, true));
        }
        foreach (var aggregate in wanted.Select(a => a as AggregateExpression ?? throw ODataFault.Unsupported("This kind of aggregate", "$apply")))
        {
            values.Add(Aggregate(aggregate, group));
            columns.Add(new ResultColumn([aggregate.Alias], values[^1].Type, false, aggregate.Method is AggregationMethod.VirtualPropertyCount or AggregationMethod.CountDistinct));
        }
        _rows = Query.Select(groups, Expression.Lambda(ColumnsOf.Values(values), group));
        Columns = columns;
        _row = Expression.Parameter(_rows.ElementType, "result");
        _place = new Place(_row, null, null, columns.Select((c, i) => (Name: string.Join('/', c.Path), Value: (Expression)Expression.Property(_row, ColumnsOf.Name(i))))
            .ToDictionary(c => c.Name, c => c.Value, StringComparer.Ordinal));
    }

    private Expression Aggregate(AggregateExpression aggregate, ParameterExpression group)
    {
        if (aggregate.Method == AggregationMethod.VirtualPropertyCount)
            return Expression.Call(typeof(Enumerable), nameof(Enumerable.LongCount), [_row.Type], group);
        var value = _translator.ValueOf((SingleValueNode)aggregate.Expression, null, _place);
        switch (aggregate.Method)
        {
            case AggregationMethod.CountDistinct:
                var values = Expression.Call(typeof(Enumerable), nameof(Enumerable.Select), [_row.Type, value.Type], group, Expression.Lambda(value, _row));
                return Expression.Call(typeof(Enumerable), nameof(Enumerable.LongCount), [value.Type], Expression.Call(typeof(Enumerable), nameof(Enumerable.Distinct), [value.Type], values));
            case AggregationMethod.Min or AggregationMethod.Max:
                return Expression.Call(typeof(Enumerable), aggregate.Method.ToString(), [_row.Type, value.Type], group, Expression.Lambda(value, _row));
            case AggregationMethod.Sum or AggregationMethod.Average:
                return Number(aggregate.Method.ToString(), value, group);
            default:
                throw ODataFault.Unsupported($"The aggregation method {aggregate.MethodDefinition?.MethodLabel ?? aggregate.Method.ToString()}", "$apply");
        }
    }

    // Whole numbers are summed as long: the sum of ints need not be an int. The nullable form makes the sum of nothing a null.
    private MethodCallExpression Number(string method, Expression value, ParameterExpression group)
    {
        var type = Nullable.GetUnderlyingType(value.Type) ?? value.Type;
        var wide = type == typeof(decimal) ? typeof(decimal?) : type == typeof(double) || type == typeof(float) ? typeof(double?)
            : type == typeof(int) || type == typeof(long) || type == typeof(short) || type == typeof(byte) ? typeof(long?)
            : throw ODataFault.Malformed($"{method} needs a number.", "$apply");
        var selector = Expression.Lambda(value.Type == wide ? value : Expression.Convert(value, wide), _row);
        return Expression.Call(typeof(Enumerable), method, [_row.Type], group, selector);
    }
}
