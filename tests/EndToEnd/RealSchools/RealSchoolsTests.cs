using System.Globalization;
using System.Text.RegularExpressions;

namespace K12Sync.EndToEnd.RealSchools;

/// <summary>
/// The program on the bell schedules of real schools and a year of passes, against a mapper that knows the rules and nothing else.
/// Where the two disagree, the rules say which is wrong.
/// </summary>
public sealed partial class RealSchoolsTests : IDisposable
{
    private const int Seed = 20_250_801;
    private const int Done = 0;
    private const int NeedsAPerson = 2;

    private readonly string _folder = Directory.CreateTempSubdirectory("k12sync-real-schools-").FullName;

    private string Files => Path.Combine(_folder, "files");
    private string Data => Path.Combine(_folder, "data");

    [Fact]
    public void Fixture_HoldsTheHardCases()
    {
        var schools = FixtureSchool.ReadAll();
        schools.Should().HaveCount(30);
        schools.Select(s => s.Zone).Should().Contain(["America/Indiana/Indianapolis", "America/Phoenix", "Pacific/Guam", "Pacific/Auckland"]);
        var schedules = schools.SelectMany(s => s.Schedules.Select(schedule => (School: s.Code, schedule.Name, schedule.Windows))).ToList();
        string[] Periods(string school, string name) =>
            [.. schedules.First(s => s.School == school && s.Name == name).Windows.Where(w => w.TakesAttendance).Select(w => w.SisPeriodCode)];

        Periods("dgshs", "normal").Should().StartWith("0", "a zero period").And.ContainInOrder("4a", "4b", "5a", "5b");
        Periods("nms-1", "wednesday").Should().Equal(["1", "2", "3", "4", "5", "5", "6"], "period 5 is split by a break");
        Periods("benet", "regular").Should().ContainInOrder("E1", "E2", "F1", "F2");
        Periods("allen", "normal").Should().Contain("2nd/5th", "one window is either of two periods");
        Periods("oms", "early-dismissal").Should().Equal("1", "2", "3", "5", "6", "4", "4", "7");
        Periods("rodriguez", "6-period").Should().Equal("0", "1", "2", "5", "2", "4", "6");
        schools.Single(s => s.Code == "paly").Dates.Where(d => d.Schedule is "odd" or "even").Should().HaveCountGreaterThan(40, "odd and even by date");
        schools.Single(s => s.Code == "lahs").Week.Select(w => w.Schedule).Distinct().Should().HaveCountGreaterThan(3, "a rotation, and no school");
        schedules.Should().Contain(s => s.School == "hamilton" && s.Name == "2hr-late-start-regular")
            .And.Contain(s => s.School == "oms" && s.Name == "1-delay").And.Contain(s => s.School == "rchs" && s.Name == "105-dismissal")
            .And.Contain(s => s.School == "lahs" && s.Name == "eclipse");
        schedules.Count(s => s is { School: "dgshs", Name: "odd" }).Should().Be(2, "the source has the name twice");
    }

    [Fact]
    public async Task HundredThousandPasses_AreMappedAndSentAsTheRulesSay()
    {
        var (naive, refused) = await ImportAsync(100_000, NaiveStrategy.NextOpensEarly, everyNthSchool: 1);
        NamesTheDefects(refused);
        var rows = NaiveMapper.Map(naive);
        rows.Should().HaveCount(100_000);
        rows.Select(r => r.Outcome).Distinct().Should().HaveCount(14, "a test without one of the outcomes says nothing about it");
        await MapsLikeAsync(rows);
        await SendsAsync(rows.Where(r => r.Outcome == "Tardy"));
    }

    [Theory]
    [InlineData(NaiveStrategy.PreviousEndsLate)]
    [InlineData(NaiveStrategy.Split)]
    public async Task Passes_AreMappedAsTheRulesSay_WhenGapsAreClosedOtherwise(NaiveStrategy strategy) =>
        await MapsLikeAsync(NaiveMapper.Map((await ImportAsync(10_000, strategy, everyNthSchool: 5)).Naive));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<(NaiveDistrict Naive, IReadOnlyCollection<string> Refused)> ImportAsync(int passes, NaiveStrategy strategy, int everyNthSchool)
    {
        YearOfPasses.Write(Files, Seed, passes, everyNthSchool);
        var naive = new NaiveDistrict(Files, strategy);
        var run = await RunAsync(NeedsAPerson, "import", Files, "--data", Data, "--close-gaps", $"{strategy}");

        var refused = Rejection().Matches(run).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);
        Disagreements(naive.Rejected, refused.Keys).Should().BeEmpty("rows are refused by the rules alone (seed {0})", Seed);
        refused.Values.Should().OnlyContain(reason => reason.Length > 20);
        Tell($"{naive.Schools.Count} schools, {naive.Schedules.Count} schedules, {naive.Passes.Count} passes; refused: "
            + string.Join(", ", naive.Rejected.CountBy(r => r.Split(':')[0]).Select(f => $"{f.Value} of {f.Key}")));
        return (naive, refused.Values);
    }

    /// <summary>What is wrong in the source, in the program's words.</summary>
    private static void NamesTheDefects(IReadOnlyCollection<string> reasons)
    {
        string[] defects =
        [
            "Block 4 (ends 13:33) and Block 8 (opens 13:26) overlap", "1st Dismissal ends (14:31) before its bell (14:38)",
            "The name is used in two places", "School lahs has no bell schedule 'minimum-day'", "2026-05-27 as a whole was given on line",
            "the clocks went forward", "IssuedAt is in the year 0001.",
        ];
        defects.Where(d => !reasons.Any(r => r.Contains(d, StringComparison.Ordinal))).Should().BeEmpty("each defect has a reason of its own");
    }

    private async Task MapsLikeAsync(List<NaiveRow> expected)
    {
        Tell(string.Join(", ", expected.CountBy(r => r.Outcome).OrderByDescending(o => o.Value).Select(o => $"{o.Key} {o.Value}")));
        var mapped = PlainCsv.Read(await RunAsync(Done, "map", "--format", "csv", "--data", Data));
        var lines = mapped.Select(r => string.Join('|', r["PassId"], r["SchoolCode"], r["StudentNumber"], r["Date"], r["Period"], r["SisPeriodCode"],
            r["MinutesLate"], r["ExternalCode"], r["Outcome"])).ToList();
        mapped.Should().OnlyContain(r => r["Reason"].Length > 0);
        Disagreements(expected.Select(r => r.Line), lines).Should().BeEmpty("the program maps by the rules alone (seed {0})", Seed);
        lines.Should().HaveCount(expected.Count);
    }

    private async Task SendsAsync(IEnumerable<NaiveRow> tardies)
    {
        var connector = Path.Combine(_folder, "connector.json");
        var outbox = Path.Combine(_folder, "outbox");
        await File.WriteAllTextAsync(connector, """{"name":"sis","layout":"k12sync-csv","destination":{"type":"folder","path":"../outbox"}}""", TestContext.Current.CancellationToken);
        await RunAsync(Done, "connector", "add", connector, "--data", Data);
        await RunAsync(NeedsAPerson, "export", "--connector", "sis", "--data", Data);

        var sent = PlainCsv.ReadFile(Directory.GetFiles(outbox).Should().ContainSingle().Subject);
        var expected = tardies.Select(t => string.Join('|', t.Pass.School, t.Pass.Student, t.Date, t.Window!.Name, t.Window.SisPeriodCode, t.ExternalCode,
            t.MinutesLate, t.Pass.PassId, IssuedAt(t))).ToList();
        Disagreements(expected, sent.Select(r => string.Join('|', r.Cells.Values)))
            .Should().BeEmpty("the SIS gets every tardy once (seed {0})", Seed);
        sent.Should().HaveCount(expected.Count);
        Tell($"{sent.Count} tardies sent");

        (await RunAsync(NeedsAPerson, "export", "--connector", "sis", "--data", Data)).Should().Contain("Nothing new is owed");
        Directory.GetFiles(outbox).Should().ContainSingle();
    }

    private static string IssuedAt(NaiveRow tardy)
    {
        var offset = tardy.Local - tardy.Pass.Utc;
        return $"{tardy.Local:yyyy-MM-ddTHH:mm:ss.FFFFFFF}{(offset < TimeSpan.Zero ? "-" : "+")}{offset:hh\\:mm}";
    }

    /// <summary>The first lines that only one side has.</summary>
    private static List<string> Disagreements(IEnumerable<string> rules, IEnumerable<string> program)
    {
        var (expected, found) = (rules.ToHashSet(StringComparer.Ordinal), program.ToHashSet(StringComparer.Ordinal));
        var differences = expected.Except(found).Select(l => $"rules:   {l}").Concat(found.Except(expected).Select(l => $"program: {l}")).ToList();
        return [.. differences.OrderBy(l => l[9..], StringComparer.Ordinal).Take(20), .. differences.Select(_ => $"... {differences.Count} lines in all").Skip(20).Take(1)];
    }

    private static async Task<string> RunAsync(int expectedExit, params string[] arguments)
    {
        var (exit, output, error, took) = await K12SyncProgram.RunAsync(arguments);
        exit.Should().Be(expectedExit, "of k12sync {0}: {1}", string.Join(' ', arguments), error);
        Tell(string.Create(CultureInfo.InvariantCulture, $"{arguments[0]}: {took.TotalSeconds:0.0} s"));
        return output;
    }

    private static void Tell(string text) => TestContext.Current.TestOutputHelper?.WriteLine(text);

    [GeneratedRegex(@"^([a-z-]+\.csv:\d+): rejected: (.*)$", RegexOptions.Multiline)]
    private static partial Regex Rejection();
}
