using System.Globalization;
using System.Net;
using System.Text.Json;
using K12Sync.OData.Tests.Bookshop;

namespace K12Sync.OData.Tests.Aggregation;

/// <summary>$apply against LINQ over the same rows; each expected row is written as the text of its columns.</summary>
public sealed class ApplyTests(BookshopServer server)
{
    private static readonly List<Book> Mine = [.. Seed.Books.Where(b => b.ShopId == 1)];

    public static IReadOnlyDictionary<string, Func<IEnumerable<string>>> Cases { get; } = new Dictionary<string, Func<IEnumerable<string>>>
    {
        ["groupby((Genre))"] = () => Mine.GroupBy(b => b.Genre).OrderBy(g => g.Key).Select(g => $"{g.Key}"),
        ["groupby((Genre),aggregate($count as N))"] = () => Mine.GroupBy(b => b.Genre).OrderBy(g => g.Key).Select(g => $"{g.Key}|{g.Count()}"),
        ["groupby((Genre,InPrint),aggregate(Pages with sum as P,Sold with max as S))"] = () =>
            Mine.GroupBy(b => (b.Genre, b.InPrint)).OrderBy(g => g.Key).Select(g => $"{g.Key.Genre}|{(g.Key.InPrint ? "true" : "false")}|{g.Sum(b => b.Pages)}|{g.Max(b => b.Sold)}"),
        ["filter(Pages gt 3)/groupby((Binding),aggregate(Pages with average as A))"] = () =>
            Mine.Where(b => b.Pages > 3).GroupBy(b => b.Binding?.ToString()).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Key}|{Number(g.Average(b => b.Pages))}"),
        ["groupby((Genre),aggregate(AuthorId with countdistinct as N,Price with min as M))"] = () =>
            Mine.GroupBy(b => b.Genre).OrderBy(g => g.Key).Select(g => $"{g.Key}|{g.Where(b => b.AuthorId is not null).Select(b => b.AuthorId).Distinct().Count()}|{Number((double)g.Min(b => b.Price)!)}"),
        ["aggregate(Price with sum as Total,$count as N)"] = () => [$"{Number((double)Mine.Sum(b => b.Price)!)}|{Mine.Count}"],
        ["filter(Id lt 0)/aggregate(Price with sum as Total,$count as N)"] = () => ["|0"],
        ["aggregate(Pages mul 2 with max as M)"] = () => [$"{Mine.Max(b => b.Pages * 2)}"],
        ["groupby((Genre),aggregate($count as N))/filter(N gt 15)"] = () => Mine.GroupBy(b => b.Genre).Where(g => g.Count() > 15).OrderBy(g => g.Key).Select(g => $"{g.Key}|{g.Count()}"),
        ["compute(year(Published) as Y)/groupby((Y),aggregate($count as N))"] = () => Mine.GroupBy(b => b.Published.Year).OrderBy(g => g.Key).Select(g => $"{g.Key}|{g.Count()}"),
        ["compute(date(AddedAt) as D)/groupby((D),aggregate($count as N))"] = () =>
            Mine.GroupBy(b => b.AddedAt.UtcDateTime.Date).OrderBy(g => g.Key).Select(g => $"{g.Key:yyyy-MM-dd}|{g.Count()}"),
        ["compute(hour(AddedAt) as H)/filter(H lt 3)/groupby((H),aggregate($count as N))"] = () =>
            Mine.GroupBy(b => b.AddedAt.UtcDateTime.Hour).Where(g => g.Key < 3).OrderBy(g => g.Key).Select(g => $"{g.Key}|{g.Count()}"),
        ["groupby((Author/Name),aggregate($count as N))"] = () =>
            Mine.GroupBy(b => b.AuthorId is { } a ? Seed.Authors[a - 1].Name : null).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Key}|{g.Count()}"),
        ["groupby((Genre,Binding),aggregate($count as N))/groupby((Genre),aggregate(N with max as M))"] = () =>
            Mine.GroupBy(b => (b.Genre, b.Binding)).Select(g => (g.Key.Genre, N: g.Count())).GroupBy(g => g.Genre).OrderBy(g => g.Key).Select(g => $"{g.Key}|{g.Max(x => x.N)}"),
        ["groupby((Genre),aggregate($count as N))&$orderby=N desc&$top=1"] = () =>
            Mine.GroupBy(b => b.Genre).OrderByDescending(g => g.Count()).ThenBy(g => g.Key).Take(1).Select(g => $"{g.Key}|{g.Count()}"),
        ["groupby((Pages),aggregate($count as N))&$filter=N gt 3 and Pages lt 8&$orderby=Pages desc&$skip=1"] = () =>
            Mine.GroupBy(b => b.Pages).Where(g => g.Count() > 3 && g.Key < 8).OrderByDescending(g => g.Key).Skip(1).Select(g => $"{g.Key}|{g.Count()}"),
        ["groupby((Pages),aggregate(Sold with sum as S,$count as N))&$select=N,Pages"] = () => Mine.GroupBy(b => b.Pages).OrderBy(g => g.Key).Select(g => $"{g.Count()}|{g.Key}"),
    };

    public static TheoryData<string> Queries => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Queries))]
    public async Task Apply_ComputesWhatLinqComputes(string apply)
    {
        var answer = await server.GetAsync("Books?$apply=" + apply);

        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
        answer.Rows.Select(Text).Should().Equal(Cases[apply]());
    }

    [Fact]
    public async Task Pages_OfAnAggregation_FollowOneAnother()
    {
        var whole = await server.GetAsync("Books?$apply=groupby((Pages),aggregate($count as N))&$count=true");
        var pages = await server.AllAsync("Books?$apply=groupby((Pages),aggregate($count as N))", ("Prefer", "maxpagesize=4"));

        pages.Select(Text).Should().Equal(whole.Rows.Select(Text));
        whole.Json.GetProperty("@odata.count").GetInt32().Should().Be(11);
        whole.Json.GetProperty("@odata.context").GetString().Should().EndWith("#Books(Pages,N)");
    }

    [Fact]
    public async Task AnUnknownColumn_OfTheResult_IsNamed()
    {
        var answer = await server.GetAsync("Books?$apply=groupby((Genre),aggregate($count as Total))&$orderby=Totl");

        answer.Status.Should().Be(HttpStatusCode.BadRequest);
        answer.ErrorMessage.Should().Contain("Totl");
    }

    [Fact]
    public async Task Csv_OfAnAggregation_HasItsColumns()
    {
        var answer = await server.GetAsync("Books?$apply=groupby((Genre),aggregate($count as N))&$format=csv");

        answer.Text.TrimStart('\uFEFF').Split("\r\n")[0].Should().Be("Genre,N");
    }

    private static string Text(JsonElement row) => string.Join('|', row.EnumerateObject().Select(p => p.Value.ValueKind switch
    {
        JsonValueKind.Object => Text(p.Value),
        JsonValueKind.Number => Number(p.Value.GetDouble()),
        _ => p.Value.ToString() is "True" ? "true" : p.Value.ToString() is "False" ? "false" : p.Value.ToString(),
    }));

    private static string Number(double value) => Math.Round(value, 6).ToString(CultureInfo.InvariantCulture);
}
