using System.Globalization;
using System.Net;
using System.Text;
using K12Sync.OData.FastPath;
using K12Sync.OData.Tests.Bookshop;
using K12Sync.OData.Tests.Filtering;
using K12Sync.Tests.Servers;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using SQLitePCL;

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
    [InlineData(11, true)]
    [InlineData(12, false)]
    public async Task RandomQueries_AreAnsweredAlike_OnBothWays(int seed, bool pastTheDriver)
    {
        var (fast, slow) = await PairAsync(pastTheDriver: pastTheDriver);
        var random = new Random(seed);

        for (var i = 0; i < 600; i++)
        {
            var headers = new List<(string, string)> { ("X-Shop", random.Next(1, 3).ToString(CultureInfo.InvariantCulture)) };
            if (random.Next(4) == 0)
                headers.Add(("X-Masked", "1"));
            if (random.Next(4) == 0)
                headers.Add(("Prefer", $"odata.maxpagesize={random.Next(2, 9)}"));
            await SameAsync(fast, slow, RandomQuery.Make(random), [.. headers]);
        }

        fast.PreparedHits.Should().BeGreaterThan(80, fast.Why);
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
        var slow = await BookshopServer.StartAsync(new ODataOptions { Database = ODataDatabase.PostgreSql }, await postgres.ConnectionAsync(await postgres.MakeDatabaseAsync()));
        _servers.Add(slow);
        var random = new Random(5);

        for (var i = 0; i < 400; i++)
            await SameAsync(fast, slow, RandomQuery.Make(random), random.Next(3) == 0 ? [("Prefer", "odata.maxpagesize=4")] : []);

        fast.PreparedHits.Should().BeGreaterThan(60, fast.Why);
    }

    [Theory]
    [InlineData("Books?$filter=Pages gt {0}&$orderby=Price desc&$top=1{0}&$count=true&$select=Title,Pages", "a page and its count")]
    [InlineData("Books?$top=0&$count=true&$filter=Pages gt {0}&$select=Id", "a count alone")]
    [InlineData("Books?$skip={0}&$select=Id", "rows passed over")]
    [InlineData("Books?$filter=Pages gt {0}&$select=Id,Title&$expand=Author", "a link to one row")]
    [InlineData("Books?$filter=Pages gt {0}&$select=Title&$expand=Reviews($filter=Stars gt 2;$orderby=Stars desc;$select=Text),Author($select=Name)", "two links, with options")]
    [InlineData("Books?$filter=Pages gt {0}&$select=Id&$expand=Reviews($top=2;$count=true)", "the first rows of a link, and their count")]
    [InlineData("Books?$filter=Pages gt {0}&$select=Id&$expand=Reviews($skip=1;$top=2)", "the next rows of a link")]
    [InlineData("Books({0})?$select=Id&$expand=Reviews", "one row with a link")]
    [InlineData("Books?$apply=filter(Pages gt {0})/groupby((Genre,Binding),aggregate($count as N,Price with sum as P))", "an aggregation")]
    [InlineData("Books?$apply=groupby((Author/Name),aggregate($count as N))&$filter=N gt {0}&$orderby=N desc&$top=5&$count=true", "an aggregation over a link, narrowed, ordered and counted")]
    public async Task Shape_BecomesHot(string url, string what)
    {
        var (fast, slow) = await PairAsync();

        foreach (var value in new[] { 1, 2, 3, 1, 2 })
            await SameAsync(fast, slow, string.Format(CultureInfo.InvariantCulture, url, value));

        fast.PreparedHits.Should().Be(3, what + fast.Why);
    }

    [Fact]
    public async Task RowsOfAHotAnswer_AreTold_AsThoseOfAnyOther()
    {
        var told = new System.Collections.Concurrent.ConcurrentQueue<long?>();
        var (fast, _) = await PairAsync(new ODataOptions
        {
            Answered = answered =>
            {
                told.Enqueue(answered.Rows);
                return default;
            },
        });
        var urls = new[] { "Books?$filter=Pages gt 2&$top=3&$select=Id", "Books?$filter=Pages gt 2&$top=2&$select=Id&$expand=Reviews", "Books(1)?$select=Id", "Books?$apply=groupby((Genre),aggregate($count as N))" };
        var rows = new List<long?>();

        for (var time = 0; time < 3; time++)
            foreach (var url in urls)
                rows.Add(await fast.GetAsync(url) is { Json: var json } && json.TryGetProperty("value", out var list) ? list.GetArrayLength() : 1);

        for (var i = 0; i < 3000 && told.Count < rows.Count; i++)
            await Task.Delay(10, TestContext.Current.CancellationToken);
        fast.PreparedHits.Should().Be(urls.Length, fast.Why);
        told.Should().Equal(rows);
    }

    [Fact]
    public async Task ContinuedPages_BecomeHot_WhateverTheirPlace()
    {
        var (fast, slow) = await PairAsync(new ODataOptions { PageSize = 4 });

        (await fast.AllAsync("Books?$select=Id&$orderby=SoldOutAt desc,Price&$count=true")).Should().HaveCount((await slow.AllAsync("Books?$select=Id&$orderby=SoldOutAt desc,Price&$count=true")).Count);
        var hits = fast.PreparedHits;
        await SameAsync(fast, slow, "Books?$select=Id&$orderby=SoldOutAt desc,Price&$count=true");

        hits.Should().BeGreaterThan(5);
        fast.Sql.Count.Should().BeLessThan(slow.Sql.Count);
    }

    [Fact]
    public async Task AnAnswerOfSeveralPieces_BecomesHot_AndStaysWhole()
    {
        var (fast, slow) = await PairAsync(new ODataOptions { ExpandedPageSize = 2 });
        var url = "Books?$filter=Pages ge {0}&$select=Id,Isbn,Title,Subtitle,Pages,Sold,Price,Weight,InPrint,Published,StoryTime,AddedAt,SoldOutAt,Genre,Binding,Token,Supplier,AuthorId,Version,ChangeVersion&$expand=Reviews($filter=Stars gt 0 and Stars lt 900 and Stars lt 900 and Stars lt 900 and Stars lt 900 and Stars lt 900;$select=Id,BookId,Stars,Text),Author&$orderby=Id";

        for (var time = 0; time < 4; time++)
            await SameAsync(fast, slow, string.Format(CultureInfo.InvariantCulture, url, time % 2));

        (await fast.GetAsync(string.Format(CultureInfo.InvariantCulture, url, 0))).Text.Length.Should().BeGreaterThan(34_000, "it is more than one piece");
        fast.PreparedHits.Should().Be(3);
    }

    [Fact]
    public async Task AMaskedCaller_HasPlansOfItsOwn()
    {
        var (fast, slow) = await PairAsync();

        for (var time = 0; time < 4; time++)
        {
            await SameAsync(fast, slow, "Books?$filter=Supplier eq 'supplier-1'&$select=Id,Supplier", ("X-Masked", "1"));
            await SameAsync(fast, slow, "Books?$filter=Supplier eq 'supplier-1'&$select=Id,Supplier");
            (await fast.GetAsync("Books?$filter=Supplier gt 'supplier-1'&$select=Id", ("X-Masked", "1"))).Status.Should().Be(HttpStatusCode.BadRequest);
            (await fast.GetAsync("Books?$filter=Supplier gt 'supplier-1'&$select=Id")).Status.Should().Be(HttpStatusCode.OK);
        }
        fast.PreparedHits.Should().Be(6);
    }

    [Fact]
    public async Task AShapeOfControlCharacters_IsNotLookedUp()
    {
        var (fast, slow) = await PairAsync();

        for (var time = 0; time < 4; time++)
            await SameAsync(fast, slow, "Books?$filter=Title eq 'a%02b'&$select=Id");

        fast.PreparedHits.Should().Be(0);
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
            await SameAsync(fast, slow, $"Books?$filter=Pages gt 3{string.Concat(Enumerable.Repeat(" and Pages gt 3", i))}&$select=Id");
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

    private async Task<(BookshopServer Fast, BookshopServer Slow)> PairAsync(ODataOptions? options = null, bool pastTheDriver = true)
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
            Caller, null, pastTheDriver ? reader => new BookshopColumns(((SqliteDataReader)reader).Handle!) : null)));
        var slow = await BookshopServer.StartAsync(options);
        _servers.Add(fast);
        _servers.Add(slow);
        return (fast, slow);
    }

    private static CallerShape Caller(HttpContext http) => new("shop", new Dictionary<string, object?> { ["shop"] = BookshopModel.Shop(http) });

    private static async Task SameAsync(BookshopServer fast, BookshopServer slow, string url, params (string, string)[] headers)
    {
        var (a, b) = (await fast.GetAsync(url, headers), await slow.GetAsync(url, headers));
        a.Status.Should().Be(b.Status, url + fast.Why);
        if (b.Status == HttpStatusCode.OK)
            a.Text.Replace(fast.Root.Authority, "", StringComparison.Ordinal).Should().Be(b.Text.Replace(slow.Root.Authority, "", StringComparison.Ordinal), url);
        a.Response.Headers.ETag.Should().Be(b.Response.Headers.ETag);
        a.Response.Content.Headers.ContentType.Should().Be(b.Response.Content.Headers.ContentType);
        a.Response.Headers.TryGetValues("Preference-Applied", out var applied);
        b.Response.Headers.TryGetValues("Preference-Applied", out var wanted);
        applied.Should().Equal(wanted);
        if (b.Status == HttpStatusCode.OK && a.Json.TryGetProperty("@odata.nextLink", out var next))
            await SameAsync(fast, slow, fast.Root.MakeRelativeUri(new Uri(next.GetString()!)).OriginalString, headers);
    }
}

/// <summary>What SQLite itself says of a row.</summary>
internal sealed class BookshopColumns(sqlite3_stmt statement) : StoredColumns
{
    public override StoredAs Holds(int ordinal) => raw.sqlite3_column_type(statement, ordinal) switch
    {
        raw.SQLITE_NULL => StoredAs.Null,
        raw.SQLITE_INTEGER => StoredAs.WholeNumber,
        raw.SQLITE_TEXT => StoredAs.Text,
        _ => StoredAs.Other,
    };

    public override long Number(int ordinal) => raw.sqlite3_column_int64(statement, ordinal);

    public override ReadOnlySpan<byte> Utf8(int ordinal) => raw.sqlite3_column_blob(statement, ordinal);
}

/// <summary>Queries out of few patterns and many values, so that shapes become hot and values differ.</summary>
internal static class RandomQuery
{
    private static readonly string[] Orders = ["", "&$orderby=Price desc,SoldOutAt"];
    private static readonly string[] Selects = ["&$select=*", "&$select=Id,Title,Price,Genre,Binding,AddedAt,SoldOutAt,StoryTime,Published,Token,Weight,InPrint"];

    private static readonly string[] Expands =
    [
        "$expand=Author", "$expand=Reviews", "$expand=Reviews($filter=Stars gt 2;$orderby=Stars desc)", "$expand=Reviews($top=2;$count=true),Author($select=Name)", "$expand=Reviews($skip=1;$select=Stars)",
        "$expand=Reviews($search=x)",
    ];

    public static string Make(Random random)
    {
        if (random.Next(6) == 0)
            return $"Books({random.Next(1, 62)})" + random.Next(4) switch { 0 => "?$select=Id,Title,Price", 1 => "?$select=Title&" + Expands[random.Next(Expands.Length)], _ => "" };
        var filter = Filter(random);
        if (random.Next(5) == 0)
            return "Books?$apply=" + Uri.EscapeDataString(Apply(random, filter)) + (random.Next(3) == 0 ? "&$orderby=N desc&$top=3" : "") + (random.Next(4) == 0 ? $"&$filter=N gt {random.Next(4)}" : "") + (random.Next(4) == 0 ? "&$count=true" : "");
        var query = "Books?$filter=" + Uri.EscapeDataString(filter) + Orders[random.Next(Orders.Length)] + Selects[random.Next(8) == 0 ? 0 : 1];
        if (random.Next(3) == 0)
            query += "&" + Uri.EscapeDataString(Expands[random.Next(Expands.Length)]).Replace("%3D", "=", StringComparison.Ordinal);
        return query + (random.Next(4) == 0 ? $"&$top={random.Next(9)}" : "") + (random.Next(3) == 0 ? "&$count=true" : "") + (random.Next(8) == 0 ? $"&$skip={random.Next(4)}" : "");
    }

    private static string Apply(Random random, string filter) => random.Next(5) switch
    {
        0 => $"filter({filter})/groupby((Genre),aggregate($count as N,Price with max as M))",
        1 => $"filter({filter})/aggregate($count as N,Pages with sum as P)",
        2 => "groupby((Author/Name,InPrint),aggregate($count as N,AddedAt with min as A))",
        3 => $"groupby((Pages),aggregate($count as N,Pages mul {random.Next(1, 4)} with sum as P))/filter(N gt {random.Next(4)})",
        _ => "compute(year(Published) as Y)/groupby((Y),aggregate($count as N,Weight with average as W))",
    };

    private static string Filter(Random random) => random.Next(12) switch
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
}
