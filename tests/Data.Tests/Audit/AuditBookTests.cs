using System.Globalization;
using K12Sync.Data.Access;
using K12Sync.Data.Audit;
using K12Sync.Tests.Servers;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Data.Tests.Audit;

public sealed class AuditBookOnSqlite(PostgresServer server) : AuditBookTests(new Places(On.Sqlite, server));

public sealed class AuditBookOnPostgres(PostgresServer server) : AuditBookTests(new Places(On.Postgres, server));

/// <summary>Entries are found to have been tampered with, whatever was done to them by SQL.</summary>
public abstract class AuditBookTests(Places places)
{
    private const string Node = "node-a";

    private static readonly CancellationToken Now = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Chain_IsWhole_WhenNobodyTouchedIt()
    {
        await using var place = await places.MakeAsync();
        var district = await WrittenAsync(place, 5, 1, 3);

        var states = await new AuditCheck(place.Open(district)).RunAsync([], Now);

        var last = await place.Open(district).AuditEntries.OrderBy(e => e.Number).LastAsync(Now);
        states.Should().Equal(new ChainState.Whole(Node, 9, last.Hash));
        last.ToEntry().Should().Be(Entry(9));
        (await place.Open(district).AuditEntries.Select(e => e.Hash).Distinct().CountAsync(Now)).Should().Be(9);
        (await place.Open(district).AuditEntries.Select(e => EF.Property<long>(e, "ChangeVersion")).Distinct().CountAsync(Now)).Should().Be(9, "whoever follows changes misses none");
    }

    [Theory]
    [InlineData("""UPDATE "AuditEntries" SET "Target" = 'Schools' WHERE "Number" = 4""", 4)]
    [InlineData("""UPDATE "AuditEntries" SET "KeyId" = NULL WHERE "Number" = 4""", 4)]
    [InlineData("""UPDATE "AuditEntries" SET "At" = "At" + 1 WHERE "Number" = 1""", 1)]
    [InlineData("""UPDATE "AuditEntries" SET "Role" = "Address", "Address" = "Role" WHERE "Number" = 9""", 9)]
    [InlineData("""UPDATE "AuditEntries" SET "Hash" = (SELECT e."Hash" FROM "AuditEntries" e WHERE e."Number" = 3) WHERE "Number" = 2""", 2)]
    [InlineData("""DELETE FROM "AuditEntries" WHERE "Number" = 4""", 4)]
    [InlineData("""DELETE FROM "AuditEntries" WHERE "Number" = 1""", 1)]
    [InlineData("""DELETE FROM "AuditEntries" WHERE "Number" > 6""", 7)]
    [InlineData("""DELETE FROM "AuditEntries" """, 1)]
    [InlineData("""DELETE FROM "AuditEntries" WHERE "Number" = 4; UPDATE "AuditEntries" SET "Number" = "Number" - 1 WHERE "Number" = 5""", 4)]
    [InlineData("""UPDATE "AuditEntries" SET "Number" = 100 WHERE "Number" = 4; UPDATE "AuditEntries" SET "Number" = 4 WHERE "Number" = 5; UPDATE "AuditEntries" SET "Number" = 5 WHERE "Number" = 100""", 4)]
    [InlineData("""DELETE FROM "AuditChains" """, 9)]
    [InlineData("""UPDATE "AuditChains" SET "Number" = 7""", 9)]
    public async Task FirstBrokenPlace_IsFound(string tampering, long number)
    {
        await using var place = await places.MakeAsync();
        var district = await WrittenAsync(place, 9);
#pragma warning disable EF1002 // The text comes from this test.
        await place.Open(district).Database.ExecuteSqlRawAsync(tampering, Now);
#pragma warning restore EF1002

        var states = await new AuditCheck(place.Open(district)).RunAsync([], Now);

        states.Should().ContainSingle().Which.Should().BeOfType<ChainState.Broken>().Which.Number.Should().Be(number);
    }

    [Theory]
    [InlineData("""DELETE FROM "AuditEntries" WHERE "Number" > 6; UPDATE "AuditChains" SET "Number" = 6, "Hash" = (SELECT "Hash" FROM "AuditEntries" WHERE "Number" = 6)""", 7)]
    [InlineData("""DELETE FROM "AuditEntries"; DELETE FROM "AuditChains" """, 1)]
    public async Task EndThatWasCutOffCleverly_IsFoundByAnEndThatWasNotedElsewhere(string tampering, long number)
    {
        await using var place = await places.MakeAsync();
        var district = await WrittenAsync(place, 9);
        var whole = (await new AuditCheck(place.Open(district)).RunAsync([], Now)).OfType<ChainState.Whole>().Single();
#pragma warning disable EF1002 // The text comes from this test.
        await place.Open(district).Database.ExecuteSqlRawAsync(tampering, Now);
#pragma warning restore EF1002
        (await new AuditCheck(place.Open(district)).RunAsync([], Now)).Should().NotContain(s => s is ChainState.Broken, "by itself it cannot be told");

        var states = await new AuditCheck(place.Open(district)).RunAsync([new AuditEnd(Node, whole.Entries, whole.Hash)], Now);

        states.Should().ContainSingle().Which.Should().BeOfType<ChainState.Broken>().Which.Number.Should().Be(number);
    }

    [Fact]
    public async Task ChainThatWasWrittenAnew_IsFoundByAnEndThatWasNotedElsewhere_AndAGrownOneIsNot()
    {
        await using var place = await places.MakeAsync();
        var district = await WrittenAsync(place, 4);
        var noted = (await new AuditCheck(place.Open(district)).RunAsync([], Now)).OfType<ChainState.Whole>().Select(w => new AuditEnd(w.Node, w.Entries, w.Hash)).ToList();
        await WriteAsync(place, district, 5, 6);
        (await new AuditCheck(place.Open(district)).RunAsync(noted, Now)).Should().ContainSingle().Which.Should().BeOfType<ChainState.Whole>().Which.Entries.Should().Be(6);
        await place.Open(district).Database.ExecuteSqlRawAsync("""DELETE FROM "AuditEntries"; DELETE FROM "AuditChains" """, Now);
        await WriteAsync(place, district, 2, 7);

        var states = await new AuditCheck(place.Open(district)).RunAsync(noted, Now);

        states.Should().ContainSingle().Which.Should().BeOfType<ChainState.Broken>().Which.Number.Should().Be(4);
    }

    [Fact]
    public async Task Entries_GoWithTheTransactionTheyAreAddedIn()
    {
        await using var place = await places.MakeAsync();
        var district = await WrittenAsync(place, 2);
        var db = place.Open(district);
        await using (var transaction = await db.TransactAsync(Now))
        {
            await new AuditBook(db, Node).AddAsync([Entry(3)], Now);
            await transaction.RollbackAsync(Now);
        }
        await WriteAsync(place, district, 3, 3);

        (await new AuditCheck(place.Open(district)).RunAsync([], Now)).Should().ContainSingle().Which.Should().BeOfType<ChainState.Whole>().Which.Entries.Should().Be(3);
    }

    [Fact]
    public async Task WritersOfOneMachine_MakeOneChain_AndEachDistrictHasItsOwn()
    {
        await using var place = await places.MakeAsync();
        var (a, _) = await place.DistrictAsync("A");
        var (b, _) = await place.DistrictAsync("B");

        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Run(() => WriteAsync(place, i % 2 == 0 ? a : b, 1, 20), Now)));

        foreach (var district in new[] { a, b })
            (await new AuditCheck(place.Open(district)).RunAsync([], Now)).Should().ContainSingle().Which.Should().BeOfType<ChainState.Whole>().Which.Entries.Should().Be(40);
        await place.Open(a).Database.ExecuteSqlAsync($"""UPDATE "AuditEntries" SET "DistrictId" = {a.Value}, "Node" = 'node-b' WHERE "DistrictId" = {b.Value}""", Now);
        (await new AuditCheck(place.Open(a)).RunAsync([], Now))[1].Should().BeOfType<ChainState.Broken>("entries of another district are none of this one's").Which.Number.Should().Be(1);
    }

    [Fact]
    public async Task OldEntries_AreLetGoOf_AndTheChainGoesOnFromThem()
    {
        await using var place = await places.MakeAsync();
        var district = await WrittenAsync(place, 9);
        var before = new DateTimeOffset(2026, 9, 15, 12, 0, 5, TimeSpan.Zero);
        var noted = await NotedAsync(4);
        (await new AuditBook(place.Open(district), Node).LetGoAsync(before, dryRun: true, Now)).Should().Be(4);
        (await new AuditBook(place.Open(district), Node).LetGoAsync(before, dryRun: false, Now)).Should().Be(4);
        (await new AuditBook(place.Open(district), Node).LetGoAsync(before, dryRun: false, Now)).Should().Be(0);

        (await place.Open(district).AuditEntries.Select(e => e.Number).OrderBy(n => n).ToListAsync(Now)).Should().Equal(5, 6, 7, 8, 9);
        await WriteAsync(place, district, 10, 10);
        (await CheckAsync(noted, await NotedAsync(7))).Should().BeOfType<ChainState.Whole>().Which.Entries.Should().Be(10);
        (await CheckAsync(noted with { Hash = "0" })).Should().BeOfType<ChainState.Broken>().Which.Number.Should().Be(4, "the chain goes on from another entry than was noted");
        await place.Open(district).Database.ExecuteSqlRawAsync("""UPDATE "AuditEntries" SET "Target" = 'x' WHERE "Number" = 5""", Now);
        (await CheckAsync()).Should().BeOfType<ChainState.Broken>().Which.Number.Should().Be(5);
        (await new AuditBook(place.Open(district), Node).LetGoAsync(before.AddYears(1), dryRun: false, Now)).Should().Be(5, "the last one stays");

        async Task<AuditEnd> NotedAsync(long number) => new(Node, number, await place.Open(district).AuditEntries.Where(e => e.Number == number).Select(e => e.Hash).SingleAsync(Now));

        async Task<ChainState> CheckAsync(params AuditEnd[] ends) => (await new AuditCheck(place.Open(district)).RunAsync(ends, Now)).Should().ContainSingle().Subject;
    }

    private static async Task<DistrictId> WrittenAsync(TestPlace place, params int[] groups)
    {
        var (district, _) = await place.DistrictAsync();
        var number = 0;
        foreach (var size in groups)
            await new AuditBook(place.Open(district), Node).AddAsync([.. Enumerable.Range(0, size).Select(_ => Entry(++number))], Now);
        return district;
    }

    private static async Task WriteAsync(TestPlace place, DistrictId district, int first, int last)
    {
        await using var db = place.Database.Open(district);
        for (var i = first; i <= last; i++)
            await new AuditBook(db, Node).AddAsync([Entry(i)], Now);
    }

    private static AuditEntry Entry(int number) => new()
    {
        At = new DateTimeOffset(2026, 9, 15, 12, 0, number, TimeSpan.Zero),
        KeyId = 7,
        Role = "Support",
        Address = "10.0.0.5",
        Method = "GET",
        Target = number.ToString("'Students('0')'", CultureInfo.InvariantCulture),
        Query = number % 2 == 0 ? null : "$expand=Passes",
        Students = "Students,Passes",
        Status = 200,
        Rows = number % 3 == 0 ? null : number,
    };
}
