using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace K12Sync.OData.Tests.Conformance;

/// <summary><c>docs/odata-conformance.md</c> says what is kept and which test shows it. A test that is renamed or gone, or a line left out, must not leave it saying something else.</summary>
public sealed partial class ConformancePageTests
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(Here(), "..", "..", ".."));

    private static readonly Dictionary<string, string> Numbers = new()
    {
        ["OData 4.0 Minimal"] = Upto(33, (5, 2)),
        ["OData 4.0 Intermediate"] = Upto(17, (7, 5)),
        ["OData 4.0 Advanced"] = Upto(16, (9, 9)),
        ["OData 4.01 Minimal"] = Upto(27, (9, 14)).Replace(" 9.13", " 9.12.1 9.13", StringComparison.Ordinal),
        ["OData 4.01 Intermediate"] = Upto(11, (0, 0)),
        ["OData 4.01 Advanced"] = Upto(10, (5, 5)),
    };

    private static readonly Dictionary<string, string[]> Sections = Read();

    private static IEnumerable<string[]> Lines => Sections.Values.SelectMany(s => s).Select(l => l.Split('|', StringSplitOptions.TrimEntries));

    public static TheoryData<string> Levels => [.. Numbers.Keys];

    [Theory]
    [MemberData(nameof(Levels))]
    public void ALevel_HasEachOfItsNumbersOnce(string level) =>
        string.Join(' ', Sections[level].Select(l => l.Split('|', StringSplitOptions.TrimEntries)[1])).Should().Be(Numbers[level]);

    [Fact]
    public void AVerdict_IsOneOfThoseExplained_AndWhatIsKeptOrRefusedIsShown()
    {
        foreach (var line in Lines)
        {
            var verdict = Verdict().Match(line[3]).Value;
            verdict.Should().NotBeEmpty($"{line[1]} {line[2]}: {line[3]}");
            if (verdict is "yes" or "partly" or "501")
                Named().IsMatch(line[4]).Should().BeTrue($"{line[1]} {line[2]} is {verdict} and names no test");
        }
    }

    [Fact]
    public void EveryTestNamed_IsThere()
    {
        var named = Lines.SelectMany(l => Named().Matches(l[4])).Select(m => (m.Groups[1].Value, m.Groups[2].Value, m.Groups[3].Value)).Distinct().ToList();

        named.Should().HaveCountGreaterThan(40);
        named.Where(n => !IsThere(n.Item1, n.Item2, n.Item3)).Should().BeEmpty("docs/odata-conformance.md names them");
        IsThere("OData.Tests", "FilterTests", "NoSuchTest").Should().BeFalse();
    }

    private static bool IsThere(string project, string type, string method) => Directory.Exists(Path.Combine(Root, "tests", project))
        && Directory.EnumerateFiles(Path.Combine(Root, "tests", project), "*.cs", SearchOption.AllDirectories)
            .Select(File.ReadAllText)
            .Any(text => Regex.IsMatch(text, $@"\bclass {type}\b") && Regex.IsMatch(text, $@"\[(Fact|Theory)\][^;{{}}]*?(\[[^\n]*\n\s*)*public (async Task|void|Task) {method}\("));

    private static string Upto(int last, (int Of, int Last) parts) => string.Join(' ', Enumerable.Range(1, last).SelectMany(i =>
        Enumerable.Range(0, i == parts.Of ? parts.Last + 1 : 1).Select(p => p == 0 ? $"{i}" : $"{i}.{p}")));

    private static Dictionary<string, string[]> Read()
    {
        var page = File.ReadAllText(Path.Combine(Root, "docs", "odata-conformance.md"));
        return page.Split("\n## ").Skip(1).ToDictionary(s => s.Split('\n')[0].Trim(), s => s.Split('\n').Where(l => Numbered().IsMatch(l)).ToArray());
    }

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    [GeneratedRegex(@"^\| [0-9][0-9.]* \|")]
    private static partial Regex Numbered();

    [GeneratedRegex("^(yes|partly|501|no|none)(?=$|[ :,;])")]
    private static partial Regex Verdict();

    /// <summary>A project, a class and a method, such as <c>`OData.Tests/FilterTests.Filter_FindsWhatPlainCodeFinds`</c>.</summary>
    [GeneratedRegex(@"`([A-Za-z.]+)/([A-Za-z]+)\.([A-Za-z0-9_]+)`")]
    private static partial Regex Named();
}
