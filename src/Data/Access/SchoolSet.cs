using System.Globalization;

namespace K12Sync.Data.Access;

/// <summary>The schools whose rows somebody may see: every school of the district, or some. Sets of the same schools are equal.</summary>
public sealed record SchoolSet
{
    // Null: all. Ordered, without repeats, never empty.
    private readonly long[]? _ids;

    private SchoolSet(long[]? ids) => _ids = ids;

    /// <summary>Every school of the district, those to come included.</summary>
    public static SchoolSet All { get; } = new((long[]?)null);

    /// <summary>These schools and no others.</summary>
    /// <exception cref="ArgumentException">There is none: that would be a key for nothing, and is not written as one for everything.</exception>
    public static SchoolSet Of(params IEnumerable<long> ids)
    {
        var some = ids.Distinct().Order().ToArray();
        return some.Length == 0 ? throw new ArgumentException("A set of schools has one school at least.", nameof(ids)) : new SchoolSet(some);
    }

    /// <summary>Every school of the district.</summary>
    public bool IsAll => _ids is null;

    /// <summary>The schools in order; empty when <see cref="IsAll"/>.</summary>
    public IReadOnlyList<long> Ids => _ids ?? [];

    /// <summary>The school, if it is one only.</summary>
    public long? One => _ids is [var one] ? one : null;

    /// <summary>Whether rows of a school are among them.</summary>
    public bool Contains(long school) => _ids is null || Array.BinarySearch(_ids, school) >= 0;

    /// <summary>Reads what <see cref="ToText"/> wrote.</summary>
    /// <exception cref="FormatException">It did not.</exception>
    public static SchoolSet Parse(string? text) =>
        text is null ? All : Of(text.Split(',').Select(id => long.Parse(id, NumberStyles.None, CultureInfo.InvariantCulture)));

    /// <summary>The ids with commas between, or null for all.</summary>
    public string? ToText() => _ids is null ? null : string.Join(',', _ids.Select(id => id.ToString(CultureInfo.InvariantCulture)));

    public bool Equals(SchoolSet? other) => other is not null && (_ids is null ? other._ids is null : other._ids is not null && _ids.AsSpan().SequenceEqual(other._ids));

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var id in Ids)
            hash.Add(id);
        return hash.ToHashCode();
    }
}
