using System.Net;
using System.Text;
using K12Sync.Data;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Demo;

/// <summary>A plain page that says how things stand, one part for each district.</summary>
internal sealed class StatusPage
{
    private readonly StringBuilder _page = new StringBuilder()
        .Append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>K12Sync</title><style>")
        .Append("body{font-family:system-ui,sans-serif;margin:2rem auto;max-width:50rem;padding:0 1rem}table{border-collapse:collapse}th,td{text-align:left;padding:.3rem .8rem;border-bottom:1px solid #767676}")
        .Append("</style></head><body><main>");

    /// <summary>Adds a district.</summary>
    public async Task AddAsync(string district, K12SyncDb db, CancellationToken cancellation)
    {
        var outcomes = await db.Passes.AsNoTracking().GroupBy(p => p.Outcome).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(cancellation);
        var runs = await db.SyncRuns.AsNoTracking().OrderByDescending(r => r.Id).Take(10).ToListAsync(cancellation);
        _page.Append("<h1>").Append(WebUtility.HtmlEncode(district)).Append("</h1>");
        Table("Passes by outcome", ["Outcome", "Passes"], outcomes.OrderBy(o => o.Key).Select(o => (string[])[$"{o.Key}", $"{o.Count}"]));
        Table("Last runs", ["Connector", "Run", "Status", "Started (UTC)", "Sent", "Held", "Error"], runs.Select(r => (string[])
            [r.ConnectorName, $"{r.Number}", $"{r.Status}", $"{r.StartedAt:yyyy-MM-dd HH:mm:ss}", $"{r.RowsSent}", $"{r.RowsHeld}", r.Error ?? ""]));
    }

    /// <summary>The page as an answer.</summary>
    public IResult Answer(HttpContext http)
    {
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        return Results.Content($"{_page}</main></body></html>", "text/html; charset=utf-8");
    }

    private void Table(string title, string[] headings, IEnumerable<string[]> rows)
    {
        _page.Append("<h2>").Append(title).Append("</h2><table><thead><tr>");
        foreach (var heading in headings)
            _page.Append("<th scope=\"col\">").Append(heading).Append("</th>");
        _page.Append("</tr></thead><tbody>");
        foreach (var row in rows)
        {
            _page.Append("<tr>");
            foreach (var cell in row)
                _page.Append("<td>").Append(WebUtility.HtmlEncode(cell)).Append("</td>");
            _page.Append("</tr>");
        }
        _page.Append("</tbody></table>");
    }
}
