using K12Sync.Api.BellSchedules;
using K12Sync.Data;
using K12Sync.Domain.BellSchedules;
using K12Sync.Domain.Roster;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Imports;

/// <summary>
/// <c>SchoolCode,Schedule,Period,SisPeriodCode,Opens,Bell,Ends,TakesAttendance</c>, one row per window, times <c>HH:mm</c>, Opens blank:
/// at the bell. A schedule stands or falls as a whole, and since nobody knows whose an unreadable row is, it takes those of the rows
/// beside it along. One with gaps is refused unless <paramref name="closeGaps"/> says whose the passing time is.
/// </summary>
internal sealed class BellSchedulesFile(K12SyncDb db, GapClosingStrategy? closeGaps, Func<School, DateOnly> effectiveFrom) : IFileImport
{
    public string FileName => "bell-schedules.csv";

    public async Task ReadAsync(string path, FileReport report, CancellationToken cancellation)
    {
        using var table = CsvTable.Open(path, report, ["SchoolCode", "Schedule", "Period", "SisPeriodCode", "Bell", "Ends"], ["Opens", "TakesAttendance"]);
        var schools = await db.Schools.AsNoTracking().ToDictionaryAsync(s => s.Code, StringComparer.Ordinal, cancellation);
        var drafts = new Dictionary<(string School, string Name), Draft>();
        Draft? latest = null;
        var unreadable = 0L;
        while (table?.Read() == true)
        {
            var key = (table.Text("SchoolCode"), table.Text("Schedule"));
            if (!drafts.TryGetValue(key, out var draft))
                drafts[key] = draft = new Draft();
            draft.Take(table, schools.ContainsKey(key.Item1));
            if (table.LastUnreadable > unreadable)
            {
                unreadable = table.LastUnreadable;
                latest?.BreakAt(unreadable);
                draft.BreakAt(unreadable);
            }
            latest = draft;
        }
        if (table?.LastUnreadable > unreadable)
            latest?.BreakAt(table.LastUnreadable);
        foreach (var ((school, name), draft) in drafts)
            await SaveAsync(schools.GetValueOrDefault(school), name, draft, report, cancellation);
    }

    private async Task SaveAsync(School? school, string name, Draft draft, FileReport report, CancellationToken cancellation)
    {
        if (school is null || draft.Faults.Count > 0)
        {
            foreach (var (line, fault) in draft.Faults)
                report.Reject(line, fault ?? $"Schedule {name} was refused as a whole, because line {draft.Faults.First(f => f.Reason is not null).Line} was.");
            return;
        }
        if (draft.BrokenAt is { } broken)
        {
            foreach (var line in draft.Lines)
                report.Reject(line, $"Schedule {name} was refused as a whole, because line {broken}, which may belong to it, could not be read.");
            return;
        }
        var closed = closeGaps is { } strategy ? GapClosing.Close(draft.Periods, strategy) : new GapClosingResult([.. draft.Periods], []);
        if (BellSchedule.Check(name, closed.Periods) is not BellScheduleCheck.Valid valid)
        {
            var refused = (BellScheduleCheck.Refused)BellSchedule.Check(name, closed.Periods);
            report.Reject(draft.Lines[0], draft.Explain(refused));
            foreach (var line in draft.Lines.Skip(1))
                report.Reject(line, $"Schedule {name} was refused as a whole; see line {draft.Lines[0]}.");
            return;
        }
        if (closed.Closed.Length > 0)
            report.Note(draft.Lines[0], $"Schedule {name} of {school.Code}: closed {closed.Closed.Length} {(closed.Closed.Length == 1 ? "gap" : "gaps")} between periods ({closeGaps}); no bell was moved.");
        report.Count(await new BellScheduleOperations(db).SaveAsync(school.Id, valid.Schedule, closed.Closed.Length > 0 ? draft.Periods : [], effectiveFrom(school), cancellation), draft.Lines.Count);
    }

    /// <summary>The rows of one schedule while the file is being read.</summary>
    private sealed class Draft
    {
        public List<ClassPeriod> Periods { get; } = [];
        public List<long> Lines { get; } = [];

        /// <summary>Empty if every row is a period; otherwise one for each row, with a null reason for those that fall with the others.</summary>
        public List<(long Line, string? Reason)> Faults { get; } = [];

        /// <summary>An unreadable line beside the rows, or null.</summary>
        public long? BrokenAt { get; private set; }

        public void BreakAt(long line) => BrokenAt ??= line;

        public void Take(CsvTable table, bool schoolIsKnown)
        {
            var reason = schoolIsKnown ? Period(table) : $"School '{table.Text("SchoolCode")}' is not in schools.csv.";
            if (reason is not null && Faults.Count == 0)
                Faults.AddRange(Lines.Select(l => (l, (string?)null)));
            Lines.Add(table.Line);
            if (Faults.Count > 0 || reason is not null)
                Faults.Add((table.Line, reason));
        }

        private string? Period(CsvTable table)
        {
            var (opens, attendance) = (table.Text("Opens"), table.Text("TakesAttendance"));
            if (!WallClock.TryTime(table.Text("Bell"), out var bell) || !WallClock.TryTime(table.Text("Ends"), out var ends)
                || !WallClock.TryTime(opens.Length > 0 ? opens : table.Text("Bell"), out var from))
                return "Opens, Bell and Ends are times on the 24-hour clock, like 08:05. A period cannot end after 23:59.";
            if (!YesNo.TryRead(attendance, whenBlank: true, out var takes))
                return $"TakesAttendance is '{attendance}'. Write true or false.";
            if (ClassPeriod.Check(table.Text("Period"), table.Text("SisPeriodCode"), from, bell, ends, takes) is { } fault)
                return fault;
            Periods.Add(new ClassPeriod(table.Text("Period"), table.Text("SisPeriodCode"), from, bell, ends, takes));
            return null;
        }

        public string Explain(BellScheduleCheck.Refused refused)
        {
            var reason = refused.Describe();
            if (refused.OnlyGaps)
                return $"{reason} Import with --close-gaps NextOpensEarly (passing time belongs to the class the student is late for), PreviousEndsLate or Split.";
            var apart = Lines.Zip(Lines.Skip(1)).FirstOrDefault(pair => pair.Second != pair.First + 1);
            return apart == default ? reason : $"{reason} The name is used in two places (lines {apart.First} and {apart.Second}): if they are two schedules, give them two names.";
        }
    }
}
