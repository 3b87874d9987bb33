using System.Globalization;

namespace K12Sync.OData.Tests.Bookshop;

/// <summary>The same rows every time, so that an answer can be computed from them in plain C#.</summary>
public static class Seed
{
    private static readonly string[] Titles =
        ["Ärger im Öl", "run 9", "Run 9", "RUN 9 again", "O'Hara's \"Notes\"", "日本の本", "Zero", "100% cotton", "a_b", "Émile", "plain", "Plain", "with, comma", "tail\\slash", "  padded  "];

    public static IReadOnlyList<Author> Authors { get; } = [.. Enumerable.Range(1, 8).Select(i => new Author
    {
        Id = i,
        Name = i switch { 1 => "Émile Zola", 2 => "Ng~ugi wa", 3 => "O'Hara", 4 => "Zoë", _ => "Author " + i.ToString(CultureInfo.InvariantCulture) },
        Born = i % 3 == 0 ? null : new DateOnly(1900 + (i * 7), i, i * 2),
    })];

    public static IReadOnlyList<Book> Books { get; } = [.. Enumerable.Range(1, 60).Select(Book)];

    public static IReadOnlyList<Review> Reviews { get; } = [.. Enumerable.Range(1, 200).Select(i => new Review
    {
        Id = i,
        BookId = 1 + (i * 7 % 50),
        ShopId = Books[i * 7 % 50].ShopId,
        Stars = 1 + (i % 5),
        Text = i % 4 == 0 ? null : i % 3 == 0 ? "great read" : "It was fine",
    })];

    public static IReadOnlyList<Stock> Stocks { get; } = [.. Enumerable.Range(0, 20).Select(i => new Stock
    {
        ShopId = 1 + (i % 2),
        Day = new DateOnly(2026, 3, 1).AddDays(i / 2),
        Copies = i * 3,
        Note = "day/" + i.ToString(CultureInfo.InvariantCulture),
    })];

    private static Book Book(int i) => new()
    {
        Id = i,
        ShopId = i % 4 == 0 ? 2 : 1,
        Isbn = "978-" + i.ToString("000", CultureInfo.InvariantCulture) + (i == 7 ? "/x" : ""),
        Title = Titles[i % Titles.Length],
        Subtitle = i % 3 == 0 ? null : i % 5 == 0 ? "" : "sub " + (i % 7).ToString(CultureInfo.InvariantCulture),
        Pages = i % 11,
        Sold = i == 13 ? 4_000_000_000 : i * 10L,
        Price = i % 6 == 0 ? null : (i % 9 * 2.25m) + 0.10m,
        Weight = i % 8 / 4.0,
        InPrint = i % 2 == 0,
        Published = new DateOnly(2020, 1, 15).AddDays(i * 37),
        StoryTime = i % 4 == 1 ? null : new TimeOnly(8 + (i % 10), i % 60, i % 7),
        AddedAt = new DateTimeOffset(2026, 3, 7, 22, 0, 0, TimeSpan.Zero).AddMinutes(i * 13).AddTicks(i % 3 == 0 ? 1_234_567 : 0),
        SoldOutAt = i % 5 == 0 ? new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero).AddHours(i) : null,
        Genre = (Genre)(i % 3),
        Binding = i % 7 == 0 ? null : (Binding)(i % 2),
        Token = new Guid(i * 7919, 1, 2, 3, 4, 5, 6, 7, 8, 9, (byte)i),
        Supplier = "supplier-" + (i % 4).ToString(CultureInfo.InvariantCulture),
        AuthorId = i % 10 == 0 ? null : 1 + (i % 8),
        Editions = [.. Enumerable.Range(0, i % 3).Select(e => new Edition { Language = e == 0 ? "en" : "de", Year = 2000 + i, PrintedOn = e == 0 ? null : new DateOnly(2001, 2, 3) })],
        Retired = false,
        Version = i,
        ChangeVersion = 100 + i,
    };
}
