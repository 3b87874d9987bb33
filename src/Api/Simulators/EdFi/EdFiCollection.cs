using System.Globalization;
using System.Text.Json;

namespace K12Sync.Api.Simulators.EdFi;

/// <summary>A collection of events, and what its natural key is made of.</summary>
/// <param name="Name">In the address.</param>
/// <param name="Key">Paths into the JSON; the last part is also the name in a query.</param>
/// <param name="Duration">The property with the minutes.</param>
internal sealed record EdFiCollection(string Name, string[] Key, string Duration)
{
    /// <remarks>Source: public (data standard 5.2, primary keys of the two events).</remarks>
    public static EdFiCollection[] All { get; } =
    [
        new("studentSchoolAttendanceEvents",
            ["studentReference.studentUniqueId", "schoolReference.schoolId", "sessionReference.schoolYear", "sessionReference.sessionName", "eventDate", "attendanceEventCategoryDescriptor"],
            "schoolAttendanceDuration"),
        new("studentSectionAttendanceEvents",
            ["studentReference.studentUniqueId", "sectionReference.schoolId", "sectionReference.schoolYear", "sectionReference.sessionName", "sectionReference.localCourseCode",
             "sectionReference.sectionIdentifier", "eventDate", "attendanceEventCategoryDescriptor"],
            "sectionAttendanceDuration"),
    ];

    /// <summary>The values of the key, in order, or what is missing or not in the form that Ed-Fi takes.</summary>
    public string? FindFault(JsonElement e, out string[] key)
    {
        key = [.. Key.Select(path => Text(e, path) ?? "")];
        if (Array.IndexOf(key, "") is >= 0 and var missing)
            return $"{Key[missing]} is required.";
        if (!DateOnly.TryParseExact(Text(e, "eventDate"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
            return "eventDate is no date.";
        foreach (var time in new[] { "arrivalTime", "departureTime" })
            if (e.TryGetProperty(time, out var given) && !TimeOnly.TryParseExact(given.GetString(), "HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
                return $"{time} is no time of day.";
        if (e.TryGetProperty(Duration, out var minutes) && !(minutes.TryGetInt32(out var length) && length is >= 0 and <= 1440))
            return $"{Duration} is not between 0 and 1440.";
        return Text(e, "schoolReference.schoolId") is { } school && Text(e, "sessionReference.schoolId") != school ? "The session is of another school." : null;
    }

    public static string? Text(JsonElement e, string path)
    {
        foreach (var name in path.Split('.'))
            if (e.ValueKind != JsonValueKind.Object || !e.TryGetProperty(name, out e))
                return null;
        return e.ValueKind switch { JsonValueKind.String => e.GetString(), JsonValueKind.Number => e.GetRawText(), _ => null };
    }
}
