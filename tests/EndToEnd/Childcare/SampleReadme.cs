using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using K12Sync.EndToEnd.CommandLine;
using K12Sync.EndToEnd.Serving;

namespace K12Sync.EndToEnd.Childcare;

/// <summary>
/// Somebody who follows a chapter of the sample centre's README line by line: the simulator in one window, the commands in another. Only the port is another one, for several tests run at a time.
/// </summary>
internal sealed partial class SampleReadme : IAsyncDisposable
{
    private readonly Desk _desk = new();
    private readonly Queue<string> _lines;
    private readonly string _sample;
    private readonly Process _agency;

    private SampleReadme(IEnumerable<string> lines, string agency)
    {
        _lines = new Queue<string>(lines);
        var port = FreePort();
        var (start, usual) = (Words(agency), PortOption().Match(agency).Groups[1].Value);
        Address = new Uri($"http://127.0.0.1:{port}");
        _sample = Path.Combine(_desk.Import, "sample-data", "childcare");
        Desk.Copy(Path.Combine(Desk.Sample, "childcare"), _sample);
        foreach (var connector in Directory.EnumerateFiles(_sample, "*.json"))
            File.WriteAllText(connector, File.ReadAllText(connector).Replace($"http://127.0.0.1:{usual}\"", $"{Address.OriginalString}\"", StringComparison.Ordinal));
        _agency = Desk.Start([.. start[1..^1], $"{port}"]);
    }

    /// <summary>Where the simulated agency answers.</summary>
    public Uri Address { get; }

    /// <summary>The folder that relative paths start at.</summary>
    public string Folder => _desk.Import;

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    /// <summary>Opens a chapter and starts its simulator.</summary>
    public static async Task<SampleReadme> OpenAsync(string chapter)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Desk.Sample, "childcare", "README.md"), Now);
        var blocks = Block().Matches(Chapters().Split(text).Single(c => c.StartsWith(chapter + "\n", StringComparison.Ordinal))).Select(b => b.Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries)).ToList();
        blocks.Should().HaveCount(2, "one for each window");
        blocks[0].Should().ContainSingle();
        var readme = new SampleReadme(blocks[1], blocks[0][0]);
        await Eventually.IsTrueAsync(async () => readme._agency.HasExited || (await readme.ReceivedAsync()).ValueKind != JsonValueKind.Undefined, "it answers");
        return readme;
    }

    /// <summary>Does the next line of the chapter, which must begin so.</summary>
    public async Task<Ran> NextAsync(string beginning)
    {
        var line = _lines.Dequeue();
        line.Should().StartWith(beginning);
        return await RunAsync(line);
    }

    /// <summary>Does the lines up to the one that begins so; each must end well.</summary>
    public async Task<Ran> UntilAsync(string beginning)
    {
        while (!_lines.Peek().StartsWith(beginning, StringComparison.Ordinal))
        {
            var (line, ran) = (_lines.Peek(), await RunAsync(_lines.Dequeue()));
            ran.ExitCode.Should().Be(0, $"{line}: {ran.Err}{ran.Out}");
        }
        return await NextAsync(beginning);
    }

    /// <summary>Where child-days stand: <c>0101 2026-09-14 Transferred</c>, errors first; and that the chapter has no more lines.</summary>
    public async Task<IReadOnlyList<string>> StandAsync()
    {
        _lines.Should().BeEmpty();
        return [.. (await RunAsync("k12sync transfers --format csv")).Lines.Skip(1).Select(l => l.Split(',')).Select(l => $"{l[0]} {l[2]} {l[4]}")];
    }

    /// <summary>What the agency holds.</summary>
    public async Task<JsonElement> ReceivedAsync()
    {
        using var http = new HttpClient();
        try
        {
            return await http.GetFromJsonAsync<JsonElement>(new Uri(Address, "_simulator/received"), Now);
        }
        catch (HttpRequestException)
        {
            return default;
        }
    }

    /// <summary>A line as a shell takes it, for the few things that the README uses of one.</summary>
    public Task<Ran> RunAsync(string line)
    {
        var piped = line.Split(" | ");
        var words = Words(piped[^1]).Select(w => w.StartsWith("sample-data/", StringComparison.Ordinal) ? Path.Combine(Folder, w) : w).ToArray();
        words[0].Should().Be("k12sync");
        if (words is [_, .., "--out", _])
            words[^1] = Path.Combine(Folder, words[^1]);
        return piped.Length == 1 ? _desk.RunAsync(words[1..]) : _desk.RunWithInputAsync(piped[0]["echo ".Length..] + "\n", words[1..]);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_agency.HasExited)
            _agency.Kill();
        await _agency.WaitForExitAsync(CancellationToken.None);
        _agency.Dispose();
        _desk.Dispose();
    }

    private static string[] Words(string line) => [.. Word().Matches(line).Select(w => w.Value.Trim('"'))];

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    [GeneratedRegex(@"^## ", RegexOptions.Multiline)]
    private static partial Regex Chapters();

    [GeneratedRegex(@"```\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("\"[^\"]*\"|[^ ]+")]
    private static partial Regex Word();

    [GeneratedRegex(@"--port (\d+)$")]
    private static partial Regex PortOption();
}
