using System.Net;
using System.Text.Json;
using K12Sync.OData.Tests.Bookshop;
using Microsoft.OData;
using Microsoft.OData.Edm;

namespace K12Sync.OData.Tests.Formats;

/// <summary>
/// JSON Format: rows with no, minimal and full metadata, numbers as text, the formats there are and how one is asked for. CSV is this library's own addition.
/// </summary>
public sealed class FormatTests(BookshopServer server)
{
    [Theory]
    [InlineData("Books?$top=20&$count=true")]
    [InlineData("Books?$top=5&$select=Id,Title")]
    [InlineData("Books?$expand=Reviews($count=true),Author&$top=20")]
    [InlineData("Authors?$expand=Books($expand=Reviews)")]
    public async Task Rows_AreReadByMicrosoftsReader(string url)
    {
        foreach (var level in new[] { "minimal", "full" })
        {
            foreach (var text in new[] { "", ";IEEE754Compatible=true" })
            {
                var answer = await server.GetAsync(url, ("Accept", $"application/json;odata.metadata={level}{text}"));

                answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
                var read = PayloadReader.Resources(answer, server.Model.Edm, isSet: true);
                read.Count(r => r.TypeName is "Bookshop.Book" or "Bookshop.Author").Should().BeGreaterThan(4);
            }
        }
    }

    [Fact]
    public async Task OneRow_IsReadByMicrosoftsReader_WithItsTypes()
    {
        var answer = await server.GetAsync("Books(13)");

        var book = PayloadReader.Resources(answer, server.Model.Edm, isSet: false)[^1];
        var values = book.Properties.OfType<ODataProperty>().ToDictionary(p => p.Name, p => p.Value);
        var seed = Seed.Books[12];
        values["Sold"].Should().Be(seed.Sold);
        values["Price"].Should().Be(seed.Price);
        values["Published"].Should().Be(new Date(seed.Published.Year, seed.Published.Month, seed.Published.Day));
        values["AddedAt"].Should().Be(seed.AddedAt);
        values["Token"].Should().Be(seed.Token);
        values["StoryTime"].Should().BeNull();
        book.ETag.Should().Be("W/\"13\"");
    }

    [Fact]
    public async Task NoMetadata_LeavesOnlyWhatIsNeeded()
    {
        var answer = await server.GetAsync("Books?$top=1&$count=true", ("Accept", "application/json;odata.metadata=none"));

        answer.Json.EnumerateObject().Select(p => p.Name).Should().Equal("@odata.count", "value");
        answer.Rows[0].EnumerateObject().Select(p => p.Name).Should().NotContain(name => name.Contains('@', StringComparison.Ordinal));
    }

    [Fact]
    public async Task FullMetadata_NamesTypesAndLinks()
    {
        var row = (await server.GetAsync("Books(5)?$format=application/json;odata.metadata=full")).Json;

        row.GetProperty("@odata.type").GetString().Should().Be("#Bookshop.Book");
        row.GetProperty("@odata.id").GetString().Should().Be(server.Root + "Books(5)");
        row.GetProperty("@odata.editLink").GetString().Should().Be("Books(5)");
        row.GetProperty("Sold@odata.type").GetString().Should().Be("#Int64");
        row.GetProperty("Genre@odata.type").GetString().Should().Be("#Bookshop.Genre");
        row.GetProperty("Author@odata.navigationLink").GetString().Should().Be("Books(5)/Author");
        row.GetProperty("#Bookshop.Discount").GetProperty("target").GetString().Should().Be(server.Root + "Books(5)/Bookshop.Discount");
    }

    [Fact]
    public async Task Numbers_AreTextOnRequest()
    {
        var row = (await server.GetAsync("Books(13)", ("Accept", "application/json;IEEE754Compatible=true"))).Json;

        row.GetProperty("Sold").GetString().Should().Be("4000000000");
        row.GetProperty("Price").ValueKind.Should().Be(JsonValueKind.String);
        row.GetProperty("Pages").ValueKind.Should().Be(JsonValueKind.Number);
    }

    [Theory]
    [InlineData("Accept", "application/atom+xml")]
    [InlineData("Accept", "application/json;odata.metadata=lots")]
    [InlineData("Accept", "image/png")]
    public async Task Format_NotHad_IsNotAcceptable(string header, string value) =>
        (await server.GetAsync("Books", (header, value))).Status.Should().Be(HttpStatusCode.NotAcceptable);

    [Theory]
    [InlineData("Books?$format=atom")]
    [InlineData("Books?$format=xml")]
    public async Task Format_NotHadByOption_IsNotAcceptable(string url) => (await server.GetAsync(url)).Status.Should().Be(HttpStatusCode.NotAcceptable);

    [Theory]
    [InlineData("application/json, text/csv;q=0.5", "application/json")]
    [InlineData("text/html, */*;q=0.1", "application/json")]
    [InlineData("text/csv", "text/csv")]
    [InlineData("image/png, text/csv;q=0.2", "text/csv")]
    public async Task Accept_IsWeighed(string accept, string type) =>
        (await server.GetAsync("Books?$top=1", ("Accept", accept))).Response.Content.Headers.ContentType!.MediaType.Should().Be(type);

    [Fact]
    public async Task Csv_HoldsEveryRowOfTheQuery_InOnePiece()
    {
        await using var own = await BookshopServer.StartAsync(new ODataOptions { PageSize = 5 });

        var answer = await own.GetAsync("Books?$format=csv&$select=Id,Title,Price,AddedAt&$orderby=Id");

        var lines = answer.Text.TrimStart('\uFEFF').Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        lines[0].Should().Be("Id,Title,Price,AddedAt");
        lines.Should().HaveCount(46);
        lines.Single(l => l.StartsWith("19,", StringComparison.Ordinal)).Should().StartWith("19,\"O'Hara's \"\"Notes\"\"\",");
        lines.Single(l => l.StartsWith("3,", StringComparison.Ordinal)).Should().EndWith(",2026-03-07T22:39:00.1234567Z");
    }

    [Fact]
    public async Task LongQuery_CanBePosted()
    {
        var answer = await server.SendAsync(HttpMethod.Post, "Books/$query", "$select=Id&$filter=Pages eq 3", ("Content-Type", "text/plain"));

        answer.Ids.Should().Equal(Seed.Books.Where(b => b.ShopId == 1 && b.Pages == 3).Select(b => b.Id));
    }
}
