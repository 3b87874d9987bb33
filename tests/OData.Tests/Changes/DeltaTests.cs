using System.Net;
using K12Sync.OData.Tests.Bookshop;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.OData.Tests.Changes;

/// <summary>Protocol, "Requesting Changes": what has changed or gone since a delta link was given.</summary>
public sealed class DeltaTests
{
    [Fact]
    public async Task ADeltaLink_TellsChangesAndEnds_AndNothingElse()
    {
        await using var server = await BookshopServer.StartAsync();
        var first = await server.GetAsync("Books?$filter=Pages lt 9&$select=Id,Title", ("Prefer", "odata.track-changes"));
        var link = first.Json.GetProperty("@odata.deltaLink").GetString()!;
        (await server.GetAsync(link)).Rows.Should().BeEmpty();
        await using (var db = server.NewDb())
        {
            await Change(db, 5, b => b.Title = "changed", 201);
            await Change(db, 6, b => b.Pages = 50, 202);
            await Change(db, 7, b => b.Retired = true, 203);
            await Change(db, 8, b => b.Title = "of the other shop", 204);
        }

        var delta = await server.GetAsync(link);

        delta.Json.GetProperty("@odata.context").GetString().Should().EndWith("$metadata#Books(Id,Title)/$delta");
        delta.Rows[0].GetProperty("Title").GetString().Should().Be("changed");
        delta.Rows[1].GetProperty("reason").GetString().Should().Be("changed");
        delta.Rows[1].GetProperty("id").GetString().Should().Be(server.Root + "Books(6)");
        delta.Rows[2].GetProperty("reason").GetString().Should().Be("deleted");
        delta.Rows.Should().HaveCount(3);
        (await server.GetAsync(delta.Json.GetProperty("@odata.deltaLink").GetString()!)).Rows.Should().BeEmpty();
    }

    [Fact]
    public async Task ChangesBehindALink_AreToldInPages_EachOnce()
    {
        await using var server = await BookshopServer.StartAsync();

        var ids = new List<int>();
        var url = "Books?$deltatoken=110&$select=Id";
        for (string? next = url; next is not null;)
        {
            var answer = await server.GetAsync(next, ("Prefer", "maxpagesize=7"));
            answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
            ids.AddRange(answer.Ids);
            next = answer.Next;
        }

        ids.Should().Equal(Seed.Books.Where(b => b.ShopId == 1 && b.ChangeVersion > 110).OrderBy(b => b.ChangeVersion).Select(b => b.Id));
    }

    [Theory]
    [InlineData("Books?$deltatoken=abc", HttpStatusCode.BadRequest)]
    [InlineData("Stocks?$deltatoken=5", HttpStatusCode.NotImplemented)]
    public async Task AWrongToken_IsRefused(string url, HttpStatusCode status)
    {
        await using var server = await BookshopServer.StartAsync();

        (await server.GetAsync(url)).Status.Should().Be(status);
    }

    private static async Task Change(BookshopDb db, int id, Action<Book> change, long version)
    {
        var book = await db.Books.SingleAsync(b => b.Id == id, TestContext.Current.CancellationToken);
        change(book);
        book.ChangeVersion = version;
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
    }
}
