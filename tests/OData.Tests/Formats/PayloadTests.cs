using System.Net;
using K12Sync.OData.Tests.Bookshop;
using Microsoft.EntityFrameworkCore;
using Microsoft.OData;
using Microsoft.OData.Edm;

namespace K12Sync.OData.Tests.Formats;

/// <summary>
/// JSON Format, one payload of each kind, read back by Microsoft.OData.Core with the model: service document, property, raw value, operations' results,
/// changes, errors, batches. Sets and rows are in <see cref="FormatTests"/>.
/// </summary>
public sealed class PayloadTests(BookshopServer server)
{
    private IEdmModel Edm => server.Model.Edm;

    private static Dictionary<string, object?> Values(ODataResource resource) => resource.Properties.OfType<ODataProperty>().ToDictionary(p => p.Name, p => (object?)p.Value);

    [Fact]
    public async Task ServiceDocument_NamesTheSets()
    {
        var document = PayloadReader.ServiceDocument(await server.GetAsync(""), Edm);

        document.EntitySets.Select(s => (s.Name, s.Url)).Should().Equal(
            server.Model.Sets.Select(s => (s.Name, new Uri(server.Root, s.Name))));
    }

    [Fact]
    public async Task Property_HasItsValueAndType()
    {
        PayloadReader.Property(await server.GetAsync("Books(5)/Title"), Edm).Value.Should().Be(Seed.Books[4].Title);
        PayloadReader.Property(await server.GetAsync("Books(5)/Published"), Edm).Value.Should().Be(new Date(Seed.Books[4].Published.Year, Seed.Books[4].Published.Month, Seed.Books[4].Published.Day));
        PayloadReader.Property(await server.GetAsync("Books(5)/Genre"), Edm).Value.Should().BeOfType<ODataEnumValue>().Which.Value.Should().Be("Poetry");
        PayloadReader.Property(await server.GetAsync("Books(13)/Sold", ("Accept", "application/json;IEEE754Compatible=true")), Edm).Value.Should().Be(4_000_000_000L);
    }

    [Fact]
    public async Task ListOfComplexValues_IsASetOfResources() =>
        PayloadReader.Resources(await server.GetAsync("Books(5)/Editions"), Edm, isSet: true).Select(r => Values(r)["Language"]).Should().Equal("en", "de");

    [Fact]
    public async Task RawValueAndCount_AreText()
    {
        PayloadReader.Value(await server.GetAsync("Books(5)/Title/$value"), Edm).Should().Be(Seed.Books[4].Title);
        PayloadReader.Value(await server.GetAsync("Books/$count"), Edm).Should().Be("45");
    }

    [Fact]
    public async Task Operations_ReturnValuesListsComplexValuesAndRows()
    {
        PayloadReader.Collection(await server.GetAsync("Languages()"), Edm).Should().Equal("de", "en");
        PayloadReader.Property(await server.GetAsync("Seconds(span=duration'PT2M')"), Edm).Value.Should().Be(120L);
        Values(PayloadReader.Resources(await server.GetAsync("Books(5)/Bookshop.Quote(currency='EUR')"), Edm, isSet: false).Single())["Currency"].Should().Be("EUR");
        PayloadReader.Resources(await server.GetAsync("Books/Bookshop.Thick()?$top=3"), Edm, isSet: true).Count(r => r.TypeName == "Bookshop.Book").Should().Be(3);
    }

    [Fact]
    public async Task ACreatedRow_IsARow()
    {
        await using var own = await BookshopServer.StartAsync();

        var answer = await own.SendAsync(HttpMethod.Post, "Books", new { Id = 500, Isbn = "500", Title = "New" });

        Values(PayloadReader.Resources(answer, own.Model.Edm, isSet: false)[^1])["Title"].Should().Be("New");
    }

    [Fact]
    public async Task Changes_AreRowsRemovedRowsAndALink()
    {
        await using var own = await BookshopServer.StartAsync();
        var link = (await own.GetAsync("Books?$filter=Pages lt 9&$select=Id,Title", ("Prefer", "track-changes"))).Json.GetProperty("@odata.deltaLink").GetString()!;
        await using (var db = own.NewDb())
        {
            await db.Books.Where(b => b.Id == 5).ExecuteUpdateAsync(s => s.SetProperty(b => b.Title, "changed").SetProperty(b => b.ChangeVersion, 201), TestContext.Current.CancellationToken);
            await db.Books.Where(b => b.Id == 6).ExecuteUpdateAsync(s => s.SetProperty(b => b.Pages, 50).SetProperty(b => b.ChangeVersion, 202), TestContext.Current.CancellationToken);
            await db.Books.Where(b => b.Id == 7).ExecuteUpdateAsync(s => s.SetProperty(b => b.Retired, true).SetProperty(b => b.ChangeVersion, 203), TestContext.Current.CancellationToken);
        }

        var items = PayloadReader.Delta(await own.GetAsync(link), own.Model.Edm, "Books");

        Values(items.OfType<ODataResource>().Single())["Title"].Should().Be("changed");
        items.OfType<ODataDeletedResource>().Select(d => (d.Id, d.Reason)).Should().Equal(
            (new Uri(own.Root, "Books(6)"), DeltaDeletedEntryReason.Changed), (new Uri(own.Root, "Books(7)"), DeltaDeletedEntryReason.Deleted));
        items.OfType<ODataDeltaResourceSet>().Single().DeltaLink.Should().NotBeNull();
    }

    [Theory]
    [InlineData("Books?$filter=Titel eq 1", "UnknownProperty")]
    [InlineData("Books(999)", "NotFound")]
    [InlineData("Books?$compute=Id add 1 as X", "NotImplemented")]
    public async Task Errors_HaveACodeAMessageAndATarget(string url, string code)
    {
        var error = PayloadReader.Error(await server.GetAsync(url), Edm);

        error.ErrorCode.Should().Be(code);
        error.Message.Should().NotBeEmpty();
        error.InnerError.Should().NotBeNull();
    }

    [Fact]
    public async Task AnError_NamesEachPropertyInItsDetails()
    {
        var answer = await server.SendAsync(HttpMethod.Post, "Books", new { Id = 501, Isbn = "x", Title = "x", Pages = -1 });

        answer.Status.Should().Be(HttpStatusCode.UnprocessableEntity);
        PayloadReader.Error(answer, Edm).Details.Should().ContainSingle().Which.Target.Should().Be("Pages");
    }

    [Fact]
    public async Task ABatchInJson_IsTakenApart()
    {
        var answer = await server.SendAsync(HttpMethod.Post, "$batch", new
        {
            requests = new object[] { new { id = "1", method = "GET", url = "Books(5)?$select=Id" }, new { id = "2", method = "GET", url = "Books/$count" } },
        });

        var read = PayloadReader.Batch(answer, Edm);
        read.Select(r => (r.ContentId, r.Status)).Should().Equal(("1", 200), ("2", 200));
        read[0].Body.Should().Contain("\"Id\":5");
    }
}
