using System.Globalization;
using System.Linq.Expressions;
using K12Sync.OData.Http;
using Microsoft.OData.UriParser;

namespace K12Sync.OData.Translation;

/// <summary>Comparisons: eq, ne, gt, ge, lt, le, has and in.</summary>
internal sealed partial class NodeTranslator
{
    private Expression Comparison(BinaryOperatorKind kind, SingleValueNode leftNode, SingleValueNode rightNode, bool wanted)
    {
        var (left, right) = (Unalias(leftNode), Unalias(rightNode));
        if (left is ConstantNode && right is not ConstantNode)
            return Comparison(Mirrored(kind), right, left, wanted);
        if (right is ConstantNode { Value: null })
            return AgainstNull(kind, left, wanted);
        if (right is ConstantNode { Value: bool flag } && IsCondition(left))
            return AgainstFlag(kind, left, flag, wanted);
        if (kind == BinaryOperatorKind.Has)
            return HasFlag(left, right, wanted);
        if (right is ConstantNode constant)
        {
            if (left is SingleValueFunctionCallNode { Name: "date" } date && constant.Value is Microsoft.OData.Edm.Date)
                return DayRange(kind, Value(date.Parameters.Cast<SingleValueNode>().Single()), constant, wanted);
            var whole = left is SingleValuePropertyAccessNode property && kind == BinaryOperatorKind.Equal
                ? WithPlace((SingleResourceNode)property.Source, place => Property(place, property.Property.Name, allowMasked: wanted))
                : IsDifference(left) ? DurationTicks(left) : Value(left);
            return AgainstConstant(kind, whole, constant, wanted);
        }
        if (IsDifference(left) || IsDifference(right))
            return Compared(kind, DurationTicks(left), DurationTicks(right), wanted);
        return Compared(kind, Value(left), Value(right), wanted);
    }

    private SingleValueNode Unalias(SingleValueNode node)
    {
        node = Strip(node);
        return Folded(node is ParameterAliasNode alias ? Strip(Resolve(alias)) : node);
    }

    private Expression AgainstNull(BinaryOperatorKind kind, SingleValueNode node, bool wanted)
    {
        if (kind is not (BinaryOperatorKind.Equal or BinaryOperatorKind.NotEqual))
            return Expression.Constant(!wanted);
        var isNull = kind == BinaryOperatorKind.Equal == wanted;
        if (node is ConstantNode constant)
            return Expression.Constant(constant.Value is null == isNull);
        if (node is SingleNavigationNode)
        {
            var there = IsNull(WithPlace(node, _ => Expression.Constant(1)));
            return isNull ? there : Expression.Not(there);
        }
        var value = node is SingleValuePropertyAccessNode property && property.Source is SingleResourceNode source
            ? WithPlace(source, place => Property(place, property.Property.Name, allowMasked: kind == BinaryOperatorKind.Equal && wanted))
            : Value(node);
        if (!CanBeNull(value))
            return Expression.Constant(!isNull);
        return isNull ? IsNull(value) : Expression.NotEqual(value, Expression.Constant(null, value.Type));
    }

    private static BinaryExpression IsNull(Expression value) => Expression.Equal(value, Expression.Constant(null, value.Type));

    private Expression AgainstFlag(BinaryOperatorKind kind, SingleValueNode condition, bool flag, bool wanted) => kind switch
    {
        BinaryOperatorKind.Equal when wanted => Truth(condition, flag),
        BinaryOperatorKind.NotEqual when !wanted => Truth(condition, flag),
        BinaryOperatorKind.Equal or BinaryOperatorKind.NotEqual => Expression.Not(TwoValued(Truth(condition, flag))),
        _ => throw ODataFault.Malformed("Conditions can be compared with true and false by eq and ne only."),
    };

    private Expression HasFlag(SingleValueNode left, SingleValueNode right, bool wanted)
    {
        var value = Value(left);
        var type = Bare(value.Type);
        if (!type.IsEnum || right is not ConstantNode constant)
            throw ODataFault.Malformed("has compares an enumeration with one of its members.");
        var flags = Literal(constant, type);
        // A value that is one member and no set of them has no bits to look at; it may be stored as its name.
        if (!type.IsDefined(typeof(FlagsAttribute), false))
            return Compared(BinaryOperatorKind.Equal, value, flags, wanted);
        var number = Enum.GetUnderlyingType(type);
        Expression Number(Expression e) => Expression.Convert(e, CanBeNull(e) ? typeof(Nullable<>).MakeGenericType(number) : number);
        var (a, b) = Balanced(Number(value), Number(flags));
        return Compared(BinaryOperatorKind.Equal, Expression.And(a, b), b, wanted);
    }

    private Expression DayRange(BinaryOperatorKind kind, Expression instant, ConstantNode constant, bool wanted)
    {
        var day = (DateOnly)UriLiteral.Convert(constant.Value, typeof(DateOnly))!;
        Expression Edge(int days) => Lifted(scope.Literals.Add(StartOf(day, days), typeof(DateTimeOffset), constant, d => StartOf((DateOnly)d, days)), instant.Type);
        if (!wanted && kind is not (BinaryOperatorKind.Equal or BinaryOperatorKind.NotEqual))
            return Expression.OrElse((Expression?)NullGuard(instant) ?? Expression.Constant(false), DayRange(Inverse(kind), instant, constant, true));
        switch (kind)
        {
            case BinaryOperatorKind.Equal when wanted:
            case BinaryOperatorKind.NotEqual when !wanted:
                return Expression.AndAlso(Expression.GreaterThanOrEqual(instant, Edge(0)), Expression.LessThan(instant, Edge(1)));
            case BinaryOperatorKind.Equal:
            case BinaryOperatorKind.NotEqual:
                var outside = Expression.OrElse(Expression.LessThan(instant, Edge(0)), Expression.GreaterThanOrEqual(instant, Edge(1)));
                return NullGuard(instant) is { } missing ? Expression.OrElse(missing, outside) : outside;
            case BinaryOperatorKind.GreaterThan:
                return Expression.GreaterThanOrEqual(instant, Edge(1));
            case BinaryOperatorKind.GreaterThanOrEqual:
                return Expression.GreaterThanOrEqual(instant, Edge(0));
            case BinaryOperatorKind.LessThan:
                return Expression.LessThan(instant, Edge(0));
            default:
                return Expression.LessThan(instant, Edge(1));
        }
    }

    private static DateTimeOffset StartOf(DateOnly day, int plus) => new(day.ToDateTime(TimeOnly.MinValue).AddDays(plus), TimeSpan.Zero);

    private Expression AgainstConstant(BinaryOperatorKind kind, Expression value, ConstantNode constant, bool wanted)
    {
        var type = Bare(value.Type);
        if (IsIntegral(type) && Exact(constant) is { } number)
            return AgainstWhole(kind, value, type, number, constant, wanted);
        if (type == typeof(long) && constant.Value is TimeSpan duration)
            return Compared(kind, value, scope.Literals.Add(duration.Ticks, typeof(long), constant, d => ((TimeSpan)d).Ticks), wanted);
        return Compared(kind, value, Literal(constant, type), wanted);
    }

    /// <summary>A whole-number column against any number: the number is brought to the column's type, never the column to the number's.</summary>
    private Expression AgainstWhole(BinaryOperatorKind kind, Expression value, Type type, decimal number, ConstantNode constant, bool wanted)
    {
        var (lowest, highest) = Bounds(type);
        if (number >= lowest && number <= highest && decimal.Truncate(number) == number)
            return Compared(kind, value, scope.Literals.Add(Convert.ChangeType(number, type, CultureInfo.InvariantCulture), type, constant), wanted);
        scope.IsOnlyForNow = true;
        if (kind is BinaryOperatorKind.Equal or BinaryOperatorKind.NotEqual)
            return Expression.Constant(kind == BinaryOperatorKind.NotEqual == wanted);
        var above = number > highest;
        var outside = above || number < lowest;
        if (outside)
        {
            var holds = above == kind is BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual;
            return ForAnyNumber(value, holds, wanted);
        }
        var floor = scope.Literals.Add(Convert.ChangeType(decimal.Floor(number), type, CultureInfo.InvariantCulture), type);
        var rounded = kind is BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual ? BinaryOperatorKind.GreaterThan : BinaryOperatorKind.LessThanOrEqual;
        return Compared(rounded, value, floor, wanted);
    }

    private static Expression ForAnyNumber(Expression value, bool holds, bool wanted)
    {
        if (!CanBeNull(value))
            return Expression.Constant(holds == wanted);
        // A null compares as false with everything.
        return holds ? wanted ? Expression.Not(IsNull(value)) : IsNull(value) : Expression.Constant(!wanted);
    }

    private Expression Literal(ConstantNode constant, Type type)
    {
        try
        {
            var source = Exact(constant) is { } number && (type == typeof(decimal) || type == typeof(double) || type == typeof(float)) ? number : constant.Value;
            var value = UriLiteral.Convert(source, type);
            return scope.Literals.Add(value, type, constant);
        }
        catch (Exception failure) when (failure is FormatException or OverflowException or InvalidCastException)
        {
            throw ODataFault.Malformed($"{constant.LiteralText} is no value of this type: {failure.Message}");
        }
    }

    /// <summary>The number as it was written, without a detour over floating point.</summary>
    private static decimal? Exact(ConstantNode constant)
    {
        if (constant.Value is not (int or long or float or double or decimal or short or byte or sbyte))
            return null;
        if (decimal.TryParse(constant.LiteralText?.TrimEnd('L', 'l', 'f', 'F', 'd', 'D', 'm', 'M'), NumberStyles.Float, CultureInfo.InvariantCulture, out var exact))
            return exact;
        return constant.Value is double or float ? null : Convert.ToDecimal(constant.Value, CultureInfo.InvariantCulture);
    }

    private Expression Membership(InNode node, bool wanted)
    {
        if (node.Right is not CollectionConstantNode list)
            throw ODataFault.Unsupported("in over anything but a list of literals");
        scope.IsOnlyForNow = true;
        var value = Value(node.Left);
        var type = Bare(value.Type);
        var items = list.Collection.Where(c => c.Value is not null && !(IsIntegral(type) && Exact(c) is { } n && decimal.Truncate(n) != n)).Select(c => Item(c, type)).ToArray();
        var array = Array.CreateInstance(value.Type, items.Length);
        items.CopyTo(array, 0);
        var found = Expression.Call(typeof(Enumerable), nameof(Enumerable.Contains), [value.Type], scope.Literals.Add(array, array.GetType()), value);
        var hasNull = list.Collection.Any(c => c.Value is null) && CanBeNull(value);
        if (wanted)
            return hasNull ? Expression.OrElse(IsNull(value), found) : found;
        var missing = Expression.Not(TwoValued(found));
        return hasNull ? Expression.AndAlso(Expression.Not(IsNull(value)), missing) : missing;
    }

    private static object Item(ConstantNode constant, Type type)
    {
        try
        {
            return UriLiteral.Convert(Exact(constant) is { } number ? number : constant.Value, type)!;
        }
        catch (Exception failure) when (failure is FormatException or OverflowException or InvalidCastException)
        {
            throw ODataFault.Malformed($"{constant.LiteralText} in the list is no value of this type: {failure.Message}");
        }
    }
}
