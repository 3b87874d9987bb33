using System.Globalization;
using K12Sync.Api.Childcare;

namespace K12Sync.Api.Tests.Childcare;

public sealed class LimitOperationsTests
{
    private static readonly CancellationToken Now = TestContext.Current.CancellationToken;

    /// <summary>Such as <c>1 S OccasionalAbsences 10 of 40 from 09-01: 10 on 09-14</c>.</summary>
    private static async Task<IReadOnlyList<string>> LimitsAsync(ChildcarePlace place, string? state = null, DateOnly? asOf = null)
    {
        await place.BringUpToDateAsync();
        await using var db = place.Open();
        return [.. (await new LimitOperations(db, place.Clock).ListAsync(state, asOf, Now)).Select(l => string.Create(CultureInfo.InvariantCulture,
            $"{l.ChildNumber} {l.SiteCode} {l.Reading.Rule.Name} {l.Reading.Count} of {l.Reading.Limit} from {l.Reading.From:yy-MM-dd}: {string.Join(", ", l.Reading.Notices.Select(n => string.Create(CultureInfo.InvariantCulture, $"{n.Threshold} on {n.On:MM-dd}")))}"))];
    }

    private static async Task<ChildcarePlace> SiteAsync(string state, string enrolled, string time)
    {
        var place = await ChildcarePlace.MakeAsync(time);
        await place.ImportAsync("sites.csv", "SiteCode,Name,TimeZone,State,Hours", $"S,Site,America/Chicago,{state},Mon-Fri 06:30-18:00", "T,Other,America/Chicago,LA,Mon-Fri 06:30-18:00");
        await place.ImportAsync("providers.csv", "State,ProviderId,Name,SiteCode", $"{state},L-1,One,S");
        await place.ImportAsync("children.csv", "SiteCode,ChildNumber,FirstName,LastName,EnrolledFrom", $"S,1,Ana,Diaz,{enrolled}", $"S,2,Bea,Kim,{enrolled}", $"T,3,Cleo,Kim,{enrolled}");
        await place.ImportAsync("authorizations.csv", "SiteCode,ChildNumber,ProviderId,From,To,Days", $"S,1,L-1,{enrolled},,", $"S,2,L-1,{enrolled},,");
        return place;
    }

    [Fact]
    public async Task Indiana_CountsFromTheFirstPlacement_AndTheCalendarYear_AndARowEndsWithAttendance()
    {
        await using var place = await SiteAsync("IN", "2026-08-31", "2026-09-21 09:00");
        await place.ImportAsync("absences.csv", "SiteCode,ChildNumber,Date,Code", "S,1,2026-08-31..2026-09-04,Illness", "S,1,2026-09-08..2026-09-14,Unexplained", "S,1,2026-09-18,ChronicCondition");
        await place.ImportAsync("closures.csv", "SiteCode,Date,Code", "S,2026-09-07,Paid");
        await place.ImportAsync("attendance.csv", "EventId,SiteCode,ChildNumber,Kind,At", "a,S,1,In,2026-09-15T08:00:00", "b,S,1,Out,2026-09-15T12:00:00");

        (await LimitsAsync(place)).Should().Equal(
            "1 S PaidClosures 1 of 16 from 26-01-01: ", "2 S PaidClosures 1 of 16 from 26-01-01: ",
            "1 S ConsecutiveAbsences 1 of 20 from 26-09-16: ", "2 S ConsecutiveAbsences 0 of 20 from 01-01-01: ",
            "1 S OccasionalAbsences 10 of 40 from 26-08-31: 10 on 09-14", "2 S OccasionalAbsences 0 of 40 from 26-08-31: ");
        (await LimitsAsync(place, asOf: new DateOnly(2026, 9, 14))).Should().Contain("1 S ConsecutiveAbsences 10 of 20 from 01-01-01: ");
        (await LimitsAsync(place, "LA")).Should().BeEmpty("nothing is limited there");
    }

    [Fact]
    public async Task Texas_BeginsAgainOnTheAnniversary()
    {
        await using var place = await SiteAsync("TX", "2025-09-15", "2026-09-21 09:00");
        await place.ImportAsync("absences.csv", "SiteCode,ChildNumber,Date,Code", "S,1,2026-09-07..2026-09-16,Unexplained", "S,1,2026-09-17,Illness");

        (await LimitsAsync(place, "TX")).Should().Contain("1 S UnexplainedAbsences 2 of 40 from 26-09-15: ", "six were before, and an illness is explained");
        (await LimitsAsync(place, "TX", new DateOnly(2026, 9, 14))).Should().Contain("1 S UnexplainedAbsences 6 of 40 from 25-09-15: ");
    }

    [Fact]
    public async Task Year_GoesOn_WhenTheWeekOfAChildChanges_AndEachSiteHasItsOwn()
    {
        await using var place = await SiteAsync("IN", "2025-09-15", "2026-09-21 09:00");
        await place.ImportAsync("sites.csv", "SiteCode,Name,TimeZone,State,Hours", "U,Second,America/Chicago,IN,Mon-Fri 06:30-18:00");
        await place.ImportAsync("providers.csv", "State,ProviderId,Name,SiteCode", "IN,L-2,Two,U");
        await place.ImportAsync("children.csv", "SiteCode,ChildNumber,FirstName,LastName,EnrolledFrom,ScheduledDays", "S,1,Ana,Diaz,2026-03-02,Mon Tue", "U,1,Ana,Diaz,2026-06-01,Fri");
        await place.ImportAsync("absences.csv", "SiteCode,ChildNumber,Date,Code", "S,1,2026-08-31,Illness", "S,1,2026-09-14,Illness", "S,1,2026-09-15,Illness");

        (await LimitsAsync(place, "IN")).Should().Contain("1 S OccasionalAbsences 1 of 40 from 26-09-15: ", "the place began in September, whatever the week has been since")
            .And.Contain("1 U OccasionalAbsences 0 of 40 from 26-06-01: ");
        (await LimitsAsync(place, "IN", new DateOnly(2026, 9, 14))).Should().Contain("1 S OccasionalAbsences 2 of 40 from 25-09-15: ");
    }

    [Fact]
    public async Task NewYork_CountsAgainstWhatTheDistrictThatPaysAllows()
    {
        await using var place = await SiteAsync("NY", "2026-06-01", "2026-09-21 09:00");
        await place.ImportAsync("absences.csv", "SiteCode,ChildNumber,Date,Code", "S,1,2026-07-01..2026-08-06,Illness");
        (await LimitsAsync(place, "NY")).Should().Equal("1 S Absences 27 of 24 from 26-01-01: 20 on 07-28, 24 on 08-03", "2 S Absences 0 of 24 from 26-01-01: ");

        await place.ImportAsync("providers.csv", "State,ProviderId,Name,SiteCode,AllowedAbsences", "NY,L-1,One,S,80", "NY,L-2,Two,S,");
        (await LimitsAsync(place, "NY")).Should().Equal("1 S Absences 27 of 80 from 26-01-01: 20 on 07-28", "2 S Absences 0 of 80 from 26-01-01: ");

        await place.ImportAsync("authorizations.csv", "SiteCode,ChildNumber,ProviderId,From,To,Days", "S,1,L-1,2026-06-01,2026-07-31,", "S,1,L-2,2026-08-01,,");
        (await LimitsAsync(place, "NY")).Should().Contain("1 S Absences 27 of 24 from 26-01-01: 20 on 07-28, 24 on 08-03", "another district pays for the child now");
        (await LimitsAsync(place, "NY", new DateOnly(2026, 7, 31))).Should().Contain("1 S Absences 23 of 80 from 26-01-01: 20 on 07-28");
        await place.ImportAsync("authorizations.csv", "SiteCode,ChildNumber,ProviderId,From,To,Days", "S,1,L-1,2026-06-01,,");
        (await LimitsAsync(place, "NY")).Should().Contain("1 S Absences 27 of 24 from 26-01-01: 20 on 07-28, 24 on 08-03", "of two that pay the lower one warns");
    }

    [Theory]
    [InlineData("NY", "81", "A district of New York allows 24 to 80 absences.")]
    [InlineData("NY", "23", "A district of New York allows 24 to 80 absences.")]
    [InlineData("NY", "many", "Write a number of days, or leave it blank.")]
    [InlineData("TX", "40", "Texas leaves no limit to its districts. Leave it blank.")]
    public async Task Provider_IsRejected_WhenItsDistrictCannotAllowSo(string state, string allowed, string says)
    {
        await using var place = await ChildcarePlace.MakeAsync();

        await place.ImportAsync("providers.csv", "State,ProviderId,AllowedAbsences", $"{state},L-1,{allowed}");

        place.Remarks.Should().ContainSingle().Which.Should().Contain($"AllowedAbsences is '{allowed}'. {says}");
        await using var db = place.Open();
        db.Providers.Should().BeEmpty();
    }
}
