using System.Globalization;
using FsCheck.Fluent;
using K12Sync.Domain.SchoolCalendar;
using K12Sync.Notation;

namespace K12Sync.Domain.Tests.SchoolCalendar;

public class SchoolZoneTests
{
    private static DateTimeOffset Instant(string text) =>
        DateTimeOffset.ParseExact(text, ["yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.fffffffK"], CultureInfo.InvariantCulture, DateTimeStyles.None);

    private static string Text(DateTimeOffset instant) => instant.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);

    private static SchoolZone Zone(string id) => SchoolZone.Find(id)!;

    [Theory]
    [InlineData("America/New_York")]
    [InlineData("America/Indiana/Indianapolis")]
    [InlineData("Pacific/Guam")]
    [InlineData("UTC")]
    public void SchoolZone_IsFound_ByItsIanaName(string id) => Zone(id).Id.Should().Be(id);

    [Theory]
    [InlineData("Eastern Standard Time")]
    [InlineData("EST")]
    [InlineData("EST5EDT")]
    [InlineData("America/Springfield")]
    [InlineData("-05:00")]
    [InlineData("")]
    [InlineData("../America/New_York")]
    [InlineData("/usr/share/zoneinfo/America/New_York")]
    public void SchoolZone_IsNotFound_ByAnythingThatIsNoPlace(string id) => SchoolZone.Find(id).Should().BeNull();

    [Theory]
    [InlineData("America/New_York", "2025-03-09T06:59:59Z", "2025-03-09 01:59:59 -05:00")]
    [InlineData("America/New_York", "2025-03-09T07:00:00Z", "2025-03-09 03:00:00 -04:00")]
    [InlineData("America/Chicago", "2025-11-02T06:59:59Z", "2025-11-02 01:59:59 -05:00")]
    [InlineData("America/Chicago", "2025-11-02T07:00:00Z", "2025-11-02 01:00:00 -06:00")]
    [InlineData("America/Indiana/Indianapolis", "2005-07-01T12:00:00Z", "2005-07-01 07:00:00 -05:00")]
    [InlineData("America/Indiana/Indianapolis", "2006-07-01T12:00:00Z", "2006-07-01 08:00:00 -04:00")]
    [InlineData("America/Phoenix", "2025-07-01T12:00:00Z", "2025-07-01 05:00:00 -07:00")]
    [InlineData("Pacific/Guam", "2025-07-01T15:00:00Z", "2025-07-02 01:00:00 +10:00")]
    [InlineData("Australia/Lord_Howe", "2025-04-05T14:59:59Z", "2025-04-06 01:59:59 +11:00")]
    [InlineData("Australia/Lord_Howe", "2025-04-05T15:00:00Z", "2025-04-06 01:30:00 +10:30")]
    [InlineData("America/St_Johns", "2025-07-01T12:00:00Z", "2025-07-01 09:30:00 -02:30")]
    public void SchoolZone_ReadsTheWallClock_OnBothSidesOfAChange(string zone, string instant, string expected)
    {
        var moment = Zone(zone).At(Instant(instant));
        var sign = moment.Offset < TimeSpan.Zero ? "-" : "+";
        string.Create(CultureInfo.InvariantCulture, $"{moment.Day:yyyy-MM-dd} {moment.Time:HH:mm:ss} {sign}{moment.Offset:hh\\:mm}").Should().Be(expected);
        moment.Instant.Should().Be(Instant(instant));
    }

    [Theory]
    [InlineData("America/New_York", "2025-03-09", "01:59:59", "once 2025-03-09T01:59:59-05:00")]
    [InlineData("America/New_York", "2025-03-09", "02:00", "skipped")]
    [InlineData("America/New_York", "2025-03-09", "02:59:59", "skipped")]
    [InlineData("America/New_York", "2025-03-09", "03:00", "once 2025-03-09T03:00:00-04:00")]
    [InlineData("America/New_York", "2025-11-02", "00:59:59", "once 2025-11-02T00:59:59-04:00")]
    [InlineData("America/New_York", "2025-11-02", "01:00", "2025-11-02T01:00:00-04:00, then 2025-11-02T01:00:00-05:00")]
    [InlineData("America/New_York", "2025-11-02", "01:59:59", "2025-11-02T01:59:59-04:00, then 2025-11-02T01:59:59-05:00")]
    [InlineData("America/New_York", "2025-11-02", "02:00", "once 2025-11-02T02:00:00-05:00")]
    [InlineData("Australia/Lord_Howe", "2025-10-05", "02:15", "skipped")]
    [InlineData("Australia/Lord_Howe", "2025-10-05", "02:30", "once 2025-10-05T02:30:00+11:00")]
    [InlineData("Australia/Lord_Howe", "2025-04-06", "01:45", "2025-04-06T01:45:00+11:00, then 2025-04-06T01:45:00+10:30")]
    [InlineData("America/Phoenix", "2025-03-09", "02:30", "once 2025-03-09T02:30:00-07:00")]
    [InlineData("Pacific/Guam", "2025-03-09", "02:30", "once 2025-03-09T02:30:00+10:00")]
    public void SchoolZone_SaysHowOftenTheClockShowedATime_AroundAChange(string zone, string day, string time, string expected) =>
        (Zone(zone).Read(Bells.Date(day), Bells.Time(time)) switch
        {
            LocalReading.Once(var at) => $"once {Text(at)}",
            LocalReading.Repeated(var earlier, var later) => $"{Text(earlier)}, then {Text(later)}",
            _ => "skipped",
        }).Should().Be(expected);

    [Theory]
    [InlineData("America/New_York", "2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "-5 to 2025-03-09T07:00:00+00:00, -4 to 2025-11-02T06:00:00+00:00, -5 to 2026-01-01T00:00:00+00:00")]
    [InlineData("America/New_York", "2025-03-09T06:00:00.5000000Z", "2025-03-09T08:00:00.2500000Z", "-5 to 2025-03-09T07:00:00+00:00, -4 to 2025-03-09T08:00:00+00:00")]
    [InlineData("America/New_York", "2025-03-09T06:59:59.2000000Z", "2025-03-09T07:00:00.7000000Z", "-5 to 2025-03-09T07:00:00+00:00, -4 to 2025-03-09T07:00:00+00:00")]
    [InlineData("America/New_York", "2025-03-09T01:00:00Z", "2025-03-09T07:00:00Z", "-5 to 2025-03-09T07:00:00+00:00")]
    [InlineData("America/New_York", "2025-03-09T07:00:00Z", "2025-03-09T09:00:00Z", "-4 to 2025-03-09T09:00:00+00:00")]
    [InlineData("America/Phoenix", "2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "-7 to 2026-01-01T00:00:00+00:00")]
    [InlineData("America/Phoenix", "2025-01-01T00:00:00Z", "2025-01-01T00:00:00Z", "")]
    [InlineData("Australia/Lord_Howe", "2025-04-01T00:00:00Z", "2025-05-01T00:00:00Z", "11 to 2025-04-05T15:00:00+00:00, 10.5 to 2025-05-01T00:00:00+00:00")]
    public void SchoolZone_CutsTimeWhereTheOffsetChanges_ToTheSecond(string zone, string from, string to, string expected) =>
        string.Join(", ", Zone(zone).Offsets(Instant(from), Instant(to))
            .Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Offset.TotalHours} to {Text(s.To.ToUniversalTime())}"))).Should().Be(expected);

    [Fact]
    public void SchoolZone_LeavesNoHoleBetweenStretches_AndAgreesWithTheClockInside() =>
        Properties.Hold(
            from zone in Gen.Elements("America/New_York", "America/St_Johns", "Australia/Lord_Howe", "America/Havana", "Pacific/Apia", "Pacific/Guam")
            from day in Gen.Choose(0, 35 * 365)
            from ticks in Gen.Choose(0, int.MaxValue)
            from days in Gen.Choose(0, 500)
            select (Zone: zone, From: Instant("1995-01-01T00:00:00Z").AddDays(day).AddTicks(ticks), Days: days),
            given =>
            {
                var (zone, to) = (Zone(given.Zone), given.From.AddDays(given.Days).AddTicks(given.Days));
                var stretches = zone.Offsets(given.From, to).ToList();
                stretches.Select(s => s.From).Should().Equal(stretches.Select(s => s.To).SkipLast(1).Prepend(given.From).Take(stretches.Count));
                if (stretches is not [])
                    stretches[^1].To.Should().Be(to);
                foreach (var stretch in stretches)
                {
                    zone.At(stretch.From).Offset.Should().Be(stretch.Offset);
                    zone.At(stretch.To.AddTicks(-1)).Offset.Should().Be(stretch.Offset);
                }
            });

    [Fact]
    public void SchoolZone_ComparesByName_NotByReference() => Zone("America/Chicago").Should().Be(Zone("America/Chicago"));
}
