using System.Data.Common;
using System.Diagnostics;
using K12Sync.Data.Passes;
using K12Sync.Data.Storage;
using K12Sync.Domain.Passes;
using K12Sync.Tests.Servers;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Data.Tests.Storage;

/// <summary>Disks that are full or take nothing, databases that somebody else holds, and power that goes: what was accepted stays, and nothing is accepted by half.</summary>
public sealed class StorageFaultTests(PostgresServer server)
{
    private const int Many = 3000;

    private static readonly CancellationToken Now = TestContext.Current.CancellationToken;
    private static readonly DateOnly Day = new(2026, 9, 15);

    [Theory]
    [InlineData("PRAGMA synchronous;", "2")]
    [InlineData("PRAGMA journal_mode;", "wal")]
    [InlineData("PRAGMA foreign_keys;", "1")]
    [InlineData("PRAGMA busy_timeout;", "60000")]
    public async Task SqliteConnection_FlushesEveryCommit_ToTheDisk(string setting, string value)
    {
        await using var place = await new Places(On.Sqlite, server).MakeAsync();

        (await ScalarAsync(place.Open(default), setting)).Should().Be(value);
    }

    [Fact]
    public async Task PostgresConnection_WaitsUntilACommitIsOnTheDisk()
    {
        await using var place = await new Places(On.Postgres, server).MakeAsync();

        (await ScalarAsync(place.Open(default), "SHOW synchronous_commit;")).Should().Be("on");
    }

    /// <summary>No more room, by the number of pages the file may have; a file system that takes nothing more is tried in the end-to-end tests.</summary>
    [Theory]
    [InlineData("PRAGMA max_page_count = 1;", "full")]
    [InlineData("PRAGMA query_only = ON;", "readonly")]
    public async Task Passes_AreRefusedWhole_AndTakenLater_WhenTheDiskTakesNothing(string fault, string says)
    {
        await using var place = await new Places(On.Sqlite, server).MakeAsync();
        var (district, school) = await place.DistrictAsync();
        var passes = Passes(school);
        var sick = place.Open(district);
        await ScalarAsync(sick, fault);

        (await FluentActions.Awaiting(() => new PassStore(sick, place.Clock).StoreAsync(passes, Now)).Should().ThrowAsync<DbException>()).Which.Message.Should().Contain(says);

        await sick.DisposeAsync();
        SqliteConnection.ClearAllPools();
        var well = place.Open(district);
        (await well.Passes.CountAsync(Now), await well.PendingDays.CountAsync(Now)).Should().Be((0, 0));
        (await new PassStore(well, place.Clock).StoreAsync(passes, Now)).Should().OnlyContain(r => r == PassReceipt.Added);
    }

    [Fact]
    public async Task Pass_IsStored_WhenWhoHoldsTheDatabaseLetsGoInTime()
    {
        await using var place = await new Places(On.Sqlite, server).MakeAsync();
        var (district, school) = await place.DistrictAsync();
        await using var holder = await HoldAsync((DataFolder)place.Database);

        var storing = Task.Run(() => new PassStore(place.Open(district), place.Clock).StoreAsync([Passes(school)[0]], Now), Now);
        await Task.Delay(400, Now);
        storing.IsCompleted.Should().BeFalse("it waits");
        await holder.DisposeAsync();

        (await storing).Should().Equal(PassReceipt.Added);
    }

    [Fact]
    public async Task Pass_IsRefusedWithTheReason_WhenTheDatabaseStaysLocked()
    {
        await using var place = await new Places(On.Sqlite, server).MakeAsync();
        var (district, school) = await place.DistrictAsync();
        var impatient = new DataFolder(((DataFolder)place.Database).Path, place.Clock) { LockWait = TimeSpan.FromSeconds(1) };
        var start = Stopwatch.GetTimestamp();
        await using (var holder = await HoldAsync(impatient))
        {
            await using var db = impatient.Open(district);
            (await FluentActions.Awaiting(() => new PassStore(db, place.Clock).StoreAsync([Passes(school)[0]], Now)).Should().ThrowAsync<DbException>())
                .Which.Message.Should().Contain("locked");
        }

        Stopwatch.GetElapsedTime(start).Should().BeGreaterThan(TimeSpan.FromSeconds(0.9)).And.BeLessThan(TimeSpan.FromSeconds(20));
        (await place.Open(district).Passes.AnyAsync(Now)).Should().BeFalse();
    }

    /// <summary>Another program in the middle of writing.</summary>
    private static async Task<SqliteConnection> HoldAsync(DataFolder folder)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = folder.DatabasePath, Pooling = false }.ToString());
        await connection.OpenAsync(Now);
        await using var command = connection.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE;";
        await command.ExecuteNonQueryAsync(Now);
        return connection;
    }

    private static List<IncomingPass> Passes(long school) =>
        [.. Enumerable.Range(0, Many).Select(i => new IncomingPass(new HallPass($"P{i}", school, "0001", "T", new DateTimeOffset(2026, 9, 15, 12, 57, 0, TimeSpan.Zero), false), Day))];

    /// <summary>On the context's own connection, which stays open from here on.</summary>
    private static async Task<string?> ScalarAsync(K12SyncDb db, string sql)
    {
        await db.Database.OpenConnectionAsync(Now);
        await using var command = db.Database.GetDbConnection().CreateCommand();
#pragma warning disable CA2100 // From a test.
        command.CommandText = sql;
#pragma warning restore CA2100
        return (await command.ExecuteScalarAsync(Now))?.ToString();
    }
}
