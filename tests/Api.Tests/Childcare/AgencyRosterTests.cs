using System.Globalization;
using K12Sync.Api.Childcare;
using K12Sync.Data.Childcare;
using K12Sync.Domain.Childcare;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Tests.Childcare;

public sealed class AgencyRosterTests
{
    private static readonly CancellationToken Now = TestContext.Current.CancellationToken;
    private static readonly DateOnly Born = new(2022, 3, 4);

    /// <summary>Two sites in Iowa, each a provider, and two providers in Texas for one site.</summary>
    private static async Task<ChildcarePlace> OwnerAsync(params string[] children)
    {
        var place = await ChildcarePlace.MakeAsync();
        await place.ImportAsync("sites.csv", "SiteCode,Name,TimeZone,State,Hours", "S,Sun,America/Chicago,TX,Mon-Fri 06:30-18:00", "A,Ash,America/Chicago,IA,Mon-Fri 06:30-18:00", "B,Birch,America/Chicago,IA,Mon-Fri 06:30-18:00");
        await place.ImportAsync("providers.csv", "State,ProviderId,Name,SiteCode", "TX,D-1,Dallas,", "TX,D-2,Tarrant,", "IA,00001,Ash,A", "IA,00002,Birch,B");
        await place.ImportAsync("children.csv", ["SiteCode,ChildNumber,FirstName,MiddleName,LastName,BirthDate,EnrolledFrom", .. children]);
        return place;
    }

    private static AgencyRosterChild Listed(string id, string first, string last = "Diaz", DateOnly? born = null, params AgencyAuthorization[] authorizations) =>
        new(id, new ChildFacts(first, "", last, born ?? Born), authorizations);

    private static AgencyAuthorization Paid(string from, string? to = null, long? site = null) =>
        new(site, Day(from), to is null ? null : Day(to), Weekdays.MondayToFriday);

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static async Task<RosterTaken> TakeAsync(ChildcarePlace place, string provider, params AgencyRosterChild[] children)
    {
        await using var db = place.Open();
        var whose = await db.Providers.AsNoTracking().SingleAsync(p => p.ProviderId == provider, Now);
        return await new AgencyRosterOperations(db, place.Clock).TakeAsync(whose, children, Day("2026-09-14"), Day("2026-09-20"), Now);
    }

    /// <summary>Such as <c>1=A1</c>, and <c>1=A1 by hand</c>.</summary>
    private static async Task<IReadOnlyList<string>> LinksAsync(ChildcarePlace place)
    {
        await using var db = place.Open();
        return [.. (await db.ChildLinks.AsNoTracking().OrderBy(l => l.ChildNumber).ToListAsync(Now)).Select(l => $"{l.ChildNumber}={l.AgencyChildId}{(l.Origin == LinkOrigin.ByHand ? " by hand" : "")}")];
    }

    private static async Task<IReadOnlyList<string>> AuthorizationsAsync(ChildcarePlace place)
    {
        await using var db = place.Open();
        var sites = await db.Sites.AsNoTracking().ToDictionaryAsync(s => s.Id, s => s.Code, Now);
        return [.. (await db.Authorizations.AsNoTracking().Where(a => a.To == null || a.To >= a.From).OrderBy(a => a.ChildNumber).ThenBy(a => a.SiteId).ThenBy(a => a.From).ToListAsync(Now))
            .Select(a => string.Create(CultureInfo.InvariantCulture, $"{a.ChildNumber} {sites[a.SiteId]} {a.From:MM-dd}..{a.To:MM-dd}"))];
    }

    private static async Task LinkByHandAsync(ChildcarePlace place, string child, string state, string id)
    {
        await using var db = place.Open();
        (await new ChildLinkOperations(db, place.Clock).LinkAsync(child, state, id, Now)).Should().Be(new ChildLinkAnswer.Done(true));
    }

    [Fact]
    public async Task Roster_LinksWhoIsEqualInEverything_AndCountsTheOthers()
    {
        await using var place = await OwnerAsync("S,1,Ana,,Diaz,2022-03-04,2026-09-01", "S,2,Bea,Lou,Diaz,2022-03-04,2026-09-01", "S,3,Cleo,,Kim,,2026-09-01", "S,4,Dan,,Kim,2021-01-01,2026-09-01");

        var taken = await TakeAsync(place, "D-1", Listed("X1", "ANA"), Listed("X2", "Bea"), Listed("X3", "Cleo", "Kim"), new("X4", new ChildFacts("Dan", "", "Kim", null), []));

        taken.Should().Be(new RosterTaken(Listed: 4, Linked: 1, NeedsReview: 1, NoBirthDate: 1, NoCandidate: 1, AuthorizationsChanged: 0));
        (await LinksAsync(place)).Should().Equal("1=X1");
    }

    [Fact]
    public async Task Roster_ChangesNothing_WhenItIsTakenAgain()
    {
        await using var place = await OwnerAsync("S,1,Ana,,Diaz,2022-03-04,2026-09-01", "S,2,Bea,,Diaz,2022-03-04,2026-09-01");
        await place.BringUpToDateAsync();
        AgencyRosterChild[] list = [Listed("X1", "Ana", authorizations: Paid("2026-08-01")), Listed("X2", "Bea", authorizations: [Paid("2026-09-14", "2026-09-16")])];
        (await TakeAsync(place, "D-1", list)).AuthorizationsChanged.Should().Be(2);
        await place.BringUpToDateAsync();
        var before = await VersionsAsync(place);

        place.At("2026-09-21 10:00");
        (await TakeAsync(place, "D-1", list)).AuthorizationsChanged.Should().Be(0);

        (await VersionsAsync(place)).Should().Equal(before);
        await using var db = place.Open();
        (await db.PendingChildDays.AnyAsync(Now)).Should().BeFalse();
        (await db.AgencyChildren.Select(c => c.LastSeen).Distinct().SingleAsync(Now)).Should().Be(place.Clock.GetUtcNow(), "it was seen again");
    }

    private static async Task<IReadOnlyList<string>> VersionsAsync(ChildcarePlace place)
    {
        await using var db = place.Open();
        var stamps = db.AgencyChildren.Select(c => new { c.Id, V = EF.Property<long>(c, "Version"), C = EF.Property<long>(c, "ChangeVersion") })
            .Concat(db.ChildLinks.Select(c => new { c.Id, V = EF.Property<long>(c, "Version"), C = EF.Property<long>(c, "ChangeVersion") }))
            .Concat(db.Authorizations.Select(c => new { c.Id, V = EF.Property<long>(c, "Version"), C = EF.Property<long>(c, "ChangeVersion") }))
            .Concat(db.AttendanceDays.Select(c => new { c.Id, V = EF.Property<long>(c, "Version"), C = EF.Property<long>(c, "ChangeVersion") }));
        return [.. (await stamps.ToListAsync(Now)).Select(s => $"{s.Id} {s.V} {s.C}").Order(StringComparer.Ordinal)];
    }

    [Fact]
    public async Task Roster_MarksWhoIsNotListedAnyMore_AndKeepsTheLink()
    {
        await using var place = await OwnerAsync("S,1,Ana,,Diaz,2022-03-04,2026-09-01");
        await TakeAsync(place, "D-1", Listed("X1", "Ana"), Listed("X9", "Zoe"));
        await TakeAsync(place, "D-1", Listed("X9", "Zoe"));

        await using var db = place.Open();
        (await db.AgencyChildren.OrderBy(c => c.AgencyChildId).Select(c => c.IsListed).ToListAsync(Now)).Should().Equal(false, true);
        (await LinksAsync(place)).Should().Equal("1=X1");
        (await new AgencyRosterOperations(db, place.Clock).MatchesAsync("TX", Now)).Should().Contain(m => m.Side == MatchSide.Ours && m.Id == "1" && !m.IsListed && m.Status == MatchStatus.Linked)
            .Which.Sentence.Should().EndWith("The agency does not list this child at present.");
        await TakeAsync(place, "D-1", Listed("X1", "Ana"));
        (await db.AgencyChildren.AsNoTracking().SingleAsync(c => c.AgencyChildId == "X1", Now)).IsListed.Should().BeTrue();
    }

    [Fact]
    public async Task Twin_UnderAnotherProviderOfTheState_IsSeen_AndNobodyIsLinked()
    {
        await using var place = await OwnerAsync("A,1,Ana,,Diaz,2022-03-04,2026-09-01", "B,2,Ana,,Diaz,2022-03-04,2026-09-01");
        (await TakeAsync(place, "00001", Listed("000001", "Ana"))).NeedsReview.Should().Be(1, "two of ours are equal in everything");
        (await LinksAsync(place)).Should().BeEmpty();
        await LinkByHandAsync(place, "2", "IA", "000007");
        (await TakeAsync(place, "00001", Listed("000001", "Ana"))).Linked.Should().Be(1, "the other one is another child by a person's word");

        (await TakeAsync(place, "00002", Listed("000002", "Ana"))).NeedsReview.Should().Be(1);
        (await LinksAsync(place)).Should().Equal(["2=000007 by hand"], "the agency has two now, and the automatic link is taken back");
    }

    [Fact]
    public async Task AutomaticLink_IsTakenBack_WhenANameChanges_AndComesBack()
    {
        await using var place = await OwnerAsync("S,1,Ana,,Diaz,2022-03-04,2026-09-01");
        await TakeAsync(place, "D-1", Listed("X1", "Ana"));
        (await TakeAsync(place, "D-1", Listed("X1", "Anna"))).NeedsReview.Should().Be(1);
        (await LinksAsync(place)).Should().BeEmpty();

        await place.ImportAsync("children.csv", "SiteCode,ChildNumber,FirstName,MiddleName,LastName,BirthDate,EnrolledFrom", "S,1,Anna,,Diaz,2022-03-04,2026-09-01");
        await using var db = place.Open();
        (await new AgencyRosterOperations(db, place.Clock).LinkAllAsync(Now)).Should().Be(1);
        (await LinksAsync(place)).Should().Equal("1=X1");
        (await new AgencyRosterOperations(db, place.Clock).LinkAllAsync(Now)).Should().Be(0);
    }

    [Fact]
    public async Task ChildrenWhoChangePlaces_AreLinkedTheOtherWayRound()
    {
        await using var place = await OwnerAsync("S,1,Ana,,Diaz,2022-03-04,2026-09-01", "S,2,Bea,,Diaz,2022-03-04,2026-09-01");
        await TakeAsync(place, "D-1", Listed("X1", "Ana"), Listed("X2", "Bea"));
        await TakeAsync(place, "D-1", Listed("X1", "Bea"), Listed("X2", "Ana"));
        (await LinksAsync(place)).Should().Equal("1=X2", "2=X1");
    }

    [Fact]
    public async Task LinkByHand_WinsOverNames_AndNoIdIsGivenTwice()
    {
        await using var place = await OwnerAsync("S,1,Ana,,Diaz,2022-03-04,2026-09-01", "S,2,Bea,,Diaz,2022-03-04,2026-09-01");
        await LinkByHandAsync(place, "2", "TX", "X1");
        await TakeAsync(place, "D-1", Listed("X1", "Ana"));
        (await LinksAsync(place)).Should().Equal("2=X1 by hand");
        await using var db = place.Open();
        (await new ChildLinkOperations(db, place.Clock).LinkAsync("1", "TX", "X1", Now)).Should().BeOfType<ChildLinkAnswer.TakenByAnother>();
    }

    [Fact]
    public async Task LinkOfAnImport_IsAPersonsWord_SoALinkThatNamesMadeGivesWay_AndAnotherPersonsDoesNot()
    {
        await using var place = await OwnerAsync("S,1,Ana,,Diaz,2022-03-04,2026-09-01", "S,2,Bea,,Diaz,2022-03-05,2026-09-01", "S,3,Cleo,,Diaz,2022-03-06,2026-09-01");
        await TakeAsync(place, "D-1", Listed("X1", "Ana"));
        (await LinksAsync(place)).Should().Equal("1=X1");
        const string Header = "SiteCode,ChildNumber,FirstName,MiddleName,LastName,BirthDate,EnrolledFrom,AgencyChildId";

        await place.ImportAsync("children.csv", Header, "S,2,Bea,,Diaz,2022-03-05,2026-09-01,X1", "S,3,Cleo,,Diaz,2022-03-06,2026-09-01,X1");

        (await LinksAsync(place)).Should().Equal("2=X1 by hand");
        place.Remarks.Should().ContainSingle().Which.Should().StartWith("children.csv:3: note: AgencyChildId belongs to another child already");
        var report = place.Reports.Single();
        (report.Updated, report.Unchanged).Should().Be((1, 1));
    }

    [Fact]
    public async Task Authorization_OfALinkedChild_MakesAnAbsenceCount_AndWithoutItAgainNot()
    {
        await using var place = await OwnerAsync("S,1,Ana,,Diaz,2022-03-04,2026-09-14");
        await place.ImportAsync("absences.csv", "SiteCode,ChildNumber,Date,Code", "S,1,2026-09-15,Illness");
        await place.BringUpToDateAsync();
        (await place.DaysAsync()).Should().Contain("1 09-15 Unknown NothingToSend (1) v1");

        (await TakeAsync(place, "D-1", Listed("X1", "Ana", authorizations: Paid("2026-09-01")))).AuthorizationsChanged.Should().Be(1);
        await place.BringUpToDateAsync();
        (await place.DaysAsync()).Should().Contain("1 09-15 Absence Illness Ready v2");

        (await TakeAsync(place, "D-1", Listed("X1", "Ana"))).AuthorizationsChanged.Should().Be(2);
        (await AuthorizationsAsync(place)).Should().Equal("1 S 09-01..09-13", "1 S 09-21..");
        await place.BringUpToDateAsync();
        (await place.DaysAsync()).Should().Contain("1 09-15 Unknown NothingToSend (1) v3");
    }

    [Fact]
    public async Task Authorizations_OfOneProvider_AreLeftAloneByAnother_AndOfWhoIsNotLinked()
    {
        await using var place = await OwnerAsync("S,1,Ana,,Diaz,2022-03-04,2026-09-01", "S,2,Bea,,Kim,2022-05-05,2026-09-01");
        await place.ImportAsync("authorizations.csv", "SiteCode,ChildNumber,ProviderId,From,To,Days", "S,2,D-1,2026-09-01,,Mon-Fri");
        await TakeAsync(place, "D-1", Listed("X1", "Ana", authorizations: Paid("2026-09-01")));
        await TakeAsync(place, "D-2", Listed("X1", "Ana"));
        (await AuthorizationsAsync(place)).Should().Equal("1 S 09-01..", "2 S 09-01..");
    }

    [Fact]
    public async Task Authorizations_EndForLinkedChildrenWhomTheListNamesNoMore_AnEmptyListIncluded()
    {
        await using var place = await OwnerAsync("S,1,Ana,,Diaz,2022-03-04,2026-09-01", "S,2,Bea,,Kim,2022-03-04,2026-09-01");
        await TakeAsync(place, "D-1", Listed("X1", "Ana", authorizations: Paid("2026-09-14", "2026-09-18")), Listed("X2", "Bea", "Kim", authorizations: Paid("2026-09-14", "2026-09-18")));
        await TakeAsync(place, "D-1", Listed("X2", "Bea", "Kim", authorizations: Paid("2026-09-14", "2026-09-18")));
        (await AuthorizationsAsync(place)).Should().Equal("2 S 09-14..09-18");
        await TakeAsync(place, "D-1");
        (await AuthorizationsAsync(place)).Should().BeEmpty();
    }

    [Fact]
    public async Task Authorizations_StayAsTheyAre_WhereTheAgencyTellsNone()
    {
        await using var place = await OwnerAsync("A,1,Ana,,Diaz,2022-03-04,2026-09-01");
        await place.ImportAsync("authorizations.csv", "SiteCode,ChildNumber,ProviderId,From,To,Days", "A,1,00001,2026-09-01,,Mon-Fri");
        await TakeAsync(place, "00001", Listed("000001", "Ana") with { Authorizations = null });
        await TakeAsync(place, "00001");
        (await AuthorizationsAsync(place)).Should().Equal("1 A 09-01..");
    }

    [Fact]
    public async Task Authorization_WithoutASite_IsForEverySiteOfTheChild_OrTheOneOfTheProvider()
    {
        await using var place = await OwnerAsync("A,1,Ana,,Diaz,2022-03-04,2026-09-01", "B,1,Ana,,Diaz,2022-03-04,2026-09-01", "S,2,Bea,,Diaz,2022-03-04,2026-09-01");
        await TakeAsync(place, "00001", Listed("000001", "Ana", authorizations: Paid("2026-09-01")));
        await TakeAsync(place, "D-1", Listed("X2", "Bea", authorizations: Paid("2026-09-01")));
        (await AuthorizationsAsync(place)).Should().Equal("1 A 09-01..", "2 S 09-01..");
    }

    [Fact]
    public async Task Matches_SayOfEveryoneWhatToDo()
    {
        await using var place = await OwnerAsync("S,1,Ana,,Diaz,2022-03-04,2026-09-01", "S,2,Bea,Lou,Diaz,2022-03-04,2026-09-01", "S,3,Cleo,,Kim,,2026-09-01", "S,4,Dan,,Kim,2021-01-01,2026-09-01", "A,5,Eve,,Kim,2021-01-01,2026-09-01");
        await TakeAsync(place, "D-1", Listed("X1", "Ana"), Listed("X2", "Bea"));
        await using var db = place.Open();
        var roster = new AgencyRosterOperations(db, place.Clock);

        var lines = (await roster.MatchesAsync("TX", Now)).Select(m => $"{m.Side} {m.Id} {m.Status} {m.OtherId}{string.Join('/', m.Candidates.Select(c => $"{c.Id} {c.Facts.FirstName}"))}");
        lines.Should().Equal("Ours 1 Linked X1", "Ours 2 NeedsReview X2 Bea", "Ours 3 NoBirthDate ", "Ours 4 NoCandidate ", "Agency X1 Linked 1", "Agency X2 NeedsReview 2 Bea");
        (await roster.MatchesAsync("IA", Now)).Should().ContainSingle().Which.Sentence.Should().StartWith("The agency's list has not been taken yet.");
    }
}
