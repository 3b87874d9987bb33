using System.Globalization;
using K12Sync.Api.OData.Views;
using K12Sync.Api.SchoolCalendar;
using K12Sync.Domain.SchoolCalendar;
using K12Sync.OData;

namespace K12Sync.Api.OData.Writes;

/// <summary><c>Schools(1)/K12Sync.PeriodAt(date=2026-09-15,time=09:17:00)</c>: where a time of day lands.</summary>
internal static class PeriodAt
{
    public static async Task<ODataResult> AnswerAsync(OperationCall call)
    {
        var (date, time) = (call.Get<DateOnly>("date"), call.Get<TimeOnly>("time"));
        var (day, position) = await new CalendarOperations(RowsOfCaller.Db(call.Context)).AtAsync((long)call.Key[0]!, date, time, call.Stopped);
        var schedule = (day.SegmentAt(time).Setting as DaySetting.InForce)?.Schedule;
        var period = (position as DayPosition.InPeriod)?.Period;
        return new ODataResult.Value(new PeriodInForceView
        {
            Date = date,
            Time = time,
            ScheduleName = schedule?.Name,
            PeriodName = period?.Name,
            SisPeriodCode = period?.SisPeriodCode,
            Opens = period?.Opens,
            Bell = period?.Bell,
            Ends = period?.Ends,
            TakesAttendance = period?.TakesAttendance,
            MinutesLate = (position as DayPosition.InPeriod)?.MinutesLate,
            Windows = period is null ? [] : ClassPeriodView.From(schedule!.Periods.Where(p => p.Name == period.Name && p.SisPeriodCode == period.SisPeriodCode)),
            Reason = Reason(position, date, schedule?.Name),
        });
    }

    private static string? Reason(DayPosition position, DateOnly date, string? schedule) => position switch
    {
        DayPosition.NoScheduleSet => string.Create(CultureInfo.InvariantCulture, $"Nobody has said which bell schedule is in force on {date:yyyy-MM-dd}. Set the day in the calendar."),
        DayPosition.NoSchool => string.Create(CultureInfo.InvariantCulture, $"There is no school then on {date:yyyy-MM-dd}."),
        DayPosition.BeforeSchool(var opens) => string.Create(CultureInfo.InvariantCulture, $"Before the first period of {schedule}, which opens at {opens:HH:mm}."),
        DayPosition.AfterSchool(var ended) => string.Create(CultureInfo.InvariantCulture, $"After the last period of {schedule}, which ended at {ended:HH:mm}."),
        _ => null,
    };
}

/// <summary>The period in force at a time, with all its windows of the day; without one the reason why there is none.</summary>
internal sealed class PeriodInForceView
{
    public DateOnly Date { get; init; }
    public TimeOnly Time { get; init; }
    public string? ScheduleName { get; init; }
    public string? PeriodName { get; init; }
    public string? SisPeriodCode { get; init; }
    public TimeOnly? Opens { get; init; }
    public TimeOnly? Bell { get; init; }
    public TimeOnly? Ends { get; init; }
    public bool? TakesAttendance { get; init; }
    public int? MinutesLate { get; init; }
    public IReadOnlyList<ClassPeriodView> Windows { get; init; } = [];
    public string? Reason { get; init; }
}
