using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace K12Sync.OData.Tests.Bookshop;

/// <summary>A host's page: two shops that must not see each other's books, reviews and stock.</summary>
public static class BookshopModel
{
    public static ODataModel Build(Action<EntitySet<BookView>>? more = null)
    {
        var builder = new ODataModelBuilder("Bookshop");
        var authors = builder.EntitySet("Authors", http => Db(http).Authors.Select(a => new AuthorView { Id = a.Id, Name = a.Name, Born = a.Born }))
            .HasKey(a => a.Id)
            .Described("Who wrote the books.");
        var reviews = builder.EntitySet("Reviews", http => Reviews(http)).HasKey(r => r.Id);
        var books = builder.EntitySet("Books", http => Books(http))
            .HasKey(b => b.Id)
            .HasAlternateKey(b => b.Isbn)
            .HasVersion(b => b.Version)
            .HasChangeColumn(b => b.ChangeVersion, retired: b => b.Retired)
            .Searches(b => b.Title, b => b.Subtitle, b => b.Supplier)
            .Masks(b => b.Supplier, text => text[..1] + "***")
            .MaskedFor(http => http.Request.Headers.ContainsKey("X-Masked") ? new HashSet<string> { nameof(BookView.Supplier) } : [])
            .Asks(b => b.Printings, b => b.PrintingsStored)
            .Described("The books of one shop.")
            .Described(b => b.Pages, "Pages with text, without the cover.")
            .ReadOnly(b => b.Retired)
            .HasOne("Author", authors, (b => b.AuthorId, a => a.Id))
            .HasMany("Reviews", reviews, (b => b.Id, r => r.BookId))
            .OnCreate(BookWrites.CreateAsync)
            .OnUpdate(BookWrites.UpdateAsync)
            .OnDelete(BookWrites.DeleteAsync);
        authors.HasMany("Books", books, (a => a.Id, b => b.AuthorId));
        reviews.HasOne("Book", books, (r => r.BookId, b => b.Id));
        var stocks = builder.EntitySet("Stocks", http => Stocks(http)).HasKey(s => s.ShopId, s => s.Day);
        stocks.ReadOnly(s => s.ShopId).OnCreate(_ => throw new InvalidOperationException("A key that the service gives is not made by a client."));
        stocks.OnDelete(_ => Task.FromResult<ODataResult>(new ODataResult.Conflict("Stock is counted, not deleted.")));
        DeclareOperations(builder, books);
        more?.Invoke(books);
        return builder.Build();
    }

    public static int Shop(HttpContext http) => int.Parse(http.Request.Headers["X-Shop"].FirstOrDefault() ?? "1", CultureInfo.InvariantCulture);

    public static BookshopDb Db(HttpContext http) => http.RequestServices.GetRequiredService<BookshopDb>();

    private static void DeclareOperations(ODataModelBuilder builder, EntitySet<BookView> books)
    {
        books.Action("Discount", BookWrites.DiscountAsync).Takes<decimal>("percent").Takes<string>("reason", optional: true).ReturnsRowOf(books)
            .Described("Takes a percentage off the price.");
        books.CollectionAction("Recount", _ => Task.FromResult<ODataResult>(new ODataResult.Accepted("Books"))).Takes<List<int>>("ids");
        books.Function("Quote", call => Task.FromResult<ODataResult>(new ODataResult.Value(new PriceAskedView
        {
            Currency = call.Get<string>("currency")!,
            Amount = ((BookView)call.Row!).Price ?? 0,
        }))).Takes<string>("currency").Takes<DateOnly>("on", optional: true).Returns<PriceAskedView>();
        books.CollectionFunction("Thick", call => Task.FromResult<ODataResult>(new ODataResult.Rows(
            ((IQueryable<BookView>)call.BoundRows!).Where(b => b.Pages >= 9)))).ReturnsRowsOf(books);
        builder.Function("Languages", _ => Task.FromResult<ODataResult>(new ODataResult.Value(new[] { "de", "en" }))).Returns<string[]>();
        builder.Action("Tidy", _ => Task.FromResult<ODataResult>(new ODataResult.Done()));
        builder.Function("Seconds", call => Task.FromResult<ODataResult>(new ODataResult.Value((long)call.Get<TimeSpan>("span").TotalSeconds))).Takes<TimeSpan>("span").Returns<long>();
        builder.Action("Fail", _ => throw new InvalidOperationException("secret detail"));
    }

    private static IQueryable<BookView> Books(HttpContext http)
    {
        var shop = Shop(http);
        return Db(http).Books.Where(b => b.ShopId == shop).Select(b => new BookView
        {
            Id = b.Id,
            Isbn = b.Isbn,
            Title = b.Title,
            Subtitle = b.Subtitle,
            Pages = b.Pages,
            Sold = b.Sold,
            Price = b.Price,
            Weight = b.Weight,
            InPrint = b.InPrint,
            Published = b.Published,
            StoryTime = b.StoryTime,
            AddedAt = b.AddedAt,
            SoldOutAt = b.SoldOutAt,
            Genre = b.Genre,
            Binding = b.Binding,
            Token = b.Token,
            Supplier = b.Supplier,
            AuthorId = b.AuthorId,
            Editions = b.Editions,
            Printings = PrintingView.From(b.Editions),
            PrintingsStored = b.Editions.Select(e => new PrintingView { Tongue = e.Language, Year = e.Year }),
            Retired = b.Retired,
            Version = b.Version,
            ChangeVersion = b.ChangeVersion,
        });
    }

    private static IQueryable<ReviewView> Reviews(HttpContext http)
    {
        var shop = Shop(http);
        return Db(http).Reviews.Where(r => r.ShopId == shop).Select(r => new ReviewView { Id = r.Id, BookId = r.BookId, Stars = r.Stars, Text = r.Text });
    }

    private static IQueryable<StockView> Stocks(HttpContext http)
    {
        var shop = Shop(http);
        return Db(http).Stocks.AsNoTracking().Where(s => s.ShopId == shop).Select(s => new StockView { ShopId = s.ShopId, Day = s.Day, Copies = s.Copies, Note = s.Note });
    }
}
