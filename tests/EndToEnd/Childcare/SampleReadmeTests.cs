using System.Text.Json;
using System.Xml.Linq;
using K12Sync.EndToEnd.CommandLine;

namespace K12Sync.EndToEnd.Childcare;

/// <summary>Every chapter of <c>sample-data/childcare/README.md</c>, line by line, and what it says will come of it.</summary>
public sealed class SampleReadmeTests
{
    [Fact]
    public async Task Texas_ComesOutAsItsChapterSays()
    {
        await using var readme = await SampleReadme.OpenAsync("Texas");

        (await readme.UntilAsync("k12sync connector test")).Out.Should().Contain("0040217 (Dallas County): Registered.").And.Contain("0051833 (Tarrant County): Registered.");
        (await readme.NextAsync("k12sync export")).ExitCode.Should().Be(2, "three days are errors");
        (await readme.NextAsync("k12sync transfers")).ExitCode.Should().Be(0);

        (await readme.StandAsync()).Should().Equal(
            "0104 2026-09-14 Error", "0102 2026-09-15 Error", "0105 2026-09-16 Error",
            "0101 2026-09-14 Transferred", "0102 2026-09-14 Transferred", "0103 2026-09-14 Transferred", "0101 2026-09-15 Transferred", "0103 2026-09-15 Transferred", "0104 2026-09-15 Transferred", "0102 2026-09-16 Transferred");
        Texts(await readme.ReceivedAsync(), "childId").Should().BeEquivalentTo("TX-77-0090", "TX-77-0090", "TX-77-0091", "TX-77-0091", "TX-81-0007", "TX-81-0007", "TX-81-0008");
    }

    [Fact]
    public async Task Iowa_ComesOutAsItsChapterSays()
    {
        await using var readme = await SampleReadme.OpenAsync("Iowa");

        (await readme.UntilAsync("k12sync connector test")).Out.Should().Contain("04321 (Prairie Kids): Registered. The agency lists 3 children.");
        var review = await readme.NextAsync("k12sync submissions review");
        (review.ExitCode, review.Err).Should().Match<(int Code, string Err)>(r => r.Code == 2 && r.Err.Contains("4 child-days of 2 children would be submitted, 1 blocks it", StringComparison.Ordinal));
        const string Submit = "k12sync submissions submit --connector iowa --from 2026-09-14 --to 2026-09-27 --certified-by \"Pat Director\" --confirm";
        (await readme.UntilAsync(Submit)).Out.Should().Contain("6 of 6 child-days taken, 0 not. The agency's number: S0001");
        (await readme.NextAsync("k12sync transfers")).ExitCode.Should().Be(0);

        (await readme.StandAsync()).Should().Equal(
            "0201 2026-09-14 Transferred", "0203 2026-09-14 Transferred", "0201 2026-09-15 Transferred", "0202 2026-09-15 Transferred", "0201 2026-09-16 Transferred", "0202 2026-09-17 Transferred");
        var again = await readme.RunAsync(Submit);
        (again.ExitCode, again.Err).Should().Match<(int Code, string Err)>(r => r.Code == 1 && r.Err.Contains("866-448-4605", StringComparison.Ordinal));
        (await readme.ReceivedAsync()).GetProperty("submissions").GetInt32().Should().Be(1);
    }

    [Fact]
    public async Task Indiana_ComesOutAsItsChapterSays()
    {
        await using var readme = await SampleReadme.OpenAsync("Indiana");

        (await readme.UntilAsync("k12sync connector test")).Out.Should().Contain("49-00123-C (Maple Street): Registered. The agency lists 2 children.").And.Contain("49-00124-C (River Street): Registered.");
        (await readme.NextAsync("k12sync indiana status")).Out.Should().Contain("Entrada de datos: CCMS, Desde: 2026-09-13").And.Contain("Entrada de datos: PPP");
        var sent = await readme.UntilAsync("k12sync export");
        (sent.ExitCode, sent.Out).Should().Match<(int Code, string Out)>(r => r.Code == 2 && r.Out.Contains("indiana_49-00123-C_20260913-20260926_1-1.json", StringComparison.Ordinal) && r.Out.Contains(": 15 rows,", StringComparison.Ordinal));
        (await readme.NextAsync("k12sync transfers")).Out.Should().NotContain("0303").And.NotContain("0401");

        (await readme.StandAsync()).Should().HaveCount(15).And.OnlyContain(s => s.EndsWith(" Transferred", StringComparison.Ordinal));
        var period = (await readme.ReceivedAsync()).GetProperty("periods").EnumerateArray().Should().ContainSingle().Which;
        Texts(period, "code").GroupBy(c => c).ToDictionary(c => c.Key!, c => c.Count()).Should().Equal(new Dictionary<string, int> { ["OD"] = 12, ["AB"] = 1, ["PC"] = 2 });
        (await readme.RunAsync("k12sync export --connector indiana")).Should().Match<Ran>(r => r.ExitCode == 2 && r.Err.Contains("Children only here: 0; only on the state's roster: 2.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task EdFi_ComesOutAsItsChapterSays()
    {
        await using var readme = await SampleReadme.OpenAsync("Ed-Fi");

        (await readme.UntilAsync("k12sync connector test")).Out.Should().StartWith("ok ");
        (await readme.NextAsync("k12sync export")).ExitCode.Should().Be(2, "three days are held");
        (await readme.NextAsync("k12sync transfers")).ExitCode.Should().Be(0);
        var file = await readme.NextAsync("k12sync ed-fi interchange");
        file.ExitCode.Should().Be(2, "it leaves out what is held");

        (await readme.StandAsync()).Should().Equal(
            "0104 2026-09-14 Error", "0105 2026-09-15 Error", "0105 2026-09-16 Error",
            "0101 2026-09-14 Transferred", "0102 2026-09-14 Transferred", "0103 2026-09-14 Transferred", "0101 2026-09-15 Transferred", "0102 2026-09-15 Transferred", "0103 2026-09-15 Transferred", "0104 2026-09-15 Transferred", "0102 2026-09-16 Transferred");
        string[] events = ["0101 2026-09-14", "0102 2026-09-14", "0103 2026-09-14", "0101 2026-09-15", "0102 2026-09-15", "0103 2026-09-15", "0104 2026-09-15", "0102 2026-09-16"];
        var received = await readme.ReceivedAsync();
        Texts(received, "studentUniqueId").Zip(Texts(received, "eventDate"), (child, date) => $"{child} {date}").Should().BeEquivalentTo(events);
        var xml = XDocument.Load(Path.Combine(readme.Folder, "week.xml"));
        xml.Descendants().Where(e => e.Name.LocalName == "StudentUniqueId").Zip(xml.Descendants().Where(e => e.Name.LocalName == "EventDate"), (child, date) => $"{child.Value} {date.Value}").Should().BeEquivalentTo(events);
    }

    /// <summary>The texts of all properties of this name, however deep, in order.</summary>
    private static IEnumerable<string?> Texts(JsonElement within, string name) => within.ValueKind switch
    {
        JsonValueKind.Object => within.EnumerateObject().SelectMany(p => p.NameEquals(name) ? [p.Value.GetString()] : Texts(p.Value, name)),
        JsonValueKind.Array => within.EnumerateArray().SelectMany(e => Texts(e, name)),
        _ => [],
    };
}
