using K12Sync.Api.BellSchedules;
using K12Sync.Api.OData.Views;
using K12Sync.Data;
using K12Sync.Data.Access;
using K12Sync.Data.BellSchedules;
using K12Sync.Domain.BellSchedules;
using K12Sync.OData;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.OData.Writes;

/// <summary>POST, PATCH and PUT of bell schedules. They are never deleted: days that were judged name them.</summary>
internal static class BellScheduleWrites
{
    private const string ClosingNew = "BellSchedules/K12Sync.CloseGaps";

    public static async Task<ODataResult> CreateAsync(Change<BellScheduleView> change)
    {
        var given = change.ToView();
        var (school, refusal) = await Writing.SchoolAsync(change.Context, RowsOfCaller.Db(change.Context), change.Has(s => s.SchoolId) ? given.SchoolId : null, nameof(given.SchoolId));
        if (refusal is not null || PeriodsGiven.Read(given.Periods, out refusal) is not { } periods || PeriodsGiven.Check(given.Name, periods, ClosingNew, out refusal) is not { } schedule)
            return refusal!;
        return await Writing.RunAsync(change.Context, null, null, async (work, stop) =>
            Answer(await work.Schedules.AddAsync(school!.Id, schedule, [], stop), schedule.Name));
    }

    public static async Task<ODataResult> UpdateAsync(Change<BellScheduleView> change)
    {
        var (id, http) = ((long)change.Key[0]!, change.Context);
        var school = await SchoolOfAsync(RowsOfCaller.Db(http), id, http.RequestAborted);
        if (Writing.MayNot(http, school) is { } forbidden)
            return forbidden;
        if (change.Get(s => s.SchoolId, school) != school)
            return Writing.Invalid(nameof(BellScheduleView.SchoolId), "A schedule stays at its school. POST one for the other school.");
        return await Writing.RunAsync(http, change.ExpectedVersion, db => Version(db, id), async (work, stop) =>
        {
            var stored = await StoredAsync(work.Db, id, stop);
            var replaces = change.Kind == ChangeKind.Replace;
            var name = change.Get(s => s.Name, replaces ? "" : stored.Name)!;
            ODataResult? refusal = null;
            IReadOnlyList<ClassPeriod>? periods = change.Has(s => s.Periods) || replaces ? PeriodsGiven.Read(change.Get(s => s.Periods, [])!, out refusal) : stored.Latest.Periods;
            if (periods is null || PeriodsGiven.Check(name, periods, $"BellSchedules({id})/K12Sync.CloseGaps", out refusal) is not { } schedule)
                return refusal!;
            var same = schedule.Periods.SequenceEqual(stored.Latest.Periods);
            var from = change.Has(s => s.EffectiveFrom) && !(replaces && change.Get(s => s.EffectiveFrom) == stored.Latest.EffectiveFrom) ? change.Get(s => s.EffectiveFrom)
                : same ? stored.Latest.EffectiveFrom : stored.NextStart(work.Clock);
            return Answer(await work.Schedules.EditAsync(id, schedule, same ? stored.Latest.Given : [], from, stop), name);
        });
    }

    internal static IQueryable<long> Version(K12SyncDb db, long id) => BellScheduleView.Of(db, SchoolSet.All).Where(s => s.Id == id).Select(s => s.Version);

    internal static Task<long> SchoolOfAsync(K12SyncDb db, long id, CancellationToken stop) => db.BellSchedules.Where(s => s.Id == id).Select(s => s.SchoolId).SingleAsync(stop);

    internal static async Task<StoredSchedule> StoredAsync(K12SyncDb db, long id, CancellationToken stop)
    {
        var row = await db.BellSchedules.AsNoTracking().SingleAsync(s => s.Id == id, stop);
        var school = await db.Schools.AsNoTracking().SingleAsync(s => s.Id == row.SchoolId, stop);
        return new StoredSchedule(row.Name, await new BellScheduleOperations(db).LatestAsync(id, stop), school);
    }

    internal static ODataResult Answer(SaveScheduleResult result, string name) => result switch
    {
        SaveScheduleResult.Done { What: Roster.Saved.Added, Id: var id } => new ODataResult.Created(id),
        SaveScheduleResult.Done(var id, _) => new ODataResult.Saved(id),
        SaveScheduleResult.Duplicate => new ODataResult.Conflict($"The school has a bell schedule '{name}' already. Edit that one, or choose another name.", nameof(BellScheduleView.Name)),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>A schedule as it is stored.</summary>
    internal sealed record StoredSchedule(string Name, ScheduleVersionRow Latest, Domain.Roster.School School)
    {
        /// <summary>Where an edit begins if nobody says otherwise: today at the school, or when what was saved last begins, if that is later.</summary>
        public DateOnly NextStart(TimeProvider clock) =>
            School.Zone.At(clock.GetUtcNow()).Day is var today && today > Latest.EffectiveFrom ? today : Latest.EffectiveFrom;
    }
}
