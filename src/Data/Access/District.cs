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

    /// <summary>Passes, tardies, check-ins, child-days and what was told of them are kept for so many days after their day; null: for ever.</summary>
    public int? RecordDays { get; private set; }

    /// <summary>Entries of the audit are kept for so many days; null: for ever.</summary>
    public int? AuditDays { get; private set; }

    /// <summary>Of days before this nothing is taken in any more, because they have been let go of; null: no day has been. It never goes back.</summary>
    public DateOnly? KeptFrom { get; private set; }

    /// <summary>Sets how long passes, tardies, check-ins and child-days are kept; null: for ever. What is gone stays gone.</summary>
    public void KeepRecords(int? days) => RecordDays = days;

    /// <summary>Sets how long entries of the audit are kept; null: for ever.</summary>
    public void KeepAudit(int? days) => AuditDays = days;

    /// <summary>Days before this one are about to be let go of. Returns false if they have been.</summary>
    public bool LetGoBefore(DateOnly day)
    {
        if (KeptFrom is { } line && line >= day)
            return false;
        KeptFrom = day;
        return true;
    }

    /// <summary>Names whom to ask about the district's data.</summary>
    public void NameContact(string name, string mail) => (DataContact, DataContactMail) = (name, mail);

    /// <summary>Sets how long contents of files are kept; null: for ever.</summary>
    public void KeepFiles(int? days) => FileDays = days;

    /// <summary>The highest stamp given to a row of this district.</summary>
    public long Clock { get; private set; }
}
