using System.Linq.Expressions;
using K12Sync.OData.Http;
using Microsoft.OData.UriParser;

namespace K12Sync.OData.Translation;

/// <summary>The canonical functions.</summary>
internal sealed partial class NodeTranslator
{
    // startswith and endswith compare a piece of the text: LIKE would ignore case on SQLite.
    private Expression TextCondition(SingleValueFunctionCallNode call, bool wanted)
    {
        var arguments = Arguments(call);
        if (Array.Exists(arguments, IsNullLiteral))
            return Expression.Constant(false);
        var (text, part) = (arguments[0], arguments[1]);
        Expression Length(Expression e) => Expression.Property(e, nameof(string.Length));
        Expression holds = call.Name switch
        {
            "contains" => Expression.Call(text, nameof(string.Contains), null, part),
            "startswith" => Expression.Equal(Expression.Call(text, nameof(string.Substring), null, Expression.Constant(0), Length(part)), part),
            _ => Expression.AndAlso(
                Expression.GreaterThanOrEqual(Length(text), Length(part)),
                Expression.Equal(Expression.Call(text, nameof(string.Substring), null, Expression.Subtract(Length(text), Length(part)), Length(part)), part)),
        };
        if (wanted)
            return holds;
        Expression failed = Expression.Not(TwoValued(holds));
        foreach (var argument in arguments)
            failed = NullGuard(argument) is { } missing ? Expression.AndAlso(Expression.Not(missing), failed) : failed;
        return failed;
    }

    private static bool IsNullLiteral(Expression value) => value is ConstantExpression { Value: null };

    private Expression[] Arguments(SingleValueFunctionCallNode call) =>
        [.. call.Parameters.Select(p => p is SingleValueNode value ? Value(value) : throw ODataFault.Unsupported($"This argument of {call.Name}()"))];

    private Expression Call(SingleValueFunctionCallNode call)
    {
        if (call.Name is "cast" or "isof")
            throw ODataFault.Unsupported($"{call.Name}()", call.Name);
        if (call.Name is "totalseconds")
            return Seconds(call.Parameters.Cast<SingleValueNode>().Single());
        var a = Arguments(call);
        if (Array.Exists(a, IsNullLiteral))
            return Expression.Constant(null);
        return call.Name switch
        {
            "concat" => Expression.Call(typeof(string).GetMethod(nameof(string.Concat), [typeof(string), typeof(string)])!, a),
            "length" => Nullish(a[0], Expression.Property(a[0], nameof(string.Length))),
            "indexof" => Nullish(a[0], Expression.Call(a[0], nameof(string.IndexOf), null, a[1])),
            "tolower" => Expression.Call(a[0], nameof(string.ToLower), null),
            "toupper" => Expression.Call(a[0], nameof(string.ToUpper), null),
            "trim" => Expression.Call(a[0], nameof(string.Trim), null),
            "substring" => Substring(call, a),
            "round" => Rounded(nameof(Math.Round), a[0]),
            "floor" => Rounded(nameof(Math.Floor), a[0]),
            "ceiling" => Rounded(nameof(Math.Ceiling), a[0]),
            "now" => Now(scope.Now),
            "maxdatetime" => Now(DateTimeOffset.MaxValue),
            "mindatetime" => Now(DateTimeOffset.MinValue),
            "totaloffsetminutes" => Expression.Constant(0),
            "year" or "month" or "day" or "hour" or "minute" or "second" => Part(call.Name, a[0]),
            "fractionalseconds" => Fraction(a[0]),
            "date" => Day(a[0]),
            "time" => Instant(nameof(InstantFunctions.Time), a[0]),
            _ => throw ODataFault.Unsupported($"The function {call.Name}()", call.Name),
        };
    }

    /// <summary>The cast of a literal, which is the same value as a literal of the other type.</summary>
    private SingleValueNode Folded(SingleValueNode node)
    {
        if (node is not SingleValueFunctionCallNode { Name: "cast" } call || call.TypeReference is not Microsoft.OData.Edm.IEdmPrimitiveTypeReference type
            || call.Parameters.FirstOrDefault() is not SingleValueNode first)
            return node;
        first = Strip(first) is ParameterAliasNode alias ? Strip(Resolve(alias)) : Strip(first);
        if (first is not ConstantNode { Value: { } value })
            return node;
        scope.IsOnlyForNow = true;
        var text = value as string ?? UriLiteral.Text(UriLiteral.Convert(value, NaturalType(value)));
        return new ConstantNode(Queries.UrlResolver.Read(text, type, scope.Request.Model.Edm), text, type);
    }

    // A negative start counts from the end, and one beyond the beginning is the beginning.
    private Expression Substring(SingleValueFunctionCallNode call, Expression[] a)
    {
        var start = AsInt(a[1]);
        if (call.Parameters.ElementAt(1) is SingleValueNode node && Strip(node) is ConstantNode { Value: IConvertible literal })
        {
            // The translation depends on the sign, so it is for this literal only.
            scope.IsOnlyForNow = true;
            if (literal.ToDecimal(System.Globalization.CultureInfo.InvariantCulture) >= 0)
                return Expression.Call(a[0], nameof(string.Substring), null, [start, .. a.Skip(2).Select(AsInt)]);
        }
        var fromEnd = Expression.Add(Expression.Property(a[0], nameof(string.Length)), start);
        var zero = Expression.Constant(0);
        var at = Expression.Condition(Expression.GreaterThanOrEqual(start, zero), start, Expression.Condition(Expression.LessThan(fromEnd, zero), zero, fromEnd));
        return Expression.Call(a[0], nameof(string.Substring), null, [at, .. a.Skip(2).Select(AsInt)]);
    }

    private Expression Now(DateTimeOffset instant)
    {
        scope.IsOnlyForNow = true;
        return scope.Literals.Add(instant, typeof(DateTimeOffset));
    }

    private static Expression AsInt(Expression value) => Bare(value.Type) == typeof(int) ? NotNull(value) : Expression.Convert(NotNull(value), typeof(int));

    // A whole number computed from a text that may be null is null with it.
    private static ConditionalExpression Nullish(Expression text, Expression number) => Expression.Condition(
        IsNull(text), Expression.Constant(null, typeof(int?)), Expression.Convert(number, typeof(int?)));

    private Expression Rounded(string method, Expression value)
    {
        var type = Bare(value.Type);
        if (IsIntegral(type))
            return value;
        // SQLite keeps decimals as text and has no rounding for them.
        if (type == typeof(float) || (type == typeof(decimal) && scope.Request.Options.Database == ODataDatabase.Sqlite))
            return Rounded(method, Converted(value, typeof(double)));
        var call = Expression.Call(typeof(Math), method, null, NotNull(value));
        return CanBeNull(value)
            ? Expression.Condition(IsNull(value), Expression.Constant(null, value.Type), Expression.Convert(call, value.Type))
            : call;
    }

    private Expression Part(string name, Expression value)
    {
        var part = char.ToUpperInvariant(name[0]) + name[1..];
        var type = Bare(value.Type);
        if (type == typeof(DateTimeOffset))
            return Instant(part, value);
        if (type == typeof(TimeOnly) && scope.Request.Options.InstantsAreTicks)
            return Instant(part + "Of", value);
        if (type != typeof(DateOnly) && type != typeof(TimeOnly))
            throw ODataFault.Unsupported($"{name}() of this value", name);
        return Member(value, part);
    }

    private static Expression Member(Expression value, string name)
    {
        var part = Expression.Property(NotNull(value), name);
        return CanBeNull(value) ? Expression.Condition(IsNull(value), Expression.Constant(null, typeof(int?)), Expression.Convert(part, typeof(int?))) : part;
    }

    private Expression Day(Expression value)
    {
        if (Bare(value.Type) == typeof(DateOnly))
            return value;
        return Instant(nameof(InstantFunctions.Date), value);
    }

    /// <summary>A call of one of <see cref="InstantFunctions"/>, null for null.</summary>
    private Expression Instant(string method, Expression value, params Expression[] others)
    {
        if (!scope.Request.Options.InstantsAreTicks)
            return NativePart(method, value);
        if (Bare(value.Type) != typeof(DateTimeOffset) && Bare(value.Type) != typeof(TimeOnly))
            throw ODataFault.Unsupported($"{method} of a value that is no instant");
        var call = Expression.Call(typeof(InstantFunctions), method, null, [NotNull(value), .. others]);
        if (!CanBeNull(value))
            return call;
        var type = typeof(Nullable<>).MakeGenericType(call.Type);
        return Expression.Condition(IsNull(value), Expression.Constant(null, type), Expression.Convert(call, type));
    }

    private static Expression NativePart(string method, Expression value) => method switch
    {
        nameof(InstantFunctions.Date) => Expression.Call(typeof(DateOnly), nameof(DateOnly.FromDateTime), null, Expression.Property(NotNull(value), nameof(DateTimeOffset.UtcDateTime))),
        nameof(InstantFunctions.Time) => Expression.Call(typeof(TimeOnly), nameof(TimeOnly.FromDateTime), null, Expression.Property(NotNull(value), nameof(DateTimeOffset.UtcDateTime))),
        "Ticks" or "AddTicks" => throw ODataFault.Unsupported("This computation with instants"),
        _ => Member(value, method),
    };

    private Expression Fraction(Expression value)
    {
        if (Bare(value.Type) != typeof(DateTimeOffset))
            throw ODataFault.Unsupported("fractionalseconds() of this value");
        var ticks = Instant(nameof(InstantFunctions.Ticks), value);
        var rest = SameType(ticks, Expression.Constant(TimeSpan.TicksPerSecond), Expression.Modulo);
        return SameType(Converted(rest, typeof(double)), Expression.Constant((double)TimeSpan.TicksPerSecond), Expression.Divide);
    }

    private Expression Seconds(SingleValueNode duration) =>
        SameType(Converted(DurationTicks(duration), typeof(double)), Expression.Constant((double)TimeSpan.TicksPerSecond), Expression.Divide);
}
