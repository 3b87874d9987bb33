using K12Sync.Domain.Roster;

namespace K12Sync.Api.Tests.Imports.OneRoster;

/// <summary>The rosters in the folder Samples, written as an SIS writes them: a bulk one, and the delta of the night after.</summary>
public sealed class SampleTests
{
    [Theory]
    [InlineData("1.1", "..", "..", "..")]
    [InlineData("1.2", "2026-08-17..2027-06-11", "2026-08-17..", "2026-09-16..")]
    public async Task BulkThenDelta_LeaveTheRosterTheSisMeans(string version, string days1, string days2, string days4)
    {
        await using var place = await RosterPlace.MakeAsync();

        var bulk = await place.ImportAsync(Sample(version, "bulk"));
        (bulk.Students, bulk.Users.PassedOver, bulk.Rejected).Should().Be(((3, 0, 0, 0), 1, 0));
        (await place.StaysAsync()).Should().Equal($"LHS 0004417 {days1}", $"LHS 0004418 {days2}", $"RMS 0004418 {days2}", "RMS 0004419 ..");

        var delta = await place.ImportAsync(Sample(version, "delta"));
        (delta.Students, delta.Rejected).Should().Be(((1, 3, 0, 2), 0));
        (await place.StaysAsync()).Should().Equal(
            $"LHS 0004417 {days1}", $"LHS 0004418 {days2}", $"RMS 0004418 {days2.Split("..")[0]}..2026-09-14", "RMS 0004419 ..2026-09-14", $"RMS 0004420 {days4}");
        (await place.StudentAsync("0004417")).Facts.Should().Be(new StudentFacts("S-9001", "Ada", "King", "Lovelace", new DateOnly(2009, 12, 10), "12"));

        (await place.ImportAsync(Sample(version, "delta"))).Students.Should().Be((0, 0, 4, 0));
    }

    [Fact]
    public async Task BothVersions_OfTheSameBulkRoster_MeanTheSamePeople()
    {
        await using var place = await RosterPlace.MakeAsync();
        await place.ImportAsync(Sample("1.1", "bulk"));
        var before = (await place.StudentAsync("0004419")).Facts;

        (await place.ImportAsync(Sample("1.2", "bulk"))).Users.Added.Should().Be(0);

        before.Should().Be(new StudentFacts(null, "Grace", "Brewster", "Hopper, Jr.", null, "08"));
        (await place.StudentAsync("0004419")).Facts.Should().Be(before);
    }

    private static string Sample(string version, string mode) => Path.Combine(AppContext.BaseDirectory, "Imports", "OneRoster", "Samples", $"{version}-{mode}");
}
