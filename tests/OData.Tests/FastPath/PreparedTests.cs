using System.Globalization;
using System.Net;
using System.Text;
using K12Sync.OData.FastPath;
using K12Sync.OData.Tests.Bookshop;
using K12Sync.OData.Tests.Filtering;
using K12Sync.Tests.Servers;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace K12Sync.OData.Tests.FastPath;

/// <summary>The prepared path must write the very bytes of the long one, for every query and every caller.</summary>
public sealed class PreparedTests(PostgresServer postgres) : IAsyncLifetime
{
    private readonly List<BookshopServer> _servers = [];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
            await server.DisposeAsync();
    }

    [Fact]
    public async Task EveryFilter_IsAnsweredAlike_OnBothWays()
    {
        var (fast, slow) = await PairAsync();

        foreach (var filter in FilterOracle.Cases.Keys)
        {
            for (var time = 0; time < 4; time++)
                await SameAsync(fast, slow, "Books?$filter=" + Uri.EscapeDataString(filter) + "&$orderby=Title desc&$select=Id,Title,Genre,Price,AddedAt");
        }

        fast.PreparedHits.Should().BeGreaterThan(FilterOracle.Cases.Count, "most filters can be prepared, each twice");
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public async Task RandomQueries_AreAnsweredAlike_OnBothWays(int seed)
    {
        var (fast, slow) = await PairAsync();
        var random = new Random(seed);

        for (var i = 0; i < 300; i++)
            await SameAsync(fast, slow, RandomQuery.Make(random), ("X-Shop", random.Next(1, 3).ToString(CultureInfo.InvariantCulture)));

        fast.PreparedHits.Should().BeGreaterThan(60, string.Join('\n', fast.Log.Lines.Where(l => l.Contains("prepared", StringComparison.Ordinal)).Take(3)));
    }

    [Fact]
    public async Task PostgreSql_IsAnsweredAlike_OnBothWays()
    {
        var connection = await postgres.ConnectionAsync(await postgres.MakeDatabaseAsync());
        var fast = await BookshopServer.StartAsync(new ODataOptions { Database = ODataDatabase.PostgreSql }, connection, books => books.Prepares(new PreparedAccess(
            async stopped =>
            {
                var open = new NpgsqlConnection(connection);
                await open.OpenAsync(stopped);
                return open;
            },
            Caller)));
        _servers.Add(fast);
        var random = new Random(5);

        for (var i = 0; i < 200; i++)
        {
            var url = RandomQuery.Make(random);
            var first = await fast.GetAsync(url);
            for (var time = 0; time < 3 && first.Status == HttpStatusCode.OK; time++)
                (await fast.GetAsync(url)).Text.Should().Be(first.Text, url);
        }

        fast.PreparedHits.Should().BeGreaterThan(60);
    }

    [Fact]
    public async Task AnotherCaller_NeverSeesTheFirstOnesRows()
    {
        var (fast, _) = await PairAsync();

        for (var time = 0; time < 4; time++)
        {
            (await fast.GetAsync("Books?$filter=Pages lt 5&$select=Id")).Ids.Should().Equal(Seed.Books.Where(b => b.ShopId == 1 && b.Pages < 5).Select(b => b.Id));
            (await fast.GetAsync("Books?$filter=Pages lt 4&$select=Id", ("X-Shop", "2"))).Ids.Should().Equal(Seed.Books.Where(b => b.ShopId == 2 && b.Pages < 4).Select(b => b.Id));
            (await fast.GetAsync("Books(4)")).Status.Should().Be(HttpStatusCode.NotFound);
            (await fast.GetAsync("Books(4)", ("X-Shop", "2"))).Status.Should().Be(HttpStatusCode.OK);
        }
        fast.PreparedHits.Should().BeGreaterThan(0);
    }

    [Fact]
    public async Task ARow_ByItsKey_BecomesHot()
    {
        var (fast, slow) = await PairAsync();

        foreach (var id in new[] { 1, 2, 3, 5, 6, 8, 999 })
            await SameAsync(fast, slow, $"Books({id})?$select=Id,Title,AddedAt");

        fast.PreparedHits.Should().Be(3);
    }

    [Fact]
    public async Task TheCache_IsBounded()
    {
        var (fast, slow) = await PairAsync(new ODataOptions { Shapes = 3 });

        for (var i = 0; i < 30; i++)
            await SameAsync(fast, slow, $"Books?$top={i}&$select=Id");
        for (var i = 0; i < 4; i++)
            await SameAsync(fast, slow, "Books?$top=7&$select=Id");

        fast.PreparedHits.Should().BePositive();
    }

    [Fact]
    public async Task AList_IsNeverAnsweredWithTheFirstCallersValues()
    {
        var (fast, _) = await PairAsync();

        for (var i = 1; i < 9; i++)
            (await fast.GetAsync($"Books?$filter=Id in ({i},{i + 1},{i + 2})&$select=Id")).Ids.Should().Equal(Seed.Books.Where(b => b.ShopId == 1 && b.Id >= i && b.Id <= i + 2).Select(b => b.Id));
    }

    [Fact]
    public async Task MaskedColumns_StayMasked_AfterAShapeIsHot()
    {
        var (fast, _) = await PairAsync();
        for (var time = 0; time < 4; time++)
            await fast.GetAsync("Books?$filter=Pages lt 5&$select=Supplier");

        (await fast.GetAsync("Books?$filter=Pages lt 5&$select=Supplier", ("X-Masked", "1"))).Text.Should().NotContain("supplier-");
    }

    [Fact]
    public async Task Pages_FromThePreparedPath_FollowOneAnother()
    {
        var (fast, slow) = await PairAsync(new ODataOptions { PageSize = 6 });

        for (var time = 0; time < 4; time++)
        {
            var rows = await fast.AllAsync("Books?$select=Id&$orderby=Price desc,SoldOutAt&$top=20");
            rows.Select(r => r.GetProperty("Id").GetInt32()).Should().Equal((await slow.AllAsync("Books?$select=Id&$orderby=Price desc,SoldOutAt&$top=20")).Select(r => r.GetProperty("Id").GetInt32()));
        }
        fast.PreparedHits.Should().BeGreaterThan(0);
    }

    [Theory]
    [InlineData("Pages gt 5 and Title eq 'it''s (5)'", 2)]
    [InlineData("Line2 eq -5 or X lt 2.5e3", 2)]
    [InlineData("A eq 2020-01-02 and B gt 2020-01-02T10:00:00+02:00 and C le 10:00", 3)]
    [InlineData("Token eq 3f2504e0-4f89-11d3-9a0c-0305e82c3301", 1)]
    [InlineData("Genre eq N.Genre'Fiction'", 0)]
    [InlineData("cafe eq beef and Subtitle eq null", 0)]
    public void Lifting_TakesLiteralsAndNothingElse(string text, int count)
    {
        var literals = new List<string>();

        Lifting.Lift(text, new StringBuilder(), literals);

        literals.Should().HaveCount(count);
    }

    private async Task<(BookshopServer Fast, BookshopServer Slow)> PairAsync(ODataOptions? options = null)
    {
        BookshopServer? fast = null;
        fast = await BookshopServer.StartAsync(options, more: books => books.Prepares(new PreparedAccess(
            async stopped =>
            {
                // Opened by EF, which gives SQLite the functions its SQL for decimals needs.
                var db = fast!.NewDb();
                await db.Database.OpenConnectionAsync(stopped);
                return db.Database.GetDbConnection();
            },
            Caller)));
        var slow = await BookshopServer.StartAsync(options);
        _servers.Add(fast);
        _servers.Add(slow);
        return (fast, slow);
    }

    private static CallerShape Caller(HttpContext http) => new("shop", new Dictionary<string, object?> { ["shop"] = BookshopModel.Shop(http) });

    private static async Task SameAsync(BookshopServer fast, BookshopServer slow, string url, params (string, string)[] headers)
    {
        var (a, b) = (await fast.GetAsync(url, headers), await slow.GetAsync(url, headers));
        a.Status.Should().Be(b.Status, url);
        if (b.Status == HttpStatusCode.OK)
            a.Text.Replace(fast.Root.Authority, "", StringComparison.Ordinal).Should().Be(b.Text.Replace(slow.Root.Authority, "", StringComparison.Ordinal), url);
        a.Response.Headers.ETag.Should().Be(b.Response.Headers.ETag);
        a.Response.Content.Headers.ContentType.Should().Be(b.Response.Content.Headers.ContentType);
    }
}

/// <summary>Queries out of few patterns and many values, so that shapes become hot and values differ.</summary>
internal static class RandomQuery
{
    private static readonly string[] Orders = ["", "&$orderby=Price desc,SoldOutAt"];
    private static readonly string[] Selects = ["&$select=*", "&$select=Id,Title,Price,Genre,Binding,AddedAt,SoldOutAt,StoryTime,Published,Token,Weight,InPrint"];

    public static string Make(Random random)
    {
        if (random.Next(6) == 0)
            return $"Books({random.Next(1, 62)})" + (random.Next(2) == 0 ? "?$select=Id,Title,Price" : "");
        var filter = random.Next(12) switch
        {
            0 => $"Pages gt {random.Next(12)}",
            1 => $"Pages gt {random.Next(12)} and Price lt {random.Next(20)}.{random.Next(10)}",
            2 => $"Title eq '{Seed.Books[random.Next(60)].Title.Replace("'", "''", StringComparison.Ordinal)}'",
            3 => $"startswith(Title,'{"Rrpé"[random.Next(4)]}')",
            4 => $"AddedAt ge 2026-03-0{random.Next(7, 9)}T{random.Next(10, 24)}:00:00Z",
            5 => $"date(AddedAt) eq 2026-03-0{random.Next(7, 10)} and Published gt 202{random.Next(0, 6)}-01-01",
            6 => $"Genre eq '{(Genre)random.Next(3)}' or Binding eq '{(Binding)random.Next(2)}'",
            7 => $"Reviews/any(r: r/Stars gt {random.Next(6)}) and Weight le {random.Next(3)}",
            8 => $"contains(tolower(Title),'{"rnea"[random.Next(4)]}') and not (Pages eq {random.Next(11)})",
            9 => $"Id in ({random.Next(60)},{random.Next(60)})",
            10 => $"Pages add {random.Next(3)} eq {random.Next(9)} and Pages eq {random.Next(9)}",
            _ => $"Pages eq {random.Next(3)} and AuthorId eq {random.Next(3)} and Sold lt {random.Next(600)}",
        };
        return "Books?$filter=" + Uri.EscapeDataString(filter) + Orders[random.Next(Orders.Length)] + Selects[random.Next(8) == 0 ? 0 : 1] + (random.Next(9) == 0 ? "&$top=5" : "");
    }
}
