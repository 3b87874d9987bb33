using K12Sync.Api.Access;
using K12Sync.Api.BehaviorCodes;
using K12Sync.Api.BellSchedules;
using K12Sync.Api.Exports;
using K12Sync.Api.Roster;
using K12Sync.Api.SchoolCalendar;
using K12Sync.Data.Access;
using K12Sync.Data.Exports;
using K12Sync.Data.Passes;
using K12Sync.Data.Storage;
using K12Sync.Domain.BehaviorCodes;
using K12Sync.Domain.BellSchedules;
using K12Sync.Domain.Exports;
using K12Sync.Domain.Passes;
using K12Sync.Domain.Roster;
using K12Sync.Domain.SchoolCalendar;
using K12Sync.Exporters.Childcare;
using K12Sync.Exporters.Exports;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Tests.Exports;

/// <summary>A run ends as it began: what somebody does to its connector meanwhile is for the next.</summary>
public sealed class SnapshotTests : IAsyncLifetime
{
    private static readonly DateOnly Tuesday = new(2026, 9, 15);
    private readonly string _folder = Directory.CreateTempSubdirectory("k12sync-").FullName;
    private DataFolder _data = null!;
    private DistrictId _district;

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _data = new DataFolder(_folder, TimeProvider.System);
        await _data.MigrateAsync(Now);
        _district = await new DistrictDirectory(_data).AddAsync("Riverbend", Now);
        await using var db = _data.Open(_district);
        await new RosterOperations(db).SaveSchoolAsync("LHS", new SchoolFacts("Lincoln High", SchoolZone.Find("America/New_York")!, null, null), Now);
        var school = await db.Schools.Select(s => s.Id).SingleAsync(Now);
        await new RosterOperations(db).SaveStudentsAsync([new RosterLine("0042", new StudentFacts(null, "A", "", "B", null, "9"), school)], Now);
        await new BellScheduleOperations(db).SaveAsync(school, BellSchedule.Create("Regular",
            [new ClassPeriod("Period 1", "1", new TimeOnly(8, 0), new TimeOnly(8, 0), new TimeOnly(9, 0), true)]), Tuesday, Now);
        await new CalendarOperations(db).SetAsync(school, [Tuesday], TimeOnly.MinValue, new DayChoice.Schedule(await db.BellSchedules.Select(s => s.Id).SingleAsync(Now)), Now);
        await new BehaviorCodeOperations(db).SaveAsync(null, "TARDY", new BehaviorCodeText("Tardy", "", "", BehaviorType.Tardy, "T", null), Now);
        var pass = new HallPass("P1", school, "0042", "TARDY", new DateTimeOffset(2026, 9, 15, 8, 7, 0, TimeSpan.FromHours(-4)), false);
        await new PassStore(db, TimeProvider.System).StoreAsync([new IncomingPass(pass, Tuesday)], Now);
        await Connectors(db).AddAsync("sis", To("out"), Now);
    }

    public ValueTask DisposeAsync()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Run_GoesWhereItsConnectorPointedAtItsStart_WhenThatIsChangedMeanwhile()
    {
        var run = await RunAsync(connectors => connectors.ChangeAsync("sis", To("elsewhere"), null, Now));

        run.Status.Should().Be(SyncRunStatus.Succeeded);
        Directory.GetFiles(Path.Combine(_folder, "out")).Should().ContainSingle();
        Directory.Exists(Path.Combine(_folder, "elsewhere")).Should().BeFalse();
        (await RunAsync()).Files.Should().BeEmpty("what was delivered is not owed again elsewhere");
    }

    [Fact]
    public async Task Run_ComesToItsEnd_WhenItsConnectorIsRemovedMeanwhile_AndThereIsNoOther()
    {
        await using var db = _data.Open(_district);
        var before = (await Connectors(db).FindAsync("sis", Now))!;

        var run = await RunAsync(connectors => connectors.RemoveAsync("sis", null, Now));

        run.Status.Should().Be(SyncRunStatus.Succeeded);
        Directory.GetFiles(Path.Combine(_folder, "out")).Should().ContainSingle();
        (await Exports(db, new Destinations(_folder)).RunAsync(before, RunRequest.Manual, Now)).Run.Status.Should().Be(SyncRunStatus.Skipped);
        (await db.SyncRuns.AsNoTracking().Where(r => r.Status == SyncRunStatus.Running).CountAsync(Now)).Should().Be(0);
    }

    private static ConnectorDefinition To(string folder) => new("k12sync-csv", new FolderDestinationDefinition(folder), [], []);

    private static ConnectorOperations Connectors(Data.K12SyncDb db) => new(db, new LayoutOperations(db), TimeProvider.System);

    private ExportOperations Exports(Data.K12SyncDb db, IDestinations destinations) =>
        new(db, new RunLeases(_data, _district, TimeProvider.System), new Outlets(destinations, new AgencySystems(TimeProvider.System)), new SecretVault(db, new SecretKeys(_folder)), TimeProvider.System);

    /// <summary>A run during which somebody does something, between the freezing and the rename.</summary>
    private async Task<RunReport> RunAsync(Func<ConnectorOperations, Task>? meanwhile = null)
    {
        await using var db = _data.Open(_district);
        var destinations = new Interrupted(new Destinations(_folder), async () =>
        {
            await using var other = _data.Open(_district);
            await (meanwhile?.Invoke(Connectors(other)) ?? Task.CompletedTask);
        });
        return (await Exports(db, destinations).RunAsync((await Connectors(db).FindAsync("sis", Now))!, RunRequest.Manual, Now)).Run;
    }

    private sealed class Interrupted(IDestinations destinations, Func<Task> act) : IDestinations
    {
        public IDestination Open(Connector connector) => new Destination(destinations.Open(connector), act);

        private sealed class Destination(IDestination destination, Func<Task> act) : IDestination
        {
            public async ValueTask<StageResult> StageAsync(string temporaryName, ReadOnlyMemory<byte> content, CancellationToken cancellation)
            {
                await act();
                return await destination.StageAsync(temporaryName, content, cancellation);
            }

            public ValueTask<PublishResult> PublishAsync(string temporaryName, string finalName, ExistingFile existing, CancellationToken cancellation) =>
                destination.PublishAsync(temporaryName, finalName, existing, cancellation);

            public ValueTask<LookResult> LookAsync(string temporaryName, string finalName, CancellationToken cancellation) => destination.LookAsync(temporaryName, finalName, cancellation);

            public ValueTask<StageResult> DiscardAsync(string temporaryName, CancellationToken cancellation) => destination.DiscardAsync(temporaryName, cancellation);

            public IAsyncEnumerable<TestStep> TestAsync(CancellationToken cancellation) => destination.TestAsync(cancellation);

            public ValueTask DisposeAsync() => destination.DisposeAsync();
        }
    }
}
