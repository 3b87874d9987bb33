using System.Globalization;
using K12Sync.Data;
using K12Sync.Data.Exports;
using K12Sync.Data.SchoolCalendar;
using K12Sync.Data.Tardies;
using K12Sync.Domain.Exports;
using K12Sync.Domain.Passes;
using K12Sync.Domain.Roster;
using K12Sync.Domain.SchoolCalendar;
using K12Sync.Domain.Tardies;
using K12Sync.TardyEngine;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Tardies;

/// <summary>The story of one pass in sentences: where and when, the day, the period, what became of it, and where it went.</summary>
public sealed record PassStory(string PassId, string SchoolCode, OutcomeKind Outcome, IReadOnlyList<string> Sentences);

/// <summary>The story of a student's day. <paramref name="Remark"/> is what else should be known, or null.</summary>
public sealed record StudentDayStory(string StudentNumber, DateOnly Date, IReadOnlyList<PassStory> Passes, string? Remark);

/// <summary>Answers why a tardy is, or is not, in the SIS.</summary>
public sealed class WhyOperations(K12SyncDb db)
{
    /// <summary>Everything about a student's passes on a day of the school's zone. Outcomes are as of now; deliveries as the ledger has them.</summary>
    public async Task<StudentDayStory> ExplainAsync(string studentNumber, DateOnly date, CancellationToken cancellation)
    {
        var stories = new List<PassStory>();
        var schools = await db.Passes.AsNoTracking().Where(p => p.StudentNumber == studentNumber && p.Date == date).Select(p => p.SchoolId).Distinct().ToListAsync(cancellation);
        foreach (var school in schools.Order())
            stories.AddRange(await ExplainAtAsync(school, studentNumber, date, cancellation));
        return new StudentDayStory(studentNumber, date, stories,
            await StraysAsync(studentNumber, date, cancellation) ?? (stories.Count > 0 ? null : await RemarkAsync(studentNumber, cancellation)));
    }

    /// <summary>The story of one pass; null: there is none of that id.</summary>
    /// <param name="passId">Which.</param>
    /// <param name="namesOthers">Whether another student's number may be told where that one may have been meant.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task<PassStory?> ExplainAsync(string passId, bool namesOthers, CancellationToken cancellation)
    {
        var pass = await db.Passes.AsNoTracking().Where(p => p.PassId == passId).Select(p => new { p.SchoolId, p.StudentNumber, p.Date }).SingleOrDefaultAsync(cancellation);
        return pass is null ? null : (await ExplainAtAsync(pass.SchoolId, pass.StudentNumber, pass.Date, cancellation, passId, namesOthers)).SingleOrDefault();
    }

    private async Task<IEnumerable<PassStory>> ExplainAtAsync(long schoolId, string studentNumber, DateOnly date, CancellationToken cancellation, string? onlyPass = null, bool namesOthers = true)
    {
        var mapper = await SchoolMapper.LoadAsync(db, await DistrictFacts.LoadAsync(db, cancellation), schoolId, cancellation);
        var passes = await new ResolutionStore(db).PassesAsync(schoolId, date, date, cancellation);
        var day = mapper.Calendar.On(date);
        var wholeDaySet = await db.DatedDays.AnyAsync(d => d.SchoolId == schoolId && d.Date == date && d.From == TimeOnly.MinValue && d.Kind != DayChoiceKind.Default, cancellation);
        var stories = new List<PassStory>();
        foreach (var mapped in mapper.Map([.. passes.Select(p => p.Pass)], date, date)
            .Where(m => m.Pass.StudentNumber == studentNumber && (onlyPass is null || m.Pass.PassId == onlyPass)).OrderBy(m => m.Pass.IssuedAt).ThenBy(m => m.Pass.PassId, StringComparer.Ordinal))
        {
            List<string> sentences = [Given(mapper.School, mapped.Pass), Day(day, mapper.School.Zone.At(mapped.Pass.IssuedAt).Time, wholeDaySet), .. Window(mapped.Outcome)];
            sentences.Add($"Outcome: {mapped.Outcome.Kind}. {mapped.Outcome.Reason}");
            if (mapped.Outcome is TardyOutcome.UnknownStudent && await MeantAsync(studentNumber, cancellation) is { } meant)
                sentences.Add($"There is a student {(namesOthers ? meant : "whose number differs from this")}: leading zeros count. If that is who was meant, void this pass and give a new one.");
            if (mapped.Outcome is TardyOutcome.Tardy)
                sentences.AddRange(await DeliveriesAsync(mapped, mapper.School.Zone, cancellation));
            else
                sentences.AddRange(await LeftoversAsync(mapped, cancellation));
            stories.Add(new PassStory(mapped.Pass.PassId, mapper.School.Code, mapped.Outcome.Kind, sentences));
        }
        return stories;
    }

    private static string Given(School school, HallPass pass)
    {
        var moment = school.Zone.At(pass.IssuedAt);
        return $"Given at {school.Name} at {moment.Time:HH:mm:ss} ({school.Zone}) with code {pass.Code}.";
    }

    /// <summary>With only a mid-day change in the calendar (<paramref name="wholeDaySet"/> false), the part before it is the default week's.</summary>
    private static string Day(SchoolDay day, TimeOnly time, bool wholeDaySet)
    {
        var segment = day.SegmentAt(time);
        var dated = day.Source == DaySource.DatedDay && (wholeDaySet || segment.From != TimeOnly.MinValue);
        var source = segment.Setting is DaySetting.Unset ? "neither the calendar nor the default week says anything"
            : dated ? "set for this date in the calendar"
            : $"from the default week ({day.Date.DayOfWeek})";
        var since = segment.From == TimeOnly.MinValue ? "" : $" since {segment.From:HH:mm}";
        return segment.Setting switch
        {
            DaySetting.InForce(var schedule) => $"Bell schedule in force{since}: {schedule.Name}, {source}.",
            DaySetting.NoSchool => $"No school{since}: {source}.",
            _ => $"No bell schedule is set{since}: {source}.",
        };
    }

    private static IEnumerable<string> Window(TardyOutcome outcome)
    {
        if (outcome.Hit is { Period: var period } hit)
            yield return $"That is in {period.Name} (window {period.Opens:HH:mm} to {period.Ends:HH:mm}, bell {period.Bell:HH:mm}, SIS period {(period.SisPeriodCode.Length > 0 ? period.SisPeriodCode : "none")}), {hit.MinutesLate} min after the bell.";
    }

    private async Task<IEnumerable<string>> DeliveriesAsync(MappedPass mapped, SchoolZone zone, CancellationToken cancellation)
    {
        var sis = mapped.Outcome.Hit!.Value.Period.SisPeriodCode;
        var record = await db.TardyRecords.AsNoTracking().SingleOrDefaultAsync(r =>
            r.SchoolId == mapped.Pass.SchoolId && r.StudentNumber == mapped.Pass.StudentNumber && r.Date == mapped.Date && r.SisPeriodCode == sis, cancellation);
        if (record is null)
            return ["It has not been stored as a tardy yet; the next export does that."];
        var connectors = (await db.Connectors.AsNoTracking().OrderBy(c => c.Name).ToListAsync(cancellation)).FindAll(c => c.Definition.Destination.Sends == RecordKind.Tardy);
        if (connectors.Count == 0)
            return ["No connector is set up, so nothing is sent. Add one with 'k12sync connector add FILE.json'."];
        var sentences = new List<string>();
        foreach (var connector in connectors)
            sentences.Add($"Connector {connector.Name}: {await DeliveryAsync(connector, record, zone, cancellation)}");
        return sentences;
    }

    private async Task<string> DeliveryAsync(ConnectorRow connector, TardyRecordRow record, SchoolZone zone, CancellationToken cancellation)
    {
        var held = await db.HeldRecords.AsNoTracking().SingleOrDefaultAsync(h => h.ConnectorId == connector.Id && h.RecordId == record.Id, cancellation);
        var entry = await db.SyncEntries.AsNoTracking()
            .Where(e => e.ConnectorId == connector.Id && e.RecordId == record.Id && e.SettlesVersion != null).OrderByDescending(e => e.SettlesVersion).FirstOrDefaultAsync(cancellation);
        var batch = entry?.BatchId is { } id ? await db.ExportBatches.AsNoTracking().SingleAsync(b => b.Id == id, cancellation) : null;
        var sent = (entry, batch) switch
        {
            ({ Status: SyncEntryStatus.Delivered }, { } b) => $"delivered in {b.FileName} at {At(b.DeliveredAt, zone)} with code {entry.ExternalCode}.",
            ({ Status: SyncEntryStatus.Unconfirmed }, { } b) => $"{b.FileName} left, but its arrival could not be confirmed: {b.Reason}",
            ({ Status: SyncEntryStatus.Unneeded }, _) => "nothing had to be sent, because the SIS had been told just this before.",
            ({ Status: SyncEntryStatus.ByHand }, _) => await ByHandAsync(connector, record, zone, cancellation),
            (not null, { } b) => $"in {b.FileName}, frozen at {At(b.FrozenAt, zone)} and on its way ({b.Status}); the next run finishes it.",
            _ => null,
        };
        if (entry?.SettlesVersion == record.RecordVersion)
            return sent!;
        var next = held is not null ? $"held since {At(held.Since, zone)} ({held.Reason}): {held.Explanation}" : "not sent yet; the next run sends it if the connector selects it.";
        return sent is null ? next : $"for an earlier version: {sent} It has changed since: {next}";
    }

    private async Task<string> ByHandAsync(ConnectorRow connector, TardyRecordRow record, SchoolZone zone, CancellationToken cancellation)
    {
        var correction = await db.ManualCorrections.AsNoTracking().Where(c => c.ConnectorId == connector.Id && c.RecordId == record.Id).OrderByDescending(c => c.Id).FirstOrDefaultAsync(cancellation);
        return correction switch
        {
            null => "it changed back to what the SIS had been told, so nobody has to do anything.",
            { DoneAt: { } done } => $"changed in the SIS by hand; correction {correction.Id} was ticked off at {At(done, zone)}.",
            _ => $"to be changed in the SIS by hand, because its layout cannot say it: correction {correction.Id}, on the list since {At(correction.Since, zone)}.",
        };
    }

    /// <summary>A pass that is no tardy, but whose record once was and was sent.</summary>
    private async Task<IEnumerable<string>> LeftoversAsync(MappedPass mapped, CancellationToken cancellation)
    {
        var record = await db.TardyRecords.AsNoTracking().FirstOrDefaultAsync(r => r.PassId == mapped.Pass.PassId && r.Withdrawn, cancellation);
        if (record is null)
            return await SuccessorAsync(mapped, cancellation) is { } successor ? [$"Pass {successor} counts for {mapped.Outcome.Hit!.Value.Period.Name} in its place."] : [];
        var told = await db.SyncEntries.AsNoTracking().Where(e => e.RecordId == record.Id && e.SettlesVersion != null).ToListAsync(cancellation);
        return told.GroupBy(e => e.ConnectorId).Select(g => g.FirstOrDefault(e => e.SettlesVersion == record.RecordVersion) switch
        {
            null => "It was a tardy before and had been sent; the next run takes it back.",
            { Status: SyncEntryStatus.ByHand } => "It was a tardy before and had been sent; a clerk takes it back by hand, see 'k12sync corrections list'.",
            _ => "It was a tardy before and had been sent; the withdrawal was sent too.",
        });
    }

    /// <summary>The pass that holds the period of a voided one, or null.</summary>
    private async Task<string?> SuccessorAsync(MappedPass mapped, CancellationToken cancellation) =>
        mapped.Outcome is TardyOutcome.Voided { Hit.Period.SisPeriodCode: var sis }
            ? await db.TardyRecords.AsNoTracking().Where(r => r.SchoolId == mapped.Pass.SchoolId && r.StudentNumber == mapped.Pass.StudentNumber
                && r.Date == mapped.Date && r.SisPeriodCode == sis && !r.Withdrawn).Select(r => r.PassId).FirstOrDefaultAsync(cancellation)
            : null;

    /// <summary>Passes of the day whose number differs from this in leading zeros only: typed by hand, most likely, and meant for this student.</summary>
    private async Task<string?> StraysAsync(string studentNumber, DateOnly date, CancellationToken cancellation)
    {
        var bare = studentNumber.TrimStart('0');
        if (bare.Length == 0 || !await db.Students.AnyAsync(s => s.StudentNumber == studentNumber, cancellation))
            return null;
        var near = await db.Passes.AsNoTracking().Where(p => p.Date == date && p.StudentNumber != studentNumber && p.StudentNumber.EndsWith(bare))
            .OrderBy(p => p.PassId).Select(p => new { p.PassId, p.StudentNumber }).ToListAsync(cancellation);
        var strays = near.Where(p => p.StudentNumber.TrimStart('0') == bare).Select(p => $"pass {p.PassId} carries {p.StudentNumber}").ToList();
        return strays.Count == 0
            ? null
            : $"On that day {string.Join(" and ", strays)}, which differs in leading zeros only. If this student was meant, void it and give a new pass with {studentNumber}.";
    }

    private async Task<string> RemarkAsync(string studentNumber, CancellationToken cancellation)
    {
        var days = await db.Passes.AsNoTracking().Where(p => p.StudentNumber == studentNumber).Select(p => p.Date).Distinct().OrderByDescending(d => d).Take(5).ToListAsync(cancellation);
        if (days.Count > 0)
            return $"No pass of this student is recorded on that day. There are passes on {string.Join(", ", days.Order().Select(d => d.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)))}.";
        if (await db.Students.AnyAsync(s => s.StudentNumber == studentNumber, cancellation))
            return "No pass of this student is recorded at all. If one was given, its kiosk has not sent it.";
        return await MeantAsync(studentNumber, cancellation) is { } meant
            ? $"No student has this number. There is {meant}: leading zeros count."
            : "No student has this number, and no pass carries it.";
    }

    /// <summary>The student whose number differs in leading zeros only, or null.</summary>
    private async Task<string?> MeantAsync(string studentNumber, CancellationToken cancellation)
    {
        var bare = studentNumber.TrimStart('0');
        var padded = await db.Students.AsNoTracking().Where(s => s.StudentNumber.EndsWith(bare)).Select(s => s.StudentNumber).ToListAsync(cancellation);
        return padded.Find(n => bare.Length > 0 && n.TrimStart('0') == bare);
    }

    private static string At(DateTimeOffset? instant, SchoolZone zone) =>
        instant is { } i && zone.At(i) is var moment ? $"{moment.Day:yyyy-MM-dd} {moment.Time:HH:mm:ss} ({zone})" : "an unknown time";
}
