using System.Net;
using System.Text.Json;
using K12Sync.OData.Tests.Bookshop;

namespace K12Sync.OData.Tests.Selecting;

/// <summary>Protocol, "System Query Option $select": only the columns asked for are read and written, and the context URL names them.</summary>
public sealed class SelectTests(BookshopServer server)
{
    private static IEnumerable<string> Names(JsonElement row) => row.EnumerateObject().Select(p => p.Name);

    [Theory]
    [InlineData("Books?$select=Id,Title", new[] { "Id", "Title" })]
    [InlineData("Books?$select=Title,Id,Title", new[] { "Title", "Id" })]
    [InlineData("Books?$select=Editions", new[] { "Editions" })]
    [InlineData("Books?$select=Title&$orderby=Pages", new[] { "Title" })]
    [InlineData("Books?$select=Title&$expand=Author($select=Name)", new[] { "Title", "Author" })]
    [InlineData("Authors(2)/Books?$select=Title", new[] { "Title" })]
    public async Task Select_LeavesEverythingElseOut(string url, string[] names)
    {
        var answer = await server.GetAsync(url);

        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
        answer.Rows.Should().NotBeEmpty();
        foreach (var row in answer.Rows)
            Names(row).Where(n => n != "@odata.etag").Should().BeEquivalentTo(names);
    }

    [Fact]
    public async Task Select_WorksOnOneRow_AndIsInTheContext()
    {
        var row = (await server.GetAsync("Books(5)?$select=Id,Title")).Json;

        Names(row).Should().Equal("@odata.context", "@odata.etag", "Id", "Title");
        row.GetProperty("@odata.context").GetString().Should().Be(server.Root + "$metadata#Books(Id,Title)/$entity");
    }

    [Fact]
    public async Task AStar_IsEveryProperty()
    {
        var all = (await server.GetAsync("Books?$top=1")).Rows[0];

        Names((await server.GetAsync("Books?$top=1&$select=*")).Rows[0]).Should().Equal(Names(all));
    }

    [Fact]
    public async Task ColumnsNotAskedFor_AreNotRead()
    {
        await using var own = await BookshopServer.StartAsync();
        var start = own.Sql.Count;

        await own.GetAsync("Books?$select=Title");

        own.Sql.Since(start).Should().ContainSingle().Which.Should().Contain("\"Title\"").And.NotContain("\"Subtitle\"");
    }
}
