using System.Net;
using System.Net.Sockets;
using K12Sync.EndToEnd.CommandLine;

namespace K12Sync.EndToEnd.Childcare;

/// <summary><c>k12sync simulate</c> with a file of one's own. That it starts with the sample and needs no database is seen in <see cref="SampleReadmeTests"/>.</summary>
public sealed class SimulateTests
{
    private static CancellationToken Now => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("{\"zone\": \"America/Chicago\"}", "is not what this agency starts with")]
    [InlineData("{\"zone\": \"CST\", \"providers\": []}", "is no IANA time zone")]
    [InlineData("{\"zone\": \"America/Chicago\", \"provider\": [], \"providers\": []}", "is not what this agency starts with")]
    [InlineData(null, "There is no file")]
    public async Task Simulate_RefusesAFileThatIsNone_AndSaysWhy(string? content, string why)
    {
        using var folder = new Desk();
        var file = Path.Combine(Directory.CreateDirectory(folder.Data).FullName, "state.json");
        if (content is not null)
            await File.WriteAllTextAsync(file, content, Now);

        var ran = await Desk.RunBareAsync("simulate", "kinderconnect", "--state", file, "--port", $"{FreePort()}");

        ran.ExitCode.Should().Be(1);
        ran.Err.Should().StartWith("k12sync: ").And.Contain(why);
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
