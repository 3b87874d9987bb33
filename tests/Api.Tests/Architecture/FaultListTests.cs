using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace K12Sync.Api.Tests.Architecture;

/// <summary><c>docs/faults.md</c> says where each fault is tested. A test class that is renamed or gone must not leave it saying something else.</summary>
public sealed partial class FaultListTests
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(Here(), "..", "..", ".."));

    private static string[] Lines => [.. File.ReadAllLines(Path.Combine(Root, "docs", "faults.md")).Where(l => l.StartsWith("| ", StringComparison.Ordinal))];

    [Fact]
    public void EveryTestClassThatTheFaultListNames_IsThere()
    {
        var named = Lines.SelectMany(l => Named().Matches(l)).Select(m => (Project: m.Groups[1].Value, Class: m.Groups[2].Value)).Distinct().ToList();

        named.Should().HaveCountGreaterThan(30);
        named.Where(n => !IsThere(n.Project, n.Class)).Should().BeEmpty("docs/faults.md names them");
    }

    [Fact]
    public void EveryFault_HasATest_OrSaysThatItHasNone() =>
        Lines.Skip(1).Where(l => !Named().IsMatch(l) && !l.Contains("not tested", StringComparison.Ordinal) && !l.StartsWith("| ---", StringComparison.Ordinal) && !l.StartsWith("| fault", StringComparison.Ordinal)).Should().BeEmpty();

    [Fact]
    public void AClassThatIsNot_IsFound() => IsThere("Exporters.Tests", "NoSuchTests").Should().BeFalse();

    private static bool IsThere(string project, string name) =>
        Directory.Exists(Path.Combine(Root, "tests", project))
        && Directory.EnumerateFiles(Path.Combine(Root, "tests", project), "*.cs", SearchOption.AllDirectories)
            .Any(f => Regex.IsMatch(File.ReadAllText(f), $@"\bclass {name}\b"));

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    /// <summary>A project and a class in it, such as <c>`Exporters.Tests/RetryTests`</c>.</summary>
    [GeneratedRegex("`([A-Za-z.]+)/([A-Za-z]+)`")]
    private static partial Regex Named();
}
