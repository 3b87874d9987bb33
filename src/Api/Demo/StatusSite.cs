using System.CommandLine;
using K12Sync.Api.CommandLine;

namespace K12Sync.Api.Demo;

/// <summary>Serves the <see cref="StatusPage"/>. It listens on this machine only: there are no keys yet, so nobody else may ask.</summary>
internal static class StatusSite
{
    /// <summary>Serves until Ctrl-C.</summary>
    /// <exception cref="CommandFailedException">The port is taken.</exception>
    public static async Task<int> ServeAsync(CommonOptions common, ParseResult parsed, int port, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(port));
        await using var app = builder.Build();
        app.MapGet("/", async (HttpContext http) =>
        {
            await using var work = await common.OpenAsync(parsed, http.RequestAborted);
            var page = new StatusPage();
            await page.AddAsync(work.District, work.Db, http.RequestAborted);
            return page.Answer(http);
        });
        try
        {
            await app.StartAsync(cancellation);
        }
        catch (IOException e)
        {
            throw new CommandFailedException($"Cannot serve at http://localhost:{port}: {e.Message} Choose another port with --port, or leave serving out with --once.", e);
        }
        Console.Out.WriteLine($"Serving at http://localhost:{port}, on this machine only. Ctrl-C ends it.");
        await app.WaitForShutdownAsync(cancellation);
        return ExitCode.Done;
    }
}
