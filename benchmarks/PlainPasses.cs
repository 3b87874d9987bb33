using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace K12Sync.Benchmarks;

/// <summary>
/// What somebody writes who needs an endpoint for passes this afternoon: a minimal API that adds a row by EF and saves it, with a unique index on the id. No key, no rule, no answer but the row.
/// A process of its own, as the program is.
/// </summary>
public static class PlainPasses
{
    public static async Task RunAsync(string connection, int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        builder.Services.AddDbContextPool<PlainDb>(options => PlainDb.Use(options, connection));
        await using var app = builder.Build();
        await using (var scope = app.Services.CreateAsyncScope())
            await PlainDb.PrepareAsync(scope.ServiceProvider.GetRequiredService<PlainDb>());
        app.MapPost("/passes", async (PlainPass pass, PlainDb db) =>
        {
            db.Add(pass);
            try
            {
                await db.SaveChangesAsync();
            }
            catch (DbUpdateException)
            {
                return Results.Conflict();
            }
            return Results.Created(string.Create(CultureInfo.InvariantCulture, $"/passes/{pass.Id}"), pass);
        });
        await app.RunAsync();
    }
}

/// <summary>A pass as it is posted and stored.</summary>
public sealed class PlainPass
{
    public long Id { get; set; }
    public string PassId { get; set; } = "";
    public string SchoolCode { get; set; } = "";
    public string StudentNumber { get; set; } = "";
    public string Code { get; set; } = "";
    public DateTimeOffset IssuedAt { get; set; }
    public bool Voided { get; set; }
}

/// <summary>One table with the indexes that the program's has.</summary>
public sealed class PlainDb(DbContextOptions<PlainDb> options) : DbContext(options)
{
    public DbSet<PlainPass> PlainPasses => Set<PlainPass>();

    public static void Use(DbContextOptionsBuilder options, string connection)
    {
        if (connection.StartsWith("Host", StringComparison.Ordinal))
            options.UseNpgsql(connection);
        else
            options.UseSqlite(connection);
    }

    public static async Task PrepareAsync(PlainDb db)
    {
        ArgumentNullException.ThrowIfNull(db);
        await db.Database.ExecuteSqlRawAsync(db.Database.IsSqlite() ? "PRAGMA journal_mode = WAL;" : "SELECT 1;");
        await db.Database.ExecuteSqlRawAsync(db.Database.GenerateCreateScript().Replace("CREATE TABLE \"", "CREATE TABLE IF NOT EXISTS \"", StringComparison.Ordinal));
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        modelBuilder.Entity<PlainPass>().HasIndex(p => p.PassId).IsUnique();
        modelBuilder.Entity<PlainPass>().HasIndex(p => p.StudentNumber);
        modelBuilder.Entity<PlainPass>().HasIndex(p => new { p.SchoolCode, p.IssuedAt });
        if (Database.IsNpgsql())
            modelBuilder.Entity<PlainPass>().Property(p => p.IssuedAt).HasConversion(at => at.ToUniversalTime(), at => at);
    }
}
