using System.Linq.Expressions;
using K12Sync.OData.Http;
using Microsoft.OData.UriParser;

namespace K12Sync.OData.Translation;

/// <summary>
/// Turns the parser's tree into LINQ. Conditions are written in one of two forms, "surely true" and "surely false", so that <c>not</c> never meets a null:
/// <c>not (a and b)</c> becomes "a is false or b is false", and each leaf says for itself what a null makes of it.
/// </summary>
internal sealed partial class NodeTranslator(TranslationScope scope)
{
    private readonly Dictionary<RangeVariable, Place> _places = [];

    private Place? _root;

    public TranslationScope Scope => scope;

    /// <summary>A condition over the rows of <paramref name="place"/>.</summary>
    public LambdaExpression Condition(SingleValueNode node, RangeVariable? variable, Place place, ParameterExpression parameter)
    {
        Enter(variable, place);
        return Expression.Lambda(Guarded(() => Truth(node, true)), parameter);
    }

    /// <summary>A value computed from a row of <paramref name="place"/>.</summary>
    public Expression ValueOf(SingleValueNode node, RangeVariable? variable, Place place)
    {
        Enter(variable, place);
        return Guarded(() => IsCondition(node) ? Expression.Condition(Truth(node, true), Expression.Constant(true), Expression.Constant(false)) : Value(node));
    }

    // The parser lets some combinations of types through for which there is no operator, such as functions of a bare null.
    private static Expression Guarded(Func<Expression> translate)
    {
        try
        {
            return ExpressionSize.Checked(translate());
        }
        catch (Exception failure) when (failure is ArgumentException or InvalidOperationException or FormatException or OverflowException or InvalidCastException)
        {
            throw ODataFault.Unsupported("An operation on values of these types");
        }
    }

    private void Enter(RangeVariable? variable, Place place)
    {
        _root = place;
        if (variable is not null)
            _places[variable] = place;
    }

    /// <summary>True exactly when the node is true (<paramref name="wanted"/>) or exactly when it is false; a null is neither.</summary>
    private Expression Truth(SingleValueNode node, bool wanted)
    {
        node = Strip(node);
        switch (node)
        {
            case UnaryOperatorNode { OperatorKind: UnaryOperatorKind.Not } not:
                return Truth(not.Operand, !wanted);
            case BinaryOperatorNode { OperatorKind: BinaryOperatorKind.And or BinaryOperatorKind.Or } both:
                var (left, right) = (Truth(both.Left, wanted), Truth(both.Right, wanted));
                return both.OperatorKind == BinaryOperatorKind.And == wanted ? Expression.AndAlso(left, right) : Expression.OrElse(left, right);
            case BinaryOperatorNode { OperatorKind: <= BinaryOperatorKind.LessThanOrEqual or BinaryOperatorKind.Has } comparison:
                return Comparison(comparison.OperatorKind, comparison.Left, comparison.Right, wanted);
            case InNode membership:
                return Membership(membership, wanted);
            case AnyNode any:
                return Quantified(any, all: false, wanted);
            case AllNode all:
                return Quantified(all, all: true, wanted);
            case SingleValueFunctionCallNode { Name: "contains" or "startswith" or "endswith" } call:
                return TextCondition(call, wanted);
            case ConstantNode { Value: bool constant }:
                return Expression.Constant(constant == wanted);
            default:
                return EqualTo(Value(node), wanted);
        }
    }

    private static bool IsCondition(SingleValueNode node) => Strip(node) is
        UnaryOperatorNode { OperatorKind: UnaryOperatorKind.Not } or InNode or AnyNode or AllNode
        or BinaryOperatorNode { OperatorKind: <= BinaryOperatorKind.LessThanOrEqual or BinaryOperatorKind.Has }
        or SingleValueFunctionCallNode { Name: "contains" or "startswith" or "endswith" };

    private Expression Value(SingleValueNode node)
    {
        node = Folded(Strip(node));
        return node switch
        {
            ConstantNode constant => Constant(constant),
            ParameterAliasNode alias => Value(Resolve(alias)),
            SingleValuePropertyAccessNode property => PropertyValue(property),
            SingleValueOpenPropertyAccessNode open => AggregateColumn(open),
            SingleComplexNode complex => WithPlace(complex, place => place.Row),
            NonResourceRangeVariableReferenceNode primitive => PlaceOf(primitive.RangeVariable).Row,
            BinaryOperatorNode arithmetic => Arithmetic(arithmetic),
            UnaryOperatorNode { OperatorKind: UnaryOperatorKind.Negate } negate => Expression.Negate(Value(negate.Operand)),
            SingleValueFunctionCallNode call => Call(call),
            CountNode count => CountOf(count),
            _ when IsCondition(node) => Expression.Condition(Truth(node, true), Expression.Constant(true), Expression.Constant(false)),
            _ => throw ODataFault.Unsupported($"An expression of kind {node.Kind}"),
        };
    }

    private SingleValueNode Resolve(ParameterAliasNode alias)
    {
        scope.IsOnlyForNow = true;
        return scope.Aliases.TryGetValue(alias.Alias, out var node) && node is not null ? node : new ConstantNode(null);
    }

    private Expression Constant(ConstantNode node, Type? type = null)
    {
        var value = UriLiteral.Convert(node.Value, type ?? NaturalType(node.Value));
        return value is null ? Expression.Constant(null) : scope.Literals.Add(value, type ?? value.GetType(), node);
    }

    private static Type NaturalType(object? value) => value switch
    {
        Microsoft.OData.Edm.Date => typeof(DateOnly),
        Microsoft.OData.Edm.TimeOfDay => typeof(TimeOnly),
        null => typeof(object),
        _ => value.GetType(),
    };

    private Expression AggregateColumn(SingleValueOpenPropertyAccessNode open) =>
        _root?.Columns is { } columns && columns.TryGetValue(open.Name, out var column)
            ? column
            : throw ODataFault.UnknownProperty(open.Name, "The result of $apply", _root?.Columns?.Keys ?? []);

    private static Expression EqualTo(Expression value, bool wanted) => value.Type == typeof(bool)
        ? wanted ? value : Expression.Not(value)
        : Expression.Equal(value, Expression.Constant(wanted, typeof(bool?)));

    /// <summary>The conversions the parser wrote in are dropped: types are matched here, on the side of the literal.</summary>
    private static SingleValueNode Strip(SingleValueNode node)
    {
        while (node is ConvertNode convert)
            node = convert.Source;
        return node;
    }

    private static bool CanBeNull(Expression value) => !value.Type.IsValueType || Nullable.GetUnderlyingType(value.Type) is not null;

    private static Expression Lift(Expression value) =>
        CanBeNull(value) ? value : Expression.Convert(value, typeof(Nullable<>).MakeGenericType(value.Type));

    private static Type Bare(Type type) => Nullable.GetUnderlyingType(type) ?? type;
}
