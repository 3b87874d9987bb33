using System.Text.Json;
using K12Sync.Data.Storage;
using K12Sync.Domain.Childcare;

namespace K12Sync.Data.Childcare;

/// <summary>Brings the records of judged child-days in line with what they are. Runs in the caller's transaction.</summary>
internal sealed class AttendanceDayWriter(K12SyncDb db)
{
    private static readonly (string, Holds)[] Columns =
    [
        ("site", Holds.Number), ("kind", Holds.Text), ("code", Holds.Text), ("unknown", Holds.Text), ("care", Holds.Text), ("minutes", Holds.Number), ("open", Holds.Number),
        ("automatic", Holds.Number), ("readiness", Holds.Text), ("reason", Holds.Text), ("findings", Holds.Text), ("withdrawn", Holds.Number), ("stamp", Holds.Number),
    ];

    /// <summary>Adds what is missing, and gives a new version to what says something else. A day before the line that is missing has been let go of, and stays so.</summary>
    public async Task SaveAsync(IReadOnlyList<JudgedChildDay> days, DateOnly line, CancellationToken cancellation)
    {
        var there = await ThereAsync(days, cancellation);
        var (added, changed) = (new List<JudgedChildDay>(), new List<(long Id, long Version, Words Says)>());
        foreach (var judged in days)
        {
            var says = Words.Of(judged.Day);
            if (!there.TryGetValue((judged.Pending.ChildNumber, judged.Pending.Date), out var row))
            {
                if (judged.IsWorthARow && judged.Pending.Date >= line)
                    added.Add(judged);
            }
            else if (row.Says != says)
                changed.Add((row.Id, row.Says.ForTheAgency == says.ForTheAgency ? row.RecordVersion : row.RecordVersion + 1, says));
        }
        if (added.Count + changed.Count == 0)
            return;
        var stamp = await ChangeClock.TakeAsync(db, added.Count + changed.Count, cancellation);
        await AddAsync(added, stamp, cancellation);
        await ChangeAsync(changed, stamp + added.Count, cancellation);
    }

    private async Task<Dictionary<(string, DateOnly), Row>> ThereAsync(IReadOnlyList<JudgedChildDay> days, CancellationToken cancellation)
    {
        var children = JsonSerializer.Serialize(days.Select(d => d.Pending.ChildNumber).Distinct(StringComparer.Ordinal));
        await using var row = await db.ReadRowsAsync($"""
            SELECT "Id", "ChildNumber", "Date", "RecordVersion", "SiteId", "Kind", "Code", "Unknown", "Care", "Minutes", "IsOpen", "IsAutomatic", "Readiness", "Reason", "Findings"
            FROM "AttendanceDays" WHERE "DistrictId" = @district AND {db.IsOneOf("ChildNumber", "@children")} AND "Date" BETWEEN @first AND @last;
            """, cancellation, ("@children", children), ("@first", days.Min(d => d.Pending.Date)), ("@last", days.Max(d => d.Pending.Date)));
        var there = new Dictionary<(string, DateOnly), Row>();
        while (await row.ReadAsync(cancellation))
            there.Add((row.Shared(1), row.Day(2)), new Row(row.Number(0), row.Number(3), new Words(
                row.IsNull(4) ? null : row.Number(4), row.Shared(5), row.SharedOrNull(6), row.SharedOrNull(7), row.Text(8), (int)row.Number(9), row.Truth(10), row.Truth(11),
                row.Shared(12), row.Shared(13), row.Text(14))));
        return there;
    }

    private async Task AddAsync(List<JudgedChildDay> added, long stamp, CancellationToken cancellation)
    {
        await using var insert = db.RowWriter("""
            INSERT INTO "AttendanceDays" ("DistrictId", "ChildNumber", "Date", "SiteId", "Kind", "Code", "Unknown", "Care", "Minutes", "IsOpen", "IsAutomatic", "Readiness", "Reason", "Findings", "Withdrawn", "RecordVersion", "Version", "ChangeVersion")
            SELECT @district, {child}, {date}, {site}, {kind}, {code}, {unknown}, {care}, {minutes}, {open} <> 0, {automatic} <> 0, {readiness}, {reason}, {findings}, {withdrawn} <> 0, 1, {stamp}, {stamp} {rows};
            """, [("child", Holds.Text), ("date", Holds.Day), .. Columns]);
        foreach (var (pending, day, _) in added)
            await Words.Of(day).Add(insert.Add(pending.ChildNumber).Add(pending.Date)).Add(stamp++).EndRowAsync(cancellation);
        await insert.FlushAsync(cancellation);
    }

    private async Task ChangeAsync(List<(long Id, long Version, Words Says)> changed, long stamp, CancellationToken cancellation)
    {
        await using var update = db.RowWriter("""
            UPDATE "AttendanceDays" SET "SiteId" = {site}, "Kind" = {kind}, "Code" = {code}, "Unknown" = {unknown}, "Care" = {care}, "Minutes" = {minutes}, "IsOpen" = {open} <> 0,
                "IsAutomatic" = {automatic} <> 0, "Readiness" = {readiness}, "Reason" = {reason}, "Findings" = {findings}, "Withdrawn" = {withdrawn} <> 0,
                "RecordVersion" = {version}, "Version" = {stamp}, "ChangeVersion" = {stamp}
            {rows} WHERE "AttendanceDays"."DistrictId" = @district AND "AttendanceDays"."Id" = {id};
            """, [.. Columns, ("version", Holds.Number), ("id", Holds.Number)]);
        foreach (var (id, version, says) in changed)
            await says.Add(update).Add(stamp++).Add(version).Add(id).EndRowAsync(cancellation);
        await update.FlushAsync(cancellation);
    }

    /// <summary>What a row says beside its key, compared ordinally.</summary>
    private readonly record struct Words(
        long? Site, string Kind, string? Code, string? Unknown, string Care, int Minutes, bool IsOpen, bool IsAutomatic, string Readiness, string Reason, string Findings)
    {
        public static Words Of(AttendanceDay day)
        {
            var attended = day as AttendanceDay.Attended;
            return new Words(day.Site, day.Kind.ToString(), CodeOf(day), (day as AttendanceDay.Unknown)?.Why.ToString(), CareText.Write(attended?.Care ?? []), attended?.Minutes ?? 0,
                attended?.IsOpen ?? false, attended?.Care.Any(c => c.IsAutomatic) ?? false, day.Readiness.ToString(), day.Reason, CareText.Write(day.Findings));
        }

        private bool IsWithdrawn => Kind == nameof(AttendanceKind.Unknown);

        /// <summary>What the agency should hold; of a day of which nobody can say anything, nothing.</summary>
        public (long?, string, string?, string) ForTheAgency => IsWithdrawn ? (null, Kind, null, "") : (Site, Kind, Code, Care);

        public RowWriter Add(RowWriter row) => row.Add(Site).Add(Kind).Add(Code).Add(Unknown).Add(Care).Add(Minutes).Add(IsOpen ? 1 : 0)
            .Add(IsAutomatic ? 1 : 0).Add(Readiness).Add(Reason).Add(Findings).Add(IsWithdrawn ? 1 : 0);

        private static string? CodeOf(AttendanceDay day) => day switch
        {
            AttendanceDay.Absence(_, var code) => code.ToString(),
            AttendanceDay.Closure(_, var code) => code.ToString(),
            _ => null,
        };
    }

    private readonly record struct Row(long Id, long RecordVersion, Words Says);
}
