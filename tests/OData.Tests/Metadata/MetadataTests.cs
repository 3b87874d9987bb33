using System.Net;
using System.Xml;
using K12Sync.OData.Tests.Bookshop;
using Microsoft.OData.Edm;
using Microsoft.OData.Edm.Csdl;

namespace K12Sync.OData.Tests.Metadata;

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
    public async Task Metadata_IsJson_WhenAskedFor()
    {
        var answer = await server.GetAsync("$metadata", ("Accept", "application/json"));

        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
        answer.Json.GetProperty("Bookshop").GetProperty("Book").GetProperty("$Key")[0].GetString().Should().Be("Id");
    }
}
