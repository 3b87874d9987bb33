using System.Globalization;

namespace K12Sync.EndToEnd.RealSchools;

/// <summary>What became of a pass. Blank is blank in the program's output.</summary>
internal sealed record NaiveRow(NaivePass Pass, DateTime Local, NaiveWindow? Window, int MinutesLate, string ExternalCode, string Outcome)
{
    public string Date => Local.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>The columns of <c>map --format csv</c> without the reason.</summary>
    public string Line => string.Join('|', Pass.PassId, Pass.School, Pass.Student, Date, Window?.Name, Window?.SisPeriodCode,
        Window is null ? "" : $"{MinutesLate}", ExternalCode, Outcome);
}

/// <summary>The rules from pass to tardy, one after the other. Minutes are the difference of two readings of the wall clock.</summary>
internal static class NaiveMapper
{
    public static List<NaiveRow> Map(NaiveDistrict district)
    {
        var rows = district.Passes.Values.Select(p => Judge(district, p)).ToList();
        var duplicates = new HashSet<string>(StringComparer.Ordinal);
        foreach (var day in rows.Where(r => r.Outcome == "Tardy").GroupBy(r => (r.Pass.School, r.Pass.Student, r.Date)).ToList())
            foreach (var mine in day)
                foreach (var other in day)
                    if (other.Window!.SisPeriodCode == mine.Window!.SisPeriodCode && CameBefore(other.Pass, mine.Pass))
                        duplicates.Add(mine.Pass.PassId);
        var settled = rows.Select(r => duplicates.Contains(r.Pass.PassId) ? r with { Outcome = "Duplicate", ExternalCode = "" } : r);
        return [.. settled.OrderBy(r => r.Pass.PassId, StringComparer.Ordinal)];
    }

    private static NaiveRow Judge(NaiveDistrict district, NaivePass pass)
    {
        var (zone, grace) = district.Schools[pass.School];
        var local = TimeZoneInfo.ConvertTimeFromUtc(pass.Utc, zone);
        var inForce = InForce(district, pass.School, local);
        var windows = inForce is null or "" ? [] : district.Schedules[(pass.School, inForce)];
        NaiveWindow? window = null;
        foreach (var w in windows)
            if (w.Opens <= local.TimeOfDay && local.TimeOfDay < w.Ends)
                window = w;
        var late = window is null || local.TimeOfDay < window.Bell ? TimeSpan.Zero : local.TimeOfDay - window.Bell;
        var minutes = (int)Math.Floor(late.TotalMinutes);
        if (!district.Codes.TryGetValue((pass.School, pass.Code), out var code))
            district.Codes.TryGetValue(("", pass.Code), out code);
        var external = code?.External ?? "";
        foreach (var step in code?.Ladder ?? [])
            if (step.From <= minutes)
                external = step.External;

        string outcome;
        if (pass.Voided)
            outcome = "Voided";
        else if (!district.Students.Contains(pass.Student))
            outcome = "UnknownStudent";
        else if (!district.Enrolled.Contains((pass.School, pass.Student)))
            outcome = "NotEnrolled";
        else if (code is null)
            outcome = "UnknownCode";
        else if (code.Type != "Tardy")
            outcome = "NotTardyCode";
        else if (external == "")
            outcome = "NoExternalCode";
        else if (inForce == "")
            outcome = "NoSchool";
        else if (inForce is null)
            outcome = "NoScheduleSet";
        else if (local.TimeOfDay < windows[0].Opens)
            outcome = "BeforeSchool";
        else if (local.TimeOfDay >= windows[^1].Ends)
            outcome = "AfterSchool";
        else if (!window!.TakesAttendance)
            outcome = "PeriodTakesNoAttendance";
        else if (grace is not null && local.TimeOfDay <= window.Bell + TimeSpan.FromMinutes(grace.Value))
            outcome = "OnTime";
        else
            outcome = "Tardy";
        return new NaiveRow(pass, local, window, minutes, outcome == "Tardy" ? external : "", outcome);
    }

    /// <summary>The schedule in force; blank: no school; null: nobody has said.</summary>
    private static string? InForce(NaiveDistrict district, string school, DateTime local)
    {
        var inForce = district.Week.GetValueOrDefault((school, local.DayOfWeek.ToString()));
        if (district.Calendar.TryGetValue((school, DateOnly.FromDateTime(local)), out var dated))
            foreach (var (from, schedule) in dated.OrderBy(d => d.Key))
                if (from <= local.TimeOfDay)
                    inForce = schedule;
        return inForce;
    }

    private static bool CameBefore(NaivePass a, NaivePass b) =>
        a.Utc < b.Utc || (a.Utc == b.Utc && string.CompareOrdinal(a.PassId, b.PassId) < 0);
}
