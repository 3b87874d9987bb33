using K12Sync.Tests.Servers;

namespace K12Sync.EndToEnd.CommandLine;

/// <summary>The main job on PostgreSQL: the same bytes, the same answers.</summary>
public sealed class PostgresTests(PostgresServer server)
{
    [Fact]
    public async Task Demo_DeliversTheSameBytes_AndNothingTheSecondTime()
    {
        using var desk = new Desk();
        var database = await server.MakeDatabaseAsync();
        var connection = await server.ConnectionAsync(database);

        var first = await desk.RunAsync("demo", "--once", "--connection", connection);
        var second = await desk.RunAsync("demo", "--once", "--connection", connection);
        var why = await desk.RunAsync("why", "--student", "0004417", "--date", "2026-09-15", "--connection", connection);

        first.ExitCode.Should().Be(0, first.Err);
        desk.Delivered.Should().Equal("tardies_0001.csv");
        desk.Sent("tardies_0001.csv").Should().Equal(await File.ReadAllBytesAsync(Path.Combine(Desk.Sample, "expected", "tardies_0001.csv"), TestContext.Current.CancellationToken));
        second.ExitCode.Should().Be(0, second.Err);
        second.Out.Should().Contain("nothing was sent");
        why.Out.Should().Contain("delivered in tardies_0001.csv");
        File.Exists(desk.Database).Should().BeFalse("the database is on the server");
        await server.DropDatabaseAsync(database);
    }

    [Fact]
    public async Task Commands_SayWhatIsWrong_WhenTheServerDoesNotAnswer()
    {
        using var desk = new Desk();

        var ran = await desk.RunAsync("map", "--connection", "Host=127.0.0.1;Port=1;Username=nobody;Password=secret;Database=none");

        ran.ExitCode.Should().Be(1);
        ran.Err.Should().Contain("cannot be reached").And.NotContain("secret");
    }
}
