namespace K12Sync.Domain.BellSchedules;

/// <summary>
/// One window of a bell schedule: the stretch of a school day in which a pass counts for this period.
/// </summary>
/// <remarks>
/// The window is half-open: <see cref="Opens"/> is inside, <see cref="Ends"/> is not, so the second two periods share belongs to
/// the later one. Minutes late count from <see cref="Bell"/>, never from <see cref="Opens"/>. All three are wall-clock times of the
/// school, and <c>Opens &lt;= Bell &lt; Ends</c> always holds; a window cannot cross midnight.
/// The same period may have two windows in one day (split by lunch); the windows are then two <see cref="ClassPeriod"/>s.
/// </remarks>
public sealed record ClassPeriod
{
    /// <summary>The longest name or SIS period code a schedule may hold, in UTF-16 code units.</summary>
    public const int MaxTextLength = 60;

    /// <exception cref="ArgumentException">The values do not make a period; <see cref="Check"/> says why without throwing.</exception>
    public ClassPeriod(string name, string sisPeriodCode, TimeOnly opens, TimeOnly bell, TimeOnly ends, bool takesAttendance)
    {
        if (Check(name, sisPeriodCode, opens, bell, ends, takesAttendance) is { } reason)
            throw new ArgumentException(reason);
        (Name, SisPeriodCode, Opens, Bell, Ends, TakesAttendance) = (name, sisPeriodCode, opens, bell, ends, takesAttendance);
    }

    /// <summary>What people call the period: <c>Period 3</c>, <c>Lunch</c>. Not unique in a schedule.</summary>
    public string Name { get; private init; }

    /// <summary>The period as the SIS knows it, byte for byte. Blank only where no attendance is taken.</summary>
    public string SisPeriodCode { get; private init; }

    /// <summary>First moment of the window, inclusive. Earlier than <see cref="Bell"/> where passing time belongs to this period.</summary>
    public TimeOnly Opens { get; private init; }

    /// <summary>When the bell rings: minute 0 of being late.</summary>
    public TimeOnly Bell { get; private init; }

    /// <summary>End of the window, exclusive.</summary>
    public TimeOnly Ends { get; private init; }

    /// <summary>False for lunch, brunch, advisory: a pass in the window is then not a tardy the SIS wants.</summary>
    public bool TakesAttendance { get; private init; }

    /// <summary>Why these values are no period, or null if they are one.</summary>
    public static string? Check(string name, string sisPeriodCode, TimeOnly opens, TimeOnly bell, TimeOnly ends, bool takesAttendance)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(sisPeriodCode);
        if (string.IsNullOrWhiteSpace(name))
            return "The period has no name.";
        if (name.Length > MaxTextLength || sisPeriodCode.Length > MaxTextLength)
            return $"The name and the SIS period code may have {MaxTextLength} characters each.";
        if (sisPeriodCode.Length == 0 && takesAttendance)
            return $"{name} takes attendance but has no SIS period code. Give the code the SIS uses for it, or set TakesAttendance to false.";
        if (sisPeriodCode.Length > 0 && ExactText.FindFault(sisPeriodCode) is { } fault)
            return $"The SIS period code of {name} has {fault}. Codes are sent byte for byte; retype it.";
        if (ends <= bell)
            return ends == bell || ends == opens
                ? $"{name} has no length: its bell is at {bell:HH:mm} and it ends at {ends:HH:mm}."
                : $"{name} ends ({ends:HH:mm}) before its bell ({bell:HH:mm}). A period cannot run backwards or past midnight.";
        return opens > bell
            ? $"{name} opens ({opens:HH:mm}) after its bell ({bell:HH:mm}). A window opens at its bell or before it."
            : null;
    }

    /// <summary>True from <see cref="Opens"/> (inclusive) to <see cref="Ends"/> (exclusive).</summary>
    public bool Contains(TimeOnly time) => Opens <= time && time < Ends;

    internal ClassPeriod WithWindow(TimeOnly opens, TimeOnly ends) => new(Name, SisPeriodCode, opens, Bell, ends, TakesAttendance);

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Opens:HH:mm}-{Ends:HH:mm}";
}
