using K12Sync.Api.Access;
using K12Sync.Api.Audit;
using K12Sync.Api.CommandLine;
using K12Sync.Api.Jobs;
using K12Sync.Api.Passes;
using K12Sync.Data.Storage;
using K12Sync.OData;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.OData;

/// <summary><c>/odata</c> and <c>/openapi.json</c>: for holders of keys that read.</summary>
internal static class ODataService
{
    private const string Root = "/odata";

    public static IServiceCollection AddRows(this IServiceCollection services) => services.AddScoped<RowsOfCaller>();

    public static void MapRows(this IEndpointRouteBuilder app, Premises premises)
    {
        var model = K12SyncModel.Build(PreparedRows.Access(premises.Database));
        var options = new ODataOptions
        {
            Database = premises.Database is PostgresDatabase ? ODataDatabase.PostgreSql : ODataDatabase.Sqlite,
            Interrupt = Interrupt,
            IsAway = DatabaseAway.IsDatabaseAway,
            AwayFor = PassDesk.RetryAfter,
            Clock = premises.Clock,
            Meter = app.ServiceProvider.GetRequiredService<DeliveryMeters>().Meter,
            Answered = AuditedRequests.AnsweredAsync,
            HoldsBack = app.ServiceProvider.GetRequiredService<RequestBudget>().HoldBack,
        };
        app.MapOData(Root, model, options).RequireAuthorization(AccessServices.Readers);
        app.MapODataOpenApi("/openapi.json", Root, model, "K12Sync", "1.0").RequireAuthorization(AccessServices.Readers);
    }

    /// <summary>SQLite does not hear that nobody waits any more.</summary>
    private static void Interrupt(HttpContext http)
    {
        if (RowsOfCaller.Db(http).Database.GetDbConnection() is SqliteConnection { Handle: { } handle })
            SQLitePCL.raw.sqlite3_interrupt(handle);
    }
}
