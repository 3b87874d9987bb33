using K12Sync.OData.Translation;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace K12Sync.OData.Tests.Bookshop;

public enum Genre
{
    Fiction,
    History,
    Poetry,
}

public enum Binding
{
    Paperback,
    Hardcover,
}

public sealed class Edition
{
    public string Language { get; set; } = "";
    public int Year { get; set; }
    public DateOnly? PrintedOn { get; set; }
}

public sealed class Book
{
    public int Id { get; set; }
    public int ShopId { get; set; }
    public string Isbn { get; set; } = "";
    public string Title { get; set; } = "";
    public string? Subtitle { get; set; }
    public int Pages { get; set; }
    public long Sold { get; set; }
    public decimal? Price { get; set; }
    public double Weight { get; set; }
    public bool InPrint { get; set; }
    public DateOnly Published { get; set; }
    public TimeOnly? StoryTime { get; set; }
    public DateTimeOffset AddedAt { get; set; }
    public DateTimeOffset? SoldOutAt { get; set; }
    public Genre Genre { get; set; }
    public Binding? Binding { get; set; }
    public Guid Token { get; set; }
    public string Supplier { get; set; } = "";
    public int? AuthorId { get; set; }
    public List<Edition> Editions { get; set; } = [];
    public bool Retired { get; set; }
    public long Version { get; set; }
    public long ChangeVersion { get; set; }
}

public sealed class Author
{
    public int Id { get; set; }
    public string Name { get; set; } = "";
    public DateOnly? Born { get; set; }
}

public sealed class Review
{
    public long Id { get; set; }
    public int ShopId { get; set; }
    public int BookId { get; set; }
    public int Stars { get; set; }
    public string? Text { get; set; }
}

public sealed class Stock
{
    public int ShopId { get; set; }
    public DateOnly Day { get; set; }
    public int Copies { get; set; }
    public string Note { get; set; } = "";
}

public class BookshopDb(DbContextOptions<BookshopDb> options, ODataDatabase database) : DbContext(options)
{
    protected virtual bool KnowsRowValues => true;

    public DbSet<Book> Books => Set<Book>();
    public DbSet<Author> Authors => Set<Author>();
    public DbSet<Review> Reviews => Set<Review>();
    public DbSet<Stock> Stocks => Set<Stock>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcTicks>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasInstantFunctions(database);
        if (KnowsRowValues)
            modelBuilder.HasRowValues(database);
        modelBuilder.Entity<Book>(book =>
        {
            book.Property(b => b.Id).ValueGeneratedNever();
            book.Property(b => b.Binding).HasConversion<string>();
            book.Property(b => b.Version).IsConcurrencyToken();
            book.HasIndex(b => new { b.ShopId, b.Isbn }).IsUnique();
            book.ComplexCollection(b => b.Editions, editions => editions.ToJson());
        });
        modelBuilder.Entity<Author>().Property(a => a.Id).ValueGeneratedNever();
        modelBuilder.Entity<Review>(review =>
        {
            review.Property(r => r.Id).ValueGeneratedNever();
            review.HasIndex(r => new { r.BookId, r.Id });
        });
        modelBuilder.Entity<Stock>().HasKey(s => new { s.ShopId, s.Day });
    }

    private sealed class UtcTicks() : ValueConverter<DateTimeOffset, long>(i => i.UtcTicks, t => new DateTimeOffset(t, TimeSpan.Zero));
}

/// <summary>The same, of a host that has not registered row values.</summary>
public sealed class PlainBookshopDb(DbContextOptions<BookshopDb> options, ODataDatabase database) : BookshopDb(options, database)
{
    protected override bool KnowsRowValues => false;
}
