namespace K12Sync.Api.Tests.Childcare;

public sealed class AttendanceOperationsTests
{
    private const string Events = "EventId,SiteCode,ChildNumber,Kind,At,Revision,Deleted";

    private static async Task<ChildcarePlace> SiteAsync(string hours = "Mon-Fri 06:30-18:00", string allDay = "no", string state = "TX", string time = "2026-09-15 12:00")
    {
        var place = await ChildcarePlace.MakeAsync(time);
        await place.ImportAsync("sites.csv", "SiteCode,Name,TimeZone,State,Hours,TwentyFourHours", $"S,Site,America/Chicago,{state},{hours},{allDay}");
        await place.ImportAsync("children.csv", "SiteCode,ChildNumber,FirstName,LastName,EnrolledFrom", "S,1,Ana,Diaz,2026-09-15");
        return place;
    }

    private static async Task<IReadOnlyList<string>> DaysAfterAsync(ChildcarePlace place, params string[] events)
    {
        if (events.Length > 0)
            await place.ImportAsync("attendance.csv", [Events, .. events]);
        await place.BringUpToDateAsync();
        return await place.DaysAsync();
    }

    [Fact]
    public async Task ForgottenCheckOut_IsMadeAtClosingTime_AndNotBefore()
    {
        await using var place = await SiteAsync();
        (await DaysAfterAsync(place, "e1,S,1,In,2026-09-15T08:00:00,,")).Should().Equal("1 09-15 Attended 08:00-? 0 NoCheckOutYet v1");

        place.At("2026-09-15 17:59");
        (await DaysAfterAsync(place)).Should().Equal("1 09-15 Attended 08:00-? 0 NoCheckOutYet v1");
        place.At("2026-09-15 18:00");
        (await DaysAfterAsync(place)).Should().Equal("1 09-15 Attended 08:00-18:00 600 Ready (1) v2");
    }

    [Fact]
    public async Task ForgottenCheckOut_GivesWayToAPerson_HoweverItIsCorrected()
    {
        await using var place = await SiteAsync(time: "2026-09-15 19:00");
        (await DaysAfterAsync(place, "e1,S,1,In,2026-09-15T08:00:00,,")).Should().Equal("1 09-15 Attended 08:00-18:00 600 Ready (1) v2");

        (await DaysAfterAsync(place, "e2,S,1,Out,2026-09-15T16:00:00,,")).Should().Equal("1 09-15 Attended 08:00-16:00 480 Ready v3");
        (await DaysAfterAsync(place, "e2,S,1,Out,2026-09-15T16:00:00,,true")).Should().Equal("1 09-15 Attended 08:00-18:00 600 Ready (1) v4");
        (await DaysAfterAsync(place, "auto:e1,S,1,Out,2026-09-15T17:10:00,,")).Should().Equal("1 09-15 Attended 08:00-17:10 550 Ready v5");
        (await DaysAfterAsync(place, "auto:e1,S,1,Out,2026-09-15T17:10:00,,true")).Should().Equal(["1 09-15 Attended 08:00-? 0 NoCheckOutYet v6"], "a person said that it is none");
    }

    [Fact]
    public async Task ForgottenCheckOut_MovesWithItsCheckIn()
    {
        await using var place = await SiteAsync(time: "2026-09-16 19:00");
        await DaysAfterAsync(place, "e1,S,1,In,2026-09-15T08:00:00,,");
        (await DaysAfterAsync(place, "e1,S,1,In,2026-09-16T08:00:00,,")).Should().Equal("1 09-15 Unknown NothingToSend v3", "1 09-16 Attended 08:00-18:00 600 Ready (1) v2");
    }

    [Theory]
    [InlineData("", "yes")]
    [InlineData("Mon-Fri 06:30-18:00", "yes")]
    [InlineData("Mon Wed 06:30-18:00", "no")]
    [InlineData("Mon-Fri 06:30-07:30", "no")]
    public async Task ForgottenCheckOut_IsNeverMade_InTwentyFourHourCare_OnADayWithoutHours_OrBeforeTheCheckIn(string hours, string allDay)
    {
        await using var place = await SiteAsync(hours, allDay, time: "2026-09-15 23:00");
        (await DaysAfterAsync(place, "e1,S,1,In,2026-09-15T08:00:00,,")).Should().Equal("1 09-15 Attended 08:00-? 0 NoCheckOutYet v1");
    }

    [Fact]
    public async Task Day_HasNoRow_BeforeItIsOverOrSomethingIsRecorded()
    {
        await using var place = await SiteAsync();
        (await DaysAfterAsync(place)).Should().BeEmpty();
        place.At("2026-09-15 23:59");
        (await DaysAfterAsync(place)).Should().BeEmpty();
        place.At("2026-09-16 00:00");
        (await DaysAfterAsync(place)).Should().Equal("1 09-15 Unknown NothingToSend v1");
    }

    [Fact]
    public async Task Absence_Counts_FromTheMomentTheDayIsAuthorized_AndNoLongerThanThat()
    {
        await using var place = await SiteAsync();
        await place.ImportAsync("providers.csv", "State,ProviderId", "TX,0042");
        await place.ImportAsync("absences.csv", "SiteCode,ChildNumber,Date,Code", "S,1,2026-09-15,Illness");
        (await DaysAfterAsync(place)).Should().Equal("1 09-15 Unknown NothingToSend (1) v1");

        await place.ImportAsync("authorizations.csv", "SiteCode,ChildNumber,ProviderId,From", "S,1,0042,2026-09-01");
        (await DaysAfterAsync(place)).Should().Equal("1 09-15 Absence Illness Ready v2");
        await place.ImportAsync("closures.csv", "SiteCode,Date,Code", "S,2026-09-15,Unpaid");
        (await DaysAfterAsync(place)).Should().Equal("1 09-15 Closure Unpaid Ready (1) v3");
        await place.ImportAsync("closures.csv", "SiteCode,Date,Code", "S,2026-09-15,");
        (await DaysAfterAsync(place)).Should().Equal("1 09-15 Absence Illness Ready v4");
        await place.ImportAsync("absences.csv", "SiteCode,ChildNumber,Date,Code", "S,1,2026-09-15,");
        (await DaysAfterAsync(place)).Should().Equal("1 09-15 Unknown NothingToSend v5");
    }

    [Fact]
    public async Task Child_ThatIsNotKnown_IsAnErrorUntilItIs()
    {
        await using var place = await SiteAsync(time: "2026-09-15 19:00");
        (await DaysAfterAsync(place, "e1,S,2,In,2026-09-15T08:00:00,,", "e2,S,2,Out,2026-09-15T17:00:00,,")).Should().Equal("2 09-15 Attended 08:00-17:00 540 Error (1) v1");
        await place.ImportAsync("children.csv", "SiteCode,ChildNumber,FirstName,LastName,EnrolledFrom", "S,2,Bo,Roe,2026-09-15");
        (await DaysAfterAsync(place)).Should().Equal("2 09-15 Attended 08:00-17:00 540 Ready v1");
    }

    [Fact]
    public async Task Days_AreThoseOfTheSite_AlsoAfterItsZoneIsCorrected()
    {
        await using var place = await SiteAsync("Mon-Fri 06:30-24:00", time: "2026-09-17 12:00");
        (await DaysAfterAsync(place, "e1,S,1,In,2026-09-15T23:30:00-05:00,,", "e2,S,1,Out,2026-09-15T23:50:00-05:00,,")).Should()
            .Equal("1 09-15 Attended 23:30-23:50 20 Ready v1", "1 09-16 Unknown NothingToSend v1");
        await place.ImportAsync("sites.csv", "SiteCode,Name,TimeZone,State,Hours", "S,Site,America/New_York,TX,Mon-Fri 06:30-24:00");
        (await DaysAfterAsync(place)).Should().Equal("1 09-15 Unknown NothingToSend v2", "1 09-16 Attended 00:30-00:50 20 Ready v2");
    }

    [Theory]
    [InlineData("attendance.csv", Events, "e1,S,1,Enter,2026-09-15T08:00:00,,", "Kind is 'Enter'.")]
    [InlineData("attendance.csv", Events, "e1,S,1,In,2026-09-15T12:01:00,,", "2026-09-15 12:01 lies in the future.")]
    [InlineData("attendance.csv", Events, "e1,S,1,In,2026-03-08T02:30:00,,", "2026-03-08 02:30 did not exist in America/Chicago")]
    [InlineData("attendance.csv", Events, "e1,S,1,In,2025-11-02T01:30:00,,", "2025-11-02 01:30 happened twice in America/Chicago, because the clocks went back. Give it with its offset, -05:00 or -06:00.")]
    [InlineData("attendance.csv", Events, "e1,S,1,In,15/09/2026,,", "At is '15/09/2026'.")]
    [InlineData("attendance.csv", Events, "e1,X,1,In,2026-09-15T08:00:00,,", "Site 'X' is not in sites.csv.")]
    [InlineData("attendance.csv", Events, ",S,1,In,2026-09-15T08:00:00,,", "EventId must have")]
    [InlineData("attendance.csv", Events, "e1,S,1,In,2026-09-15T08:00:00,1.5,", "Revision is '1.5'.")]
    [InlineData("absences.csv", "SiteCode,ChildNumber,Date,Code", "S,1,2026-09-15,illness", "Code is 'illness'. Write Unexplained, Explained, Illness, ChronicCondition, CourtOrderedVisit, exactly so")]
    [InlineData("absences.csv", "SiteCode,ChildNumber,Date,Code", "S,01,2026-09-15,Illness", "ChildNumber is not in children.csv.")]
    [InlineData("closures.csv", "SiteCode,Date,Code", "S,2026-09-15,PC", "Code is 'PC'. Write Paid, Unpaid, exactly so")]
    [InlineData("closures.csv", "SiteCode,Date,Code", "S,2026-09-15..2026-09-14,Paid", "The range 2026-09-15..2026-09-14 must run forwards")]
    [InlineData("sites.csv", "SiteCode,Name,TimeZone,State,Hours", "S,Site,CST,TX,Mon-Fri 06:30-18:00", "'CST' is not an IANA time zone.")]
    [InlineData("sites.csv", "SiteCode,Name,TimeZone,State,Hours", "S,Site,America/Chicago,ZZ,Mon-Fri 06:30-18:00", "State is 'ZZ'. There are profiles of CA, IN, IA, LA, MO, NY, TX.")]
    [InlineData("sites.csv", "SiteCode,Name,TimeZone,State,Hours", "S,Site,America/Chicago,TX,Mon-Fri 18:00-06:30", "Hours: 'Mon-Fri 18:00-06:30' cannot be read.")]
    [InlineData("sites.csv", "SiteCode,Name,TimeZone,State,Hours", "S,Site,America/Chicago,TX,", "Hours is blank.")]
    [InlineData("providers.csv", "State,ProviderId,SiteCode", "IA,123,S", "ProviderId: The id must have 5 digits")]
    [InlineData("providers.csv", "State,ProviderId,SiteCode", "IA,00123,S", "Site S is in TX, not in IA.")]
    [InlineData("providers.csv", "State,ProviderId,SiteCode", "IN,32-000123,", "A provider of Indiana is one site.")]
    [InlineData("children.csv", "SiteCode,ChildNumber,FirstName,LastName,EnrolledFrom,ScheduledDays", "S,1,Ana,Diaz,2026-09-01,Mo", "ScheduledDays is 'Mo'.")]
    [InlineData("children.csv", "SiteCode,ChildNumber,FirstName,LastName,EnrolledFrom", "S,1,Ana,Diaz,", "EnrolledFrom must be written like")]
    [InlineData("children.csv", "SiteCode,ChildNumber,FirstName,LastName,EnrolledFrom,BirthDate", "S,1,Ana,Diaz,2026-09-01,1/2/22", "BirthDate must be written like")]
    [InlineData("authorizations.csv", "SiteCode,ChildNumber,ProviderId,From", "S,1,0042,2026-09-01", "Provider '0042' of TX is not in providers.csv.")]
    public async Task Row_IsRejected_WithLineAndReason(string file, string header, string row, string reason)
    {
        await using var place = await SiteAsync();
        await place.ImportAsync(file, header, row);
        place.Remarks.Should().ContainSingle().Which.Should().StartWith($"{file}:2: rejected: {reason}");
        (place.Reports.Single().Rejected, place.Reports.Single().Added + place.Reports.Single().Updated).Should().Be((1, 0));
    }

    [Fact]
    public async Task AgencyChild_OfAnotherChild_IsNotLinkedTwice_AndTheRowSaysSo()
    {
        await using var place = await SiteAsync(state: "IA");
        const string header = "SiteCode,ChildNumber,FirstName,LastName,EnrolledFrom,AgencyChildId";
        await place.ImportAsync("children.csv", header, "S,1,Ana,Diaz,2026-09-15,000123", "S,2,Bo,Roe,2026-09-15,000123");
        place.Remarks.Should().ContainSingle().Which.Should().StartWith("children.csv:3: note: AgencyChildId belongs to another child already");
        await place.ImportAsync("children.csv", header, "S,2,Bo,Roe,2026-09-15,12345");
        place.Remarks[^1].Should().StartWith("children.csv:2: rejected: AgencyChildId: The id must have 6 digits");
    }
}
