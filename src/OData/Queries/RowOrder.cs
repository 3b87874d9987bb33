using System.Linq.Expressions;
using System.Text.Json;
using K12Sync.OData.Http;
using K12Sync.OData.Model;
using K12Sync.OData.Translation;
using K12Sync.OData.Writing;
using Microsoft.OData.UriParser;

namespace K12Sync.OData.Queries;

/// <param name="Value">The value ordered by.</param>
/// <param name="Descending">Down instead of up. Nulls are lowest either way.</param>
/// <param name="Property">The property, when the value is just one; it can then be read from the row itself.</param>
internal sealed record OrderTerm(Expression Value, bool Descending, ViewProperty? Property)
{
    public bool CanBeNull => Property?.IsNullable ?? (!Value.Type.IsValueType || Nullable.GetUnderlyingType(Value.Type) is not null);
}

/// <summary>A total order over the rows of a set: what $orderby says, then the key. A place in it is a page boundary that stays put while rows come and go.</summary>
internal sealed class RowOrder
{
    private readonly ParameterExpression _row;
    private readonly bool _nullsFirstByItself;

    private RowOrder(ParameterExpression row, IReadOnlyList<OrderTerm> terms, bool nullsFirstByItself) =>
        (_row, Terms, _nullsFirstByItself) = (row, terms, nullsFirstByItself);

    public IReadOnlyList<OrderTerm> Terms { get; }

    /// <summary>The row the terms are computed from.</summary>
    public ParameterExpression Row => _row;

    /// <summary>Whether a row's place can be read from its own properties.</summary>
    public bool IsPlain => Terms.All(t => t.Property is not null);

    public IEnumerable<ViewProperty> Properties => Terms.Select(t => t.Property).OfType<ViewProperty>();

    public static RowOrder Read(EntitySet set, OrderByClause? clause, NodeTranslator translator)
    {
        var (place, parameter) = Place.RowOf(set);
        var options = translator.Scope.Request.Options;
        var terms = new List<OrderTerm>();
        for (var by = clause; by is not null; by = by.ThenBy)
        {
            if (terms.Count == options.OrderBy)
                throw ODataFault.Limit("$orderby names too many columns.", options.OrderBy, "$orderby");
            var value = translator.ValueOf(by.Expression, by.RangeVariable, place);
            var property = value is MemberExpression { Expression: ParameterExpression } member ? set.View.Find(member.Member.Name) : null;
            if (property is { IsScalar: false })
                throw ODataFault.Malformed($"{property.Name} has no order.", "$orderby");
            terms.Add(new OrderTerm(value, by.Direction == OrderByDirection.Descending, property));
        }
        // The key in the direction of what stands before it, so that an index can be read backwards from end to end.
        var descending = terms is [.., { Descending: true }];
        foreach (var key in set.Key.Where(k => terms.All(t => t.Property != k)))
            terms.Add(new OrderTerm(Expression.Property(parameter, key.Clr), descending, key));
        return new RowOrder(parameter, terms, options.Database == ODataDatabase.Sqlite);
    }

    /// <summary>An order by one property, then the key.</summary>
    public static RowOrder By(EntitySet set, ViewProperty property, ODataOptions options)
    {
        var (_, parameter) = Place.RowOf(set);
        var terms = set.Key.Where(k => k != property).Prepend(property).Select(p => new OrderTerm(Expression.Property(parameter, p.Clr), false, p));
        return new RowOrder(parameter, [.. terms], options.Database == ODataDatabase.Sqlite);
    }

    /// <summary>An order over rows that are no entities.</summary>
    public static RowOrder Of(ParameterExpression row, IReadOnlyList<OrderTerm> terms, ODataOptions options) =>
        new(row, terms, options.Database == ODataDatabase.Sqlite);

    public IQueryable Apply(IQueryable rows)
    {
        var first = true;
        foreach (var term in Terms)
        {
            if (term.CanBeNull && !_nullsFirstByItself)
            {
                var present = Expression.Condition(IsNull(term.Value), Expression.Constant(0), Expression.Constant(1));
                rows = Query.OrderBy(rows, Expression.Lambda(present, _row), term.Descending, first);
                first = false;
            }
            rows = Query.OrderBy(rows, Expression.Lambda(term.Value, _row), term.Descending, first);
            first = false;
        }
        return rows;
    }

    /// <summary>
    /// All rows. Those in the order of a number that is their key are said to be at or after the lowest one: told no place to begin at, SQLite (3.50) finds the rows
    /// by the first index it can, all there are of them, and sorts.
    /// </summary>
    public IQueryable FromTheFirst(IQueryable rows)
    {
        if (!_nullsFirstByItself || Terms is not [{ CanBeNull: false, Value.Type: var type } key] || (type != typeof(long) && type != typeof(int)))
            return rows;
        var (lowest, highest) = type == typeof(long) ? ((object)long.MinValue, (object)long.MaxValue) : (int.MinValue, int.MaxValue);
        return Query.Where(rows, Expression.Lambda(key.Descending
            ? Expression.LessThanOrEqual(key.Value, Expression.Constant(highest))
            : Expression.GreaterThanOrEqual(key.Value, Expression.Constant(lowest)), _row));
    }

    /// <summary>The rows after the place a token names.</summary>
    public IQueryable After(IQueryable rows, string token, Literals literals)
    {
        var texts = ReadToken(token);
        return Query.Where(rows, Expression.Lambda(IsOneRowValue(texts) && RowValuesRegistration.AreKnownTo(rows) ? AfterRowValue(texts, literals) : AfterEach(texts, literals), _row));
    }

    /// <summary>The token of a row's place. A part of it says which order it belongs to, so that it is refused under any other.</summary>
    public string Token(Func<int, object?> valueOf)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            json.WriteStringValue(Signature());
            for (var i = 0; i < Terms.Count; i++)
                json.WriteStringValue(Scalars.ToText(valueOf(i)));
            json.WriteEndArray();
        }
        return System.Buffers.Text.Base64Url.EncodeToString(buffer.WrittenSpan);
    }

    /// <summary>What a token holds: the signature of its order, then the value of each term. Null when it is no token.</summary>
    public static string?[]? TokenParts(string token)
    {
        try
        {
            return JsonSerializer.Deserialize<string?[]>(System.Buffers.Text.Base64Url.DecodeFromChars(token)) is [not null, ..] parts ? parts : null;
        }
        catch (Exception failure) when (failure is FormatException or JsonException)
        {
            return null;
        }
    }

    private string?[] ReadToken(string token)
    {
        if (TokenParts(token) is { } parts && parts.Length == Terms.Count + 1 && parts[0] == Signature())
            return parts[1..];
        throw ODataFault.Malformed("$skiptoken does not belong to this query. Follow the nextLink as it was given.", "$skiptoken");
    }

    private string Signature() => string.Join(',', Terms.Select(t => (t.Property?.Name ?? "#" + t.Value.Type.Name) + (t.Descending ? "-" : "+")));

    /// <summary>All one way, and nothing that could be null or that a database compares in a way of its own: then the place is one row value, and an index is read from there on.</summary>
    private bool IsOneRowValue(string?[] texts) => Terms.Count > 1 && Terms.All(t => t.Descending == Terms[0].Descending && !t.CanBeNull && t.Property is { } property && ComparesPlainly(property.ElementType))
        && !texts.Contains(null);

    private static bool ComparesPlainly(Type type) => type == typeof(long) || type == typeof(int) || type == typeof(string) || type == typeof(DateOnly) || type == typeof(DateTimeOffset);

    private MethodCallExpression AfterRowValue(string?[] texts, Literals literals)
    {
        var columns = Terms.Select(t => t.Value).ToList();
        var values = Terms.Select((t, i) => literals.Add(ScalarText.Read(texts[i]!, t.Value.Type), t.Value.Type, place: i)).ToList();
        return Expression.Call(typeof(RowValues), Terms[0].Descending ? nameof(RowValues.IsBefore) : nameof(RowValues.IsAfter), null, RowValue(columns), RowValue(values));
    }

    private static Expression RowValue(IEnumerable<Expression> parts) => parts.Select(p => (Expression)Expression.Convert(p, typeof(object))).Reverse()
        .Aggregate((rest, first) => Expression.Call(typeof(RowValues), nameof(RowValues.With), null, first, rest));

    private Expression AfterEach(string?[] texts, Literals literals)
    {
        Expression? rest = null;
        Expression? atOrBeyond = null;
        for (var i = Terms.Count - 1; i >= 0; i--)
            (rest, atOrBeyond) = Beyond(i, texts[i], literals, rest);
        // Says nothing new, but an "or" alone does not tell a database from where on to read its index.
        return Terms.Count > 1 && atOrBeyond is not null ? Expression.AndAlso(atOrBeyond, rest!) : rest!;
    }

    private static BinaryExpression IsNull(Expression value) => Expression.Equal(value, Expression.Constant(null, value.Type));

    private (Expression Beyond, Expression? AtOrBeyond) Beyond(int number, string? text, Literals literals, Expression? rest)
    {
        var term = Terms[number];
        var canBeNull = term.CanBeNull && (!term.Value.Type.IsValueType || Nullable.GetUnderlyingType(term.Value.Type) is not null);
        if (text is null)
        {
            var missing = IsNull(term.Value);
            var alike = rest is null ? null : Expression.AndAlso(missing, rest);
            if (term.Descending)
                return (alike ?? (Expression)Expression.Constant(false), null);
            var present = Expression.Not(missing);
            return (alike is null ? present : Expression.OrElse(present, alike), null);
        }
        var type = Nullable.GetUnderlyingType(term.Value.Type) ?? term.Value.Type;
        var value = literals.Add(ScalarText.Read(text, type), type, place: number);
        Expression beyond = NodeTranslator.Ordered(term.Descending ? BinaryOperatorKind.LessThan : BinaryOperatorKind.GreaterThan, term.Value, value);
        Expression? atOrBeyond = NodeTranslator.Ordered(term.Descending ? BinaryOperatorKind.LessThanOrEqual : BinaryOperatorKind.GreaterThanOrEqual, term.Value, value);
        if (term.Descending && canBeNull)
            (beyond, atOrBeyond) = (Expression.OrElse(beyond, IsNull(term.Value)), null);
        if (rest is null)
            return (beyond, atOrBeyond);
        var same = NodeTranslator.SameType(term.Value, value, Expression.Equal);
        return (Expression.OrElse(beyond, Expression.AndAlso(same, rest)), atOrBeyond);
    }
}
