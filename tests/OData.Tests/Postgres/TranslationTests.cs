using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using K12Sync.OData.Tests.Aggregation;
using K12Sync.OData.Tests.Bookshop;
using K12Sync.OData.Tests.Filtering;
using K12Sync.Tests.Servers;
using Npgsql;

namespace K12Sync.OData.Tests.Postgres;

/// <summary>The same questions to both databases: every property with eq, gt and orderby, every filter of the oracle, every aggregation.</summary>
public sealed class TranslationTests(PostgresServer postgres, BookshopServer sqlite)
{
    [Fact]
    public async Task BothDatabases_AnswerAlike()
    {
        var connection = await postgres.ConnectionAsync(await postgres.MakeDatabaseAsync());
        await using var server = await BookshopServer.StartAsync(new ODataOptions { Database = ODataDatabase.PostgreSql }, connection);
        var failures = new List<string>();

        foreach (var url in Urls())
        {
            var (here, there) = (await sqlite.GetAsync(url), await server.GetAsync(url));
            if (there.Status != HttpStatusCode.OK || Bare(there, server) != Bare(here, sqlite))
                failures.Add(url + "\n  SQLite: " + Short(here.Text) + "\n  PostgreSQL: " + Short(there.Text));
        }
        foreach (var order in Paging.PagingTests.OrderClauses)
        {
            var pages = await server.AllAsync("Books?$select=Id&$orderby=" + order.Data, ("Prefer", "maxpagesize=7"));
            var whole = await server.GetAsync("Books?$select=Id&$orderby=" + order.Data);
            if (!pages.Select(p => p.GetProperty("Id").GetInt32()).SequenceEqual(whole.Ids))
                failures.Add("pages by " + order.Data);
        }

        failures.Should().BeEmpty();
        NpgsqlConnection.ClearPool(new NpgsqlConnection(connection));
    }

    private static IEnumerable<string> Urls()
    {
        foreach (var filter in FilterOracle.Cases.Keys)
            yield return "Books?$select=Id&$filter=" + Uri.EscapeDataString(filter);
        foreach (var apply in ApplyTests.Cases.Keys)
            yield return "Books?$apply=" + apply;
        foreach (var (name, literal) in Literals(Seed.Books[12]))
        {
            yield return $"Books?$select=Id,{name}&$filter={name} eq {Uri.EscapeDataString(literal)}";
            yield return $"Books?$select=Id,{name}&$filter={name} gt {Uri.EscapeDataString(literal)}&$orderby={name} desc,Id";
            yield return $"Books?$select=Id,{name}&$filter={name} ne {Uri.EscapeDataString(literal)}&$orderby={name},Id";
        }
        yield return "Books?$expand=Reviews($top=2;$orderby=Stars desc;$count=true),Author&$orderby=Id";
        yield return "Authors?$expand=Books($select=Id;$expand=Reviews($top=1))";
        yield return "Books?$search=run NOT again&$select=Id";
        yield return "Books(5)";
        yield return "Books(Isbn='978-005')/Reviews";
    }

    private static IEnumerable<(string, string)> Literals(Book book)
    {
        yield return ("Id", "13");
        yield return ("Isbn", $"'{book.Isbn}'");
        yield return ("Title", $"'{book.Title.Replace("'", "''", StringComparison.Ordinal)}'");
        yield return ("Subtitle", "'sub 4'");
        yield return ("Pages", "3");
        yield return ("Sold", "200");
        yield return ("Price", "9.10");
        yield return ("Weight", "0.75");
        yield return ("InPrint", "false");
        yield return ("Published", book.Published.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        yield return ("StoryTime", "10:20:06");
        yield return ("AddedAt", book.AddedAt.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture));
        yield return ("SoldOutAt", "2026-04-01T10:00:00Z");
        yield return ("Token", book.Token.ToString());
        yield return ("Supplier", "'supplier-1'");
        yield return ("AuthorId", "3");
        yield return ("Version", "13");
        yield return ("ChangeVersion", "113");
        yield return ("Retired", "false");
    }

    // PostgreSQL keeps the zeros at the end of a decimal, SQLite does not.
    private static string Bare(Answer answer, BookshopServer server) =>
        Regex.Replace(answer.Text.Replace(server.Root.Authority, "", StringComparison.Ordinal), @"(\.\d*?)0+(?=[,}])", "$1").Replace(".,", ".0,", StringComparison.Ordinal).Replace(".}", ".0}", StringComparison.Ordinal);

    private static string Short(string text) => text.Length > 300 ? text[..300] : text;
}
