using K12Sync.Api.Access;
using K12Sync.Api.CommandLine;
using K12Sync.Api.OData.Views;
using K12Sync.Api.SchoolCalendar;
using K12Sync.Data;
using K12Sync.Data.Access;
using K12Sync.Data.Storage;
using K12Sync.OData;
using K12Sync.OData.Translation;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace K12Sync.Api.OData;

/// <summary>The rows that one request may see: those of the caller's district. Opened when first asked for.</summary>
internal sealed class RowsOfCaller(Premises premises) : IAsyncDisposable
{
    private readonly Premises _premises = premises;
    private K12SyncDb? _db;
    private Workplace? _work;
    private Caller? _caller;

    /// <summary>The rows behind a request. Every set of it reads from these.</summary>
    public static K12SyncDb Db(HttpContext http) => http.RequestServices.GetRequiredService<RowsOfCaller>().Of(CallerOf(http));

    /// <summary>The rows of a set; for a caller who reads nothing, none.</summary>
    public static IQueryable<TView> Of<TView>(HttpContext http, Func<K12SyncDb, SchoolSet, IQueryable<TView>> rows) =>
        CallerOf(http).Reads ? rows(Db(http), Schools(http)) : rows(Db(http), Schools(http)).Where(_ => false);

    /// <summary>The rows of a set of childcare; for a caller who reads nothing of it, none.</summary>
    public static IQueryable<TView> OfChildcare<TView>(HttpContext http, Func<K12SyncDb, IQueryable<TView>> rows) =>
        CallerOf(http).ReadsChildcare ? rows(Db(http)) : rows(Db(http)).Where(_ => false);

    /// <summary>The rows of a set about deliveries, of tardies and of child-days. Who reads childcare alone sees those of child-days, which are of all sites.</summary>
    /// <param name="http">The request.</param>
    /// <param name="rows">All that a caller of these schools may see.</param>
    /// <param name="ofChildDays">Those about child-days.</param>
    public static IQueryable<TView> OfDeliveries<TView>(HttpContext http, Func<K12SyncDb, SchoolSet, IQueryable<TView>> rows, Func<K12SyncDb, IQueryable<TView>> ofChildDays) =>
        CallerOf(http).Reads ? Of(http, rows) : OfChildcare(http, ofChildDays);

    /// <summary>The operations that writes call, on a database of their own: what is read is not tracked, what is written is.</summary>
    public static async Task<Workplace> WorkAsync(HttpContext http)
    {
        var rows = http.RequestServices.GetRequiredService<RowsOfCaller>();
        var db = rows.Of(CallerOf(http));
        return rows._work ??= Workplace.In(rows._premises, CallerOf(http).District, await db.Districts.Select(d => d.Name).SingleAsync(http.RequestAborted), isAskedByKey: true);
    }

    /// <summary>The schools whose rows the caller may see.</summary>
    public static SchoolSet Schools(HttpContext http) => CallerOf(http).Schools;

    /// <summary>The days that calendars list at present.</summary>
    public static CalendarSpan Span(HttpContext http) =>
        CalendarSpan.At(DateOnly.FromDateTime(http.RequestServices.GetRequiredService<RowsOfCaller>()._premises.Clock.GetUtcNow().UtcDateTime));

    /// <summary>Who asks.</summary>
    /// <exception cref="InvalidOperationException">Nobody: the request should not have come so far.</exception>
    public static Caller CallerOf(HttpContext http) =>
        Caller.Of(http.User) is { } caller && (caller.ReadsSomething || AccessServices.IsOpenTo(caller, http)) ? caller : throw new InvalidOperationException("A request without a key that reads came to the rows.");

    public async ValueTask DisposeAsync()
    {
        if (_work is not null)
            await _work.DisposeAsync();
        if (_db is not null)
            await _db.DisposeAsync();
    }

    private K12SyncDb Of(Caller caller)
    {
        if (_caller is not null && _caller != caller)
            throw new InvalidOperationException("One request has two callers.");
        _caller = caller;
        return _db ??= _premises.Database.Open(caller.District, Configure);
    }

    private void Configure(DbContextOptionsBuilder options)
    {
        options.UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking);
        if (_premises.Database is PostgresDatabase)
            options.ReplaceService<IModelCustomizer, InstantsOnPostgres>();
        else
            options.ReplaceService<IModelCustomizer, InstantsOnSqlite>();
    }

    /// <summary>Adds what queries say about instants, places in an order and stored definitions to the model. It is not part of the schema, so only queries need it.</summary>
    private sealed class InstantsOnSqlite(ModelCustomizerDependencies dependencies) : RelationalModelCustomizer(dependencies)
    {
        public override void Customize(ModelBuilder modelBuilder, DbContext context)
        {
            base.Customize(modelBuilder, context);
            modelBuilder.HasInstantFunctions(ODataDatabase.Sqlite).HasRowValues(ODataDatabase.Sqlite);
            modelBuilder.HasStoredJson(ODataDatabase.Sqlite);
        }
    }

    private sealed class InstantsOnPostgres(ModelCustomizerDependencies dependencies) : RelationalModelCustomizer(dependencies)
    {
        public override void Customize(ModelBuilder modelBuilder, DbContext context)
        {
            base.Customize(modelBuilder, context);
            modelBuilder.HasInstantFunctions(ODataDatabase.PostgreSql).HasRowValues(ODataDatabase.PostgreSql);
            modelBuilder.HasStoredJson(ODataDatabase.PostgreSql);
        }
    }
}
