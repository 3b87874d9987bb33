using System.Collections.Concurrent;
using System.Globalization;
using K12Sync.Api.Alerts;
using K12Sync.Api.BehaviorCodes;
using K12Sync.Api.BellSchedules;
using K12Sync.Api.CommandLine;
using K12Sync.Api.Exports;
using K12Sync.Api.Jobs;
using K12Sync.Api.Roster;
using K12Sync.Api.SchoolCalendar;
using K12Sync.Data.Access;
using K12Sync.Data.Exports;
using K12Sync.Data.Passes;
using K12Sync.Data.Storage;
using K12Sync.Domain.BehaviorCodes;
using K12Sync.Domain.BellSchedules;
using K12Sync.Domain.Exports;
using K12Sync.Domain.Exports.Schedules;
using K12Sync.Domain.Passes;
using K12Sync.Domain.Roster;
using K12Sync.Domain.SchoolCalendar;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace K12Sync.Api.Tests.Jobs;

/// <summary>A clock that a test sets. Waits are real.</summary>
internal sealed class SetClock(string now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = Read(now);

    public override DateTimeOffset GetUtcNow() => Now;

    public void Set(string text) => Now = Read(text);

    public static DateTimeOffset Read(string text) => DateTimeOffset.ParseExact(text, ["yyyy-MM-dd HH:mmzzz", "yyyy-MM-dd HH:mmK"], CultureInfo.InvariantCulture, DateTimeStyles.None);
}

/// <summary>Hears every alert.</summary>
internal sealed class HeardAlerts : IAlertChannel
{
    private readonly ConcurrentQueue<Alert> _heard = new();

    public string Name => "test";

    /// <summary>Such as <c>RunFailed</c> or <c>RunFailed over</c>, in order.</summary>
    public IEnumerable<string> Heard => _heard.Select(a => a.IsOver ? $"{a.Kind} over" : $"{a.Kind}");

    public Alert Last => _heard.Last();

    public Task SendAsync(Alert alert, CancellationToken cancellation)
    {
        _heard.Enqueue(alert);
        return Task.CompletedTask;
    }
}

/// <summary>
/// A district in New York with one school from 08:00 to 15:00 on weekdays, a tardy of Tuesday 2026-09-15, and whatever runs its connectors: everything but
/// Quartz, which only wakes. The clock starts on Monday 2026-09-14 at noon.
/// </summary>
internal sealed class JobStage : IAsyncDisposable, IConnectorRuns
{
    private readonly string _folder = Directory.CreateTempSubdirectory("k12sync-jobs-").FullName;
    private readonly DeliverySlots _slots = new(new CronTimes());

    public SetClock Clock { get; } = new("2026-09-14 12:00-04:00");

    public HeardAlerts Alerts { get; } = new();

    public DeliveryMeters Meters { get; }

    public Workplace Work { get; private set; } = null!;

    public JobSettings Settings { get; set; } = new() { Deadline = TimeSpan.FromSeconds(30), Grace = TimeSpan.FromMilliseconds(100) };

    /// <summary>What a run does; null: what it does for people.</summary>
    public Func<CancellationToken, Task>? Instead { get; set; }

    public string Folder => _folder;

    public DeliveryPlans Plans => new(new SlotBook(Clock), _slots, Clock);

    private JobStage() => Meters = new DeliveryMeters(Clock);

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public static async Task<JobStage> MakeAsync(JobSettings? settings = null)
    {
        var stage = settings is null ? new JobStage() : new JobStage { Settings = settings };
        var data = new DataFolder(stage._folder, stage.Clock);
        await data.MigrateAsync(Now);
        stage.Work = Workplace.In(new Premises(stage._folder, data, stage.Clock), await new DistrictDirectory(data).AddAsync("Riverbend", Now), "Riverbend");
        var db = stage.Work.Db;
        await new RosterOperations(db).SaveSchoolAsync("LHS", new SchoolFacts("Lincoln High", SchoolZone.Find("America/New_York")!, null, null), Now);
        var school = await db.Schools.Select(s => s.Id).SingleAsync(Now);
        await new BellScheduleOperations(db).SaveAsync(school, BellSchedule.Create("Regular",
            [new ClassPeriod("Period 1", "1", new TimeOnly(8, 0), new TimeOnly(8, 0), new TimeOnly(15, 0), true)]), DateOnly.MinValue, Now);
        var schedule = await db.BellSchedules.Select(s => s.Id).SingleAsync(Now);
        for (var day = DayOfWeek.Monday; day <= DayOfWeek.Friday; day++)
            await new CalendarOperations(db).SetWeekdayAsync(school, day, new DayChoice.Schedule(schedule), DateOnly.MinValue, Now);
        await new BehaviorCodeOperations(db).SaveAsync(null, "TARDY", new BehaviorCodeText("Tardy", "", "", BehaviorType.Tardy, "T", null), Now);
        await new RosterOperations(db).SaveStudentsAsync([new RosterLine("0042", new StudentFacts(null, "A", "", "B", null, "9"), school)], Now);
        await new PassStore(db, stage.Clock).StoreAsync([new IncomingPass(new HallPass("P1", school, "0042", "TARDY", SetClock.Read("2026-09-15 08:07-04:00"), false), new DateOnly(2026, 9, 15))], Now);
        db.ChangeTracker.Clear();
        return stage;
    }

    public async Task<Connector> AddAsync(string name = "sis", Func<ConnectorDefinition, ConnectorDefinition>? with = null)
    {
        var definition = new ConnectorDefinition("k12sync-csv", new FolderDestinationDefinition(name), [], [])
        {
            Schedule = new DeliverySchedule.Times([new TimeOnly(6, 30)], [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday]),
        };
        return (await Work.Connectors.AddAsync(name, with is null ? definition : with(definition), Now)).Should().BeOfType<AddConnectorResult.Added>().Which.Connector;
    }

    /// <summary>Does what a job does when it wakes. Returns the slot it ran, such as <c>2026-09-15 06:30 for 1</c>, or <c>nothing</c>.</summary>
    public async Task<string> WakeAsync(Connector connector)
    {
        var turn = await Plans.TurnAsync(Work.Db, connector, Now);
        if (turn.Due is not { } due)
            return "nothing";
        await WithPostAsync(post => new RunAttempt(this, Meters, post, Settings, Clock, NullLogger<RunAttempt>.Instance)
            .MakeAsync(Work, default, connector, due.Slot, turn.TakesOver, Now));
        return string.Create(CultureInfo.InvariantCulture, $"{due.Slot.Local:yyyy-MM-dd HH:mm} for {due.StandsFor}");
    }

    /// <summary>Does what the watcher does besides setting timers.</summary>
    public Task WatchAsync(Connector connector) => WithPostAsync(async post => await new ConnectorWatch(Plans, Clock).LookAsync(
        Work, connector, (await Plans.TurnAsync(Work.Db, connector, Now)).State, new AlertDesk("Riverbend", new AlertBook(Work.Db, Clock), post, Clock), Now));

    public async Task<IReadOnlyList<string>> RunsAsync() =>
        (await Work.Db.SyncRuns.AsNoTracking().OrderBy(r => r.Id).ToListAsync(Now)).ConvertAll(r => string.Create(CultureInfo.InvariantCulture, $"{r.Slot:yyyy-MM-dd HH:mm} {r.Status}"));

    async Task<ExportReport> IConnectorRuns.RunAsync(DistrictId district, Connector connector, RunRequest request, CancellationToken cancellation)
    {
        if (Instead is { } instead)
            await instead(cancellation);
        return await Work.Exports.RunAsync(connector, request, cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        Meters.Dispose();
        await Work.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task WithPostAsync(Func<AlertPost, Task> work)
    {
        using var post = new AlertPost([Alerts], Clock, NullLogger<AlertPost>.Instance);
        await work(post);
        await post.StartAsync(Now);
        await post.StopAsync(Now);
    }
}
