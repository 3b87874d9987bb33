using K12Sync.Api.OData.Views;
using K12Sync.Api.Roster;
using K12Sync.Data.SchoolCalendar;
using K12Sync.Domain.SchoolCalendar;
using K12Sync.OData;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.OData.Writes;

/// <summary>Writes of the default week, a weekday at a time. As with bell schedules, a change holds from a day on, and days before keep what they were judged by.</summary>
internal static class DefaultWeekWrites
{
    public static async Task<ODataResult> CreateAsync(Change<DefaultWeekView> change)
    {
        var (given, http) = (change.ToView(), change.Context);
        var (school, refusal) = await Writing.SchoolAsync(http, RowsOfCaller.Db(http), change.Has(d => d.SchoolId) ? given.SchoolId : null, nameof(given.SchoolId));
        if (refusal is not null)
            return refusal;
        if (!change.Has(d => d.Day))
            return Writing.Invalid(nameof(given.Day), "Say which weekday: Day.");
        return await Writing.RunAsync(http, null, null, async (work, stop) =>
        {
            if (await Rows(work.Db).Where(d => d.SchoolId == school!.Id && d.Day == given.Day).ToListAsync(stop) is [var there])
                return new ODataResult.Conflict($"The default week has something for {given.Day}: DefaultWeeks({there.Id}). PATCH that, with the day from which the change holds in EffectiveFrom.", nameof(given.Day));
            var (choice, wrong) = await Given(change).ReadAsync(work.Db, school!, stop);
            if (Usable(choice, wrong) is { } invalid)
                return invalid;
            await work.Calendar.SetWeekdayAsync(school!.Id, given.Day, choice!, DateOnly.MinValue, stop);
            return new ODataResult.Created(await Rows(work.Db).Where(d => d.SchoolId == school.Id && d.Day == given.Day).Select(d => d.Id).SingleAsync(stop));
        });
    }

    public static async Task<ODataResult> UpdateAsync(Change<DefaultWeekView> change)
    {
        var (id, http) = ((long)change.Key[0]!, change.Context);
        var row = await Rows(RowsOfCaller.Db(http)).SingleAsync(d => d.Id == id, http.RequestAborted);
        if (Writing.MayNot(http, row.SchoolId) is { } forbidden)
            return forbidden;
        if (change.Get(d => d.SchoolId, row.SchoolId) != row.SchoolId || change.Get(d => d.Day, row.Day) != row.Day)
            return Writing.Invalid(nameof(row.Day), $"This is {row.Day} of one school, and stays it.");
        return await Writing.RunAsync(http, change.ExpectedVersion, db => Rows(db).Where(d => d.Id == id).Select(d => d.Version), async (work, stop) =>
        {
            var stored = await Rows(work.Db).SingleAsync(d => d.Id == id, stop);
            var school = await work.Db.Schools.AsNoTracking().SingleAsync(s => s.Id == stored.SchoolId, stop);
            var (choice, wrong) = await Given(change).ReadAsync(work.Db, school, stop);
            if (Usable(choice, wrong) is { } invalid)
                return invalid;
            var today = school.Zone.At(work.Clock.GetUtcNow()).Day;
            var echoed = change.Kind == ChangeKind.Replace && change.Get(d => d.EffectiveFrom) == stored.EffectiveFrom;
            var from = change.Has(d => d.EffectiveFrom) && !echoed ? change.Get(d => d.EffectiveFrom) : today > stored.EffectiveFrom ? today : stored.EffectiveFrom;
            return await work.Calendar.SetWeekdayAsync(stored.SchoolId, stored.Day, choice!, from, stop) is Saved.Added
                ? throw new System.Diagnostics.UnreachableException()
                : new ODataResult.Saved(id);
        });
    }

    private static IQueryable<DefaultWeekView> Rows(Data.K12SyncDb db) => DefaultWeekView.Of(db, Data.Access.SchoolSet.All);

    private static ChoiceGiven Given(Change<DefaultWeekView> change) => new(
        change.Has(d => d.Setting) ? change.Get(d => d.Setting) : null, change.Get(d => d.ScheduleName), nameof(DefaultWeekView.Setting), nameof(DefaultWeekView.ScheduleName));

    private static ODataResult? Usable(DayChoice? choice, ODataResult? wrong) => wrong ?? (choice is null or DayChoice.Default
        ? Writing.Invalid(nameof(DefaultWeekView.Setting), $"Say what the weekday is set to: ScheduleName, or Setting {DayChoiceKind.NoSchool} or {DayChoiceKind.Unset}.")
        : null);
}
