using K12Sync.Api.Childcare;
using K12Sync.Api.Tests.Simulators;
using K12Sync.Data.Tests;
using K12Sync.Domain.Exports;

namespace K12Sync.Api.Tests.Childcare.Journeys;

/// <summary>What tests about Indiana start from: an owner with two licences: Maple Street is connected since 2026-09-13, River Street is not yet. It is Monday 2026-10-05.</summary>
public abstract class IndianaOwner(Places places)
{
    private protected const string Maple = "49-00123-C";
    private protected const string River = "49-00124-C";
    private protected const string OnlyMaple = "\"providers\": [\"" + Maple + "\"]";

    private protected static CancellationToken Now => TestContext.Current.CancellationToken;

    private protected async Task<Journey> StartAsync(string destination = "", bool withKit = true)
    {
        var place = await ChildcarePlace.MakeAsync(places);
        place.At("2026-10-05 09:00", "-04:00");
        await place.ImportAsync("sites.csv", "SiteCode,Name,TimeZone,State,Hours,TwentyFourHours",
            "MAP,Maple Street,America/Indiana/Indianapolis,IN,Mon-Fri 06:30-18:00,no", "RIV,River Street,America/Indiana/Indianapolis,IN,Mon-Fri 06:30-18:00,no");
        await place.ImportAsync("providers.csv", "State,ProviderId,Name,SiteCode", $"IN,{Maple},Maple Street,MAP", $"IN,{River},River Street,RIV");
        // Lou's place has ended; Pat is on no program of the state's.
        await ChildrenAsync(place, "MAP,0201,Jo,,Nguyen,2022-01-09,2026-08-30,,Mon-Fri,", "MAP,0203,Lou,,Abbott,2023-03-03,2026-08-30,2026-09-12,Mon,", "MAP,0204,Pat,,Quist,2022-02-02,2026-08-30,,Mon-Fri,",
            "RIV,0301,Max,,Rios,2022-10-10,2026-09-13,,Mon-Fri,");
        if (withKit)
            await ChildrenAsync(place, "MAP,0202,Kit,Rae,Abbott,2021-12-24,2026-08-30,,Mon Wed Fri,");
        return await Journey.StartAsync(await AgencyStage.IndianaAsync(), place, "indiana", "\"state\": \"IN\"" + (destination.Length == 0 ? "" : ", " + destination), "", "indiana-key-2026");
    }

    private protected static Task ChildrenAsync(ChildcarePlace place, params string[] rows) =>
        place.ImportAsync("children.csv", ["SiteCode,ChildNumber,FirstName,MiddleName,LastName,BirthDate,EnrolledFrom,EnrolledTo,ScheduledDays,AgencyChildId", .. rows]);

    private protected static Task AbsentAsync(Journey journey, params string[] rows) => journey.Place.ImportAsync("absences.csv", ["SiteCode,ChildNumber,Date,Code", .. rows]);

    private protected static Task CloseAsync(Journey journey, params string[] rows) => journey.Place.ImportAsync("closures.csv", ["SiteCode,Date,Code", .. rows]);

    /// <summary>Checked in and out on all of these weekdays but the days named.</summary>
    private protected static Task AttendAsync(Journey journey, string site, string child, string from, string to, DayOfWeek[] on, params string[] but)
    {
        var days = Enumerable.Range(0, 60).Select(i => Day(from).AddDays(i)).Where(d => d <= Day(to) && on.Contains(d.DayOfWeek) && !but.Contains($"{d:yyyy-MM-dd}"));
        return journey.Place.ImportAsync("attendance.csv",
            ["EventId,SiteCode,ChildNumber,Kind,At,Room,Revision,Deleted", .. days.SelectMany(d => new[] { $"{child}-{d:MMdd}-i,{site},{child},In,{d:yyyy-MM-dd} 08:05,,,", $"{child}-{d:MMdd}-o,{site},{child},Out,{d:yyyy-MM-dd} 16:35,,," })]);
    }

    private protected static readonly DayOfWeek[] Week = [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday];
    private protected static readonly DayOfWeek[] Thrice = [DayOfWeek.Monday, DayOfWeek.Wednesday, DayOfWeek.Friday];

    /// <summary>Maple's period of 09-13 is complete: Jo was absent on the 14th, and the site was closed on the 25th.</summary>
    private protected static async Task FillAsync(Journey journey)
    {
        await AttendAsync(journey, "MAP", "0201", "2026-09-13", "2026-09-26", Week, "2026-09-14", "2026-09-25");
        await AttendAsync(journey, "MAP", "0202", "2026-09-13", "2026-09-26", Thrice, "2026-09-25");
        await AbsentAsync(journey, "MAP,0201,2026-09-14,Illness", "MAP,0204,2026-09-14,Illness");
        await CloseAsync(journey, "MAP,2026-09-25,Paid");
    }

    private protected static async Task FillSecondAsync(Journey journey)
    {
        await AttendAsync(journey, "MAP", "0201", "2026-09-27", "2026-10-10", Week);
        await AttendAsync(journey, "MAP", "0202", "2026-09-27", "2026-10-10", Thrice);
    }

    private protected static async Task TodayIsAsync(Journey journey, string day)
    {
        journey.Place.At(day + " 09:00", "-04:00");
        await journey.Agency.TodayIsAsync(day);
    }

    private protected static async Task<IndianaStartResult> BeginAsync(Journey journey, string license, string on)
    {
        await using var work = journey.Place.Work();
        return await work.Indiana.StartAsync((await work.Connectors.FindAsync("state", Now))!, license, Day(on), Now);
    }

    private protected static async Task<IndianaLicense> StatusAsync(Journey journey, string license, SpokenLanguage? language = null)
    {
        await using var work = journey.Place.Work();
        return (await work.Indiana.StatusAsync((await work.Connectors.FindAsync("state", Now))!, language, Now)).Single(l => l.License == license);
    }

    /// <summary>What the state holds: <c>49-00123-C 2026-09-13: IN-5501 2026-09-14 AB, ...</c></summary>
    private protected static async Task<IReadOnlyList<string>> ReceivedAsync(Journey journey) =>
        [.. (await journey.Agency.LookAsync("received")).GetProperty("periods").EnumerateArray().Select(p => $"{p.GetProperty("licenseNumber")} {p.GetProperty("from")}: "
            + string.Join(", ", p.GetProperty("days").EnumerateArray().Select(d => $"{d.GetProperty("childId")} {d.GetProperty("date")} {d.GetProperty("code")}").Order(StringComparer.Ordinal)))];

    private protected static DateOnly Day(string day) => DateOnly.ParseExact(day, "yyyy-MM-dd", null);
}
