namespace K12Sync.Data.Access;

/// <summary>Which district's rows a piece of work may see.</summary>
public readonly record struct DistrictId(long Value);

/// <summary>A district: the border that no query crosses.</summary>
public sealed class District
{
    private District()
    {
    }

    internal District(string name) => Name = name;

    public long Id { get; private set; }

    /// <summary>Unique, compared ordinally.</summary>
    public string Name { get; private set; } = "";

    /// <summary>The highest stamp given to a row of this district.</summary>
    public long Clock { get; private set; }
}
