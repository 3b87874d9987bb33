using System.Globalization;
using System.Linq.Expressions;
using System.Text.Json;
using K12Sync.OData.Model;
using K12Sync.OData.Queries;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.OData.FastPath;

/// <summary>
/// Stands for what rows above will say when a statement for the rows below is made: closures whose fields give the SQL parameters their names, and a value
/// by which it can be seen how EF brings one to the database.
/// </summary>
internal static class ParentValue
{
    public const string AllName = nameof(Holder<int>.odataParents);
    private const string Prefix = "odataParent";
    private const int Columns = 3;

    // What is the same in memory and in the database, and in JSON on SQLite.
    private static readonly Dictionary<Type, object> Samples = new() { [typeof(long)] = 7L, [typeof(int)] = 7, [typeof(short)] = (short)7, [typeof(string)] = "7" };

    /// <summary>Whether statements can be made for a link.</summary>
    public static bool Can(Link link) => link.Columns.Count <= Columns && link.Columns.All(c => Samples.ContainsKey(Bare(c.There)));

    /// <summary>The value of the link's column of that number, of one row above.</summary>
    public static Expression One(ViewProperty there, int number) =>
        Field(Bare(there), Prefix + number.ToString(CultureInfo.InvariantCulture), Samples[Bare(there)]);

    /// <summary>The values of all rows above, as one parameter however many there are.</summary>
    public static Expression All(ViewProperty there)
    {
        var array = ChildPlan.ArrayOf([Samples[Bare(there)]], there);
        return Expression.Call(typeof(EF), nameof(EF.Parameter), [array.GetType()], Field(array.GetType(), AllName, array));
    }

    public static int? NumberOf(string parameter) => parameter.Length == Prefix.Length + 1 && parameter.StartsWith(Prefix, StringComparison.Ordinal) && parameter[^1] - '0' is >= 0 and < Columns and var number
        ? number
        : null;

    /// <summary>What was put in, for a parameter of one of these types.</summary>
    public static object Sample(object stored) => Samples.GetValueOrDefault(stored.GetType(), stored);

    /// <summary>How an array gets to the database: as it is, or as JSON.</summary>
    public static Func<object, object>? StoreAll(object stored) => stored switch
    {
        Array => values => values,
        "[7]" or "[\"7\"]" => values => JsonSerializer.Serialize(values, values.GetType()),
        _ => null,
    };

    private static Type Bare(ViewProperty property) => Nullable.GetUnderlyingType(property.Type) ?? property.Type;

    private static MemberExpression Field(Type type, string name, object value)
    {
        var holder = Activator.CreateInstance(typeof(Holder<>).MakeGenericType(type))!;
        var field = holder.GetType().GetField(name)!;
        field.SetValue(holder, value);
        return Expression.Field(Expression.Constant(holder), field);
    }

    private sealed class Holder<T>
    {
#pragma warning disable CA1051, SA1401, IDE1006, IDE0044, CS0649 // Fields on purpose, named as the parameters are to be named.
        public T? odataParent0, odataParent1, odataParent2, odataParents;
#pragma warning restore CA1051, SA1401, IDE1006, IDE0044, CS0649
    }
}
