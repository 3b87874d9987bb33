using System.Net;
using K12Sync.OData.Tests.Bookshop;

namespace K12Sync.OData.Tests.Filtering;

/// <summary>$filter against plain C# over the same rows. The predicates are written by hand from the standard, not derived from the query.</summary>
public sealed class FilterTests(BookshopServer server)
{
    public static TheoryData<string> Queries => [.. FilterOracle.Cases.Keys];

    [Theory]
    [InlineData("Books?$filter=Title+eq+'Run+9'&$select=Id", "Books?$filter=Title%20eq%20'Run%209'&$select=Id")]
    [InlineData("Books?$filter=AddedAt+lt+2026-03-08T02:00:00+02:00&$select=Id", "Books?$filter=AddedAt%20lt%202026-03-08T02:00:00%2B02:00&$select=Id")]
    [InlineData("Books?$expand=*&$select=Id", "Books?$expand=Author,Reviews&$select=Id")]
    public async Task Spelling_OfTheUrl_DoesNotMatter(string one, string other)
    {
        var (a, b) = (await server.GetAsync(one), await server.GetAsync(other));

        a.Status.Should().Be(HttpStatusCode.OK, a.Text);
        a.Ids.Should().NotBeEmpty().And.Equal(b.Ids);
    }

    [Theory]
    [MemberData(nameof(Queries))]
    public async Task Filter_FindsWhatPlainCodeFinds(string filter)
    {
        var expected = Seed.Books.Where(b => b.ShopId == 1).Where(FilterOracle.Cases[filter]).Select(b => b.Id).Order();

        var answer = await server.GetAsync("Books?$select=Id&$filter=" + Uri.EscapeDataString(filter));

        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
        answer.Ids.Should().Equal(expected);
    }
}
