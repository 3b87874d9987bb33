using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using K12Sync.Api.Access;
using K12Sync.Api.Audit;
using K12Sync.Api.CommandLine;
using K12Sync.Api.Jobs;
using K12Sync.Api.OData;
using K12Sync.Data.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace K12Sync.Benchmarks;

/// <summary>One question: how the service is asked it, where the rivals answer it.</summary>
internal sealed record Question(string Name, Func<int, string> OData, Func<int, string> Rivals);

/// <summary>The OData service against what one would write by hand, in one process over real HTTP, in turns.</summary>
internal static partial class QueryBenchmark
{
    private const int Connections = 8;

    public static async Task RunAsync(Database database, int entries, int rounds, double seconds, string only)
    {
        var filling = Stopwatch.GetTimestamp();
        var data = await QueryData.FillAsync(database, entries);
        Say($"{entries:N0} lines filled in {Stopwatch.GetElapsedTime(filling).TotalSeconds:0} s; {rounds} rounds of {seconds} s, {Connections} connections");
        await using var app = Serve(data);
        await app.StartAsync();
        var client = new QueryClient(new Uri(app.Urls.First()).Port, data.Key);
        foreach (var question in Questions(data).Where(q => q.Name.Contains(only, StringComparison.Ordinal)))
        {
            Check(client, question);
            Compare(client, question, rounds, TimeSpan.FromSeconds(seconds));
        }
        if (only.Length > 0)
            return;
        Pages(client, data, rounds, TimeSpan.FromSeconds(seconds));
        foreach (var path in new[] { "/odata/SyncEntries?$format=csv", "/odata/SyncEntries?$format=csv&$filter=Status ne 'Held'" })
            Stream(client, path.Replace(" ", "%20", StringComparison.Ordinal));
        Walk(client, entries);
    }

    private static List<Question> Questions(QueryData data) =>
    [
        new("a line by its key", i => $"/odata/SyncEntries({1 + (i * 7919 % data.Entries)})", i => $"/entry/{1 + (i * 7919 % data.Entries)}"),
        new("a student, newest 50, counted", i => $"/odata/SyncEntries?$filter=StudentNumber%20eq%20'{QueryData.Student(i * 29 % QueryData.Students)}'&$orderby=Date%20desc&$top=50&$count=true", i => $"/student/{QueryData.Student(i * 29 % QueryData.Students)}"),
        new("held since a day, newest 50, counted", i => $"/odata/SyncEntries?$filter=Date%20ge%20{Since(data, i)}%20and%20Status%20eq%20'Held'&$orderby=Date%20desc&$top=50&$count=true", i => $"/held/{Since(data, i)}"),
        new("a run with its lines (200)", i => $"/odata/SyncRuns({1 + (i % data.Runs)})?$select=Id,ConnectorName,Status,RowsSent&$expand=SyncEntries", i => $"/run/{1 + (i % data.Runs)}"),
        new("a run's reasons", i => $"/odata/SyncEntries?$apply=filter(SyncRunId%20eq%20{1 + (i % data.Runs)})/groupby((Reason),aggregate($count%20as%20N))", i => $"/reasons/{1 + (i % data.Runs)}"),
        new("all reasons", _ => "/odata/SyncEntries?$apply=groupby((Reason),aggregate($count%20as%20N))", _ => "/reasons"),
    ];

    /// <summary>One of the last four days.</summary>
    private static string Since(QueryData data, int i) =>
        new DateOnly(2025, 9, 1).AddDays(((data.Entries - 1) / 4 / QueryData.Students * 21) + 19 - (i % 4)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static WebApplication Serve(QueryData data)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var premises = new Premises(Path.GetTempPath(), data.Database, TimeProvider.System);
        builder.Services.AddSingleton(premises).AddSingleton(TimeProvider.System).AddSingleton<DeliveryMeters>();
        builder.Services.AddKeys(new AccessSettings { RequestsPerMinute = int.MaxValue, AtOnce = 64 }).AddRows().AddAudit();
        var app = builder.Build();
        app.UseKeys();
        app.UseAudit();
        app.MapRows(premises);
        var rivals = new QueryRivals(data);
        rivals.Map(app, AccessServices.Readers);
        return app;
    }

    /// <summary>All three answer alike, but for the context; the fourth answer of the service is one of a hot shape.</summary>
    private static void Check(QueryClient client, Question question)
    {
        for (var i = 0; i < 6; i++)
        {
            var ours = Context().Replace(client.Read(question.OData(i)), "");
            ours = Next().Replace(ours, "");
            foreach (var rival in new[] { "/raw", "/hand" })
            {
                var theirs = client.Read(rival + question.Rivals(i));
                if (ours != theirs)
                    throw new InvalidOperationException($"{question.Name}: {rival} says\n{theirs}\nand the service\n{ours}");
            }
        }
    }

    private static void Compare(QueryClient client, Question question, int rounds, TimeSpan time)
    {
        var ways = new (string Name, Func<int, string> Path)[] { ("service", question.OData), ("by hand", i => "/hand" + question.Rivals(i)), ("raw SQL", i => "/raw" + question.Rivals(i)) };
        var found = Measure(client, ways, rounds, time);
        Say($"{question.Name}: service {Rate(found[0]):0} requests/s, by hand {Rate(found[1]):0}, raw SQL {Rate(found[2]):0}; {Ratio(found[0], found[1]):0.00} times by hand, {Ratio(found[0], found[2]):0.00} of raw SQL");
        Say($"    processor time of this process a request, the client's in it: {Cpu(found[0]):0} us, by hand {Cpu(found[1]):0}, raw SQL {Cpu(found[2]):0}; {Cpu(found[1]) / Cpu(found[0]):0.00} times by hand, {Cpu(found[2]) / Cpu(found[0]):0.00} of raw SQL");
    }

    private static double Rate(List<(double Rate, double Cpu)> rounds) => Median([.. rounds.Select(r => r.Rate)]);

    private static double Cpu(List<(double Rate, double Cpu)> rounds) => Median([.. rounds.Select(r => r.Cpu)]);

    private static List<(double Rate, double Cpu)>[] Measure(QueryClient client, (string Name, Func<int, string> Path)[] ways, int rounds, TimeSpan time, params (string, string)[] headers)
    {
        var found = ways.Select(_ => new List<(double, double)>()).ToArray();
        for (var round = -1; round < rounds; round++)
        {
            for (var way = 0; way < ways.Length; way++)
            {
                var (start, before) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
                var rate = client.Load(ways[way].Path, time, Connections, headers);
                if (round >= 0)
                    found[way].Add((rate, (Environment.CpuUsage.TotalTime - before).TotalMicroseconds / (rate * Stopwatch.GetElapsedTime(start).TotalSeconds)));
            }
        }
        return found;
    }

    private static void Pages(QueryClient client, QueryData data, int rounds, TimeSpan time)
    {
        foreach (var order in new[] { "", "&$orderby=Date", "&$orderby=Date%20desc" })
        {
            var first = "/odata/SyncEntries?$select=Id,Date,Status" + order;
            var page = client.Read($"{first}&$skip={data.Entries / 10 * 9}", ("Prefer", "odata.maxpagesize=50"));
            var deep = new Uri(Next().Match(page).Groups["link"].Value).PathAndQuery;
            var found = Measure(client, [("first", _ => first), ("deep", _ => deep)], rounds, time, ("Prefer", "odata.maxpagesize=50"));
            Say($"pages of 50{Uri.UnescapeDataString(order)}: the first {Rate(found[0]):0} requests/s, {Cpu(found[0]):0} us, after nine tenths of the rows {Rate(found[1]):0}, {Cpu(found[1]):0} us; deep costs {Ratio(found[0], found[1]):0.00} times the first");
        }
        var count = Measure(client, [("count", i => $"/odata/SyncEntries?$top=0&$count=true&$filter=StudentNumber%20eq%20'{QueryData.Student(i)}'")], rounds, time);
        Say($"$top=0&$count=true of a student: {Rate(count[0]):0} requests/s, {Cpu(count[0]):0} us");
    }

    private static void Stream(QueryClient client, string path)
    {
        for (var time = 0; time < 2; time++)
        {
            var (before, most) = (Environment.WorkingSet, 0L);
            var (bytes, first, whole) = client.Stream(path, () => most = Math.Max(most, GC.GetTotalMemory(false)));
            Say($"{Uri.UnescapeDataString(path)}: {bytes / 1e6:0} MB in {whole.TotalSeconds:0.0} s, first bytes after {first.TotalMilliseconds:0.0} ms, managed memory {most >> 20} MiB at most, working set from {before >> 20} to {Environment.WorkingSet >> 20} MiB");
        }
    }

    /// <summary>All rows, page by page.</summary>
    private static void Walk(QueryClient client, int entries)
    {
        var (start, rows, most) = (Stopwatch.GetTimestamp(), 0, 0L);
        for (var path = "/odata/SyncEntries?$select=Id,Status"; path is not null;)
        {
            var page = client.Read(path);
            rows += Etag().Count(page);
            most = Math.Max(most, GC.GetTotalMemory(false));
            path = Next().Match(page) is { Success: true } next ? new Uri(next.Groups["link"].Value).PathAndQuery : null!;
        }
        if (rows != entries)
            throw new InvalidOperationException($"{rows} of {entries} rows came.");
        Say($"all rows in pages of 1,000: {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s, managed memory {most >> 20} MiB at most, with the client's buffers");
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    /// <summary>The median of the rounds' own ratios: what the machine does besides falls on both.</summary>
    private static double Ratio(List<(double Rate, double Cpu)> one, List<(double Rate, double Cpu)> other) => Median([.. one.Zip(other, (a, b) => a.Rate / b.Rate)]);

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    [GeneratedRegex("\"@odata.context\":\"[^\"]*\",")]
    private static partial Regex Context();

    [GeneratedRegex(",\"[A-Za-z]*@odata.nextLink\":\"(?<link>[^\"]*)\"")]
    private static partial Regex Next();

    [GeneratedRegex("@odata.etag")]
    private static partial Regex Etag();
}
