using System.Globalization;
using K12Sync.Api.CommandLine;
using K12Sync.Api.OData.Views;
using K12Sync.Api.SchoolCalendar;
using K12Sync.Data;
using K12Sync.Data.Access;
using K12Sync.Data.SchoolCalendar;
using K12Sync.Domain.SchoolCalendar;
using K12Sync.OData;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.OData.Writes;

/// <summary>Writes of a school's days: one by one, and many at once.</summary>
internal static class SchoolDayWrites
{
    private const int LongestRange = 400;

    /// <summary>POST: a day that the calendar has nothing of yet.</summary>
    public static async Task<ODataResult> CreateAsync(Change<SchoolDayView> change)
    {
        var (given, http) = (change.ToView(), change.Context);
        var (school, refusal) = await Writing.SchoolAsync(http, RowsOfCaller.Db(http), change.Has(d => d.SchoolId) ? given.SchoolId : null, nameof(given.SchoolId));
        if ((refusal ?? Outside(http, nameof(given.Date), given.Date)) is { } no)
            return no;
        return await Writing.RunAsync(http, null, null, async (work, stop) =>
        {
            if (await Day(work.Db, http, school!.Id, given.Date).Select(d => d.Source).SingleAsync(stop) == SchoolDaySource.Explicit)
                return new ODataResult.Conflict($"{Text(given.Date)} is set already. PATCH or PUT it, with its ETag in If-Match.", nameof(given.Date));
            return await SetAsync(change, work, school.Id, given.Date, replaces: true, stop) ?? new ODataResult.Created(school.Id, given.Date);
        });
    }

    public static async Task<ODataResult> UpdateAsync(Change<SchoolDayView> change)
    {
        var (school, date) = ((long)change.Key[0]!, (DateOnly)change.Key[1]!);
        return Writing.MayNot(change.Context, school) ?? await Writing.RunAsync(
            change.Context, change.ExpectedVersion, db => Day(db, change.Context, school, date).Select(d => d.Version), async (work, stop) =>
                await SetAsync(change, work, school, date, change.Kind == ChangeKind.Replace, stop) ?? new ODataResult.Saved(school, date));
    }

    /// <summary>DELETE: the default week decides about the day again.</summary>
    public static async Task<ODataResult> DeleteAsync(Change<SchoolDayView> change)
    {
        var (school, date) = ((long)change.Key[0]!, (DateOnly)change.Key[1]!);
        return Writing.MayNot(change.Context, school) ?? await Writing.RunAsync(
            change.Context, change.ExpectedVersion, db => Day(db, change.Context, school, date).Select(d => d.Version), async (work, stop) =>
            {
                await work.Calendar.SetAsync(school, [date], new DayChoice.Default(), [], stop);
                return new ODataResult.Done();
            });
    }

    /// <summary><c>SchoolDays/K12Sync.SetRange</c>.</summary>
    public static async Task<ODataResult> SetRangeAsync(OperationCall call)
    {
        var http = call.Context;
        var (school, refusal) = await Writing.SchoolAsync(http, RowsOfCaller.Db(http), call.Get<long>("schoolId"), "schoolId");
        var (first, last) = (call.Get<DateOnly>("first"), call.Get<DateOnly>("last"));
        if ((refusal ?? Outside(http, "first", first) ?? Outside(http, "last", last)) is { } no)
            return no;
        if (last < first || last.DayNumber - first.DayNumber >= LongestRange)
            return Writing.Invalid("last", $"The range must run forwards and have at most {LongestRange} days.");
        var weekdays = call.Get<IReadOnlyList<DayOfWeek>>("weekdays");
        var days = Enumerable.Range(0, last.DayNumber - first.DayNumber + 1).Select(first.AddDays).Where(d => weekdays is null or { Count: 0 } || weekdays.Contains(d.DayOfWeek)).ToList();
        if (days.Count == 0)
            return Writing.Invalid("weekdays", "None of these weekdays is in the range.");
        var work = await RowsOfCaller.WorkAsync(http);
        var asked = new ChoiceGiven(call.Get<DayChoiceKind?>("setting"), call.Get<string>("scheduleName"), "setting", "scheduleName");
        var (choice, wrong) = await asked.ReadAsync(work.Db, school!, call.Stopped);
        if (choice is null)
            return wrong ?? Writing.Invalid("setting", "Say what the days are set to: scheduleName, or setting NoSchool, Unset or Default.");
        Task SetAsync(CancellationToken stop) => call.Get<TimeOnly?>("from") is { } from && from != TimeOnly.MinValue ? work.Calendar.SetAsync(school!.Id, days, from, choice, stop)
            : work.Calendar.SetAsync(school!.Id, days, choice, choice is DayChoice.Default ? [] : null, stop);
        if (call.Get<bool?>("preview") == true)
            return new ODataResult.Value(new RangeSetView { Days = days.Count, Changes = await ChangesView.OfAsync(work, school!.Code, SetAsync, call.Stopped) });
        return await Writing.RunAsync(http, null, null, async (_, stop) =>
        {
            await SetAsync(stop);
            return new ODataResult.Value(new RangeSetView { Days = days.Count, Saved = true });
        });
    }

    private static IQueryable<SchoolDayView> Day(K12SyncDb db, HttpContext http, long school, DateOnly date) =>
        SchoolDayView.Of(db, SchoolSet.Of(school), RowsOfCaller.Span(http)).Where(d => d.SchoolId == school && d.Date == date);

    /// <summary>Null: it is set.</summary>
    private static async Task<ODataResult?> SetAsync(Change<SchoolDayView> change, Workplace work, long schoolId, DateOnly date, bool replaces, CancellationToken stop)
    {
        var school = await work.Db.Schools.AsNoTracking().SingleAsync(s => s.Id == schoolId, stop);
        var (whole, wrong) = await new ChoiceGiven(Setting(change), change.Get(d => d.ScheduleName), nameof(SchoolDayView.Setting), nameof(SchoolDayView.ScheduleName)).ReadAsync(work.Db, school, stop);
        var (part, wrongPart) = await new ChoiceGiven(change.Get(d => d.FromSetting), change.Get(d => d.FromScheduleName), nameof(SchoolDayView.FromSetting), nameof(SchoolDayView.FromScheduleName)).ReadAsync(work.Db, school, stop);
        if ((wrong ?? wrongPart) is { } invalid)
            return invalid;
        var from = change.Get(d => d.From);
        if (part is not null && from is null)
            return Writing.Invalid(nameof(SchoolDayView.From), "Say from when: From.");
        if (from is not null && (part is null || from == TimeOnly.MinValue))
            return Writing.Invalid(nameof(SchoolDayView.From), "From is a time after midnight, with what holds from then on: FromScheduleName or FromSetting.");
        if (whole is null && !replaces && !change.Has(d => d.From))
            return Writing.Invalid(nameof(SchoolDayView.Setting), "Say what the day is set to: ScheduleName, or Setting NoSchool, Unset or Default; or From with FromScheduleName or FromSetting for a change during the day.");
        IReadOnlyList<MidDayChange>? changes = part is not null ? [new MidDayChange(from!.Value, part)] : change.Has(d => d.From) || replaces ? [] : null;
        await work.Calendar.SetAsync(schoolId, [date], whole ?? (replaces ? new DayChoice.Default() : null), changes, stop);
        return null;
    }

    private static DayChoiceKind? Setting(Change<SchoolDayView> change) => change.Has(d => d.Setting) ? change.Get(d => d.Setting) : null;

    private static ODataResult? Outside(HttpContext http, string property, DateOnly date) => RowsOfCaller.Span(http) is var span && span.Contains(date)
        ? null
        : Writing.Invalid(property, $"{Text(date)} is outside the calendar, which has the days from {Text(span.First)} to {Text(span.Last)}.");

    private static string Text(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>What setting days came to, or would come to.</summary>
internal sealed class RangeSetView
{
    public int Days { get; init; }
    public bool Saved { get; init; }
    public IReadOnlyList<TardyChangeView> Changes { get; init; } = [];
}
