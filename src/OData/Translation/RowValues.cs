using System.Collections;

namespace K12Sync.OData.Translation;

/// <summary>
/// Several values compared as one, the first deciding first: methods that stand for SQL's row values, <c>("Date", "Id") &lt; (@day, @id)</c>. Said so, a database reads
/// an index from just that place on; the same in <c>AND</c> and <c>OR</c> it reads from the first value on. They compare in memory as well.
/// </summary>
public static class RowValues
{
    /// <summary>A row value of <paramref name="first"/> and what follows it: one value, or the row value of several. None of them may be null.</summary>
    public static object With(object first, object rest) => new Row(first, rest);

    /// <summary>Both sides must have values of the same types.</summary>
    public static bool IsBefore(object row, object other) => Comparer.DefaultInvariant.Compare(row, other) < 0;

    /// <summary>Both sides must have values of the same types.</summary>
    public static bool IsAfter(object row, object other) => Comparer.DefaultInvariant.Compare(row, other) > 0;

    private sealed record Row(object First, object Rest) : IComparable
    {
        public int CompareTo(object? obj)
        {
            var other = (Row)obj!;
            var first = Compare(First, other.First);
            return first != 0 ? first : Compare(Rest, other.Rest);
        }

        // Text is ordinal, as the databases have it.
        private static int Compare(object one, object other) =>
            one is string text ? string.CompareOrdinal(text, (string)other) : Comparer.DefaultInvariant.Compare(one, other);
    }
}
