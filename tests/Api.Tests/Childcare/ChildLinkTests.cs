using K12Sync.Api.Childcare;
using K12Sync.Domain.Childcare;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Tests.Childcare;

public sealed class ChildLinkTests
{
    private static readonly CancellationToken Now = TestContext.Current.CancellationToken;

    private static async Task<ChildcarePlace> OwnerAsync()
    {
        var place = await ChildcarePlace.MakeAsync();
        await place.ImportAsync("sites.csv", "SiteCode,Name,TimeZone,State,Hours", "A,Ash,America/Chicago,IA,Mon-Fri 06:30-18:00");
        await place.ImportAsync("providers.csv", "State,ProviderId,Name,SiteCode", "IA,00001,Ash,A");
        await place.ImportAsync("children.csv", "SiteCode,ChildNumber,FirstName,LastName,BirthDate,EnrolledFrom", "A,1,Ana,Diaz,2022-03-04,2026-09-01", "A,2,Bea,Kim,2022-03-04,2026-09-01");
        await using var db = place.Open();
        var provider = await db.Providers.SingleAsync(Now);
        await new AgencyRosterOperations(db, place.Clock).TakeAsync(provider, [new("000001", new ChildFacts("Ana", "", "Diaz", new(2022, 3, 4)), null)], new(2026, 9, 1), new(2026, 9, 30), Now);
        return place;
    }

    private static async Task<string> AskAsync(ChildcarePlace place, Func<ChildLinkOperations, Task<ChildLinkAnswer>> ask)
    {
        await using var db = place.Open();
        var answer = await ask(new ChildLinkOperations(db, place.Clock));
        var links = await db.ChildLinks.AsNoTracking().OrderBy(l => l.ChildNumber).Select(l => $"{l.ChildNumber}={l.AgencyChildId} {l.Origin}").ToListAsync(Now);
        return $"{answer.GetType().Name}{(answer is ChildLinkAnswer.Done { IsChanged: false } ? " unchanged" : "")}: {string.Join(", ", links)}";
    }

    private static Task<string> LinkAsync(ChildcarePlace place, string child, string id, string state = "IA") => AskAsync(place, l => l.LinkAsync(child, state, id, Now));

    private static Task<string> UnlinkAsync(ChildcarePlace place, string child, string state = "IA") => AskAsync(place, l => l.UnlinkAsync(child, state, Now));

    [Fact]
    public async Task Person_WinsOverNames_AndNamesComeBackWhenThePersonGoes()
    {
        await using var place = await OwnerAsync();
        (await UnlinkAsync(place, "1")).Should().Be("LinkedByItself: 1=000001 Automatic");
        (await LinkAsync(place, "2", "000001")).Should().Be("Done: 2=000001 ByHand", "the automatic link gives way");
        (await LinkAsync(place, "2", "000001")).Should().Be("Done unchanged: 2=000001 ByHand");
        (await LinkAsync(place, "1", "000001")).Should().Be("TakenByAnother: 2=000001 ByHand");
        (await LinkAsync(place, "2", "000009")).Should().Be("Done: 1=000001 Automatic, 2=000009 ByHand", "its id is free again");
        (await UnlinkAsync(place, "2")).Should().Be("Done: 1=000001 Automatic");
        (await UnlinkAsync(place, "2")).Should().Be("NotLinked: 1=000001 Automatic");
    }

    [Fact]
    public async Task Link_IsRefused_WhenStateIdOrChildIsNone()
    {
        await using var place = await OwnerAsync();
        (await LinkAsync(place, "2", "000007", "XX")).Should().StartWith("NoSuchState");
        (await LinkAsync(place, "2", "00007")).Should().StartWith("NoSuchId");
        (await LinkAsync(place, "02", "000007")).Should().StartWith("NoSuchChild");
    }
}
