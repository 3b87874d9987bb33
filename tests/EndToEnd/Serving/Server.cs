using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using K12Sync.EndToEnd.CommandLine;

namespace K12Sync.EndToEnd.Serving;

/// <summary>A <c>k12sync serve</c> of a test's own, as a process. It looks around every second, so that tests are short. Killed when the test ends, if it still runs.</summary>
internal sealed class Server : IAsyncDisposable
{
    /// <summary>A whole class of tests may share one, on a machine that has other work.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

    private readonly Process _process;
    private readonly HttpClient _http;

    private readonly SeenText _seen;

    private Server(Process process, SeenText seen, int port)
    {
        (_process, _seen, Ending) = (process, seen, Desk.EndAsync(process, Lifetime, seen));
        _http = new HttpClient { BaseAddress = new Uri($"http://localhost:{port}"), Timeout = TimeSpan.FromSeconds(10) };
    }

    /// <summary>The end of the process with all that it wrote.</summary>
    public Task<Ran> Ending { get; }

    public int Id => _process.Id;

    /// <summary>What it has written to standard output so far.</summary>
    public string Said => _seen.SoFar;

    /// <summary>Where it answers.</summary>
    public Uri Root => _http.BaseAddress!;

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    /// <summary>Starts it and waits until it is ready, or has ended.</summary>
    public static Task<Server> StartAsync(string data, params string[] args) => StartWithAsync([], data, args);

    /// <summary>As <see cref="StartAsync"/>, run by the program that <paramref name="before"/> names.</summary>
    public static async Task<Server> StartWithAsync(string[] before, string data, params string[] args)
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        var process = Desk.Start(
            // Without the last, the runtime would reserve memory by a file, which a limit on the size of files forbids.
            new Dictionary<string, string> { ["K12SYNC__Jobs__WatchEvery"] = "00:00:01", ["K12SYNC__Jobs__CheckInEvery"] = "00:00:01", ["DOTNET_EnableWriteXorExecute"] = "0" },
            ["serve", "--port", port.ToString(CultureInfo.InvariantCulture), "--data", data, .. args], before);
        var server = new Server(process, new SeenText(), port);
        await Eventually.IsTrueAsync(async () => server.Ending.IsCompleted || await server.StatusAsync("/health/ready") == HttpStatusCode.OK, "it is ready");
        return server;
    }

    public Task<string> ReadAsync(string path) => _http.GetStringAsync(new Uri(path, UriKind.Relative), Now);

    public async Task<HttpStatusCode?> StatusAsync(string path)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri(path, UriKind.Relative), Now);
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>As an operator or a service manager ends it.</summary>
    public async Task<Ran> EndAsync(string signal)
    {
        await SignalAsync(signal);
        return await Ending;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (!_process.HasExited)
            _process.Kill();
        await Ending;
        _process.Dispose();
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(Now);
    }
}

/// <summary>Waits for what happens by itself.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public static async Task IsTrueAsync(Func<Task<bool>> condition, string what)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(began) > Patience)
                throw new TimeoutException($"It did not come to pass that {what}.");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    public static Task IsTrueAsync(Func<bool> condition, string what) => IsTrueAsync(() => Task.FromResult(condition()), what);
}
