using System.Linq.Expressions;
using Microsoft.OData.UriParser;

namespace K12Sync.OData.Translation;

/// <summary>
/// The literals of one query. Each becomes a closure field named odata0, odata1, ..., so that EF sees a parameter and never a constant: constants would make every
/// query a new one to its cache.
/// </summary>
internal sealed class Literals
{
    private readonly List<Literal> _all = [];

    public IReadOnlyList<Literal> All => _all;

    /// <summary>An expression that reads the value at run time.</summary>
    /// <param name="value">The value as the view's type has it.</param>
    /// <param name="type">The type of the expression.</param>
    /// <param name="source">The literal of the URL the value comes from; null when it came from elsewhere.</param>
    /// <param name="derive">From the literal's value to the one compared with, for rewritten conditions; null when they are the same.</param>
    /// <param name="place">The number of the value in a continued page's place; -1 when it comes from elsewhere.</param>
    public Expression Add(object? value, Type type, ConstantNode? source = null, Func<object, object?>? derive = null, int place = -1)
    {
        var index = _all.Count;
        _all.Add(new Literal(index, type, value, source, derive, place));
        var holder = (ILiteralHolder)Activator.CreateInstance(typeof(LiteralHolder<>).MakeGenericType(type))!;
        var field = holder.Set(index, value);
        return Expression.Field(Expression.Constant(holder), field);
    }
}

/// <param name="Index">Its number: EF names the parameter odata + Index, up to 15.</param>
/// <param name="Type">The type compared with.</param>
/// <param name="Value">The value compared with.</param>
/// <param name="Source">The literal in the URL; null when the value came from elsewhere.</param>
/// <param name="Derive">From the literal's value to <paramref name="Value"/>; null when they are the same.</param>
/// <param name="Place">The number of the value in a continued page's place; -1 when it comes from elsewhere.</param>
internal sealed record Literal(int Index, Type Type, object? Value, ConstantNode? Source, Func<object, object?>? Derive, int Place);

internal interface ILiteralHolder
{
    string Set(int index, object? value);
}

/// <summary>One closure with fields of telling names. EF takes a parameter's name from the field's, and the prepared path finds its slots by it.</summary>
internal sealed class LiteralHolder<T> : ILiteralHolder
{
#pragma warning disable CA1051, SA1401, IDE1006, IDE0044 // Fields on purpose, named as the parameters are to be named.
    public T? odata0, odata1, odata2, odata3, odata4, odata5, odata6, odata7, odata8, odata9, odata10, odata11, odata12, odata13, odata14, odata15, odataMore;
#pragma warning restore CA1051, SA1401, IDE1006, IDE0044

    /// <summary>What the names of all parameters made here begin with; a host's own variables are hardly called so.</summary>
    public const string Prefix = "odata";

    /// <summary>What the parameter of a literal is called.</summary>
    public static string NameOf(int index) => index < 16 ? Prefix + index.ToString(System.Globalization.CultureInfo.InvariantCulture) : nameof(odataMore);

    public string Set(int index, object? value)
    {
        var field = NameOf(index);
        typeof(LiteralHolder<T>).GetField(field)!.SetValue(this, value);
        return field;
    }
}
