using System.Linq.Expressions;
using K12Sync.OData.Http;
using K12Sync.OData.Model;
using Microsoft.OData.UriParser;

namespace K12Sync.OData.Translation;

/// <summary>Paths: properties, links to other sets, any/all and counts over collections.</summary>
internal sealed partial class NodeTranslator
{
    private Place PlaceOf(RangeVariable variable) =>
        _places.TryGetValue(variable, out var place) ? place : _root ?? throw ODataFault.Unsupported($"The variable {variable.Name}");

    private Expression PropertyValue(SingleValuePropertyAccessNode node)
    {
        if (node.Source is not SingleResourceNode source)
            throw ODataFault.Unsupported("A property of this expression", node.Property.Name);
        return WithPlace(source, place => Property(place, node.Property.Name, allowMasked: false));
    }

    internal Expression Property(Place place, string name, bool allowMasked)
    {
        if (place.Columns is { } columns && (columns.ContainsKey(name) || place.View is null))
            return columns.TryGetValue(name, out var column) ? column : throw ODataFault.UnknownProperty(name, "The result of $apply", columns.Keys);
        var property = place.View!.Find(name) ?? throw ODataFault.UnknownProperty(name, place.View.Name, place.View.Properties.Select(p => p.Name));
        if (!allowMasked)
            scope.RefuseMasked(place.Set, name);
        return Expression.Property(place.Row, property.Clr);
    }

    /// <summary>
    /// Computes something where a path has led. A step over a link becomes a scalar subquery on the other set's rows for this caller, null when there is none.
    /// </summary>
    private Expression WithPlace(SingleValueNode node, Func<Place, Expression> then)
    {
        switch (node)
        {
            case ResourceRangeVariableReferenceNode reference:
                return then(PlaceOf(reference.RangeVariable));
            case SingleComplexNode complex:
                return WithPlace(complex.Source, place => then(ComplexPlace(place, complex.Property.Name)));
            case SingleNavigationNode navigation:
                return WithPlace((SingleValueNode)navigation.Source, place => AcrossLink(place, navigation.NavigationProperty.Name, then));
            default:
                throw ODataFault.Unsupported($"A path over {node.Kind}");
        }
    }

    private static Place ComplexPlace(Place place, string name)
    {
        var property = place.View!.Find(name)!;
        return new Place(Expression.Property(place.Row, property.Clr), property.Complex, null);
    }

    private MethodCallExpression AcrossLink(Place from, string name, Func<Place, Expression> then)
    {
        var link = LinkOf(from, name);
        var (place, parameter) = Place.RowOf(link.To);
        var rows = JoinedRows(from, link);
        var body = Lift(then(place));
        var values = Expression.Call(typeof(Queryable), nameof(Queryable.Select), [link.To.View.Type, body.Type], rows, Expression.Quote(Expression.Lambda(body, parameter)));
        return Expression.Call(typeof(Queryable), nameof(Queryable.FirstOrDefault), [body.Type], values);
    }

    private static Link LinkOf(Place from, string name) =>
        from.Set?.FindLink(name) ?? throw ODataFault.Unsupported($"Navigation by {name} here", name);

    /// <summary>The other set's rows that belong to <paramref name="from"/>.</summary>
    private MethodCallExpression JoinedRows(Place from, Link link)
    {
        var rows = scope.Request.Rows(link.To);
        var (there, parameter) = Place.RowOf(link.To);
        Expression? match = null;
        foreach (var (here, other) in link.Columns)
        {
            var equal = SameType(Expression.Property(from.Row, here.Clr), Expression.Property(there.Row, other.Clr), Expression.Equal);
            match = match is null ? equal : Expression.AndAlso(match, equal);
        }
        return Expression.Call(typeof(Queryable), nameof(Queryable.Where), [link.To.View.Type], rows.Expression, Expression.Quote(Expression.Lambda(match!, parameter)));
    }

    private Expression Quantified(LambdaNode node, bool all, bool wanted)
    {
        // "all" is "none is not": a single form for both, and a null inside counts as not fulfilling it.
        return node.Source switch
        {
            CollectionNavigationNode navigation => Flagged(WithPlace((SingleValueNode)navigation.Source, from =>
            {
                var link = LinkOf(from, navigation.NavigationProperty.Name);
                var (place, parameter) = Place.RowOf(link.To);
                var condition = Body(node, place, parameter, all);
                var rows = JoinedRows(from, link);
                return condition is null
                    ? Expression.Call(typeof(Queryable), nameof(Queryable.Any), [link.To.View.Type], rows)
                    : Expression.Call(typeof(Queryable), nameof(Queryable.Any), [link.To.View.Type], rows, Expression.Quote(condition));
            }), all ? !wanted : wanted),
            CollectionComplexNode complex => Flagged(WithPlace(complex.Source, from => OverCollection(node, from, complex.Property.Name, all)), all ? !wanted : wanted),
            CollectionPropertyAccessNode property => Flagged(
                WithPlace(property.Source, from => OverCollection(node, from, property.Property.Name, all)), all ? !wanted : wanted),
            _ => throw ODataFault.Unsupported("any/all over this"),
        };
    }

    private MethodCallExpression OverCollection(LambdaNode node, Place from, string name, bool all)
    {
        var property = from.View!.Find(name)!;
        var element = ViewTypes.ElementOfCollection(property.Type)!;
        var parameter = Expression.Parameter(element, "item");
        var condition = Body(node, new Place(parameter, property.Complex, null), parameter, all);
        var items = Expression.Property(from.Row, property.Asked ?? property.Clr);
        return condition is null
            ? Expression.Call(typeof(Enumerable), nameof(Enumerable.Any), [element], items)
            : Expression.Call(typeof(Enumerable), nameof(Enumerable.Any), [element], items, condition);
    }

    private LambdaExpression? Body(LambdaNode node, Place place, ParameterExpression parameter, bool all)
    {
        if (node.CurrentRangeVariable is null || Strip(node.Body) is ConstantNode { Value: true })
            return all ? Expression.Lambda(Expression.Constant(false), parameter) : null;
        _places[node.CurrentRangeVariable] = place;
        var fulfilled = Truth(node.Body, true);
        return Expression.Lambda(all ? Expression.Not(TwoValued(fulfilled)) : fulfilled, parameter);
    }

    // In SQL, NOT of an unknown is unknown; a CASE makes it a plain false first.
    private static ConditionalExpression TwoValued(Expression condition) => Expression.Condition(condition, Expression.Constant(true), Expression.Constant(false));

    private static Expression Flagged(Expression any, bool wanted) => EqualTo(any, wanted);

    private Expression CountOf(CountNode node) => node.Source switch
    {
        CollectionNavigationNode navigation => WithPlace((SingleValueNode)navigation.Source, from =>
        {
            var link = LinkOf(from, navigation.NavigationProperty.Name);
            return Expression.Call(typeof(Queryable), nameof(Queryable.Count), [link.To.View.Type], JoinedRows(from, link));
        }),
        CollectionComplexNode complex => WithPlace(complex.Source, from => CountItems(from, complex.Property.Name)),
        CollectionPropertyAccessNode property => WithPlace(property.Source, from => CountItems(from, property.Property.Name)),
        _ => throw ODataFault.Unsupported("$count of this"),
    };

    private static MethodCallExpression CountItems(Place from, string name)
    {
        var property = from.View!.Find(name)!;
        return Expression.Call(typeof(Enumerable), nameof(Enumerable.Count), [ViewTypes.ElementOfCollection(property.Type)!], Expression.Property(from.Row, property.Asked ?? property.Clr));
    }
}
