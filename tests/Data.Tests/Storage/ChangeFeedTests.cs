using K12Sync.Data.Access;
using K12Sync.Data.Passes;
using K12Sync.Domain.BehaviorCodes;
using K12Sync.Domain.Passes;
using K12Sync.Tests.Servers;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Data.Tests.Storage;

public sealed class ChangeFeedOnSqlite(PostgresServer server) : ChangeFeedTests(new Places(On.Sqlite, server));

public sealed class ChangeFeedOnPostgres(PostgresServer server) : ChangeFeedTests(new Places(On.Postgres, server));

/// <summary>Whoever asks again and again for everything above the highest stamp seen so far must miss nothing, however many write meanwhile.</summary>
public abstract class ChangeFeedTests(Places places)
{
    private const int Writers = 4;
    private const int RowsEach = 40;
    private static readonly CancellationToken Now = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reader_MissesNothing_WhileSeveralWrite()
    {
        await using var place = await places.MakeAsync();
        var (district, school) = await place.DistrictAsync();
        using var done = new CancellationTokenSource();
        var reading = Task.Run(() => FollowAsync(place.Open(district), done.Token), Now);

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() => WriteAsync(place, district, school, writer), Now)));
        await done.CancelAsync();

        var (passes, codes) = await reading;
        passes.Should().HaveCount(Writers * RowsEach).And.OnlyHaveUniqueItems();
        codes.Should().HaveCount(Writers * RowsEach).And.OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task Stamps_AreNeverGivenTwice_WhileSeveralWrite()
    {
        await using var place = await places.MakeAsync();
        var (district, school) = await place.DistrictAsync();

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() => WriteAsync(place, district, school, writer), Now)));

        var db = place.Open(district);
        var stamps = await db.Passes.Select(p => EF.Property<long>(p, "ChangeVersion"))
            .Concat(db.BehaviorCodes.Select(c => EF.Property<long>(c, "ChangeVersion"))).ToListAsync(Now);
        stamps.Should().HaveCount(2 * Writers * RowsEach).And.OnlyHaveUniqueItems();
    }

    /// <summary>Half through the bulk path, half through EF: one clock serves both.</summary>
    private static async Task WriteAsync(TestPlace place, DistrictId district, long school, int writer)
    {
        var db = place.Open(district);
        var store = new PassStore(db, place.Clock);
        var issued = new DateTimeOffset(2026, 9, 15, 12, 0, 0, TimeSpan.Zero);
        for (var i = 0; i < RowsEach; i++)
        {
            await store.StoreAsync([new IncomingPass(new HallPass($"{writer}-{i}", school, "0001", "T", issued, false), new DateOnly(2026, 9, 15))], Now);
            db.Add(new BehaviorCode(null, $"{writer}-{i}", new BehaviorCodeText("Tardy", "", "", BehaviorType.Tardy, "T", null)));
            await db.SaveChangesAsync(Now);
        }
    }

    private static async Task<(List<string> Passes, List<string> Codes)> FollowAsync(K12SyncDb db, CancellationToken writersDone)
    {
        var (passes, codes, passMark, codeMark) = (new List<string>(), new List<string>(), 0L, 0L);
        for (var last = false; ; last = writersDone.IsCancellationRequested)
        {
            var newPasses = await db.Passes.AsNoTracking().Where(p => EF.Property<long>(p, "ChangeVersion") > passMark)
                .OrderBy(p => EF.Property<long>(p, "ChangeVersion")).Select(p => new { p.PassId, Stamp = EF.Property<long>(p, "ChangeVersion") }).ToListAsync(Now);
            passes.AddRange(newPasses.Select(p => p.PassId));
            passMark = newPasses.LastOrDefault()?.Stamp ?? passMark;
            var newCodes = await db.BehaviorCodes.AsNoTracking().Where(c => EF.Property<long>(c, "ChangeVersion") > codeMark)
                .OrderBy(c => EF.Property<long>(c, "ChangeVersion")).Select(c => new { c.Code, Stamp = EF.Property<long>(c, "ChangeVersion") }).ToListAsync(Now);
            codes.AddRange(newCodes.Select(c => c.Code));
            codeMark = newCodes.LastOrDefault()?.Stamp ?? codeMark;
            if (last)
                return (passes, codes);
        }
    }
}
