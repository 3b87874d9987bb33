using System.Net;
using System.Xml;
using K12Sync.OData.Tests.Bookshop;
using Microsoft.OData.Edm;
using Microsoft.OData.Edm.Csdl;

namespace K12Sync.OData.Tests.Metadata;

/// <summary>Protocol, "Service Document Request" and "Metadata Document Request"; the Core and Capabilities vocabularies.</summary>
public sealed class MetadataTests(BookshopServer server)
{
    [Fact]
    public async Task Root_ListsTheSets_SoThatExcelRecognisesAService()
    {
        var answer = await server.GetAsync("");

        answer.Status.Should().Be(HttpStatusCode.OK);
        answer.Response.Headers.GetValues("OData-Version").Should().Equal("4.0");
        answer.Json.GetProperty("@odata.context").GetString().Should().Be(server.Root + "$metadata");
        answer.Rows.Select(r => r.GetProperty("url").GetString()).Should().Equal("Authors", "Reviews", "Books", "Stocks");
    }

    [Fact]
    public async Task Metadata_IsReadByMicrosoftsReader()
    {
        var answer = await server.GetAsync("$metadata");

        using var xml = XmlReader.Create(new StringReader(answer.Text));
        CsdlReader.TryParse(xml, out var model, out var errors).Should().BeTrue(string.Join(';', errors ?? []));
        var book = (IEdmEntityType)model.FindDeclaredType("Bookshop.Book");
        book.DeclaredKey.Select(k => k.Name).Should().Equal("Id");
        book.NavigationProperties().Select(n => n.Name).Should().BeEquivalentTo("Author", "Reviews");
        model.EntityContainer.FindEntitySet("Stocks").EntityType().DeclaredKey.Select(k => k.Name).Should().Equal("ShopId", "Day");
        model.FindDeclaredBoundOperations(book).Select(o => o.Name).Should().BeEquivalentTo("Discount", "Quote");
    }

    [Theory]
    [InlineData("<Annotation Term=\"Org.OData.Core.V1.Description\" String=\"Pages with text, without the cover.\"")]
    [InlineData("Org.OData.Capabilities.V1.InsertRestrictions")]
    [InlineData("Org.OData.Core.V1.OptimisticConcurrency")]
    [InlineData("<Annotation Term=\"Org.OData.Core.V1.ODataVersions\" String=\"4.0 4.01\"")]
    [InlineData("<EnumMember>Org.OData.Capabilities.V1.ConformanceLevelType/Intermediate</EnumMember>")]
    [InlineData("AlternateKeys")]
    [InlineData("<Property Name=\"Price\" Type=\"Edm.Decimal\" Scale=\"variable\"")]
    [InlineData("<Property Name=\"AddedAt\" Type=\"Edm.DateTimeOffset\" Nullable=\"false\" Precision=\"7\"")]
    [InlineData("<Property Name=\"Editions\" Type=\"Collection(Bookshop.Edition)\"")]
    public async Task Metadata_Says(string text)
    {
        var answer = await server.GetAsync("$metadata");

        answer.Text.Should().Contain(text);
    }

    [Fact]
    public void Names_DifferByMoreThanCase()
    {
        var edm = server.Model.Edm;

        edm.SchemaElements.Select(e => e.Name).Distinct().Select(n => n.ToUpperInvariant()).Should().OnlyHaveUniqueItems();
        edm.EntityContainer.Elements.Select(e => e.Name.ToUpperInvariant()).Should().OnlyHaveUniqueItems();
        foreach (var type in edm.SchemaElements.OfType<IEdmStructuredType>())
            type.Properties().Select(p => p.Name.ToUpperInvariant()).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task Metadata_IsJson_WhenAskedFor()
    {
        var answer = await server.GetAsync("$metadata", ("Accept", "application/json"));

        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
        answer.Json.GetProperty("Bookshop").GetProperty("Book").GetProperty("$Key")[0].GetString().Should().Be("Id");
    }
}
