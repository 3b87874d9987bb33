using System.CommandLine;
using System.Net;
using System.Text;
using K12Sync.Api.CommandLine;
using K12Sync.Data;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Demo;

/// <summary>A plain page that says how things stand. It listens on this machine only: there are no keys yet, so nobody else may ask.</summary>
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
            http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";
            http.Response.Headers.XContentTypeOptions = "nosniff";
            return Results.Content(await PageAsync(work.District, work.Db, http.RequestAborted), "text/html; charset=utf-8");
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

    private static async Task<string> PageAsync(string district, K12SyncDb db, CancellationToken cancellation)
    {
        var outcomes = await db.Passes.AsNoTracking().GroupBy(p => p.Outcome).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(cancellation);
        var runs = await db.SyncRuns.AsNoTracking().OrderByDescending(r => r.Id).Take(10).ToListAsync(cancellation);
        var page = new StringBuilder();
        Head(page, district);
        Table(page, "Passes by outcome", ["Outcome", "Passes"], outcomes.OrderBy(o => o.Key).Select(o => (string[])[$"{o.Key}", $"{o.Count}"]));
        Table(page, "Last runs", ["Connector", "Run", "Status", "Started (UTC)", "Sent", "Held", "Error"], runs.Select(r => (string[])
            [r.ConnectorName, $"{r.Number}", $"{r.Status}", $"{r.StartedAt:yyyy-MM-dd HH:mm:ss}", $"{r.RowsSent}", $"{r.RowsHeld}", r.Error ?? ""]));
        return page.Append("</main></body></html>").ToString();
    }

    private static void Head(StringBuilder page, string district) => page
        .Append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>K12Sync</title><style>")
        .Append("body{font-family:system-ui,sans-serif;margin:2rem auto;max-width:50rem;padding:0 1rem}table{border-collapse:collapse}th,td{text-align:left;padding:.3rem .8rem;border-bottom:1px solid #767676}")
        .Append("</style></head><body><main><h1>").Append(WebUtility.HtmlEncode(district)).Append("</h1>");

    private static void Table(StringBuilder page, string title, string[] headings, IEnumerable<string[]> rows)
    {
        page.Append("<h2>").Append(title).Append("</h2><table><thead><tr>");
        foreach (var heading in headings)
            page.Append("<th scope=\"col\">").Append(heading).Append("</th>");
        page.Append("</tr></thead><tbody>");
        foreach (var row in rows)
        {
            page.Append("<tr>");
            foreach (var cell in row)
                page.Append("<td>").Append(WebUtility.HtmlEncode(cell)).Append("</td>");
            page.Append("</tr>");
        }
        page.Append("</tbody></table>");
    }
}
