using K12Sync.Data.Passes;
using K12Sync.Data.Storage;
using K12Sync.Domain.Passes;
using K12Sync.Tests.Servers;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Data.Tests.Storage;

public sealed class PostgresDatabaseTests(PostgresServer server)
{
    private static readonly CancellationToken Now = TestContext.Current.CancellationToken;

    [Fact]
    public async Task TableThatGrewAtOnce_IsKnownToTheServer_WithoutWaitingForIt()
    {
        await using var place = await new Places(On.Postgres, server).MakeAsync();
        var (district, school) = await place.DistrictAsync();
        var db = place.Open(district);
        var issued = new DateTimeOffset(2026, 9, 15, 12, 57, 0, TimeSpan.Zero);

        await new PassStore(db, place.Clock).StoreAsync(
            [.. Enumerable.Range(0, 10_000).Select(i => new IncomingPass(new HallPass($"P{i}", school, "0001", "T", issued, false), new DateOnly(2026, 9, 15)))], Now);

        (await db.Database.SqlQueryRaw<float>("""SELECT reltuples AS "Value" FROM pg_class WHERE oid = '"Passes"'::regclass""").SingleAsync(Now)).Should().Be(10_000);
    }

    [Theory]
    [InlineData("", "off")]
    [InlineData(";Options=-c jit=on", "on")]
    [InlineData(";Options=-c work_mem=8MB", "off")]
    public async Task PlansAreNotCompiled_UnlessTheConnectionSaysSo(string more, string jit)
    {
        var name = await server.MakeDatabaseAsync();
        await using (var db = new PostgresDatabase(await server.ConnectionAsync(name) + more + ";Pooling=false").Open(default))
            (await db.Database.SqlQueryRaw<string>("SHOW jit").ToListAsync(Now)).Should().Equal(jit);
        await server.DropDatabaseAsync(name);
    }

    [Theory]
    [InlineData("", 600)]
    [InlineData(";Command Timeout=900", 900)]
    [InlineData(";Command Timeout=0", 0)]
    public async Task BulkStatements_HaveTenMinutes_OrWhatTheConnectionGives(string more, int seconds)
    {
        await using var db = new PostgresDatabase("Host=nowhere;Database=k12sync" + more).Open(default);

        db.BulkSeconds.Should().Be(seconds);
    }
}
