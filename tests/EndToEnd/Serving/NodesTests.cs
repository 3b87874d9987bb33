using K12Sync.EndToEnd.CommandLine;
using K12Sync.Tests.Servers;
using Npgsql;

namespace K12Sync.EndToEnd.Serving;

/// <summary>Several processes on one PostgreSQL.</summary>
public sealed class NodesTests(PostgresServer postgres, SampleDistrict sample) : IAsyncLifetime
{
    private readonly Desk _desk = new();
    private string _database = "";
    private string _connection = "";

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await sample.OnPostgresAsync(postgres, _desk);
        _connection = await postgres.ConnectionAsync(_database);
    }

    public async ValueTask DisposeAsync()
    {
        await postgres.DropDatabaseAsync(_database);
        _desk.Dispose();
    }

    private Task<Server> ServeAsync() => Server.StartAsync(_desk.Data, "--connection", _connection);

    private async Task AddAsync(string name, string path, string schedule)
    {
        var added = await _desk.RunAsync("connector", "add", _desk.Write($"{name}.json",
            $$"""{"name": "{{name}}", "layout": "k12sync-csv", "fileName": "{{name}}.csv", "destination": {"type": "folder", "path": "{{path}}"}, "schedule": {{schedule}}}"""), "--connection", _connection);
        added.ExitCode.Should().Be(0, added.Err);
    }

    private async Task<long> CountAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_connection);
        await connection.OpenAsync(Now);
#pragma warning disable CA2100 // The text comes from this class.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return (long)(await command.ExecuteScalarAsync(Now))!;
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Nodes_RunEachSlotOnce(int count)
    {
        await AddAsync("one", "one", """{"cron": "* * * * * ?"}""");
        await AddAsync("two", "two", """{"cron": "0/2 * * * * ?"}""");
        var nodes = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => ServeAsync()));
        await Eventually.IsTrueAsync(async () => await CountAsync("SELECT count(*) FROM \"SyncRuns\" WHERE \"Slot\" IS NOT NULL AND \"Status\" = 'Succeeded'") >= 12, "slots are run");
        foreach (var node in nodes)
            (await node.EndAsync("TERM")).ExitCode.Should().Be(0);
        foreach (var node in nodes)
            await node.DisposeAsync();

        (await CountAsync("SELECT count(*) FROM (SELECT 1 FROM \"SyncRuns\" WHERE \"Slot\" IS NOT NULL GROUP BY \"ConnectorId\", \"Slot\" HAVING count(*) > 1) twice")).Should().Be(0);
        (await CountAsync("SELECT count(*) FROM \"SyncRuns\" WHERE \"Trigger\" = 'Schedule' AND \"Status\" NOT IN ('Succeeded', 'Failed')")).Should().Be(0, "nobody ran into another's slot");
        (await CountAsync("SELECT count(*) FROM \"ExportBatches\" WHERE \"Status\" = 'Delivered'")).Should().Be(5, "each connector's file once, and the demo's three");
    }

    [Fact]
    public async Task Node_TakesOverTheSlot_OfOneThatWasKilledInARun()
    {
        // The destination is a file, so the run tries again for a minute; long enough to be killed in.
        await File.WriteAllTextAsync(Path.Combine(_desk.Data, "blocked"), "", Now);
        await using var first = await ServeAsync();
        await using var second = await ServeAsync();
        await AddAsync("stuck", "blocked/in", """{"everyMinutes": 1440, "from": "00:00", "to": "23:59", "on": ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]}""");
        await CountAsync($"WITH back AS (UPDATE \"Connectors\" SET \"AddedAt\" = {TimeProvider.System.GetUtcNow().AddDays(-3).Ticks} WHERE \"Name\" = 'stuck' RETURNING 1) SELECT count(*) FROM back");
        await Eventually.IsTrueAsync(async () => await CountAsync("SELECT count(*) FROM \"SyncRuns\" WHERE \"ConnectorName\" = 'stuck' AND \"Status\" = 'Running'") == 1, "the run is under way");
        var holder = await CountAsync("SELECT CAST(split_part(\"Holder\", ' ', 2) AS bigint) FROM \"Leases\" WHERE \"ConnectorId\" = (SELECT \"Id\" FROM \"Connectors\" WHERE \"Name\" = 'stuck')");
        var (killed, other) = holder == first.Id ? (first, second) : (second, first);

        await killed.EndAsync("KILL");
        File.Delete(Path.Combine(_desk.Data, "blocked"));
        await Eventually.IsTrueAsync(async () => await CountAsync("SELECT count(*) FROM \"SyncRuns\" WHERE \"ConnectorName\" = 'stuck' AND \"Status\" = 'Succeeded'") == 1, "the other node takes over");

        (await CountAsync("SELECT count(*) FROM \"SyncRuns\" WHERE \"ConnectorName\" = 'stuck'")).Should().Be(1, "the slot had one run, taken up");
        (await File.ReadAllBytesAsync(Path.Combine(_desk.Data, "blocked", "in", "stuck.csv"), Now)).Should().Equal(_desk.Sent("tardies_0001.csv"));
        (await other.ReadAsync("/metrics")).Should().MatchRegex("k12sync_lease_takeovers_total\\{.*\\} 1\n");
    }
}
