using FsCheck.Fluent;
using K12Sync.Domain.SchoolCalendar;
using K12Sync.Notation;

namespace K12Sync.Domain.Tests.SchoolCalendar;

public class ZoneReaderTests
{
    private static readonly string[] Zones =
        ["America/New_York", "America/Indiana/Indianapolis", "America/Sao_Paulo", "Pacific/Apia", "Australia/Lord_Howe", "Africa/Casablanca", "UTC"];

    [Fact]
    public void At_SaysWhatTheZoneSays_ForAnyInstantInAnyOrder()
    {
        var minutes = Gen.Choose(0, int.MaxValue).Select(n => n % (1100L * 525_949));
        var cases = from zone in Gen.Elements(Zones)
                    from instants in minutes.Select(m => new DateTimeOffset(1900, 1, 2, 0, 0, 0, TimeSpan.Zero).AddMinutes(m)).ArrayOf(20)
                    select (zone, instants);
        Properties.Hold(cases, given =>
        {
            var zone = SchoolZone.Find(given.zone)!;
            var reader = new ZoneReader(zone);
            given.instants.Select(reader.At).Should().Equal(given.instants.Select(zone.At));
        });
    }

    [Theory]
    [InlineData("America/New_York")]
    [InlineData("Australia/Lord_Howe")]
    [InlineData("Pacific/Apia")]
    public void At_SaysWhatTheZoneSays_OnBothSidesOfEveryChange(string id)
    {
        var zone = SchoolZone.Find(id)!;
        var reader = new ZoneReader(zone);
        var (from, to) = (new DateTimeOffset(1990, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2040, 1, 1, 0, 0, 0, TimeSpan.Zero));
        foreach (var change in zone.Offsets(from, to).Skip(1).Select(s => s.From))
            foreach (var instant in (DateTimeOffset[])[change.AddTicks(-1), change, change.AddTicks(1), change.ToOffset(TimeSpan.FromHours(-5))])
                reader.At(instant).Should().Be(zone.At(instant));
    }

    [Fact]
    public void At_SaysWhatTheZoneSays_AtTheEndsOfTime()
    {
        var zone = SchoolZone.Find("UTC")!;
        var reader = new ZoneReader(zone);
        reader.At(DateTimeOffset.MinValue).Should().Be(zone.At(DateTimeOffset.MinValue));
        reader.At(DateTimeOffset.MaxValue).Should().Be(zone.At(DateTimeOffset.MaxValue));
    }
}
