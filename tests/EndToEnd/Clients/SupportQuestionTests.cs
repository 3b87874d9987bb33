using System.Text.Json;
using System.Text.RegularExpressions;
using K12Sync.EndToEnd.OData;

namespace K12Sync.EndToEnd.Clients;

/// <summary>The questions of <c>docs/for-support.md</c>, as people send them.</summary>
[Collection("served on SQLite")]
public sealed partial class SupportQuestionTests(ServedOnSqlite served) : IClassFixture<NodeTools>
{
    private static readonly string Docs = Path.GetFullPath(Path.Combine(NodeTools.Folder, "..", "..", "..", "docs"));
    private static readonly string Collection = Path.Combine(Docs, "k12sync.postman_collection.json");

    private static List<string> Questions => [.. Question().Matches(File.ReadAllText(Path.Combine(Docs, "for-support.md"))).Select(m => m.Groups[1].Value)];

    [Fact]
    public void EveryQuestion_IsInTheHttpFileAndInThePostmanCollection()
    {
        Questions.Should().HaveCount(10);
        Request().Matches(File.ReadAllText(Path.Combine(Docs, "k12sync.http"))).Select(m => Uri.UnescapeDataString(m.Groups[1].Value)).Should().Equal(Questions);
        JsonDocument.Parse(File.ReadAllText(Collection)).RootElement.GetProperty("item").EnumerateArray()
            .Select(i => i.GetProperty("request").GetProperty("url").GetProperty("raw").GetString()!.Replace("{{root}}", "", StringComparison.Ordinal)).Should().Equal(Questions);
    }

    [Fact]
    public async Task EveryQuestion_IsAnswered_WithStudentsMasked()
    {
        foreach (var question in Questions)
        {
            var answer = await served.JsonAsync("support", question);
            answer.ToString().Should().Contain("@odata.context").And.NotContain("0004417", question);
        }
        (await served.RowsAsync("support", Questions[0])).Should().NotBeEmpty("a student is found by the whole number");
    }

    [Fact]
    public async Task PostmanCollection_Passes_WhenNewmanRunsIt() =>
        await NodeTools.PackageAsync("newman", "run", Collection, "--env-var", "root=" + served.Root.ToString().TrimEnd('/'), "--env-var", "key=" + served.Keys["support"], "--color", "off");

    [GeneratedRegex("```\nGET (/odata/.*)\n```")]
    private static partial Regex Question();

    [GeneratedRegex("^GET \\{\\{root\\}\\}(.*)$", RegexOptions.Multiline)]
    private static partial Regex Request();
}
