using System.Reflection;

namespace K12Sync.Api.Tests.Architecture;

/// <summary>The house is a star: Domain in the middle, the hall (Api) around it, and rooms between them that do not see one another.</summary>
public sealed class StarTests
{
    private static readonly string[] House = ["Domain", "TardyEngine", "Exporters", "Data", "OData", "k12sync"];

    [Theory]
    [InlineData("K12Sync.Domain", new string[0])]
    [InlineData("K12Sync.TardyEngine", new[] { "K12Sync.Domain" })]
    [InlineData("K12Sync.Exporters", new[] { "K12Sync.Domain" })]
    [InlineData("K12Sync.Data", new[] { "K12Sync.Domain" })]
    [InlineData("K12Sync.OData", new string[0])]
    [InlineData("k12sync", new[] { "K12Sync.Domain", "K12Sync.TardyEngine", "K12Sync.Exporters", "K12Sync.Data", "K12Sync.OData" })]
    public void Room_SeesOnlyWhatTheStarAllows(string room, string[] allowed)
    {
        var seen = Assembly.Load(room).GetReferencedAssemblies().Select(a => a.Name!).Where(n => House.Any(h => n == h || n == $"K12Sync.{h}"));

        seen.Should().BeSubsetOf(allowed);
    }

    [Fact]
    public void Domain_ReferencesNoPackage()
    {
        Assembly.Load("K12Sync.Domain").GetReferencedAssemblies().Select(a => a.Name).Should().OnlyContain(n => n!.StartsWith("System.", StringComparison.Ordinal));
    }
}
