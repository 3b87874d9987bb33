using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Sftp;
using K12Sync.Tests.Servers;
using static K12Sync.Exporters.Tests.Sftp.SftpStage;

namespace K12Sync.Exporters.Tests.Sftp;

/// <summary>A network that fails, with OpenSSH at both ends of it: every fault is told apart, and ends in time.</summary>
public sealed class SftpNetworkTests(UsualServer fixture) : IClassFixture<UsualServer>
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(8);

    private readonly SshServer _server = fixture.Server;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private SftpDestinationDefinition Definition => _server.Definition();

    [Fact]
    public async Task NoSuchName_IsSaid() =>
        await SayAsync(Definition with { Host = "nowhere.invalid" }, "no address", "Name");

    [Fact]
    public async Task NobodyListening_IsSaid()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();

        await SayAsync(Definition with { Port = port }, "refused the connection", "Connection");
    }

    [Theory]
    [InlineData("", false, "said nothing", "Server")]
    [InlineData("", true, "closed the connection before the login", "Server")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n", true, "", "Server")]
    [InlineData("SSH-2.0-Silent\r\n", false, "within 4 s", "Host key")]
    public async Task SomethingElseListening_IsSaid(string says, bool closes, string reason, string step)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var stop = new CancellationTokenSource();
        var serving = ServeAsync(listener, says, closes, stop.Token);

        await SayAsync(Definition with { Port = ((IPEndPoint)listener.LocalEndpoint).Port }, reason, step);
        await stop.CancelAsync();
        await serving;
    }

    [Fact]
    public async Task EndlessBanner_IsEnded()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var stop = new CancellationTokenSource();
        var serving = ServeAsync(listener, null, closes: false, stop.Token);

        await SayAsync(Definition with { Port = ((IPEndPoint)listener.LocalEndpoint).Port }, "", "Server");
        await stop.CancelAsync();
        await serving;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ConnectionThatBreaksInTheMiddle_IsInterrupted_AndTheNextCallConnectsAgain(bool stalls)
    {
        using var proxy = new DelayProxy(_server.Port, TimeSpan.Zero);
        await using var destination = new SftpDestination(Definition with { Port = proxy.Port }, DestinationSecrets.None, "sis", Impatient);
        (await destination.StageAsync(Temporary, Bytes("one"), Cancellation)).Should().BeOfType<StageResult.Staged>();
        var start = Stopwatch.GetTimestamp();
        if (stalls)
            proxy.Stall();
        else
            _ = Task.Delay(30, Cancellation).ContinueWith(_ => proxy.Reset(), TaskScheduler.Default);

        (await destination.StageAsync(Temporary, new byte[300_000_000], Cancellation)).Should().BeOfType<StageResult.TryAgain>().Which.Trouble.Kind.Should().Be(TroubleKind.Interrupted);
        (await destination.LookAsync(Temporary, Final, Cancellation)).Should().BeOfType(stalls ? typeof(LookResult.Unreachable) : typeof(LookResult.Seen));

        Stopwatch.GetElapsedTime(start).Should().BeLessThan(Bound);
        if (stalls)
            proxy.Reset();
        (await destination.StageAsync(Temporary, Bytes("two"), Cancellation)).Should().BeOfType<StageResult.Staged>();
        (await File.ReadAllTextAsync(Path.Combine(_server.Incoming, Temporary), Cancellation)).Should().Be("two");
    }

    [Fact]
    public async Task ServerThatHangsBehindALivingConnection_IsInterrupted()
    {
        await using var server = await SshServer.StartAsync();
        await using var destination = new SftpDestination(server.Definition(), DestinationSecrets.None, "sis", Impatient);
        (await destination.StageAsync(Temporary, Bytes("one"), Cancellation)).Should().BeOfType<StageResult.Staged>();
        var hung = server.Sessions("sftp-server").Single();
        await SshServer.RunAsync("kill", "-STOP", $"{hung}");
        try
        {
            (await destination.StageAsync(Temporary, Bytes("one"), Cancellation)).Should().BeOfType<StageResult.TryAgain>().Which.Trouble.Should()
                .Match<Trouble>(t => t.Kind == TroubleKind.Interrupted && t.Reason.Contains("not answered"));
        }
        finally
        {
            await SshServer.RunAsync("kill", "-KILL", $"{hung}");
        }
    }

    [Fact]
    public async Task MissingDirectory_IsNotTakenForAnEmptyOne()
    {
        await using var destination = new SftpDestination(Definition with { Path = _server.Incoming + "/nowhere" }, DestinationSecrets.None, "sis");

        (await destination.StageAsync(Temporary, Bytes("one"), Cancellation)).Should().BeOfType<StageResult.Refused>().Which.Trouble.Kind.Should().Be(TroubleKind.DirectoryMissing);
        (await destination.LookAsync(Temporary, Final, Cancellation)).Should().BeOfType<LookResult.Unreachable>().Which.Trouble.Kind.Should().Be(TroubleKind.DirectoryMissing);
        (await destination.TestAsync(Cancellation).LastAsync(Cancellation)).Should().Match<TestStep>(s => s.Name == "Directory" && s.Outcome == TestOutcome.Failed);
    }

    [Fact]
    public async Task ServerThatOnlyLetsRead_IsSaid()
    {
        await using var server = await SshServer.StartAsync(new SshServerSettings { Subsystem = "internal-sftp -R" });
        await using var destination = new SftpDestination(server.Definition(), DestinationSecrets.None, "sis");

        (await destination.StageAsync(Temporary, Bytes("one"), Cancellation)).Should().BeOfType<StageResult.Refused>().Which.Trouble.Kind.Should().Be(TroubleKind.PermissionDenied);
        (await destination.TestAsync(Cancellation).LastAsync(Cancellation)).Should().Match<TestStep>(s => s.Name == "Write" && s.Outcome == TestOutcome.Failed);
    }

    [Fact]
    public async Task LoginWithoutSftp_IsSaid()
    {
        await using var server = await SshServer.StartAsync(new SshServerSettings { Subsystem = "/nowhere/sftp-server", More = ["Banner /etc/passwd"] });

        (await server.Definition().TryAsync(options: Impatient))!.Kind.Should().BeOneOf(TroubleKind.Unsupported, TroubleKind.Unreachable);
    }

    [Fact]
    public async Task OneSessionAllowed_IsEnough()
    {
        await using var server = await SshServer.StartAsync(new SshServerSettings { More = ["MaxSessions 1"] });
        await using var destination = new SftpDestination(server.Definition(), DestinationSecrets.None, "sis");

        var results = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => destination.StageAsync($".k12sync-{i}-1.part", new byte[1000], Cancellation).AsTask()));

        results.Should().AllBeOfType<StageResult.Staged>();
        server.Log.Count(l => l.StartsWith("Accepted publickey", StringComparison.Ordinal)).Should().Be(1);
    }

    /// <summary>A delivery and a test of it end in time, with the reason in plain words and at the step at which a person would look.</summary>
    private static async Task SayAsync(SftpDestinationDefinition definition, string reason, string step)
    {
        var start = Stopwatch.GetTimestamp();
        await using var destination = new SftpDestination(definition, DestinationSecrets.None, "sis", Impatient);
        var staged = destination.StageAsync(Temporary, Bytes("one"), Cancellation).AsTask();
        var last = await destination.TestAsync(Cancellation).LastAsync(Cancellation);

        (await staged).Should().BeOfType<StageResult.TryAgain>().Which.Trouble.Should().Match<Trouble>(t => t.Kind == TroubleKind.Unreachable && t.Reason.Contains(reason));
        last.Should().Match<TestStep>(s => s.Name == step && s.Outcome == TestOutcome.Failed && s.Says.Length > 20);
        Stopwatch.GetElapsedTime(start).Should().BeLessThan(Bound);
    }

    /// <summary>Says the same to everybody, or for ever.</summary>
    private static async Task ServeAsync(TcpListener listener, string? says, bool closes, CancellationToken stop)
    {
        var clients = new List<Task>();
        try
        {
            while (true)
                clients.Add(SpeakAsync(await listener.AcceptTcpClientAsync(stop), says, closes, stop));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(clients);
        }
    }

    private static async Task SpeakAsync(TcpClient client, string? says, bool closes, CancellationToken stop)
    {
        using (client)
            try
            {
                do
                    await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(says ?? "Welcome, and be patient.\r\n"), stop);
                while (says is null);
                if (!closes)
                    await Task.Delay(Timeout.Infinite, stop);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
                // Enough said.
            }
    }
}
