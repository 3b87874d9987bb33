using System.Text.Json;
using K12Sync.OData.Tests.Bookshop;

namespace K12Sync.OData.Tests.OpenApi;

/// <summary>The same model as OpenAPI, for tools that do not read $metadata. Beyond the standard.</summary>
public sealed class OpenApiTests(BookshopServer server)
{
    [Fact]
    public async Task TheDocument_HasEverySetWithItsWrites_AndResolvesItsReferences()
    {
        var document = (await server.GetAsync("../openapi.json")).Json;

        document.GetProperty("openapi").GetString().Should().Be("3.1.0");
        document.GetProperty("servers")[0].GetProperty("url").GetString().Should().Be(server.Root.ToString().TrimEnd('/'));
        var paths = document.GetProperty("paths");
        paths.GetProperty("/Books").EnumerateObject().Select(m => m.Name).Should().BeEquivalentTo("get", "post");
        paths.GetProperty("/Books({Id})").EnumerateObject().Select(m => m.Name).Should().BeEquivalentTo("parameters", "get", "patch", "put", "delete");
        paths.GetProperty("/Authors").EnumerateObject().Select(m => m.Name).Should().BeEquivalentTo("get");
        paths.TryGetProperty("/Stocks(ShopId={ShopId},Day={Day})", out _).Should().BeTrue();
        paths.TryGetProperty("/Books({Id})/Bookshop.Discount", out _).Should().BeTrue();
        paths.TryGetProperty("/Books({Id})/Bookshop.Quote(currency={currency},on={on})", out _).Should().BeTrue();
        document.GetProperty("components").GetProperty("schemas").GetProperty("Book").GetProperty("properties").GetProperty("Version").GetProperty("readOnly").GetBoolean().Should().BeTrue();
        foreach (var reference in References(document))
            Resolve(document, reference).Should().BeTrue(reference);
    }

    private static bool Resolve(JsonElement document, string reference)
    {
        var found = document;
        return reference.Split('/').Skip(1).All(part => found.TryGetProperty(part, out found));
    }

    private static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p => p.Name == "$ref" ? [p.Value.GetString()!] : References(p.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };
}
