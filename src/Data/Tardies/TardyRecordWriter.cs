using K12Sync.Data.Storage;
using K12Sync.Domain.Tardies;

namespace K12Sync.Data.Tardies;

/// <summary>Brings the tardy records of mapped days in line with their outcomes. Runs in the caller's transaction.</summary>
internal sealed class TardyRecordWriter(K12SyncDb db)
{
    private static readonly (string, Holds)[] Claim =
    [
        ("period", Holds.Text), ("code", Holds.Text), ("external", Holds.Text), ("minutes", Holds.Number), ("passId", Holds.Text), ("issued", Holds.Number), ("stamp", Holds.Number),
    ];

    /// <summary>Adds what is missing, gives a new version to what says something else, and withdraws what is no tardy any more.</summary>
    /// <param name="schoolId">The school of all days.</param>
    /// <param name="days">Each of them whole.</param>
    /// <param name="cancellation">Stops between rows.</param>
    public async Task SaveAsync(long schoolId, IReadOnlyList<MappedDay> days, CancellationToken cancellation)
    {
        var there = await ThereAsync(schoolId, [.. days.Select(d => d.Day.Date)], cancellation);
        var (added, changed) = (new List<Write>(), new List<Write>());
        foreach (var (day, passes) in days)
            foreach (var (stored, outcome) in passes)
            {
                if (outcome is not TardyOutcome.Tardy { Hit: { } hit } tardy)
                    continue;
                var says = new Words(hit.Period.Name, stored.Pass.Code, tardy.ExternalCode, hit.MinutesLate, stored.Pass.PassId, stored.Pass.IssuedAt.UtcTicks);
                var key = (day.Date, stored.Pass.StudentNumber, hit.Period.SisPeriodCode);
                if (!there.Remove(key, out var record))
                    added.Add(new Write(0, key, says));
                else if (record.Withdrawn || record.Says != says)
                    changed.Add(new Write(record.Id, key, says));
            }
        var withdrawn = there.Values.Where(r => !r.Withdrawn).Select(r => r.Id).ToList();
        if (added.Count + changed.Count + withdrawn.Count == 0)
            return;
        var stamp = await ChangeClock.TakeAsync(db, added.Count + changed.Count + withdrawn.Count, cancellation);
        await AddAsync(schoolId, added, stamp, cancellation);
        await ChangeAsync(changed, stamp + added.Count, cancellation);
        await WithdrawAsync(withdrawn, stamp + added.Count + changed.Count, cancellation);
    }

    private async Task<Dictionary<(DateOnly, string, string), Record>> ThereAsync(long schoolId, HashSet<DateOnly> dates, CancellationToken cancellation)
    {
        await using var row = await db.ReadRowsAsync("""
            SELECT "Id", "Date", "StudentNumber", "SisPeriodCode", "Withdrawn", "PeriodName", "Code", "ExternalCode", "MinutesLate", "PassId", "IssuedAt"
            FROM "TardyRecords" WHERE "DistrictId" = @district AND "SchoolId" = @school AND "Date" BETWEEN @first AND @last;
            """, cancellation, ("@school", schoolId), ("@first", dates.Min()), ("@last", dates.Max()));
        var there = new Dictionary<(DateOnly, string, string), Record>();
        while (await row.ReadAsync(cancellation))
            if (row.Day(1) is var date && dates.Contains(date))
                there.Add((date, row.Shared(2), row.Shared(3)), new Record(row.Number(0), row.Truth(4),
                    new Words(row.Shared(5), row.Shared(6), row.Shared(7), (int)row.Number(8), row.Text(9), row.Number(10))));
        return there;
    }

    private async Task AddAsync(long schoolId, List<Write> added, long stamp, CancellationToken cancellation)
    {
        await using var insert = db.RowWriter("""
            INSERT INTO "TardyRecords" ("DistrictId", "SchoolId", "StudentNumber", "Date", "SisPeriodCode", "PeriodName", "Code", "ExternalCode", "MinutesLate", "PassId", "IssuedAt", "RecordVersion", "Withdrawn", "Version", "ChangeVersion")
            SELECT @district, {school}, {student}, {date}, {sis}, {period}, {code}, {external}, {minutes}, {passId}, {issued}, 1, FALSE, {stamp}, {stamp} {rows};
            """, [("school", Holds.Number), ("student", Holds.Text), ("date", Holds.Day), ("sis", Holds.Text), .. Claim]);
        foreach (var (_, (date, student, sis), says) in added)
            await says.Add(insert.Add(schoolId).Add(student).Add(date).Add(sis)).Add(stamp++).EndRowAsync(cancellation);
        await insert.FlushAsync(cancellation);
    }

    private async Task ChangeAsync(List<Write> changed, long stamp, CancellationToken cancellation)
    {
        await using var update = db.RowWriter("""
            UPDATE "TardyRecords" SET "PeriodName" = {period}, "Code" = {code}, "ExternalCode" = {external}, "MinutesLate" = {minutes}, "PassId" = {passId}, "IssuedAt" = {issued},
                "RecordVersion" = "RecordVersion" + 1, "Withdrawn" = FALSE, "Version" = {stamp}, "ChangeVersion" = {stamp}
            {rows} WHERE "TardyRecords"."DistrictId" = @district AND "TardyRecords"."Id" = {id};
            """, [.. Claim, ("id", Holds.Number)]);
        foreach (var (id, _, says) in changed)
            await says.Add(update).Add(stamp++).Add(id).EndRowAsync(cancellation);
        await update.FlushAsync(cancellation);
    }

    private async Task WithdrawAsync(List<long> withdrawn, long stamp, CancellationToken cancellation)
    {
        await using var withdraw = db.RowWriter("""
            UPDATE "TardyRecords" SET "RecordVersion" = "RecordVersion" + 1, "Withdrawn" = TRUE, "Version" = {stamp}, "ChangeVersion" = {stamp}
            {rows} WHERE "TardyRecords"."DistrictId" = @district AND "TardyRecords"."Id" = {id};
            """, ("stamp", Holds.Number), ("id", Holds.Number));
        foreach (var id in withdrawn)
            await withdraw.Add(stamp++).Add(id).EndRowAsync(cancellation);
        await withdraw.FlushAsync(cancellation);
    }

    /// <summary>What a record says beside its key, compared ordinally.</summary>
    private readonly record struct Words(string PeriodName, string Code, string ExternalCode, int MinutesLate, string PassId, long IssuedAt)
    {
        public RowWriter Add(RowWriter row) => row.Add(PeriodName).Add(Code).Add(ExternalCode).Add(MinutesLate).Add(PassId).Add(IssuedAt);
    }

    private readonly record struct Record(long Id, bool Withdrawn, Words Says);

    /// <summary>A record to be written; <paramref name="Id"/> means nothing where there is none yet.</summary>
    private readonly record struct Write(long Id, (DateOnly Date, string Student, string Sis) Key, Words Says);
}
