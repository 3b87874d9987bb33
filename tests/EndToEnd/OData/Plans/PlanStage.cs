using System.Data.Common;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using K12Sync.Api.Access;
using K12Sync.Api.Audit;
using K12Sync.Api.CommandLine;
using K12Sync.Api.Jobs;
using K12Sync.Api.OData;
using K12Sync.Data.Storage;
using K12Sync.Tests.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace K12Sync.EndToEnd.OData.Plans;

public sealed class PlanStageOnSqlite() : PlanStage(null);

public sealed class PlanStageOnPostgres(PostgresServer server) : PlanStage(server);

/// <summary>The service over <see cref="LargeDistricts"/>, and the statements that it asks the database, as EF runs them; prepared ones have the same text.</summary>
public abstract class PlanStage(PostgresServer? server) : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("k12sync-plans-").FullName;
    private readonly Statements _statements = new();
    private IDisposable? _listening;
    private Database _database = null!;
    private WebApplication _app = null!;
    private HttpClient _http = null!;
    private string? _name;

    public bool IsSqlite => server is null;

    public async ValueTask InitializeAsync()
    {
        if (server is null)
            _database = new DataFolder(_folder, TimeProvider.System);
        else
            _database = new PostgresDatabase(await server.ConnectionAsync(_name = await server.MakeDatabaseAsync()));
        var key = await LargeDistricts.FillAsync(_database, default);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var premises = new Premises(_folder, _database, TimeProvider.System);
        builder.Services.AddSingleton(premises).AddSingleton(TimeProvider.System).AddSingleton<DeliveryMeters>();
        builder.Services.AddKeys(new AccessSettings { RequestsPerMinute = 10_000 }).AddRows().AddAudit();
        _app = builder.Build();
        _app.UseKeys();
        _app.UseAudit();
        _app.MapRows(premises);
        await _app.StartAsync();
        _http = new HttpClient { BaseAddress = new Uri(_app.Urls.First() + "/odata/"), DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", key) } };
        await using var db = _database.Open(default);
        _statements.Source = db.Database.GetConnectionString()!;
        _listening = DiagnosticListener.AllListeners.Subscribe(_statements);
    }

    public async ValueTask DisposeAsync()
    {
        _listening?.Dispose();
        _http?.Dispose();
        if (_app is not null)
            await _app.DisposeAsync();
        if (_name is not null)
            await server!.DropDatabaseAsync(_name);
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Asks, and returns the answer with the statements over large tables that it took, each with its plan.</summary>
    /// <param name="url">What is asked.</param>
    /// <param name="pageSize">Rows of the answer at most.</param>
    /// <param name="without">An index that the plans have to do without.</param>
    public async Task<(JsonElement Answer, IReadOnlyList<QueryPlan> Plans)> AskAsync(string url, int? pageSize = null, string? without = null)
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        // Is never answered by a prepared statement, of which nobody tells.
        request.Headers.Accept.ParseAdd("application/json;odata.metadata=full");
        if (pageSize is { } rows)
            request.Headers.Add("Prefer", $"odata.maxpagesize={rows}");
        _statements.Clear();
        using var response = await _http.SendAsync(request, cancellation);
        var text = await response.Content.ReadAsStringAsync(cancellation);
        response.IsSuccessStatusCode.Should().BeTrue($"{url} should be answered, but: {text}");
        return (JsonDocument.Parse(text).RootElement, without is null ? await ExplainAsync(OverLargeTables) : await ExplainAsync(OverLargeTables, without));
    }

    /// <summary>Everything that the last question asked the database.</summary>
    public IReadOnlyList<string> Asked => [.. _statements.Take().Select(s => s.Sql)];

    private IReadOnlyList<Statement> OverLargeTables => [.. _statements.Take().Where(s => LargeDistricts.LargeTables.Any(t => s.Sql.Contains($"\"{t}\"", StringComparison.Ordinal)))];

    // As prepared statements are run.
    private async Task<IReadOnlyList<QueryPlan>> ExplainAsync(IReadOnlyList<Statement> statements)
    {
        await using var connection = await _database.OpenForReadingAsync(TestContext.Current.CancellationToken);
        var plans = new List<QueryPlan>();
        foreach (var statement in statements)
            plans.Add(await statement.ExplainAsync(connection, TestContext.Current.CancellationToken));
        return plans;
    }

    private async Task<IReadOnlyList<QueryPlan>> ExplainAsync(IReadOnlyList<Statement> statements, string without)
    {
        await using var db = _database.Open(default);
        await using var dropped = await db.Database.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var drop = db.Database.GetDbConnection().CreateCommand();
#pragma warning disable CA2100 // A name that a test says; it cannot be a parameter.
        drop.CommandText = $"DROP INDEX \"{without}\";";
#pragma warning restore CA2100
        await drop.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        var plans = new List<QueryPlan>();
        foreach (var statement in statements)
            plans.Add(await statement.ExplainAsync(drop.Connection!, TestContext.Current.CancellationToken));
        return plans;
    }

    /// <summary>Hears of every command that EF runs in this process, and keeps those that read this database.</summary>
    private sealed class Statements : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
    {
        private readonly List<Statement> _all = [];

        public string Source { get; set; } = "";

        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == "Microsoft.EntityFrameworkCore")
                value.Subscribe(this, name => name == RelationalEventId.CommandExecuting.Name);
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value.Value is CommandEventData { Command: var command } && Database(command.Connection!.ConnectionString) == Database(Source)
                && command.CommandText.StartsWith("SELECT", StringComparison.Ordinal))
            {
                lock (_all)
                    _all.Add(Statement.Of(command));
            }
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }

        public void Clear()
        {
            lock (_all)
                _all.Clear();
        }

        public IReadOnlyList<Statement> Take()
        {
            lock (_all)
                return [.. _all];
        }

        // The password is not in the string of an open connection.
        private static string? Database(string connection) => new DbConnectionStringBuilder { ConnectionString = connection } is var parts
            && (parts.TryGetValue("Database", out var name) || parts.TryGetValue("Data Source", out name)) ? (string)name : null;
    }
}

/// <summary>A statement with its values.</summary>
public sealed record Statement(string Sql, IReadOnlyList<(string Name, object? Value)> Values)
{
    public static Statement Of(DbCommand command) => new(command.CommandText, [.. command.Parameters.Cast<DbParameter>().Select(p => (p.ParameterName, p.Value))]);

    public async Task<QueryPlan> ExplainAsync(DbConnection connection, CancellationToken cancellation)
    {
        await using var command = connection.CreateCommand();
        var isSqlite = connection is not NpgsqlConnection;
        command.CommandText = (isSqlite ? "EXPLAIN QUERY PLAN " : "EXPLAIN (FORMAT JSON) ") + Sql;
        foreach (var (name, value) in Values)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value ?? DBNull.Value);
            command.Parameters.Add(parameter);
        }
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!isSqlite)
        {
            await reader.ReadAsync(cancellation);
            return new QueryPlan(Sql, [reader.GetString(0)], PostgresPlan.Reads(reader.GetString(0)));
        }
        var steps = new List<(int Of, string Words)>();
        while (await reader.ReadAsync(cancellation))
            steps.Add((reader.GetInt32(1), reader.GetString(3)));
        return new QueryPlan(Sql, [.. steps.Select(s => s.Words)], SqlitePlan.Reads(Sql, steps));
    }
}
