using K12Sync.Api.OData.Views;
using K12Sync.Domain.BellSchedules;
using K12Sync.OData;

namespace K12Sync.Api.OData.Writes;

/// <summary>Closing the gaps of bell schedules: of periods that were refused for them, and once more in another way.</summary>
internal static class GapWrites
{
    /// <summary><c>BellSchedules/K12Sync.CloseGaps</c>: makes a schedule of periods with gaps.</summary>
    public static async Task<ODataResult> CloseNewAsync(OperationCall call)
    {
        var (school, refusal) = await Writing.SchoolAsync(call.Context, RowsOfCaller.Db(call.Context), call.Get<long>("schoolId"), "schoolId");
        var name = call.Get<string>("name")!;
        if (refusal is not null || Close(call, name, call.Get<IReadOnlyList<ClassPeriodView>>("periods")!, [], out refusal) is not var (schedule, given, closed))
            return refusal!;
        var answer = new GapsClosedView { Name = name, Periods = ClassPeriodView.From(schedule.Periods), Closed = [.. closed.Select(ClosedGapView.From)] };
        if (call.Get<bool?>("preview") == true)
            return new ODataResult.Value(answer);
        return await Writing.RunAsync(call.Context, null, null, async (work, stop) =>
            BellScheduleWrites.Answer(await work.Schedules.AddAsync(school!.Id, schedule, given, stop), name) is ODataResult.Created created
                ? new ODataResult.Value(answer with { ScheduleId = (long)created.Key[0], Saved = true })
                : BellScheduleWrites.Answer(new BellSchedules.SaveScheduleResult.Duplicate(), name));
    }

    /// <summary><c>BellSchedules(5)/K12Sync.CloseGaps</c>: gives the schedule other periods, their gaps closed; without any, closes those it came with in another way.</summary>
    public static async Task<ODataResult> CloseAsync(OperationCall call)
    {
        var (id, http) = ((long)call.Key[0]!, call.Context);
        var work = await RowsOfCaller.WorkAsync(http);
        if (Writing.MayNot(http, ((BellScheduleView)call.Row!).SchoolId) is { } forbidden)
            return forbidden;
        var stored = await BellScheduleWrites.StoredAsync(work.Db, id, call.Stopped);
        IReadOnlyList<ClassPeriod> asItCame = stored.Latest.Given.Count > 0 ? stored.Latest.Given : stored.Latest.Periods;
        if (Close(call, stored.Name, call.Get<IReadOnlyList<ClassPeriodView>>("periods"), asItCame, out var refusal) is not var (schedule, given, closed))
            return refusal!;
        var isNew = !schedule.Periods.SequenceEqual(stored.Latest.Periods);
        var from = call.Get<DateOnly?>("effectiveFrom") ?? (isNew ? stored.NextStart(work.Clock) : stored.Latest.EffectiveFrom);
        Task SaveAsync(CancellationToken stop) => work.Schedules.EditAsync(id, schedule, given, from, stop);
        var answer = new GapsClosedView { ScheduleId = id, Name = stored.Name, Periods = ClassPeriodView.From(schedule.Periods), Closed = [.. closed.Select(ClosedGapView.From)] };
        if (call.Get<bool?>("preview") == true)
            return new ODataResult.Value(answer with { Changes = await ChangesView.OfAsync(work, stored.School.Code, SaveAsync, call.Stopped) });
        return await Writing.RunAsync(http, Writing.Expected(call, ((BellScheduleView)call.Row).Version), db => BellScheduleWrites.Version(db, id), async (_, stop) =>
        {
            await SaveAsync(stop);
            return new ODataResult.Value(answer with { Saved = true });
        });
    }

    /// <summary><c>BellSchedules(5)/K12Sync.UndoCloseGaps</c>: the periods of the version before hold again, from the day the closing began.</summary>
    public static async Task<ODataResult> UndoAsync(OperationCall call)
    {
        var (id, row) = ((long)call.Key[0]!, (BellScheduleView)call.Row!);
        return Writing.MayNot(call.Context, row.SchoolId) ?? await Writing.RunAsync(call.Context, Writing.Expected(call, row.Version), db => BellScheduleWrites.Version(db, id), async (work, stop) =>
            await work.Schedules.UndoClosingAsync(id, stop)
                ? new ODataResult.Saved(id)
                : new ODataResult.Conflict($"What was saved last of {row.Name} closed no gaps, or there is nothing before it to go back to. Close them in another way with K12Sync.CloseGaps, or PATCH the Periods."));
    }

    /// <summary><c>BellSchedules(5)/K12Sync.Gaps()</c>: the gaps that the periods came with, and where the windows meet now.</summary>
    public static async Task<ODataResult> GapsAsync(OperationCall call)
    {
        var stored = await BellScheduleWrites.StoredAsync(RowsOfCaller.Db(call.Context), (long)call.Key[0]!, call.Stopped);
        return new ODataResult.Value(stored.Latest.Given.Zip(stored.Latest.Given.Skip(1)).Zip(stored.Latest.Periods.Skip(1), (was, now) => new ClosedGap(was.First, was.Second, now.Opens))
            .Where(g => g.Previous.Ends < g.Next.Opens).Select(ClosedGapView.From).ToList());
    }

    private static (BellSchedule Schedule, IReadOnlyList<ClassPeriod> Given, IReadOnlyList<ClosedGap> Closed)? Close(
        OperationCall call, string name, IReadOnlyList<ClassPeriodView>? sent, IReadOnlyList<ClassPeriod> otherwise, out ODataResult? refusal)
    {
        refusal = null;
        if ((sent is null ? otherwise : PeriodsGiven.Read(sent, out refusal)) is not { } given)
            return null;
        var closed = GapClosing.Close(given, call.Get<GapClosingStrategy?>("strategy") ?? GapClosingStrategy.NextOpensEarly);
        return PeriodsGiven.Check(name, closed.Periods, "K12Sync.CloseGaps", out refusal) is { } schedule ? (schedule, closed.Closed.Length > 0 ? given : [], closed.Closed) : null;
    }
}

/// <summary>What closing gaps came to, or would come to.</summary>
internal sealed record GapsClosedView
{
    public long? ScheduleId { get; init; }
    public string Name { get; init; } = "";
    public bool Saved { get; init; }
    public IReadOnlyList<ClassPeriodView> Periods { get; init; } = [];
    public IReadOnlyList<ClosedGapView> Closed { get; init; } = [];
    public IReadOnlyList<TardyChangeView> Changes { get; init; } = [];
}

/// <summary>A gap between two windows, and where they meet once it is closed.</summary>
internal sealed class ClosedGapView
{
    public string Previous { get; init; } = "";
    public TimeOnly PreviousEnds { get; init; }
    public string Next { get; init; } = "";
    public TimeOnly NextOpens { get; init; }
    public TimeOnly MeetAt { get; init; }
    public string Description { get; init; } = "";

    public static ClosedGapView From(ClosedGap gap) => new()
    {
        Previous = gap.Previous.Name, PreviousEnds = gap.Previous.Ends, Next = gap.Next.Name, NextOpens = gap.Next.Opens, MeetAt = gap.MeetAt, Description = gap.Describe(),
    };
}
