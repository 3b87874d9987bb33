using K12Sync.Api.Jobs;
using K12Sync.Api.Tests.Childcare;
using K12Sync.Data.Access;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace K12Sync.Api.Tests.Jobs;

public sealed class ChildDaysTests
{
    private static CancellationToken Now => TestContext.Current.CancellationToken;

    private static async Task<ChildcarePlace> PlaceAsync()
    {
        var place = await ChildcarePlace.MakeAsync("2026-09-15 12:00");
        await place.ImportAsync("sites.csv", "SiteCode,Name,TimeZone,State,Hours", "S,Site,America/Chicago,TX,Mon-Fri 06:30-18:00");
        await place.ImportAsync("children.csv", "SiteCode,ChildNumber,FirstName,LastName,EnrolledFrom", "S,1,Ana,Diaz,2026-09-15");
        await place.ImportAsync("attendance.csv", "EventId,SiteCode,ChildNumber,Kind,At", "e1,S,1,In,2026-09-15T08:00:00");
        return place;
    }

    private static ChildDays Job(ChildcarePlace place) => new(new Districts(place.Premises), new JobSettings(), place.Clock, NullLogger<ChildDays>.Instance);

    [Fact]
    public async Task Round_ChecksOutAtClosingTime_AndMakesTheRowsOfDaysThatAreOver()
    {
        await using var place = await PlaceAsync();
        var job = Job(place);
        place.At("2026-09-15 17:59");
        await job.RoundAsync(Now);
        (await place.DaysAsync()).Should().Equal("1 09-15 Attended 08:00-? 0 NoCheckOutYet v1");
        place.At("2026-09-15 18:04");
        await job.RoundAsync(Now);
        (await place.DaysAsync()).Should().Equal("1 09-15 Attended 08:00-18:00 600 Ready (1) v2");
        place.At("2026-09-17 00:01");
        await Task.WhenAll(job.RoundAsync(Now), Job(place).RoundAsync(Now));
        (await place.DaysAsync()).Should().Equal("1 09-15 Attended 08:00-18:00 600 Ready (1) v2", "1 09-16 Unknown NothingToSend v1");
    }

    [Fact]
    public async Task Round_GoesOn_WhenOneDistrictIsInTrouble()
    {
        await using var place = await PlaceAsync();
        await using (var db = place.Premises.Database.Open(await new DistrictDirectory(place.Premises.Database).AddAsync("A broken one", Now)))
        {
            await db.Database.ExecuteSqlRawAsync("""INSERT INTO "Sites" ("Code", "Name", "Zone", "State", "Hours", "IsTwentyFourHours", "DistrictId", "Version", "ChangeVersion") SELECT 'X', 'X', 'No/Where', 'TX', '', 0, "Id", 1, 1 FROM "Districts" WHERE "Name" = 'A broken one';""", Now);
        }
        await Job(place).RoundAsync(Now);
        (await place.DaysAsync()).Should().Equal("1 09-15 Attended 08:00-? 0 NoCheckOutYet v1");
    }
}
