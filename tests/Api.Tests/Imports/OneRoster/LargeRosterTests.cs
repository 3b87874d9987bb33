namespace K12Sync.Api.Tests.Imports.OneRoster;

public sealed class LargeRosterTests
{
    private const int Many = 30_000;
    private const long MostMegabytes = 500;

    [Fact]
    public async Task LargeRoster_IsTakenIn_WithoutHoldingItsRowsInMemory()
    {
        await using var place = await RosterPlace.MakeAsync();
        var folder = RosterFiles.Of("1.2").Header("users.csv", "sourcedId,enabledUser,givenName,familyName,identifier,grades,phone").WriteTo(place.NewPath("roster"));
        await using (var users = File.AppendText(Path.Combine(folder, "users.csv")))
        await using (var roles = File.AppendText(Path.Combine(folder, "roles.csv")))
            for (var i = 1; i <= Many; i++)
            {
                // The unused column alone is 300 MB, and twice that as strings: rows that were kept would be seen.
                await users.WriteLineAsync($"u-{i},true,Given{i},Family{i},{i:0000000},09,{new string('5', 10_000)}");
                await roles.WriteLineAsync($"r-{i},,,u-{i},primary,student,2026-08-17,,o-{(i % 2 == 0 ? "LHS" : "RMS")},");
            }
        var most = 0L;
        await using (new Timer(_ => most = Math.Max(most, GC.GetTotalMemory(false)), null, 0, 50))
            (await place.ImportAsync(folder)).Students.Should().Be((Many, 0, 0, 0));

        (most >> 20).Should().BeLessThan(MostMegabytes);
        (await place.StaysAsync()).Should().HaveCount(Many);
    }
}
