using System.Linq.Expressions;

namespace K12Sync.OData.Aggregation;

/// <summary>Rows of an aggregation, and the keys they are grouped by. A class with member initialisation: EF translates neither arrays nor tuples as keys.</summary>
internal sealed record Columns<T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> : IColumns
{
    public T0? C0 { get; init; }
    public T1? C1 { get; init; }
    public T2? C2 { get; init; }
    public T3? C3 { get; init; }
    public T4? C4 { get; init; }
    public T5? C5 { get; init; }
    public T6? C6 { get; init; }
    public T7? C7 { get; init; }
    public T8? C8 { get; init; }
    public T9? C9 { get; init; }
    public T10? C10 { get; init; }
    public T11? C11 { get; init; }

    public object? this[int column] => column switch
    {
        0 => C0,
        1 => C1,
        2 => C2,
        3 => C3,
        4 => C4,
        5 => C5,
        6 => C6,
        7 => C7,
        8 => C8,
        9 => C9,
        10 => C10,
        _ => C11,
    };
}

internal interface IColumns
{
    object? this[int column] { get; }
}

/// <summary>Makes <c>new Columns { C0 = ..., C1 = ... }</c> for any values.</summary>
internal static class ColumnsOf
{
    public const int Most = 12;

    public static MemberInitExpression Values(IReadOnlyList<Expression> values)
    {
        var types = Enumerable.Range(0, Most).Select(i => i < values.Count ? values[i].Type : typeof(byte)).ToArray();
        var type = typeof(Columns<,,,,,,,,,,,>).MakeGenericType(types);
        return Expression.MemberInit(Expression.New(type), values.Select((v, i) => Expression.Bind(type.GetProperty(Name(i))!, v)));
    }

    public static string Name(int column) => "C" + column.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
