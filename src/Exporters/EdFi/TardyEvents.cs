using System.Collections.Immutable;
using K12Sync.Domain;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.EdFi;

/// <summary>How tardies become events.</summary>
/// <param name="Categories">By the SIS's code.</param>
/// <param name="StudentId">What is sent as <c>StudentUniqueId</c>.</param>
public sealed record EdFiTardyRules(EdFiCategories Categories, EdFiStudentId StudentId)
{
    /// <summary>The section whose period a tardy is of, or null where it is not known; the tardy then stops. Left out: events of the school, which need no section.</summary>
    public Func<TardyLine, EdFiSection?>? Sections { get; init; }
}

/// <summary>An event, and the tardies that it tells of.</summary>
/// <param name="Event">What to send.</param>
/// <param name="Tells">At least one, earliest first.</param>
public sealed record TardyEvent(EdFiEvent Event, ImmutableArray<TardyLine> Tells);

/// <summary>A tardy of which no event can be made, and why, in a sentence without the student.</summary>
public sealed record StoppedTardy(TardyLine Line, string Reason);

/// <summary>The events of a student's day. Every tardy that is not withdrawn is in exactly one place.</summary>
public sealed record TardyEventsOfDay(ImmutableArray<TardyEvent> Events, ImmutableArray<StoppedTardy> Stopped);

/// <summary>From tardies to events of the school, or of sections.</summary>
/// <remarks>
/// The key of Ed-Fi has no period, so the tardies of a day that share a category (and a section) are one event: the first arrival, and the sum of the minutes late.
/// Source: public for the key and the minutes (5.2 XSD and the official sample, where a tardy's duration is its minutes late); the sum is assumed.
/// </remarks>
public static class TardyEvents
{
    /// <summary>What Ed-Fi should hold of a student's day at a school.</summary>
    /// <param name="day">All tardies of one student and date at the school, those that are not owed too; withdrawn ones count for nothing.</param>
    /// <param name="school">As the Ed-Fi system knows it.</param>
    /// <param name="rules">Categories and ids.</param>
    /// <exception cref="ArgumentException">The tardies are of more than one student, school or date.</exception>
    public static TardyEventsOfDay Of(IReadOnlyCollection<TardyLine> day, EdFiSchool school, EdFiTardyRules rules)
    {
        ArgumentNullException.ThrowIfNull(day);
        ArgumentNullException.ThrowIfNull(school);
        ArgumentNullException.ThrowIfNull(rules);
        if (day.Select(line => (line.SchoolId, line.StudentNumber, line.Date)).Distinct().Skip(1).Any())
            throw new ArgumentException("The tardies are of more than one student, school or date.", nameof(day));
        var stopped = new List<StoppedTardy>();
        var events = new Dictionary<EdFiEventKey, TardyEvent>();
        foreach (var line in day.Where(line => !line.IsWithdrawn).OrderBy(line => line.IssuedAt).ThenBy(line => line.SisPeriodCode, StringComparer.Ordinal))
        {
            if (FindFault(line, school, rules, out var first) is { } fault)
                stopped.Add(new StoppedTardy(line, fault));
            else
                events[first!.Key] = events.TryGetValue(first.Key, out var before) ? And(before, line) : new TardyEvent(first, [line]);
        }
        return new TardyEventsOfDay([.. events.Values], [.. stopped]);
    }

    private static string? FindFault(TardyLine line, EdFiSchool school, EdFiTardyRules rules, out EdFiEvent? made)
    {
        made = null;
        var student = rules.StudentId == EdFiStudentId.StateId ? line.StateId : line.StudentNumber;
        if (EdFiSubject.FindFault(student, line.Date, school) is { } fault)
            return fault;
        if (rules.Categories.OfTardy(line.ExternalCode) is not { } category)
            return $"The code '{line.ExternalCode}' has no Ed-Fi category. Add it to the connector's categories.";
        var section = rules.Sections?.Invoke(line);
        if (rules.Sections is not null && FindFault(section, line) is { } unknown)
            return unknown;
        var key = new EdFiEventKey(student!, school.SchoolId, school.TermOn(line.Date)!, line.Date, category.Descriptor, section);
        made = new EdFiEvent(key)
        {
            Reason = category.Reason,
            Arrival = WholeSecond(school.Zone.At(line.IssuedAt).Time),
            Minutes = Math.Min(line.MinutesLate, EdFiEvent.MostMinutes),
        };
        return null;
    }

    /// <summary>Lengths as the 5.2 XSD has them.</summary>
    private static string? FindFault(EdFiSection? section, TardyLine line)
    {
        if (section is null)
            return $"It is not known which section the student has in period {line.SisPeriodCode}. Enter the section, or send tardies as events of the school.";
        return section.SectionIdentifier.Length is 0 or > 255 || section.LocalCourseCode.Length is 0 or > 60
            || ExactText.FindFault(section.SectionIdentifier) is not null || ExactText.FindFault(section.LocalCourseCode) is not null
            ? $"The section of period {line.SisPeriodCode} has an identifier or a course code that is blank, too long, or holds what cannot be seen. Take both from the Ed-Fi system."
            : null;
    }

    private static TardyEvent And(TardyEvent before, TardyLine line) => new(
        before.Event with { Minutes = Math.Min(before.Event.Minutes!.Value + line.MinutesLate, EdFiEvent.MostMinutes) }, before.Tells.Add(line));

    private static TimeOnly WholeSecond(TimeOnly time) => new(time.Hour, time.Minute, time.Second);
}
