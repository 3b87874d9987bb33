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

public sealed class ManualListOnSqlite(PostgresServer server) : ManualListTests(new Places(On.Sqlite, server));

public sealed class ManualListOnPostgres(PostgresServer server) : ManualListTests(new Places(On.Postgres, server));

/// <summary>The list of what clerks change by hand, and what the ledger says the SIS was told last.</summary>
public abstract class ManualListTests(Places places)
{
    private static readonly CancellationToken Now = TestContext.Current.CancellationToken;
    private static readonly DateOnly Tuesday = new(2026, 9, 15);

    [Fact]
    public async Task Correction_SaysWhatIsThereAndWhatShouldBe()
    {
        await using var desk = await Desk.MakeAsync(places);
        await desk.ChangeAsync("T", LineRole.Sent, hash: 10);

        await desk.ChangeAsync("TL", LineRole.ByHand, hash: 20);

        (await desk.OpenAsync()).Should().BeEquivalentTo([new { SisHas = "T", ShouldBe = "TL", MinutesLate = 5, StudentNumber = "0001", SisPeriodCode = "1", Date = Tuesday }]);
    }

    [Fact]
    public async Task LaterChange_ReplacesTheOpenCorrection_UnderANewId_AndKeepsWhatIsThere()
    {
        await using var desk = await Desk.MakeAsync(places);
        await desk.ChangeAsync("T", LineRole.Sent, hash: 10);
        await desk.ChangeAsync("TL", LineRole.ByHand, hash: 20);
        var first = (await desk.OpenAsync()).Single();

        await desk.ChangeAsync("UA", LineRole.ByHand, hash: 30);

        var second = (await desk.OpenAsync()).Single();
        second.Should().BeEquivalentTo(new { SisHas = "T", ShouldBe = "UA" });
        second.Id.Should().NotBe(first.Id, "ticking off a list printed before must not pass for this");
        (await desk.Db.ManualCorrections.CountAsync(Now)).Should().Be(1);
    }

    [Fact]
    public async Task ChangeBackToWhatIsThere_TakesItOffTheList()
    {
        await using var desk = await Desk.MakeAsync(places);
        await desk.ChangeAsync("T", LineRole.Sent, hash: 10);
        await desk.ChangeAsync("TL", LineRole.ByHand, hash: 20);

        await desk.ChangeAsync("T", LineRole.ByHand, hash: 10);

        (await desk.OpenAsync()).Should().BeEmpty();
        await desk.ChangeAsync("TL", LineRole.ByHand, hash: 20);
        (await desk.OpenAsync()).Single().Should().BeEquivalentTo(new { SisHas = "T", ShouldBe = "TL" });
    }

    [Fact]
    public async Task Withdrawal_AsksForRemoval_AndARevival_ForTheMark()
    {
        await using var desk = await Desk.MakeAsync(places);
        await desk.ChangeAsync("T", LineRole.Sent, hash: 10);

        await desk.ChangeAsync(null, LineRole.ByHand, hash: 0);
        (await desk.OpenAsync()).Single().Should().BeEquivalentTo(new { SisHas = "T", ShouldBe = (string?)null, MinutesLate = (int?)null });
        await desk.ChangeAsync("TL", LineRole.ByHand, hash: 20);

        (await desk.OpenAsync()).Single().Should().BeEquivalentTo(new { SisHas = "T", ShouldBe = "TL" });
    }

    [Fact]
    public async Task AfterTickingOff_WhatIsThere_IsWhatTheClerkDid()
    {
        await using var desk = await Desk.MakeAsync(places);
        await desk.ChangeAsync("T", LineRole.Sent, hash: 10);
        await desk.ChangeAsync(null, LineRole.ByHand, hash: 0);
        await desk.TickOffAsync();

        await desk.ChangeAsync("TL", LineRole.ByHand, hash: 20);
        (await desk.OpenAsync()).Single().Should().BeEquivalentTo(new { SisHas = (string?)null, ShouldBe = "TL" });
        await desk.ChangeAsync(null, LineRole.ByHand, hash: 0);

        (await desk.OpenAsync()).Should().BeEmpty("there is nothing, and there should be nothing");
        (await desk.Db.ManualCorrections.CountAsync(Now)).Should().Be(1, "what was done stays on record");
    }

    [Fact]
    public async Task WithdrawalToldByARow_CountsAsNoMark()
    {
        await using var desk = await Desk.MakeAsync(places);
        await desk.ChangeAsync("T", LineRole.Sent, hash: 10);
        // A layout with a present code said it, in a row; now the layout has only the list.
        await desk.ChangeAsync(null, LineRole.Sent, hash: 99);
        await desk.ChangeAsync("T", LineRole.ByHand, hash: 10);
        (await desk.OpenAsync()).Single().Should().BeEquivalentTo(new { SisHas = (string?)null, ShouldBe = "T" });

        await desk.ChangeAsync(null, LineRole.ByHand, hash: 0);

        (await desk.OpenAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task FileThatSaysIt_TakesItOffTheList()
    {
        await using var desk = await Desk.MakeAsync(places);
        await desk.ChangeAsync("T", LineRole.Sent, hash: 10);
        await desk.ChangeAsync("TL", LineRole.ByHand, hash: 20);

        await desk.ChangeAsync("UA", LineRole.Sent, hash: 30);

        (await desk.OpenAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Told_IsTheLastLineThatSaysAnything()
    {
        await using var desk = await Desk.MakeAsync(places);
        (await desk.NextAsync("T")).Told.Should().BeNull();
        await desk.FreezeAsync(LineRole.Sent, 10);
        (await desk.NextAsync("TL")).Told.Should().BeEquivalentTo(new { RowHash = 10L, ExternalCode = "T", IsWithdrawn = false, IsUnconfirmed = false });

        await desk.FreezeAsync(LineRole.LeftOut, 0);

        var line = (await desk.OwedAsync()).Single();
        line.Told.Should().BeEquivalentTo(new { IsWithdrawn = true });
        line.IsOwed.Should().BeTrue("leaving out settles nothing");
        await desk.FreezeAsync(LineRole.Unneeded, 30);
        (await desk.NextAsync("UA")).Told.Should().BeEquivalentTo(new { RowHash = 30L, ExternalCode = "TL", IsWithdrawn = false });
    }

    [Fact]
    public async Task Told_IsUnconfirmed_AsItsFileIs()
    {
        await using var desk = await Desk.MakeAsync(places);
        await desk.ChangeAsync("T", LineRole.Sent, hash: 10);
        await desk.Ledger.UnconfirmedAsync(await desk.Db.ExportBatches.Select(b => b.Id).SingleAsync(Now), "both gone", Now);

        (await desk.NextAsync("TL")).Told.Should().BeEquivalentTo(new { IsUnconfirmed = true });
    }

    [Fact]
    public async Task WithdrawnRecord_ComesAlong_WithWhatWasToldOfIt()
    {
        await using var desk = await Desk.MakeAsync(places);
        await desk.ChangeAsync("T", LineRole.Sent, hash: 10);
        await desk.ChangeAsync(null, LineRole.Sent, hash: 99);

        await desk.MapAsync(("P2", "0002", "T"));

        (await desk.OwedAsync()).Select(l => (l.StudentNumber, l.IsOwed, l.IsWithdrawn, l.Told?.RowHash)).Should().Equal(("0001", false, true, 99L), ("0002", true, false, null));
    }

    [Fact]
    public async Task LatestDay_IsThere_WhenNothingIsOwed()
    {
        await using var desk = await Desk.MakeAsync(places);
        await desk.ChangeAsync("T", LineRole.Sent, hash: 10);

        (await desk.OwedAsync()).Should().BeEmpty();
        (await desk.Ledger.LatestDayAsync(desk.Connector, Now).ToListAsync(Now)).Should().ContainSingle().Which.ExternalCode.Should().Be("T");
    }

    /// <summary>One tardy, and what runs do about each version of it.</summary>
    private sealed class Desk : IAsyncDisposable
    {
        private readonly TestPlace _place;
        private readonly long _school;

        private Desk(TestPlace place, K12SyncDb db, long school, Connector connector) =>
            (_place, Db, _school, Connector, Ledger) = (place, db, school, connector, new ExportLedger(db, place.Clock));

        public K12SyncDb Db { get; }
        public Connector Connector { get; }
        public ExportLedger Ledger { get; }

        public static async Task<Desk> MakeAsync(Places places)
        {
            var place = await places.MakeAsync();
            var (district, school) = await place.DistrictAsync();
            var db = place.Open(district);
            var row = new ConnectorRow("sis", new ConnectorDefinition("ours", new FolderDestinationDefinition("outbox"), [], []));
            db.Add(row);
            await db.SaveChangesAsync(Now);
            return new Desk(place, db, school, new Connector(row.Id, row.Name, row.Definition, new Layout("ours", 1, new LayoutDefinition([])), []));
        }

        public async Task MapAsync(params (string Pass, string Student, string Code)[] tardies)
        {
            var issued = new DateTimeOffset(Tuesday.ToDateTime(new TimeOnly(12, 5)), TimeSpan.Zero);
            var period = new ClassPeriod("Period 1", "1", new TimeOnly(8, 0), new TimeOnly(8, 0), new TimeOnly(9, 0), true);
            await new PendingDays(Db).MarkAsync([(_school, Tuesday)], Now);
            var pending = (await new ResolutionStore(Db).PendingAsync(Now)).Single();
            await new ResolutionStore(Db).SaveAsync([new MappedDay(pending, [.. tardies.Select(t => (
                new StoredPass(0, new HallPass(t.Pass, _school, t.Student, "T", issued, false), Tuesday, null),
                (TardyOutcome)new TardyOutcome.Tardy(t.Code) { Hit = new PeriodHit(period, 5) }))])], Now);
        }

        public async Task<List<TardyLine>> OwedAsync() => await Ledger.OwedAsync(Connector, Now).ToListAsync(Now);

        /// <summary>Maps the day so that the tardy has this code, null: there is none; and reads it as owed.</summary>
        public async Task<TardyLine> NextAsync(string? code)
        {
            await MapAsync(code is null ? [] : [("P1", "0001", code)]);
            return (await OwedAsync()).Single();
        }

        /// <summary>A run does this about the one owed line.</summary>
        public async Task FreezeAsync(LineRole role, long hash)
        {
            var line = (await OwedAsync()).Single();
            var run = await Ledger.StartAsync(Connector);
            var inFile = role is LineRole.Sent or LineRole.LeftOut;
            var result = await Ledger.FreezeAsync(run.RunId, new RenderedDebt(
                inFile ? [new RenderedFile($"f{run.Number}.csv", [], "", 1, [FileLine.Of(line, role, hash)])] : [], inFile ? [] : [new SettledLine(line, role, hash)], []), Now);
            result.Should().BeOfType<FreezeResult.Frozen>();
        }

        public async Task ChangeAsync(string? code, LineRole role, long hash)
        {
            await NextAsync(code);
            await FreezeAsync(role, hash);
        }

        public Task<List<ManualCorrectionRow>> OpenAsync() => Db.ManualCorrections.AsNoTracking().Where(c => c.OpenRecordId != null).ToListAsync(Now);

        public async Task TickOffAsync()
        {
            var row = await Db.ManualCorrections.SingleAsync(c => c.OpenRecordId != null, Now);
            row.TickOff(_place.Clock.GetUtcNow()).Should().BeTrue();
            row.TickOff(_place.Clock.GetUtcNow()).Should().BeFalse();
            await Db.SaveChangesAsync(Now);
            Db.ChangeTracker.Clear();
        }

        public ValueTask DisposeAsync() => _place.DisposeAsync();
    }
}
