using System.Net;
using K12Sync.OData.Tests.Bookshop;
using K12Sync.OData.Translation;
using K12Sync.Tests.Servers;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.OData.Tests.Paging;

/// <summary>Protocol, "$orderby", "$top", "$skip", "$count" and "Server-Driven Paging": every page continues where the last one ended.</summary>
public sealed class PagingTests(BookshopServer server, PostgresServer postgres)
{
    private static readonly string[] Orders =
    [
        "Id", "Id desc", "Title", "Title desc,Pages", "Subtitle", "Subtitle desc", "Price,Pages desc", "Price desc", "Weight,Title", "InPrint desc,Sold", "Published desc",
        "StoryTime", "AddedAt desc", "SoldOutAt", "SoldOutAt desc,Title desc", "Genre,Id desc", "Binding", "Binding desc", "Token", "length(Title),Id", "Author/Name desc", "Author/Born,Pages",
        "Pages mod 3 desc", "Reviews/$count desc", "Published,Title", "AddedAt desc,Sold desc,Isbn desc", "Pages,Published,AddedAt,Title",
    ];

    public static TheoryData<string> OrderClauses => [.. Orders];

    [Theory]
    [MemberData(nameof(OrderClauses))]
    public async Task Pages_TogetherAreTheWholeOrder_ForAnyOrder(string order)
    {
        var whole = await server.GetAsync("Books?$select=Id&$orderby=" + order);

        var pages = await server.AllAsync("Books?$select=Id&$orderby=" + order, ("Prefer", "odata.maxpagesize=7"));

        whole.Ids.Should().HaveCount(45).And.OnlyHaveUniqueItems();
        pages.Select(r => r.GetProperty("Id").GetInt32()).Should().Equal(whole.Ids);
    }

    [Theory]
    [InlineData("Published desc", "(\"b\".\"Published\", \"b\".\"Id\") < (")]
    [InlineData("AddedAt,Title", "(\"b\".\"AddedAt\", \"b\".\"Title\", \"b\".\"Id\") > (")]
    [InlineData("Published desc,Id", " OR ")]
    [InlineData("Price", " OR ")]
    public async Task Place_IsOneRowValue_WhereAllGoesOneWayAndNothingCanBeNull(string order, string expected)
    {
        await using var own = await BookshopServer.StartAsync();
        var first = await own.GetAsync("Books?$select=Id&$skip=20&$orderby=" + order, ("Prefer", "odata.maxpagesize=7"));
        var before = own.Sql.Count;

        await own.GetAsync(first.Next!, ("Prefer", "odata.maxpagesize=7"));

        own.Sql.Since(before).Should().ContainSingle().Which.Should().Contain(expected);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pages_TogetherAreTheWholeOrder_OfAHostWithoutRowValues(bool isPostgres)
    {
        var connection = isPostgres ? await postgres.ConnectionAsync(await postgres.MakeDatabaseAsync()) : null;
        await using var plain = await BookshopServer.StartAsync(
            new ODataOptions { Database = isPostgres ? ODataDatabase.PostgreSql : ODataDatabase.Sqlite }, connection, rowValues: false);
        foreach (var order in Orders)
        {
            var before = plain.Sql.Count;

            var pages = await plain.AllAsync("Books?$select=Id&$orderby=" + order, ("Prefer", "odata.maxpagesize=7"));

            pages.Select(r => r.GetProperty("Id").GetInt32()).Should().Equal((await server.GetAsync("Books?$select=Id&$orderby=" + order)).Ids, order);
            plain.Sql.Since(before).Should().NotContain(sql => sql.Contains("\"Id\") > (", StringComparison.Ordinal) || sql.Contains("\"Id\") < (", StringComparison.Ordinal), order);
        }
        if (connection is not null)
            Npgsql.NpgsqlConnection.ClearPool(new Npgsql.NpgsqlConnection(connection));
    }

    [Theory]
    [InlineData("2026-09-01", "b", 2, "2026-09-01", "b", 3, -1)]
    [InlineData("2026-09-01", "b", 9, "2026-09-02", "a", 1, -1)]
    [InlineData("2026-09-01", "b", 2, "2026-09-01", "B", 3, 1)]
    [InlineData("2026-09-01", "b", 2, "2026-09-01", "b", 2, 0)]
    public void RowValues_CompareInMemory_AsTheDatabasesDo(string day, string text, int number, string otherDay, string otherText, int otherNumber, int expected)
    {
        static object Row(string day, string text, int number) =>
            RowValues.With(DateOnly.ParseExact(day, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), RowValues.With(text, number));
        var (row, other) = (Row(day, text, number), Row(otherDay, otherText, otherNumber));

        (RowValues.IsBefore(row, other), RowValues.IsAfter(row, other)).Should().Be((expected < 0, expected > 0));
    }

    [Fact]
    public async Task Order_PutsNullsFirst_WhenAscending()
    {
        var ascending = await server.GetAsync("Books?$orderby=Price,Id&$select=Id");
        var descending = await server.GetAsync("Books?$orderby=Price desc,Id&$select=Id");

        var mine = Seed.Books.Where(b => b.ShopId == 1).ToList();
        ascending.Ids.Should().Equal(mine.OrderBy(b => b.Price ?? decimal.MinValue).ThenBy(b => b.Id).Select(b => b.Id));
        descending.Ids.Should().Equal(mine.OrderByDescending(b => b.Price ?? decimal.MinValue).ThenBy(b => b.Id).Select(b => b.Id));
    }

    [Fact]
    public async Task Order_OfText_IsOrdinal()
    {
        var answer = await server.GetAsync("Books?$orderby=Title,Id&$select=Id");

        answer.Ids.Should().Equal(Seed.Books.Where(b => b.ShopId == 1).OrderBy(b => b.Title, StringComparer.Ordinal).ThenBy(b => b.Id).Select(b => b.Id));
    }

    [Theory]
    [InlineData("Books?$top=10&$skip=5&$select=Id", 10)]
    [InlineData("Books?$top=12&$select=Id", 12)]
    [InlineData("Books?$top=0&$select=Id", 0)]
    [InlineData("Books?top=3&SELECT=Id&$FILTER=Id gt 0", 3)]
    public async Task Top_IsKeptAcrossPages(string url, int expected)
    {
        var rows = await server.AllAsync(url, ("Prefer", "odata.maxpagesize=4"));

        var skipped = url.Contains("skip", StringComparison.Ordinal) ? 5 : 0;
        rows.Select(r => r.GetProperty("Id").GetInt32()).Should().Equal(Seed.Books.Where(b => b.ShopId == 1).Skip(skipped).Take(expected).Select(b => b.Id));
    }

    [Fact]
    public async Task NextLink_IsAbsoluteAndKeepsTheQuery()
    {
        var answer = await server.GetAsync("Books?$filter=Pages gt 2&$count=true&$orderby=Title", ("Prefer", "odata.maxpagesize=5"));

        answer.Next.Should().StartWith(server.Root + "Books?").And.Contain("$filter=").And.Contain("$skiptoken=");
        answer.Json.GetProperty("@odata.count").GetInt64().Should().Be(Seed.Books.Count(b => b.ShopId == 1 && b.Pages > 2));
        answer.Response.Headers.GetValues("Preference-Applied").Should().Equal("odata.maxpagesize=5");
    }

    [Theory]
    [InlineData("Pages gt 2", true)]
    [InlineData("Pages gt 2 and Author/Name ne 'x'", true)]
    [InlineData("Pages gt 2 and Title ne 'x'", false)]
    [InlineData("Pages gt 2 and Reviews/any(r:r/Stars gt 0)", false)]
    public async Task Count_TakesTheShorterWay_WhereItKnowsWhatIsAskedFor(string filter, bool isShort)
    {
        await using var own = await BookshopServer.StartAsync(more: books => books.CountedBy(http =>
            BookshopModel.Db(http).Books.Where(b => b.ShopId == 1).TagWith("the shorter way").Select(b => new BookView { Pages = b.Pages, AuthorId = b.AuthorId }), b => b.Pages, b => b.AuthorId));
        foreach (var url in new[] { "Books?$top=0&$count=true&$filter=", "Books/$count?$filter=" })
        {
            var before = own.Sql.Count;

            var answer = await own.GetAsync(url + filter);

            var counted = url.Contains("/$count", StringComparison.Ordinal) ? long.Parse(answer.Text, System.Globalization.CultureInfo.InvariantCulture) : answer.Json.GetProperty("@odata.count").GetInt64();
            counted.Should().Be((await server.GetAsync("Books?$select=Id&$filter=" + filter)).Ids.Count, url);
            own.Sql.Since(before).Single(sql => sql.Contains("COUNT(*)", StringComparison.Ordinal)).Contains("the shorter way", StringComparison.Ordinal).Should().Be(isShort);
        }
    }

    [Fact]
    public async Task NextLink_IsRefused_UnderAnotherOrder()
    {
        var first = await server.GetAsync("Books?$orderby=Title", ("Prefer", "odata.maxpagesize=5"));

        var answer = await server.GetAsync(first.Next!.Replace("$orderby=Title", "$orderby=Pages", StringComparison.Ordinal));

        answer.Status.Should().Be(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Pages_SkipNoneAndRepeatNone_WhileRowsComeAndGo(int seed)
    {
        await using var own = await BookshopServer.StartAsync();
        var random = new Random(seed);
        var seen = new List<int>();
        var untouched = Seed.Books.Where(b => b.ShopId == 1).Select(b => b.Id).ToHashSet();
        for (string? next = "Books?$select=Id,Subtitle&$orderby=Subtitle desc,Pages"; next is not null;)
        {
            var answer = await own.GetAsync(next, ("Prefer", "odata.maxpagesize=6"));
            seen.AddRange(answer.Ids);
            next = answer.Next;
            await using var db = own.NewDb();
            var victim = 1 + random.Next(60);
            untouched.Remove(victim);
            await db.Books.Where(b => b.Id == victim).ExecuteDeleteAsync(TestContext.Current.CancellationToken);
            var fresh = 1000 + random.Next(1_000_000);
            db.Books.Add(new Book { Id = fresh, ShopId = 1, Isbn = "new" + fresh, Title = "new", Subtitle = random.Next(2) == 0 ? null : "sub 3", Pages = random.Next(11) });
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        seen.Should().OnlyHaveUniqueItems();
        seen.Should().Contain(untouched);
    }
}
