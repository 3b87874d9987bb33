using System.Net;
using K12Sync.OData.Tests.Bookshop;

namespace K12Sync.OData.Tests.Filtering;

/// <summary>$filter against plain C# over the same rows. The predicates are written by hand from the standard, not derived from the query.</summary>
public sealed class FilterTests(BookshopServer server)
{
    public static TheoryData<string> Queries => [.. FilterOracle.Cases.Keys];

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
