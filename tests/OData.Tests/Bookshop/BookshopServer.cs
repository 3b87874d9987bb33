using K12Sync.Tests.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

[assembly: AssemblyFixture(typeof(K12Sync.OData.Tests.Bookshop.BookshopServer))]
[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace K12Sync.OData.Tests.Bookshop;

/// <summary>The bookshop behind real HTTP, on SQLite in a temporary file or on PostgreSQL.</summary>
public sealed class BookshopServer : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("k12sync-odata-").FullName;
    private readonly string? _postgres;
    private readonly ODataOptions _options;
    private readonly Action<EntitySet<BookView>>? _more;
    private readonly bool _rowValues;
    private WebApplication _app = null!;

    public BookshopServer()
        : this(new ODataOptions())
    {
    }

    private BookshopServer(ODataOptions options, string? postgres = null, Action<EntitySet<BookView>>? more = null, bool rowValues = true) =>
        (_options, _postgres, _more, _rowValues) = (options, postgres, more, rowValues);

    /// <summary>One of its own, for a test that changes rows or wants other options.</summary>
    public static async Task<BookshopServer> StartAsync(ODataOptions? options = null, string? postgres = null, Action<EntitySet<BookView>>? more = null, bool rowValues = true)
    {
        var server = new BookshopServer(options ?? new ODataOptions(), postgres, more, rowValues);
        await server.InitializeAsync();
        return server;
    }

    public HttpClient Http { get; private set; } = null!;
    public Uri Root { get; private set; } = null!;
    public ODataModel Model { get; private set; } = null!;
    public SqlLog Sql { get; } = new();
    public LogLines Log { get; } = new();
    /// <summary>Requests answered by prepared statements.</summary>
    public long PreparedHits => ((Microsoft.AspNetCore.Routing.IEndpointRouteBuilder)_app).DataSources.SelectMany(d => d.Endpoints).Select(e => e.Metadata.GetMetadata<K12Sync.OData.Http.ODataService>()).First(s => s is not null)!.PreparedHits;

    /// <summary>The log, as far as it says what went wrong or could not be prepared.</summary>
    public string Why => string.Concat(Log.Lines.Where(l => l.Contains("Exception", StringComparison.Ordinal)).Take(2).Select(l => "\n" + l[..Math.Min(l.Length, 1200)]));

    public string SqliteConnection => $"Data Source={Path.Combine(_folder, "bookshop.db")}";

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(Log);
        builder.Services.AddSingleton<object>(_options.Database);
        builder.Services.AddScoped(services => NewDb());
        _app = builder.Build();
        Model = BookshopModel.Build(_more);
        _app.MapOData("/odata", Model, _options);
        _app.MapODataOpenApi("/openapi.json", "/odata", Model, "Bookshop", "1.0");
        await using (var db = NewDb())
        {
            await db.Database.EnsureCreatedAsync();
            db.AddRange(Seed.Authors);
            db.AddRange(Seed.Books);
            db.AddRange(Seed.Reviews);
            db.AddRange(Seed.Stocks);
            await db.SaveChangesAsync();
        }
        await _app.StartAsync();
        Root = new Uri(_app.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/odata/");
        Http = new HttpClient { BaseAddress = Root };
    }

    public BookshopDb NewDb()
    {
        var options = new DbContextOptionsBuilder<BookshopDb>().AddInterceptors(Sql);
        options = _postgres is null ? options.UseSqlite(SqliteConnection) : options.UseNpgsql(_postgres);
        return _rowValues ? new BookshopDb(options.Options, _options.Database) : new PlainBookshopDb(options.Options, _options.Database);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearPool(new SqliteConnection(SqliteConnection));
        Directory.Delete(_folder, recursive: true);
        Log.Dispose();
    }
}

/// <summary>Every SQL command that was run, to see what the database was asked.</summary>
public sealed class SqlLog : DbCommandInterceptor
{
    private readonly System.Collections.Concurrent.ConcurrentQueue<string> _commands = new();

    public IReadOnlyList<string> Since(int count) => [.. _commands.Skip(count)];

    public int Count => _commands.Count;

    public override InterceptionResult<System.Data.Common.DbDataReader> ReaderExecuting(
        System.Data.Common.DbCommand command, CommandEventData eventData, InterceptionResult<System.Data.Common.DbDataReader> result)
    {
        _commands.Enqueue(command.CommandText);
        return result;
    }

    public override ValueTask<InterceptionResult<System.Data.Common.DbDataReader>> ReaderExecutingAsync(
        System.Data.Common.DbCommand command, CommandEventData eventData, InterceptionResult<System.Data.Common.DbDataReader> result, CancellationToken cancellationToken = default)
    {
        _commands.Enqueue(command.CommandText);
        return ValueTask.FromResult(result);
    }
}

/// <summary>The log of the server, line by line.</summary>
public sealed class LogLines : ILoggerProvider, ILogger
{
    private readonly System.Collections.Concurrent.ConcurrentQueue<string> _lines = new();

    public IReadOnlyList<string> Lines => [.. _lines];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue(formatter(state, exception) + exception);

    public void Dispose()
    {
    }
}
