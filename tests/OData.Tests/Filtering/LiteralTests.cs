using K12Sync.OData.Tests.Bookshop;

namespace K12Sync.OData.Tests.Filtering;

/// <summary>Literals must be parameters: a constant in the tree makes every query a new one to EF's cache, and fifty times slower.</summary>
public sealed class LiteralTests
{
    [Theory]
    [InlineData("Books?$filter=Pages gt 1 and Title eq 'a'", "Books?$filter=Pages gt 2 and Title eq 'b'")]
    [InlineData("Books?$filter=Price lt 1.5&$top=3", "Books?$filter=Price lt 2.25&$top=4")]
    [InlineData("Books?$filter=startswith(Title,'a')", "Books?$filter=startswith(Title,'bcd')")]
    [InlineData("Books?$filter=date(AddedAt) eq 2026-01-01", "Books?$filter=date(AddedAt) eq 2026-01-02")]
    [InlineData("Books?$filter=Genre eq 'Fiction'", "Books?$filter=Genre eq 'Poetry'")]
    [InlineData("Books?$filter=Reviews/any(r: r/Stars gt 1)", "Books?$filter=Reviews/any(r: r/Stars gt 4)")]
    [InlineData("Books(1)", "Books(2)")]
    [InlineData("Books?$search=a", "Books?$search=b")]
    [InlineData("Books?$skip=1", "Books?$skip=2")]
    [InlineData("Books?$apply=filter(Pages gt 1)/groupby((Genre))", "Books?$apply=filter(Pages gt 2)/groupby((Genre))")]
    public async Task TheSql_IsTheSame_ForOtherValues(string one, string other)
    {
        await using var server = await BookshopServer.StartAsync();
        var start = server.Sql.Count;

        await server.GetAsync(one);
        await server.GetAsync(other);

        var commands = server.Sql.Since(start);
        commands.Should().HaveCount(2);
        commands[1].Should().Be(commands[0]);
    }

    [Theory]
    [InlineData("Books?$filter=Pages gt 5.5")]
    [InlineData("Books?$filter=Pages lt 3000000000 and Pages gt 7")]
    [InlineData("Books?$filter=Sold gt 5")]
    public async Task AWholeNumberColumn_IsNeverConverted(string url)
    {
        await using var server = await BookshopServer.StartAsync();
        var start = server.Sql.Count;

        await server.GetAsync(url);

        server.Sql.Since(start).Should().ContainSingle().Which.Should().NotContain("CAST");
    }

    [Fact]
    public async Task ADeepPage_IsFoundByItsPlace_NotByCounting()
    {
        await using var server = await BookshopServer.StartAsync();
        var first = await server.GetAsync("Books?$orderby=Title", ("Prefer", "maxpagesize=5"));
        var start = server.Sql.Count;

        await server.GetAsync(first.Next!, ("Prefer", "maxpagesize=5"));

        server.Sql.Since(start).Should().ContainSingle().Which.Should().NotContain("OFFSET");
    }
}
