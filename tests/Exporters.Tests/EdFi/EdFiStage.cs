using System.Collections.Immutable;
using System.Globalization;
using K12Sync.Domain.Childcare;
using K12Sync.Domain.SchoolCalendar;
using K12Sync.Domain.Tests.Childcare;
using K12Sync.Exporters.EdFi;

namespace K12Sync.Exporters.Tests.EdFi;

/// <summary>A childcare site, a school, and how tests write their events: <c>2025-10-01 In Attendance 08:00:00-17:30:00, 570 min</c>.</summary>
internal static class EdFiStage
{
    public static EdFiTerm Term { get; } = new("2025-2026 Full Year", 2026);

    public static EdFiCategories Categories { get; } = EdFiCategories.Standard(new Dictionary<string, EdFiCategory>
    {
        ["T"] = EdFiCategories.InEdFi("Tardy"),
        ["TL"] = EdFiCategories.InEdFi("Tardy", "Very late"),
        ["Ta"] = EdFiCategories.InEdFi("Tardy"),
        ["TB"] = EdFiCategories.InEdFi("Tardy", "Late bus"),
        ["UA"] = EdFiCategories.InEdFi("Unexcused Absence"),
    });

    public static EdFiSchool School(string zone = "America/Chicago", long id = 255901001) =>
        new(id, SchoolZone.Find(zone)!, new EdFiSession(Term, new DateOnly(2025, 8, 1), new DateOnly(2026, 7, 31)));

    /// <summary>A site of <see cref="ChildDayNotation"/>.</summary>
    public static EdFiSite Site(string name = "A") => new(ChildDayNotation.Site(name), School(ChildDayNotation.Zone(ChildDayNotation.Site(name)).Id));

    /// <summary>The day that events make, in the notation of childcare.</summary>
    public static AttendanceDay Day(string events, DateOnly on, MidnightRule midnight = MidnightRule.Carry, string sites = "A scheduled opens authorized", DateTimeOffset? now = null, string from = "2025-10-01") =>
        AttendanceEvaluator.Evaluate(
            CareRecord.Of(ChildDayNotation.Events(events, from), ChildDayNotation.Clocks(midnight), now ?? new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero)).On(on),
            ChildDayNotation.Sites(sites));

    public static EdFiEvent Event(string category = "In Attendance", string student = "604822", int? minutes = 540, string date = "2025-10-01", EdFiSection? section = null) =>
        new(new EdFiEventKey(student, 255901001, Term, DateOnly.ParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture), EdFiCategories.InEdFi(category).Descriptor, section))
        {
            Minutes = minutes, Arrival = new TimeOnly(8, 0), Departure = new TimeOnly(17, 0),
        };

    public static string Text(EdFiMapping mapping) => mapping switch
    {
        EdFiMapping.Wanted(var e) => Text(e),
        EdFiMapping.NoEvent(var reason) => $"none: {reason}",
        EdFiMapping.Waits(var reason) => $"waits: {reason}",
        EdFiMapping.Stopped(var reason) => $"stopped: {reason}",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public static string Text(EdFiEvent e)
    {
        var times = e.Arrival is null && e.Departure is null ? "" : string.Create(CultureInfo.InvariantCulture, $" {e.Arrival:HH:mm:ss}-{e.Departure:HH:mm:ss}");
        var rest = (e.Minutes is { } m ? $", {m} min" : "") + (e.PartOfDay is { } p ? string.Create(CultureInfo.InvariantCulture, $", {p} day") : "") + (e.Reason is { } r ? $", {r}" : "");
        return string.Create(CultureInfo.InvariantCulture, $"{e.Key.Date:yyyy-MM-dd} {e.Key.Category.Split('#')[1]}{times}{rest}");
    }

    public static ImmutableArray<EdFiHeld> Nothing => [];
}
