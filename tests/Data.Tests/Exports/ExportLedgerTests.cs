using System.Security.Cryptography;
using K12Sync.Data.Access;
using K12Sync.Data.Exports;
using K12Sync.Data.Passes;
using K12Sync.Data.Tardies;
using K12Sync.Domain.BellSchedules;
using K12Sync.Domain.Exports;
using K12Sync.Domain.Passes;
using K12Sync.Domain.Tardies;
using K12Sync.Tests.Servers;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Data.Tests.Exports;

public sealed class ExportLedgerOnSqlite(PostgresServer server) : ExportLedgerTests(new Places(On.Sqlite, server));

public sealed class ExportLedgerOnPostgres(PostgresServer server) : ExportLedgerTests(new Places(On.Postgres, server));

public abstract class ExportLedgerTests(Places places)
{
    private static readonly CancellationToken Now = TestContext.Current.CancellationToken;
    private static readonly DateOnly Tuesday = new(2026, 9, 15);
    private static readonly ClassPeriod First = new("Period 1", "1", new TimeOnly(8, 0), new TimeOnly(8, 0), new TimeOnly(9, 0), true);

    [Fact]
    public async Task Owed_IsEveryTardyNotGivenYet_WithTheSchoolsOffset()
    {
        await using var desk = await Desk.MakeAsync(places);
        await desk.MapAsync(Tuesday, ("P1", "0001", "T", "TA"), ("P2", "0002", "T", "TB"));

        var owed = await desk.OwedAsync();

        owed.Select(l => (l.PassId, l.IsOwed, l.IsWithdrawn)).Should().Equal(("P1", true, false), ("P2", true, false));
        owed[0].Should().BeEquivalentTo(new
        {
            SchoolCode = "LHS", SisSchoolCode = "LHS", StudentNumber = "0001", Date = Tuesday, PeriodName = "Period 1", SisPeriodCode = "1", ExternalCode = "TA", MinutesLate = 5,
        });
        owed[0].IssuedAt.Should().BeExactly(new DateTimeOffset(2026, 9, 15, 8, 5, 0, TimeSpan.FromHours(-4)));
        owed[0].IssuedAt.Offset.Should().Be(TimeSpan.FromHours(-4));
    }

    [Fact]
    public async Task Owed_IsNothing_OnceFrozen_EvenBeforeDelivery()
    {
        await using var desk = await Desk.MakeAsync(places);
        await desk.MapAsync(Tuesday, ("P1", "0001", "T", "TA"));

        await desk.FreezeAsync();

        (await desk.OwedAsync()).Should().BeEmpty();
        (await desk.Ledger.UnfinishedAsync(desk.Connector, Now)).Should().ContainSingle().Which.Status.Should().Be(BatchStatus.Frozen);
    }

    [Fact]
    public async Task ChangedRecord_IsOwedAgain_WithTheRestOfItsDay()
    {
        await using var desk = await Desk.MakeAsync(places);
        await desk.MapAsync(Tuesday, ("P1", "0001", "T", "TA"), ("P2", "0002", "T", "TA"));
        await desk.FreezeAsync();

        await desk.MapAsync(Tuesday, ("P1", "0001", "T", "TL"), ("P2", "0002", "T", "TA"));

        (await desk.OwedAsync()).Select(l => (l.PassId, l.IsOwed, l.ExternalCode, l.Version)).Should().Equal(("P1", true, "TL", 2), ("P2", false, "TA", 1));
    }

    [Fact]
    public async Task WithdrawnRecord_IsOwed_OnlyIfTheSisWasTold()
    {
        await using var desk = await Desk.MakeAsync(places);
        await desk.MapAsync(Tuesday, ("P1", "0001", "T", "TA"));
        await desk.MapAsync(Tuesday);
        (await desk.OwedAsync()).Should().BeEmpty("the SIS never heard of it");

        await desk.MapAsync(Tuesday, ("P1", "0001", "T", "TA"));
        await desk.FreezeAsync();
        await desk.MapAsync(Tuesday);

        (await desk.OwedAsync()).Should().ContainSingle().Which.Should().BeEquivalentTo(new { PassId = "P1", IsOwed = true, IsWithdrawn = true });
    }

    [Fact]
    public async Task MappingTheSameAgain_OwesNothingNew()
    {
        await using var desk = await Desk.MakeAsync(places);
        await desk.MapAsync(Tuesday, ("P1", "0001", "T", "TA"));
        await desk.FreezeAsync();

        await desk.MapAsync(Tuesday, ("P1", "0001", "T", "TA"));

        (await desk.OwedAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Owed_IsLimited_ToTheConnectorsCodesAndSchools()
    {
        await using var desk = await Desk.MakeAsync(places, codes: ["T"]);
        await desk.MapAsync(Tuesday, ("P1", "0001", "T", "TA"), ("P2", "0002", "LATE", "TA"));

        (await desk.OwedAsync()).Select(l => l.PassId).Should().Equal("P1");
        (await desk.OwedAsync(desk.Connector with { Definition = desk.Connector.Definition with { Schools = ["OTHER"] } })).Should().BeEmpty();
    }

    [Fact]
    public async Task RecordWhoseCodeLeftTheSelection_IsWithdrawn_AfterItWasSent()
    {
        await using var desk = await Desk.MakeAsync(places, codes: ["T"]);
        await desk.MapAsync(Tuesday, ("P1", "0001", "T", "TA"));
        await desk.FreezeAsync();

        await desk.MapAsync(Tuesday, ("P2", "0001", "LATE", "TA"));

        (await desk.OwedAsync()).Should().ContainSingle().Which.Should().BeEquivalentTo(new { IsOwed = true, IsWithdrawn = true });
    }

    [Fact]
    public async Task TwoRunsThatReadTheSameDebt_FreezeItOnce()
    {
        await using var desk = await Desk.MakeAsync(places);
        await desk.MapAsync(Tuesday, ("P1", "0001", "T", "TA"));
        var (one, two) = (await desk.OwedAsync(), await desk.OwedAsync());

        (await desk.FreezeAsync(one)).Should().BeOfType<FreezeResult.Frozen>();
        (await desk.FreezeAsync(two)).Should().BeOfType<FreezeResult.AlreadyFrozen>();

        (await desk.Db.ExportBatches.CountAsync(Now)).Should().Be(1);
        (await desk.Db.SyncEntries.CountAsync(Now)).Should().Be(1);
    }

    [Fact]
    public async Task Settling_MarksTheLines_AndStampsTheRecords()
    {
        await using var desk = await Desk.MakeAsync(places);
        await desk.MapAsync(Tuesday, ("P1", "0001", "T", "TA"));
        var frozen = (FreezeResult.Frozen)await desk.FreezeAsync();
        var before = await desk.Db.TardyRecords.Select(r => EF.Property<long>(r, "ChangeVersion")).SingleAsync(Now);

        await desk.Ledger.UploadingAsync([new UploadStart(frozen.BatchIds[0], 1, ".part")], "folder outbox", Now);
        await desk.Ledger.PublishingAsync([frozen.BatchIds[0]], Now);
        await desk.Ledger.SettleAsync([frozen.BatchIds[0]], Now);

        (await desk.Db.SyncEntries.AsNoTracking().SingleAsync(Now)).Status.Should().Be(SyncEntryStatus.Delivered);
        (await desk.Db.ExportBatches.AsNoTracking().SingleAsync(Now)).Should().BeEquivalentTo(new { Status = BatchStatus.Delivered, Attempts = 1, TemporaryName = ".part" });
        (await desk.Db.TardyRecords.Select(r => EF.Property<long>(r, "ChangeVersion")).SingleAsync(Now)).Should().BeGreaterThan(before);
        (await desk.Ledger.UnfinishedAsync(desk.Connector, Now)).Should().BeEmpty();
    }

    [Fact]
    public async Task FrozenBytes_AreReadBackAsTheyWere()
    {
        await using var desk = await Desk.MakeAsync(places);
        await desk.MapAsync(Tuesday, ("P1", "0001", "T", "TA"));
        var frozen = (FreezeResult.Frozen)await desk.FreezeAsync();

        (await desk.Ledger.ContentAsync(frozen.BatchIds[0], Now)).Should().Equal(Desk.Bytes);
    }

    [Fact]
    public async Task HeldRecord_StaysOwed_IsRememberedOnce_AndReleasedByARunThatDoesNotHoldIt()
    {
        await using var desk = await Desk.MakeAsync(places);
        await desk.MapAsync(Tuesday, ("P1", "0001", "T", "TA"));
        await desk.HoldAllAsync(HoldReason.TooOld);
        var since = (await desk.Db.HeldRecords.AsNoTracking().SingleAsync(Now)).Since;
        await desk.HoldAllAsync(HoldReason.TooOld);

        (await desk.OwedAsync()).Should().ContainSingle();
        (await desk.Db.HeldRecords.AsNoTracking().SingleAsync(Now)).Since.Should().Be(since);
        (await desk.Db.SyncEntries.CountAsync(e => e.Status == SyncEntryStatus.Held, Now)).Should().Be(1, "the second run held it for the same reason");

        var run = await desk.Ledger.StartAsync(desk.Connector);
        await desk.Ledger.FinishRunAsync(run.RunId, new RunEnd(SyncRunStatus.Succeeded), Now);
        (await desk.Db.HeldRecords.CountAsync(Now)).Should().Be(0);
    }

    [Fact]
    public async Task Run_FreezesAndFinishes_ThoughAnotherBeganMeanwhile()
    {
        await using var desk = await Desk.MakeAsync(places);
        await desk.MapAsync(Tuesday, ("P1", "0001", "T", "TA"));
        var first = await desk.Ledger.StartAsync(desk.Connector);
        await desk.OtherLedger().StartAsync(desk.Connector);

        (await desk.Ledger.FreezeAsync(first.RunId, new RenderedDebt([], [], [.. (await desk.OwedAsync()).Select(l => new HeldLine(l, HoldReason.TooOld, "Too old."))]), Now))
            .Should().BeOfType<FreezeResult.Frozen>();
        await desk.Ledger.FinishRunAsync(first.RunId, new RunEnd(SyncRunStatus.Succeeded), Now);

        (await desk.Db.SyncRuns.AsNoTracking().SingleAsync(r => r.Id == first.RunId, Now)).Status.Should().Be(SyncRunStatus.Succeeded);
    }

    [Fact]
    public async Task RunNumbers_CountUpFromOne_PerConnector()
    {
        await using var desk = await Desk.MakeAsync(places);

        (await desk.Ledger.NextRunNumberAsync(desk.Connector, Now)).Should().Be(1);
        (await desk.Ledger.StartAsync(desk.Connector)).Number.Should().Be(1);
        (await desk.Ledger.StartAsync(desk.Connector)).Number.Should().Be(2);
    }

    /// <summary>A district with a connector, and short words for what happens at it.</summary>
    private sealed class Desk : IAsyncDisposable
    {
        private readonly TestPlace _place;
        private readonly long _school;

        private Desk(TestPlace place, K12SyncDb db, long school, Connector connector) =>
            (_place, Db, _school, Connector, Ledger) = (place, db, school, connector, new ExportLedger(db, place.Clock));

        private static Layout Csv { get; } = new("k12sync-csv", 0, new LayoutDefinition([]));

        public static byte[] Bytes { get; } = [1, 2, 3, 0, 255];

        public K12SyncDb Db { get; }
        public Connector Connector { get; }
        public ExportLedger Ledger { get; }

        public static async Task<Desk> MakeAsync(Places places, params string[] codes)
        {
            var place = await places.MakeAsync();
            var (district, school) = await place.DistrictAsync();
            var db = place.Open(district);
            var row = new ConnectorRow("sis", new ConnectorDefinition("k12sync-csv", new FolderDestinationDefinition("outbox"), [], [.. codes]));
            db.Add(row);
            await db.SaveChangesAsync(Now);
            return new Desk(place, db, school, new Connector(row.Id, row.Name, row.Definition, Csv, []));
        }

        /// <summary>The day is mapped, and these are its tardies, all of Period 1.</summary>
        public async Task MapAsync(DateOnly day, params (string Pass, string Student, string Code, string External)[] tardies)
        {
            var issued = new DateTimeOffset(day.ToDateTime(new TimeOnly(12, 5)), TimeSpan.Zero);
            await new PendingDays(Db).MarkAsync([(_school, day)], Now);
            var pending = (await new ResolutionStore(Db).PendingAsync(Now)).Single();
            await new ResolutionStore(Db).SaveAsync([new MappedDay(pending, [.. tardies.Select(t => (
                new StoredPass(0, new HallPass(t.Pass, _school, t.Student, t.Code, issued, false), day, null),
                (TardyOutcome)new TardyOutcome.Tardy(t.External) { Hit = new PeriodHit(First, 5) }))])], Now);
        }

        public async Task<List<TardyLine>> OwedAsync(Connector? connector = null) =>
            await Ledger.OwedAsync(connector ?? Connector, Now).ToListAsync(Now);

        public async Task<FreezeResult> FreezeAsync(List<TardyLine>? lines = null)
        {
            lines ??= await OwedAsync();
            var run = await Ledger.StartAsync(Connector);
            var file = new RenderedFile($"f{run.Number}.csv", Bytes, Convert.ToHexString(SHA256.HashData(Bytes)), lines.Count,
                [.. lines.Select(l => new SettledLine(l, l.IsOwed ? LineRole.Sent : LineRole.Repeated, l.Version))]);
            return await Ledger.FreezeAsync(run.RunId, new RenderedDebt([file], [], []), Now);
        }

        public async Task HoldAllAsync(HoldReason reason)
        {
            var lines = await OwedAsync();
            var run = await Ledger.StartAsync(Connector);
            await Ledger.FreezeAsync(run.RunId, new RenderedDebt([], [], [.. lines.Select(l => new HeldLine(l, reason, "Too old."))]), Now);
            await Ledger.FinishRunAsync(run.RunId, new RunEnd(SyncRunStatus.SucceededWithHolds), Now);
        }

        /// <summary>The ledger as another process sees it.</summary>
        public ExportLedger OtherLedger() => new(_place.Open(new DistrictId(Db.DistrictId)), _place.Clock);

        public ValueTask DisposeAsync() => _place.DisposeAsync();
    }
}
