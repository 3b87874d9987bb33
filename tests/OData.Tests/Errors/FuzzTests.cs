using System.Net;
using K12Sync.OData.Tests.Aggregation;
using K12Sync.OData.Tests.Bookshop;
using K12Sync.OData.Tests.Filtering;

namespace K12Sync.OData.Tests.Errors;

/// <summary>Whatever is sent, the answer is never an accident.</summary>
public sealed class FuzzTests(BookshopServer server)
{
    private static readonly string[] Pieces = ["(", ")", "'", ",", " eq ", " and ", "not ", "null", "5", "-1", "5.5", "/", "$it", "any(", "Title", "Price", "Editions", "Author", "Reviews", "x:", "$count", "@p", ";", "*", "in", "2026-01-01", "duration'P1D'", "Genre", "date(", "length("];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Mutilated_IsRefusedOrAnswered_ButNeverAnAccident(int seed)
    {
        var random = new Random(seed);
        string[] filters = [.. FilterOracle.Cases.Keys];
        string[] applies = [.. ApplyTests.Cases.Keys.Where(a => !a.Contains('&', StringComparison.Ordinal))];
        for (var i = 0; i < 250; i++)
        {
            var url = random.Next(5) switch
            {
                0 => "Books?$apply=" + Uri.EscapeDataString(Mutilate(applies[random.Next(applies.Length)], random)),
                1 => "Books?$orderby=" + Uri.EscapeDataString(Mutilate("length(Title) desc,Author/Name,Pages mod 3", random)),
                2 => "Books?$expand=" + Uri.EscapeDataString(Mutilate("Reviews($filter=Stars gt 2;$top=1;$orderby=Id),Author($select=Name)", random)),
                3 => "Books" + Uri.EscapeDataString(Mutilate("(Id=5)", random)).Replace("%2F", "/", StringComparison.Ordinal) + "?$select=" + Uri.EscapeDataString(Mutilate("Id,Title", random)),
                _ => "Books?$filter=" + Uri.EscapeDataString(Mutilate(filters[random.Next(filters.Length)], random)),
            };

            var answer = await server.GetAsync(url);

            answer.Status.Should().NotBe(HttpStatusCode.InternalServerError, Uri.UnescapeDataString(url));
        }
    }

    private static string Mutilate(string text, Random random)
    {
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var at = random.Next(text.Length + 1);
            text = random.Next(3) switch
            {
                0 => text.Insert(at, Pieces[random.Next(Pieces.Length)]),
                1 => text.Remove(Math.Min(at, text.Length - 1), 1),
                _ => text[..at] + Pieces[random.Next(Pieces.Length)] + text[Math.Min(text.Length, at + random.Next(6))..],
            };
            text = text.Length == 0 ? "x" : text;
        }
        return text;
    }
}
