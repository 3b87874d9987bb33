using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Benchmarks;

/// <summary>Passes over HTTP: single posts over keep-alive connections, and streams, against a real <c>serve</c> and, in turns, against <see cref="PlainPasses"/>. Client and servers share the machine.</summary>
public static class PassesBenchmark
{
    private const int Rounds = 3;
    private const int StreamRows = 200_000;
    private static readonly int[] Connections = [1, 16, 64];
    private static int _next;

    public static async Task RunAsync(BenchDatabase at, int seconds)
    {
        ArgumentNullException.ThrowIfNull(at);
        var files = BigDistrict.Write(StreamRows);
        await (await at.OpenAsync(files)).DisposeAsync();
        var key = (await OutputAsync(["keys", "create", "--name", "bench", "--role", "Kiosk", .. at.Arguments])).Trim();
        var folder = at.Arguments[at.Arguments.ToList().IndexOf("--data") + 1];
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "settings.json"), """{"Access": {"PassesPerMinute": 10000000}}""");
        var (ours, plain) = (Port(), Port());
        using var serve = Start("k12sync.dll", ["serve", "--port", $"{ours}", .. at.Arguments]);
        using var api = Start("K12Sync.Benchmarks.dll", ["plain-passes", at.PlainConnection, $"{plain}"]);
        try
        {
            await UpAsync(ours);
            await UpAsync(plain);
            Console.WriteLine($"{at.Name}: posts per second over so many connections, {seconds} s each, median (best) of {Rounds} turns");
            foreach (var connections in Connections)
            {
                var rates = (Ours: new List<double>(), Plain: new List<double>());
                for (var round = -1; round < Rounds; round++)
                {
                    var (mine, theirs) = (await PostAsync($"http://127.0.0.1:{ours}/odata/Passes", key, connections, seconds), await PostAsync($"http://127.0.0.1:{plain}/passes", null, connections, seconds));
                    if (round < 0)
                        continue;
                    rates.Ours.Add(mine);
                    rates.Plain.Add(theirs);
                }
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{connections,4}  serve {Median(rates.Ours),8:N0} ({rates.Ours.Max():N0})   plain API with EF {Median(rates.Plain),8:N0} ({rates.Plain.Max():N0})"));
            }
            await StreamsAsync(at, files, key, ours);
        }
        finally
        {
            serve.Kill();
            api.Kill();
            Directory.Delete(files.Folder, recursive: true);
        }
    }

    private static async Task StreamsAsync(BenchDatabase at, BigDistrict files, string key, int port)
    {
        var csv = await File.ReadAllTextAsync(files.PassesFile);
        var rates = (Csv: new List<double>(), Json: new List<double>(), Plain: new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            var rows = csv.Replace("\nP-", $"\nC{round}-", StringComparison.Ordinal);
            rates.Csv.Add(await StreamAsync(port, key, "text/csv", rows));
            var json = string.Concat(rows.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => Json(line.Split(','), $"J{round}")));
            rates.Json.Add(await StreamAsync(port, key, "application/x-ndjson", json));
            rates.Plain.Add(await AddRangeAsync(at, rows, round));
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{StreamRows:N0} rows in a stream, rows/s, median (best): CSV {Median(rates.Csv):N0} ({rates.Csv.Max():N0}), NDJSON {Median(rates.Json):N0} ({rates.Json.Max():N0}); EF AddRange of 1,000 at a time, in this process {Median(rates.Plain):N0} ({rates.Plain.Max():N0})"));
    }

    private static string Json(string[] row, string prefix) => $$"""{"PassId":"{{prefix}}{{row[0]}}","SchoolCode":"{{row[1]}}","StudentNumber":"{{row[2]}}","Code":"{{row[3]}}","IssuedAt":"{{row[4]}}","Voided":{{row[5].Trim()}}}""" + "\n";

    private static async Task<double> PostAsync(string url, string? key, int connections, int seconds)
    {
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = connections });
        var (done, began) = (0L, Stopwatch.GetTimestamp());
        var address = new Uri(url);
        await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(began).TotalSeconds < seconds)
            {
                var i = Interlocked.Increment(ref _next);
                using var request = new HttpRequestMessage(HttpMethod.Post, address);
                request.Content = new StringContent(string.Create(CultureInfo.InvariantCulture,
                    $$"""{"PassId":"B-{{i}}","SchoolCode":"S{{i % 20:00}}","StudentNumber":"{{i % 20:00}}{{i / 20 % 1500:00000}}","Code":"TDY","IssuedAt":"2026-02-{{1 + i / 30000 % 28:00}}T15:{{i % 60:00}}:00Z","Voided":false}"""), Encoding.UTF8, "application/json");
                if (key is not null)
                    request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
                using var answer = await http.SendAsync(request);
                await answer.Content.CopyToAsync(Stream.Null);
                if (answer.StatusCode != HttpStatusCode.Created)
                    throw new InvalidOperationException($"{url} answered {answer.StatusCode}.");
                Interlocked.Increment(ref done);
            }
        })));
        return done / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static async Task<double> StreamAsync(int port, string key, string type, string rows)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(10) };
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://127.0.0.1:{port}/ingest/passes")) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(rows)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        var began = Stopwatch.GetTimestamp();
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        var elapsed = Stopwatch.GetElapsedTime(began);
        if (!text.Contains($"\"added\":{StreamRows}", StringComparison.Ordinal))
            throw new InvalidOperationException($"Not all rows were added: {text[^Math.Min(text.Length, 300)..]}");
        return StreamRows / elapsed.TotalSeconds;
    }

    private static async Task<double> AddRangeAsync(BenchDatabase at, string rows, int round)
    {
        var passes = rows.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(l => l.Split(',')).Select(r => new PlainPass
        {
            PassId = r[0] + round, SchoolCode = r[1], StudentNumber = r[2], Code = r[3], IssuedAt = DateTimeOffset.Parse(r[4], CultureInfo.InvariantCulture), Voided = r[5].Trim() == "true",
        }).ToList();
        var options = new DbContextOptionsBuilder<PlainDb>();
        PlainDb.Use(options, at.PlainConnection);
        var began = Stopwatch.GetTimestamp();
        foreach (var some in passes.Chunk(1000))
        {
            await using var db = new PlainDb(options.Options);
            db.AddRange(some);
            await db.SaveChangesAsync();
        }
        return passes.Count / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static double Median(List<double> rates) => rates.Order().ElementAt(rates.Count / 2);

    private static int Port()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private static async Task UpAsync(int port)
    {
        for (var i = 0; ; i++)
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException) when (i < 300)
            {
                await Task.Delay(200);
            }
    }

    private static Process Start(string program, IEnumerable<string> args)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, program), .. args]) { RedirectStandardOutput = true };
        var process = Process.Start(start)!;
        return process;
    }

    private static async Task<string> OutputAsync(IEnumerable<string> args)
    {
        using var process = Start("k12sync.dll", args);
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output;
    }
}
