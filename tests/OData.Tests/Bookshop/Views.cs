namespace K12Sync.OData.Tests.Bookshop;

public sealed class BookView
{
    public int Id { get; init; }
    public string Isbn { get; init; } = "";
    public string Title { get; init; } = "";
    public string? Subtitle { get; init; }
    public int Pages { get; init; }
    public long Sold { get; init; }
    public decimal? Price { get; init; }
    public double Weight { get; init; }
    public bool InPrint { get; init; }
    public DateOnly Published { get; init; }
    public TimeOnly? StoryTime { get; init; }
    public DateTimeOffset AddedAt { get; init; }
    public DateTimeOffset? SoldOutAt { get; init; }
    public Genre Genre { get; init; }
    public Binding? Binding { get; init; }
    public Guid Token { get; init; }
    public string Supplier { get; init; } = "";
    public int? AuthorId { get; init; }
    public IReadOnlyList<Edition> Editions { get; init; } = [];
    public IReadOnlyList<PrintingView> Printings { get; init; } = [];
    public IEnumerable<PrintingView> PrintingsStored { get; init; } = [];
    public bool Retired { get; init; }
    public long Version { get; init; }
    public long ChangeVersion { get; init; }
}

/// <summary>An edition as it is shown: made by a method, as a host does whose stored values have constructors.</summary>
public sealed class PrintingView
{
    public string Tongue { get; init; } = "";
    public int Year { get; init; }

    public static IReadOnlyList<PrintingView> From(IEnumerable<Edition> editions) => [.. editions.Select(e => new PrintingView { Tongue = e.Language, Year = e.Year })];
}

public sealed class AuthorView
{
    public int Id { get; init; }
    public string Name { get; init; } = "";
    public DateOnly? Born { get; init; }
}

public sealed class ReviewView
{
    public long Id { get; init; }
    public int BookId { get; init; }
    public int Stars { get; init; }
    public string? Text { get; init; }
}

public sealed class StockView
{
    public int ShopId { get; init; }
    public DateOnly Day { get; init; }
    public int Copies { get; init; }
    public string Note { get; init; } = "";
}

public sealed class PriceAskedView
{
    public string Currency { get; init; } = "";
    public decimal Amount { get; init; }
}
