using System.Linq.Expressions;
using K12Sync.OData.Http;
using Microsoft.OData.UriParser;

namespace K12Sync.OData.Translation;

/// <summary>The plain operators once both sides are expressions: types matched, nulls accounted for.</summary>
internal sealed partial class NodeTranslator
{
    private static readonly Type[] NumberRank =
        [typeof(byte), typeof(short), typeof(int), typeof(long), typeof(decimal), typeof(float), typeof(double)];

    private static Expression Compared(BinaryOperatorKind kind, Expression left, Expression right, bool wanted)
    {
        if (kind is BinaryOperatorKind.Equal or BinaryOperatorKind.NotEqual)
            return SameType(left, right, kind == BinaryOperatorKind.Equal == wanted ? Expression.Equal : Expression.NotEqual);
        if (wanted)
            return Ordered(kind, left, right);
        // A comparison with null is false, not unknown: its opposite holds.
        var opposite = Ordered(Inverse(kind), left, right);
        foreach (var missing in new[] { NullGuard(left), NullGuard(right) })
            opposite = missing is null ? opposite : Expression.OrElse(missing, opposite);
        return opposite;
    }

    private static BinaryExpression? NullGuard(Expression value) => CanBeNull(value) && !IsLiteral(value) ? IsNull(value) : null;

    private static bool IsLiteral(Expression value) => value switch
    {
        UnaryExpression { NodeType: ExpressionType.Convert } convert => IsLiteral(convert.Operand),
        MemberExpression { Expression: ConstantExpression } => true,
        _ => value is ConstantExpression,
    };

    internal static Expression Ordered(BinaryOperatorKind kind, Expression left, Expression right)
    {
        if (left.Type == typeof(string) && right.Type == typeof(string))
        {
            var compared = Expression.Call(typeof(string), nameof(string.Compare), null, left, right);
            return Expression.MakeBinary(Operator(kind), compared, Expression.Constant(0));
        }
        return SameType(left, right, (a, b) => Bare(a.Type) switch
        {
            var t when t == typeof(bool) => Expression.MakeBinary(Operator(kind), Flag(a), Flag(b)),
            { IsEnum: true } t => Expression.MakeBinary(Operator(kind), AsNumber(a, t), AsNumber(b, t)),
            _ => Expression.MakeBinary(Operator(kind), a, b),
        });
    }

    private static ConditionalExpression Flag(Expression value) =>
        Expression.Condition(EqualTo(value, true), Expression.Constant(1), Expression.Constant(0));

    private static UnaryExpression AsNumber(Expression value, Type type)
    {
        var number = Enum.GetUnderlyingType(type);
        return Expression.Convert(value, CanBeNull(value) ? typeof(Nullable<>).MakeGenericType(number) : number);
    }

    private static ExpressionType Operator(BinaryOperatorKind kind) => kind switch
    {
        BinaryOperatorKind.GreaterThan => ExpressionType.GreaterThan,
        BinaryOperatorKind.GreaterThanOrEqual => ExpressionType.GreaterThanOrEqual,
        BinaryOperatorKind.LessThan => ExpressionType.LessThan,
        _ => ExpressionType.LessThanOrEqual,
    };

    private static BinaryOperatorKind Inverse(BinaryOperatorKind kind) => kind switch
    {
        BinaryOperatorKind.GreaterThan => BinaryOperatorKind.LessThanOrEqual,
        BinaryOperatorKind.GreaterThanOrEqual => BinaryOperatorKind.LessThan,
        BinaryOperatorKind.LessThan => BinaryOperatorKind.GreaterThanOrEqual,
        _ => BinaryOperatorKind.GreaterThan,
    };

    private static BinaryOperatorKind Mirrored(BinaryOperatorKind kind) => kind switch
    {
        BinaryOperatorKind.GreaterThan => BinaryOperatorKind.LessThan,
        BinaryOperatorKind.GreaterThanOrEqual => BinaryOperatorKind.LessThanOrEqual,
        BinaryOperatorKind.LessThan => BinaryOperatorKind.GreaterThan,
        BinaryOperatorKind.LessThanOrEqual => BinaryOperatorKind.GreaterThanOrEqual,
        _ => kind,
    };

    private Expression Arithmetic(BinaryOperatorNode node)
    {
        var (leftNode, rightNode) = (Unalias(node.Left), Unalias(node.Right));
        if (IsDifference(node))
            return DurationTicks(node);
        if (IsDuration(rightNode) && !IsDuration(leftNode))
            return Shifted(node.OperatorKind, Value(leftNode), rightNode);
        var operation = node.OperatorKind switch
        {
            BinaryOperatorKind.Add => ExpressionType.Add,
            BinaryOperatorKind.Subtract => ExpressionType.Subtract,
            BinaryOperatorKind.Multiply => ExpressionType.Multiply,
            BinaryOperatorKind.Divide => ExpressionType.Divide,
            BinaryOperatorKind.Modulo => ExpressionType.Modulo,
            _ => throw ODataFault.Unsupported($"The operator {node.OperatorKind}"),
        };
        // Each side is translated once: what is asked twice at every level of a sum is asked beyond all bounds at its bottom.
        var (isLeftNumber, isRightNumber) = (leftNode is ConstantNode, rightNode is ConstantNode);
        var left = isLeftNumber && !isRightNumber ? null : Value(leftNode);
        var right = left is not null && isRightNumber && !isLeftNumber ? Operand((ConstantNode)rightNode, left) : Value(rightNode);
        left ??= Operand((ConstantNode)leftNode, right);
        if (Array.IndexOf(NumberRank, Bare(left.Type)) < 0 || Array.IndexOf(NumberRank, Bare(right.Type)) < 0)
            throw ODataFault.Unsupported("Arithmetic on values that are no numbers");
        return SameType(left, right, (a, b) => Expression.MakeBinary(operation, a, b));
    }

    // A number next to a column takes the column's type when it fits, so that the arithmetic stays in it.
    private Expression Operand(ConstantNode constant, Expression other)
    {
        if (Exact(constant) is not { } number)
            return Value(constant);
        var type = Bare(other.Type);
        if (!IsIntegral(type))
            return Literal(constant, type);
        if (constant.LiteralText?.Contains('e', StringComparison.OrdinalIgnoreCase) == true)
        {
            scope.IsOnlyForNow = true;
            return Literal(constant, typeof(double));
        }
        var (lowest, highest) = Bounds(type);
        scope.IsOnlyForNow |= constant.LiteralText?.All(char.IsAsciiDigit) != true;
        if (decimal.Truncate(number) == number && number >= lowest && number <= highest)
            return Literal(constant, type);
        return Literal(constant, decimal.Truncate(number) == number ? typeof(long) : typeof(double));
    }

    private static bool IsDuration(SingleValueNode node) => node.TypeReference?.Definition is Microsoft.OData.Edm.IEdmPrimitiveType { PrimitiveKind: Microsoft.OData.Edm.EdmPrimitiveTypeKind.Duration };

    private static bool IsDifference(SingleValueNode node) => Strip(node) is BinaryOperatorNode { OperatorKind: BinaryOperatorKind.Subtract } difference
        && IsDuration(difference) && !IsDuration(Strip(difference.Left));

    /// <summary>A duration as ticks (100 ns): a literal, or the difference of two instants.</summary>
    private Expression DurationTicks(SingleValueNode node)
    {
        node = Unalias(node);
        if (node is ConstantNode { Value: TimeSpan duration } constant)
            return scope.Literals.Add(duration.Ticks, typeof(long), constant, d => ((TimeSpan)d).Ticks);
        if (!IsDifference(node) || !scope.Request.Options.InstantsAreTicks)
            throw ODataFault.Unsupported("This computation with durations");
        var difference = (BinaryOperatorNode)node;
        var (left, right) = (Value(difference.Left), Value(difference.Right));
        if (Bare(left.Type) != typeof(DateTimeOffset) || Bare(right.Type) != typeof(DateTimeOffset))
            throw ODataFault.Unsupported("The difference of these values");
        return SameType(Instant(nameof(InstantFunctions.Ticks), left), Instant(nameof(InstantFunctions.Ticks), right), Expression.Subtract);
    }

    private Expression Shifted(BinaryOperatorKind kind, Expression instant, SingleValueNode duration)
    {
        if (Bare(instant.Type) != typeof(DateTimeOffset) || kind is not (BinaryOperatorKind.Add or BinaryOperatorKind.Subtract) || duration is not ConstantNode { Value: TimeSpan span })
            throw ODataFault.Unsupported("This computation with a duration");
        scope.IsOnlyForNow = true;
        var ticks = kind == BinaryOperatorKind.Add ? span.Ticks : -span.Ticks;
        if (!scope.Request.Options.InstantsAreTicks)
            return Expression.Call(NotNull(instant), nameof(DateTimeOffset.Add), null, scope.Literals.Add(TimeSpan.FromTicks(ticks), typeof(TimeSpan)));
        return Instant(nameof(InstantFunctions.AddTicks), instant, scope.Literals.Add(ticks, typeof(long)));
    }

    private static Expression NotNull(Expression value) => Nullable.GetUnderlyingType(value.Type) is null ? value : Expression.Property(value, "Value");

    private static (Expression Left, Expression Right) Balanced(Expression left, Expression right) =>
        (Lifted(left, right.Type), Lifted(right, left.Type));

    private static Expression Lifted(Expression value, Type other) =>
        Nullable.GetUnderlyingType(other) is not null && value.Type.IsValueType && Nullable.GetUnderlyingType(value.Type) is null
            ? Expression.Convert(value, typeof(Nullable<>).MakeGenericType(value.Type))
            : value;

    internal static Expression SameType(Expression left, Expression right, Func<Expression, Expression, Expression> operation)
    {
        var (a, b) = (Bare(left.Type), Bare(right.Type));
        if (a != b)
        {
            var rank = Math.Max(Array.IndexOf(NumberRank, a), Array.IndexOf(NumberRank, b));
            if (Array.IndexOf(NumberRank, a) < 0 || Array.IndexOf(NumberRank, b) < 0)
                throw ODataFault.Malformed($"{a.Name} and {b.Name} cannot be compared or computed with one another.");
            left = Converted(left, NumberRank[rank]);
            right = Converted(right, NumberRank[rank]);
        }
        (left, right) = Balanced(left, right);
        return operation(left, right);
    }

    private static Expression Converted(Expression value, Type type) => Bare(value.Type) == type
        ? value
        : Expression.Convert(value, Nullable.GetUnderlyingType(value.Type) is null ? type : typeof(Nullable<>).MakeGenericType(type));

    private static bool IsIntegral(Type type) => type == typeof(int) || type == typeof(long) || type == typeof(short) || type == typeof(byte);

    private static (decimal Lowest, decimal Highest) Bounds(Type type) => type switch
    {
        _ when type == typeof(byte) => (byte.MinValue, byte.MaxValue),
        _ when type == typeof(short) => (short.MinValue, short.MaxValue),
        _ when type == typeof(int) => (int.MinValue, int.MaxValue),
        _ => (long.MinValue, long.MaxValue),
    };
}
