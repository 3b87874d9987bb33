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

    /// <summary>Whom to ask about the district's data; null: nobody was named.</summary>
    public string? DataContact { get; private set; }

    /// <summary>Where to write to them.</summary>
    public string? DataContactMail { get; private set; }

    /// <summary>Contents of files are kept for so many days after their delivery; null: for ever.</summary>
    public int? FileDays { get; private set; }

    /// <summary>Names whom to ask about the district's data.</summary>
    public void NameContact(string name, string mail) => (DataContact, DataContactMail) = (name, mail);

    /// <summary>Sets how long contents of files are kept; null: for ever.</summary>
    public void KeepFiles(int? days) => FileDays = days;

    /// <summary>The highest stamp given to a row of this district.</summary>
    public long Clock { get; private set; }
}
