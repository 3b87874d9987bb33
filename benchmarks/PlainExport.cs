using System.Globalization;
using CsvHelper;
using K12Sync.Data;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Benchmarks;

/// <summary>The same file as one would write it first: EF, TimeZoneInfo, and CsvHelper's writer.</summary>
public sealed class PlainExport(K12SyncDb db, long connectorId)
{
    private static readonly string[] Header = ["SchoolCode", "StudentNumber", "Date", "Period", "SisPeriodCode", "ExternalCode", "MinutesLate", "PassId", "IssuedAt"];

    /// <summary>From the stored tardies that the ledger has no line for.</summary>
    public async Task<byte[]> FromRecordsAsync()
    {
        var schools = await db.Schools.AsNoTracking().ToDictionaryAsync(s => s.Id);
        var records = await db.TardyRecords.AsNoTracking()
            .Where(r => !r.Withdrawn && !db.SyncEntries.Any(e => e.ConnectorId == connectorId && e.RecordId == r.Id && e.SettlesVersion == r.RecordVersion))
            .Join(db.Schools, r => r.SchoolId, s => s.Id, (r, s) => new { Record = r, s.Code })
            .OrderBy(x => x.Code).ThenBy(x => x.Record.Date).ThenBy(x => x.Record.SisPeriodCode).ThenBy(x => x.Record.StudentNumber)
            .ToListAsync();
        return Write(records.Select(x => new TardyRow(x.Code, x.Record.StudentNumber, x.Record.Date, x.Record.PeriodName, x.Record.SisPeriodCode,
            x.Record.ExternalCode, x.Record.MinutesLate, x.Record.PassId,
            TimeZoneInfo.ConvertTime(x.Record.IssuedAt, TimeZoneInfo.FindSystemTimeZoneById(schools[x.Record.SchoolId].Zone.Id)))));
    }

    /// <summary>From the stored passes, mapped on the way; nothing is stored.</summary>
    public async Task<byte[]> FromPassesAsync()
    {
        var schools = await db.Schools.AsNoTracking().ToDictionaryAsync(s => s.Id);
        var codes = await db.BehaviorCodes.AsNoTracking().ToDictionaryAsync(c => c.Code);
        var enrolled = (await db.Enrollments.AsNoTracking().Select(e => new { e.SchoolId, e.StudentNumber }).ToListAsync()).ToHashSet();
        var passes = await db.Passes.AsNoTracking().Where(p => !p.Voided).OrderBy(p => p.IssuedAt).ThenBy(p => p.PassId).ToListAsync();
        var rows = new Dictionary<(long, string, DateOnly, string), TardyRow>();
        foreach (var pass in passes)
        {
            var local = TimeZoneInfo.ConvertTime(pass.IssuedAt, TimeZoneInfo.FindSystemTimeZoneById(schools[pass.SchoolId].Zone.Id));
            var (date, time) = (DateOnly.FromDateTime(local.DateTime), TimeOnly.FromDateTime(local.DateTime));
            var period = date.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? null
                : PassWorkload.Regular.Periods.FirstOrDefault(p => p.Opens <= time && time < p.Ends);
            if (period is null || !enrolled.Contains(new { pass.SchoolId, pass.StudentNumber }) || !codes.TryGetValue(pass.Code, out var code))
                continue;
            var late = Math.Max(0, (int)(time.ToTimeSpan() - period.Bell.ToTimeSpan()).TotalMinutes);
            rows.TryAdd((pass.SchoolId, pass.StudentNumber, date, period.SisPeriodCode), new TardyRow(schools[pass.SchoolId].Code, pass.StudentNumber, date,
                $"Period {period.Name}", period.SisPeriodCode, code.Ladder?.CodeAt(late) ?? code.ExternalCode!, late, pass.PassId, local));
        }
        return Write(rows.Values.OrderBy(r => r.SchoolCode, StringComparer.Ordinal).ThenBy(r => r.Date).ThenBy(r => r.SisPeriodCode, StringComparer.Ordinal).ThenBy(r => r.StudentNumber, StringComparer.Ordinal));
    }

    private static byte[] Write(IEnumerable<TardyRow> rows)
    {
        using var file = new MemoryStream();
        using (var csv = CsvWriter.Create(file, CsvWriterOptions.Default, leaveOpen: true))
        {
            csv.WriteRecord(Header);
            foreach (var row in rows)
                csv.WriteRecord([row.SchoolCode, row.StudentNumber, row.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), row.Period, row.SisPeriodCode, row.ExternalCode,
                    row.MinutesLate.ToString(CultureInfo.InvariantCulture), row.PassId, row.IssuedAt.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture)]);
        }
        return file.ToArray();
    }

    private sealed record TardyRow(string SchoolCode, string StudentNumber, DateOnly Date, string Period, string SisPeriodCode, string ExternalCode, int MinutesLate, string PassId, DateTimeOffset IssuedAt);
}
