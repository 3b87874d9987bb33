using K12Sync.Data.Audit;
using K12Sync.Data.Passes;
using K12Sync.Domain.Passes;
using K12Sync.Tests.Servers;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Data.Tests.Passes;

public sealed class PassStoreOnSqlite(PostgresServer server) : PassStoreTests(new Places(On.Sqlite, server));

public sealed class PassStoreOnPostgres(PostgresServer server) : PassStoreTests(new Places(On.Postgres, server));

public abstract class PassStoreTests(Places places)
{
    private static readonly CancellationToken Now = TestContext.Current.CancellationToken;
    private static readonly DateOnly Day = new(2026, 9, 15);
    private static readonly DateTimeOffset Issued = new(2026, 9, 15, 12, 57, 0, TimeSpan.Zero);

    [Fact]
    public async Task SamePassTwice_IsOnePass()
    {
        await using var place = await places.MakeAsync();
        var (district, school) = await place.DistrictAsync();
        var store = new PassStore(place.Open(district), place.Clock);

        (await store.StoreAsync([Pass(school), Pass(school)], Now)).Should().Equal(PassReceipt.Added, PassReceipt.Unchanged);
        (await store.StoreAsync([Pass(school)], Now)).Should().Equal(PassReceipt.Unchanged);

        (await place.Open(district).Passes.CountAsync(Now)).Should().Be(1);
    }

    [Fact]
    public async Task WhatGoesWithPasses_IsDurableWithThem_OrNothingIs()
    {
        await using var place = await places.MakeAsync();
        var (district, school) = await place.DistrictAsync();
        var db = place.Open(district);
        var (store, book) = (new PassStore(db, place.Clock), new AuditBook(db, "here"));
        var entry = new AuditEntry { At = Issued, Method = "POST", Target = "Passes", Status = 201 };

        await store.Invoking(s => s.StoreAsync([Pass(school)], Now, async _ =>
        {
            await book.AddAsync([entry], Now);
            throw new InvalidOperationException("No.");
        })).Should().ThrowAsync<InvalidOperationException>();
        (await place.Open(district).Passes.CountAsync(Now)).Should().Be(0);
        (await place.Open(district).AuditEntries.CountAsync(Now)).Should().Be(0);

        await store.StoreAsync([Pass(school)], Now, receipts => book.AddAsync([.. receipts.Select(_ => entry)], Now));
        (await store.RowsOfAsync([Pass(school).Pass.PassId, "another"], Now)).Should().ContainSingle();
        (await new AuditCheck(place.Open(district)).RunAsync([], Now)).Should().ContainSingle().Which.Should().BeOfType<ChainState.Whole>();
    }

    [Fact]
    public async Task SameInstantWithAnotherOffset_IsTheSamePass()
    {
        await using var place = await places.MakeAsync();
        var (district, school) = await place.DistrictAsync();
        var store = new PassStore(place.Open(district), place.Clock);
        await store.StoreAsync([Pass(school)], Now);

        (await store.StoreAsync([Pass(school, issued: Issued.ToOffset(TimeSpan.FromHours(-4)))], Now)).Should().Equal(PassReceipt.Unchanged);
    }

    [Fact]
    public async Task VoidedTurningTrue_IsAVoid_AndNeverTurnsBack()
    {
        await using var place = await places.MakeAsync();
        var (district, school) = await place.DistrictAsync();
        var store = new PassStore(place.Open(district), place.Clock);

        (await store.StoreAsync([Pass(school), Pass(school, voided: true), Pass(school, voided: true), Pass(school)], Now))
            .Should().Equal(PassReceipt.Added, PassReceipt.Voided, PassReceipt.Unchanged, PassReceipt.Conflict);

        (await place.Open(district).Passes.SingleAsync(Now)).Voided.Should().BeTrue();
    }

    [Theory]
    [InlineData("0002", "T", 0, false)]
    [InlineData("0001", "t", 0, false)]
    [InlineData("0001", "T", 1, false)]
    [InlineData("0002", "T", 0, true)]
    public async Task AnythingElseDifferentUnderTheSameId_IsAConflict_AndChangesNothing(string student, string code, int secondsLater, bool voided)
    {
        await using var place = await places.MakeAsync();
        var (district, school) = await place.DistrictAsync();
        var store = new PassStore(place.Open(district), place.Clock);
        await store.StoreAsync([Pass(school)], Now);

        (await store.StoreAsync([Pass(school, student, code, Issued.AddSeconds(secondsLater), voided)], Now)).Should().Equal(PassReceipt.Conflict);

        var there = await place.Open(district).Passes.SingleAsync(Now);
        (there.StudentNumber, there.Code, there.IssuedAt, there.Voided).Should().Be(("0001", "T", Issued, false));
    }

    [Fact]
    public async Task PassIdsThatDifferInCase_AreTwoPasses()
    {
        await using var place = await places.MakeAsync();
        var (district, school) = await place.DistrictAsync();
        var store = new PassStore(place.Open(district), place.Clock);

        (await store.StoreAsync([Pass(school, id: "p1"), Pass(school, id: "P1")], Now)).Should().Equal(PassReceipt.Added, PassReceipt.Added);
    }

    [Fact]
    public async Task SamePassFromTenSidesAtOnce_IsOnePass()
    {
        await using var place = await places.MakeAsync();
        var (district, school) = await place.DistrictAsync();

        var receipts = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ =>
            Task.Run(() => new PassStore(place.Open(district), place.Clock).StoreAsync([Pass(school)], Now), Now)));

        receipts.SelectMany(r => r).Should().ContainSingle(r => r == PassReceipt.Added).And.OnlyContain(r => r != PassReceipt.Conflict);
        (await place.Open(district).Passes.CountAsync(Now)).Should().Be(1);
    }

    [Fact]
    public async Task ManyPasses_GetTheSameReceiptsAsFew_WhicheverOfThemAreThereAlready()
    {
        const int Many = 12_000;
        await using var place = await places.MakeAsync();
        var (district, school) = await place.DistrictAsync();
        var db = place.Open(district);
        var store = new PassStore(db, place.Clock);
        var passes = Enumerable.Range(0, Many).Select(i => Pass(school, id: $"P{i}")).ToList();
        var others = Enumerable.Range(0, Many).Select(i => Pass(school, id: $"Q{i}")).ToList();

        (await store.StoreAsync(passes, Now)).Should().HaveCount(Many).And.OnlyContain(r => r == PassReceipt.Added);
        // The last one decides: everything before it was taken in already.
        (await store.StoreAsync([.. others, Pass(school, id: "P1", voided: true), Pass(school, id: "P2", code: "X"), others[0]], Now)).Should()
            .Equal([.. Enumerable.Repeat(PassReceipt.Added, Many), PassReceipt.Voided, PassReceipt.Conflict, PassReceipt.Unchanged]);
        (await store.StoreAsync(passes, Now)).Select((r, i) => (r, i)).Should().OnlyContain(r => r.r == (r.i == 1 ? PassReceipt.Conflict : PassReceipt.Unchanged));
        (await store.StoreAsync([Pass(school, id: "R")], Now)).Should().Equal(PassReceipt.Added);
        (await store.StoreAsync([.. passes.Select(p => p with { Pass = p.Pass with { PassId = "S" + p.Pass.PassId } })], Now)).Should().OnlyContain(r => r == PassReceipt.Added);

        (await db.Passes.CountAsync(Now)).Should().Be(3 * Many + 1);
        (await db.Passes.Select(p => EF.Property<long>(p, "ChangeVersion")).Distinct().CountAsync(Now)).Should().Be(3 * Many + 1);
        (await db.PendingDays.SingleAsync(Now)).Date.Should().Be(Day);
    }

    [Fact]
    public async Task ManyPasses_AreAllOrNothing()
    {
        await using var place = await places.MakeAsync();
        var (district, school) = await place.DistrictAsync();
        var db = place.Open(district);
        var passes = Enumerable.Range(0, 2000).Select(i => Pass(i < 1999 ? school : school + 100, id: $"P{i}")).ToList();

        await FluentActions.Awaiting(() => new PassStore(db, place.Clock).StoreAsync(passes, Now)).Should().ThrowAsync<Exception>("there is no such school");

        (await db.Passes.AnyAsync(Now)).Should().BeFalse();
        (await db.PendingDays.AnyAsync(Now)).Should().BeFalse();
        (await new PassStore(db, place.Clock).StoreAsync(passes[..1999], Now)).Should().OnlyContain(r => r == PassReceipt.Added);
    }

    [Fact]
    public async Task Storing_MakesTheDayPending_OnlyWhenSomethingChanged()
    {
        await using var place = await places.MakeAsync();
        var (district, school) = await place.DistrictAsync();
        var db = place.Open(district);
        var store = new PassStore(db, place.Clock);
        await store.StoreAsync([Pass(school)], Now);
        var mark = (await db.PendingDays.AsNoTracking().SingleAsync(Now)).Mark;

        await store.StoreAsync([Pass(school)], Now);
        (await db.PendingDays.AsNoTracking().SingleAsync(Now)).Mark.Should().Be(mark);

        await store.StoreAsync([Pass(school, voided: true)], Now);
        (await db.PendingDays.AsNoTracking().SingleAsync(Now)).Mark.Should().BeGreaterThan(mark);
    }

    private static IncomingPass Pass(
        long school, string student = "0001", string code = "T", DateTimeOffset? issued = null, bool voided = false, string id = "P1") =>
        new(new HallPass(id, school, student, code, issued ?? Issued, voided), Day);
}
