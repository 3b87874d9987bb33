using System.Collections.Immutable;

namespace K12Sync.Domain.Exports;

/// <summary>A schedule in JSON: <c>{"at": ["06:30"]}</c>, <c>{"everyMinutes": 15, "from": "08:00", "to": "16:00"}</c>, <c>{"monthEnd": "18:00"}</c>, <c>{"cadence": {...}}</c> or <c>{"cron": "..."}</c>.</summary>
internal sealed record ScheduleForm
{
    private static readonly ImmutableArray<DayOfWeek> Weekdays = [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday];

    public ImmutableArray<TimeOnly>? At { get; init; }
    public int? EveryMinutes { get; init; }
    public TimeOnly? From { get; init; }
    public TimeOnly? To { get; init; }
    public ImmutableArray<DayOfWeek>? On { get; init; }
    public TimeOnly? MonthEnd { get; init; }
    public string? Cron { get; init; }
    public CadenceForm? Cadence { get; init; }

    public static ScheduleForm Of(DeliverySchedule schedule) => schedule switch
    {
        DeliverySchedule.Times times => new() { At = times.At, On = times.On },
        DeliverySchedule.Interval interval => new() { EveryMinutes = interval.EveryMinutes, From = interval.From, To = interval.To, On = interval.On },
        DeliverySchedule.MonthEnd end => new() { MonthEnd = end.At },
        DeliverySchedule.Cron cron => new() { Cron = cron.Expression },
        DeliverySchedule.Cadence cadence => new() { Cadence = new CadenceForm(cadence.AfterCheckOutMinutes, cadence.Nightly, cadence.Mondays, cadence.AtMonthEnd) },
        _ => throw new InvalidOperationException($"No JSON for {schedule.GetType().Name}."),
    };

    public DeliverySchedule Schedule() => this switch
    {
        { Cadence: { } cadence, At: null, EveryMinutes: null, From: null, To: null, On: null, MonthEnd: null, Cron: null } => cadence.Schedule(),
        { Cadence: not null } => throw new FormatException("\"schedule\": \"cadence\" stands alone."),
        { At: { IsEmpty: false } at, EveryMinutes: null, From: null, To: null, MonthEnd: null, Cron: null } => new DeliverySchedule.Times([.. at.Distinct().Order()], Days()),
        { EveryMinutes: >= 1 and <= 1440 and var every, From: var from, To: var to, At: null, MonthEnd: null, Cron: null }
            when (from ?? TimeOnly.MinValue) <= (to ?? new TimeOnly(23, 59)) =>
            new DeliverySchedule.Interval(every, from ?? TimeOnly.MinValue, to ?? new TimeOnly(23, 59), Days()),
        { MonthEnd: { } end, At: null, EveryMinutes: null, From: null, To: null, On: null, Cron: null } => new DeliverySchedule.MonthEnd(end),
        { Cron: { Length: > 0 } cron, At: null, EveryMinutes: null, From: null, To: null, On: null, MonthEnd: null } => new DeliverySchedule.Cron(cron),
        _ => throw new FormatException("\"schedule\" is one of {\"at\": [\"06:30\", \"15:45\"]}, {\"everyMinutes\": 15, \"from\": \"08:00\", \"to\": \"16:00\"}, {\"monthEnd\": \"18:00\"} and {\"cron\": \"0 30 6 ? * MON-FRI\"}; the first two take \"on\": [\"Monday\", ...], Monday to Friday where it is left out."),
    };

    private ImmutableArray<DayOfWeek> Days() => On is null or { IsEmpty: true } ? Weekdays : [.. On.Value.Distinct().Order()];
}

/// <summary>A cadence in JSON: <c>{"afterCheckOutMinutes": 5, "nightly": "00:15", "mondays": "01:00", "monthEnd": "23:30"}</c>; what is left out is not done.</summary>
internal sealed record CadenceForm(int? AfterCheckOutMinutes = null, TimeOnly? Nightly = null, TimeOnly? Mondays = null, TimeOnly? MonthEnd = null)
{
    public DeliverySchedule.Cadence Schedule() => this is { AfterCheckOutMinutes: null, Nightly: null, Mondays: null, MonthEnd: null } || AfterCheckOutMinutes is < 1 or > 60
        ? throw new FormatException("\"cadence\" is like {\"afterCheckOutMinutes\": 5, \"nightly\": \"00:15\", \"mondays\": \"01:00\", \"monthEnd\": \"23:30\"}; at least one of them, and 1 to 60 minutes.")
        : new DeliverySchedule.Cadence(AfterCheckOutMinutes, Nightly, Mondays, MonthEnd);
}
