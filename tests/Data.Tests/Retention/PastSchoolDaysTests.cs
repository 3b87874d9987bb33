using K12Sync.Data.Passes;
using K12Sync.Data.Retention;
using K12Sync.Data.Tests.Exports;
using K12Sync.Domain.Exports;
using K12Sync.Domain.Tardies;
using K12Sync.Tests.Servers;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Data.Tests.Retention;

public sealed class PastSchoolDaysOnSqlite(PostgresServer server) : PastSchoolDaysTests(new Places(On.Sqlite, server));

public sealed class PastSchoolDaysOnPostgres(PostgresServer server) : PastSchoolDaysTests(new Places(On.Postgres, server));

/// <summary>What is settled goes, whole days of it; what is not stays; and what went is never told once more.</summary>
public abstract class PastSchoolDaysTests(Places places)
{
    private static readonly CancellationToken Now = TestContext.Current.CancellationToken;
    private static readonly DateOnly Old = new(2024, 9, 17);
    private static readonly DateOnly Line = new(2025, 9, 1);

    [Fact]
    public async Task SettledDay_GoesWithItsLines_AndItsNumbersStay()
    {
        await using var desk = await LedgerDesk.MakeAsync(places);
        await MappedAsync(desk, Old);
        await MappedAsync(desk, Line);
        await desk.DeliverAsync();

        var gone = await new PastSchoolDays(desk.Db).PurgeAsync(Line, dryRun: true, Now);
        (await desk.Db.Passes.CountAsync(Now)).Should().Be(4, "that was to count only");
        (await new PastSchoolDays(desk.Db).PurgeAsync(Line, dryRun: false, Now)).Should().BeEquivalentTo(gone);

        (gone.Days, gone.Rows, gone.Records, gone.Lines, gone.Kept.Count).Should().Be((1, 2, 2, 2, 0));
        (await desk.Db.Passes.Select(p => p.Date).Distinct().ToListAsync(Now)).Should().Equal(Line);
        (await desk.Db.TardyRecords.Select(r => r.Date).Distinct().ToListAsync(Now)).Should().Equal(Line);
        (await desk.Db.SyncEntries.CountAsync(Now)).Should().Be(2);
        (await desk.Db.DayCounts.AsNoTracking().SingleAsync(Now)).Should().BeEquivalentTo(new { Date = Old, Outcome = "Tardy", Number = 2 });
        (await desk.Db.ExportBatches.AsNoTracking().SingleAsync(Now)).Rows.Should().Be(4);
        (await desk.Db.SyncRuns.AsNoTracking().SingleAsync(Now)).RowsSelected.Should().Be(4);
        (await desk.OwedAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task PassOfADayThatIsGone_IsRefused_AndNothingIsOwedAgain()
    {
        await using var desk = await LedgerDesk.MakeAsync(places);
        await MappedAsync(desk, Old);
        await desk.DeliverAsync();
        await LetGoBeforeAsync(desk, Line);
        await new PastSchoolDays(desk.Db).PurgeAsync(Line, dryRun: false, Now);

        (await desk.HandInAsync(Old, (Id(Old, 1), "0001"), ("new", "0003"))).Should().Equal(PassReceipt.NotKept, PassReceipt.NotKept);
        (await desk.HandInAsync(Line, ("of the first day that is kept", "0001"), ("and another", "0002"))).Should().Equal(PassReceipt.Added, PassReceipt.Added);

        (await desk.Db.Passes.CountAsync(p => p.Date == Old, Now)).Should().Be(0);
        (await desk.Db.PendingDays.Select(d => d.Date).ToListAsync(Now)).Should().Equal(Line);
        (await desk.OwedAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task MixedPassesOfOneCall_AreEachAnsweredForThemselves()
    {
        await using var desk = await LedgerDesk.MakeAsync(places);
        await desk.HandInAsync(Old, ("kept, because it waits", "0001"));
        await LetGoBeforeAsync(desk, Line);
        await new PastSchoolDays(desk.Db).PurgeAsync(Line, dryRun: false, Now);

        (await desk.HandInAsync(Old, ("a", "0001"), ("kept, because it waits", "0001"), ("kept, because it waits", "0002")))
            .Should().Equal(PassReceipt.NotKept, PassReceipt.Unchanged, PassReceipt.Conflict);
    }

    [Fact]
    public async Task Line_NeverGoesBack()
    {
        await using var desk = await LedgerDesk.MakeAsync(places);
        await LetGoBeforeAsync(desk, Line);
        (await desk.Db.Districts.SingleAsync(Now)).LetGoBefore(Line.AddDays(-1)).Should().BeFalse();
        (await desk.HandInAsync(Line.AddDays(-1), ("P", "0001"))).Should().Equal(PassReceipt.NotKept);
    }

    [Fact]
    public async Task DayThatIsOwed_Stays_UntilTheConnectorIsRemoved()
    {
        await using var desk = await LedgerDesk.MakeAsync(places);
        await MappedAsync(desk, Old);

        await StaysAsync(desk, KeptBecause.Owed);
        (await desk.Db.Connectors.SingleAsync(Now)).Remove(DateTimeOffset.UnixEpoch);
        await desk.Db.SaveChangesAsync(Now);

        (await new PastSchoolDays(desk.Db).PurgeAsync(Line, dryRun: false, Now)).Days.Should().Be(1);
    }

    [Fact]
    public async Task DayWhoseFileIsOnItsWay_OrUnconfirmed_Stays()
    {
        await using var desk = await LedgerDesk.MakeAsync(places);
        await MappedAsync(desk, Old);
        var batch = ((FreezeResult.Frozen)await desk.FreezeAsync()).BatchIds[0];
        await StaysAsync(desk, KeptBecause.Unconfirmed);

        await desk.Ledger.UnconfirmedAsync(batch, "Nobody knows.", Now);
        await StaysAsync(desk, KeptBecause.Unconfirmed);

        await desk.Ledger.ConfirmAsync(batch, Now);
        (await new PastSchoolDays(desk.Db).PurgeAsync(Line, dryRun: false, Now)).Days.Should().Be(1);
    }

    [Fact]
    public async Task DayThatIsHeld_Stays()
    {
        await using var desk = await LedgerDesk.MakeAsync(places);
        await MappedAsync(desk, Old);
        await desk.HoldAllAsync(HoldReason.TooOld);

        await StaysAsync(desk, KeptBecause.WaitsForAPerson);
    }

    [Fact]
    public async Task DayWithACorrectionToMake_Stays_AndGoesOnceItIsMade()
    {
        await using var desk = await LedgerDesk.MakeAsync(places);
        await MappedAsync(desk, Old);
        var run = await desk.Ledger.StartAsync(desk.Connector);
        await desk.Ledger.FreezeAsync(run.RunId, new RenderedDebt([], [.. (await desk.OwedAsync()).Select(l => new SettledLine(l, LineRole.ByHand, 1))], []), Now);
        await StaysAsync(desk, KeptBecause.WaitsForAPerson);

        foreach (var correction in await desk.Db.ManualCorrections.ToListAsync(Now))
            correction.TickOff(DateTimeOffset.UnixEpoch);
        await desk.Db.SaveChangesAsync(Now);

        (await new PastSchoolDays(desk.Db).PurgeAsync(Line, dryRun: false, Now)).Days.Should().Be(1);
        (await desk.Db.ManualCorrections.CountAsync(Now)).Should().Be(0);
    }

    [Fact]
    public async Task DayThatNobodyHasDecidedAbout_Stays()
    {
        await using var desk = await LedgerDesk.MakeAsync(places);
        await desk.HandInAsync(Old, ("P1", "0001"));
        await StaysAsync(desk, KeptBecause.NotDecided);

        await desk.MapStoredAsync(Old, new TardyOutcome.NoScheduleSet());
        await StaysAsync(desk, KeptBecause.NotDecided);
    }

    [Theory]
    [InlineData(OnExistingFile.Hold, 1)]
    [InlineData(OnExistingFile.Cumulative, 0)]
    public async Task DayOfTheLastFile_Stays_WhereFilesAreTakenBack(OnExistingFile policy, int goes)
    {
        await using var desk = await LedgerDesk.MakeAsync(places);
        (await desk.Db.Connectors.SingleAsync(Now)).Change(desk.Connector.Definition with { ExistingFile = policy });
        await desk.Db.SaveChangesAsync(Now);
        await MappedAsync(desk, Old);
        await desk.DeliverAsync();

        (await new PastSchoolDays(desk.Db).PurgeAsync(Line, dryRun: false, Now)).Days.Should().Be(goes);
    }

    private static async Task MappedAsync(LedgerDesk desk, DateOnly day)
    {
        (await desk.HandInAsync(day, (Id(day, 1), "0001"), (Id(day, 2), "0002"))).Should().AllBeEquivalentTo(PassReceipt.Added);
        await desk.MapStoredAsync(day);
    }

    private static string Id(DateOnly day, int number) => $"{day:yyyyMMdd}-{number}";

    private static async Task LetGoBeforeAsync(LedgerDesk desk, DateOnly line)
    {
        (await desk.Db.Districts.SingleAsync(Now)).LetGoBefore(line).Should().BeTrue();
        await desk.Db.SaveChangesAsync(Now);
        desk.Db.ChangeTracker.Clear();
    }

    private static async Task StaysAsync(LedgerDesk desk, KeptBecause reason)
    {
        var gone = await new PastSchoolDays(desk.Db).PurgeAsync(Line, dryRun: false, Now);
        (gone.Days, gone.Rows).Should().Be((0, 0));
        gone.Kept.Should().Equal(new Dictionary<KeptBecause, int> { [reason] = 1 });
    }
}
