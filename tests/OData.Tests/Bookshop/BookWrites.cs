using Microsoft.EntityFrameworkCore;

namespace K12Sync.OData.Tests.Bookshop;

/// <summary>What a host does with a typed change.</summary>
public static class BookWrites
{
    public static async Task<ODataResult> CreateAsync(Change<BookView> change)
    {
        var db = BookshopModel.Db(change.Context);
        var given = change.ToView();
        if (given.Pages < 0)
            return new ODataResult.Invalid("The book cannot be as described.", new InvalidProperty("Pages", "A book has no negative number of pages."));
        if (await db.Books.AnyAsync(b => b.Id == given.Id))
            return new ODataResult.Conflict($"Book {given.Id} is there already.", "Id");
        var last = await db.Books.MaxAsync(b => b.ChangeVersion);
        db.Books.Add(new Book
        {
            Id = given.Id, ShopId = BookshopModel.Shop(change.Context), Isbn = given.Isbn, Title = given.Title, Subtitle = given.Subtitle, Pages = given.Pages,
            Price = given.Price, Published = given.Published, StoryTime = given.StoryTime, AddedAt = given.AddedAt, Genre = given.Genre, Binding = given.Binding,
            Token = given.Token, Supplier = given.Supplier, AuthorId = given.AuthorId, Editions = [.. given.Editions], Version = 1, ChangeVersion = last + 1,
        });
        await db.SaveChangesAsync();
        return new ODataResult.Created(given.Id);
    }

    public static async Task<ODataResult> UpdateAsync(Change<BookView> change)
    {
        var db = BookshopModel.Db(change.Context);
        var book = await db.Books.SingleAsync(b => b.Id == (int)change.Key[0]!);
        if (change.ExpectedVersion is long expected && expected != book.Version)
            return new ODataResult.PreconditionFailed();
        var replaces = change.Kind == ChangeKind.Replace;
        book.Title = change.Get(b => b.Title, replaces ? "" : book.Title)!;
        book.Subtitle = change.Has(b => b.Subtitle) || replaces ? change.Get(b => b.Subtitle) : book.Subtitle;
        book.Price = change.Has(b => b.Price) || replaces ? change.Get(b => b.Price) : book.Price;
        book.Genre = change.Get(b => b.Genre, book.Genre);
        book.Editions = change.Has(b => b.Editions) || replaces ? [.. change.Get(b => b.Editions, [])!] : book.Editions;
        book.ChangeVersion = await db.Books.MaxAsync(b => b.ChangeVersion) + 1;
        book.Version++;
        await db.SaveChangesAsync();
        return new ODataResult.Saved(book.Id);
    }

    public static async Task<ODataResult> DeleteAsync(Change<BookView> change)
    {
        var db = BookshopModel.Db(change.Context);
        var key = (int)change.Key[0]!;
        await db.Books.Where(b => b.Id == key).ExecuteDeleteAsync();
        return new ODataResult.Done();
    }

    public static async Task<ODataResult> DiscountAsync(OperationCall call)
    {
        var percent = call.Get<decimal>("percent");
        if (percent > 90)
            return new ODataResult.Forbidden("More than 90 percent is a gift.");
        var db = BookshopModel.Db(call.Context);
        var book = await db.Books.SingleAsync(b => b.Id == (int)call.Key[0]!);
        book.Price = book.Price * (100 - percent) / 100;
        book.Version++;
        await db.SaveChangesAsync();
        return new ODataResult.Saved(book.Id);
    }
}
