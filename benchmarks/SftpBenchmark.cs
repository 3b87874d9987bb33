using System.Diagnostics;
using System.Globalization;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Sftp;
using K12Sync.Tests.Servers;

namespace K12Sync.Benchmarks;

/// <summary>
/// The SFTP destination against OpenSSH's own <c>sftp</c>, to one and the same server, next door and 20 ms away each way. Client, server and the long way share this
/// machine, and each turn runs everything once, so that whatever else the machine does falls on all of it.
/// </summary>
public static class SftpBenchmark
{
    private const int SmallFiles = 200;
    private const int SmallSize = 20_000;
    private const int LargeSize = 100_000_000;

    private static readonly byte[] Small = Noise(SmallSize);
    private static readonly byte[] Large = Noise(LargeSize);

    public static async Task RunAsync(int turns)
    {
        // In memory, so that what is measured is the way there; a server's disk has its own time, which is the last line.
        await using var server = await SshServer.StartAsync(new SshServerSettings { Under = "/dev/shm" });
        using var far = new DelayProxy(server.Port, TimeSpan.FromMilliseconds(20));
        await File.WriteAllBytesAsync(Path.Combine(server.Folder, "large"), Large);
        await MeasureAsync("next door", server, server.Port, turns);
        await MeasureAsync("40 ms", server, far.Port, turns);

        await using var onDisk = await SshServer.StartAsync();
        using var farDisk = new DelayProxy(onDisk.Port, TimeSpan.FromMilliseconds(20));
        var seconds = new List<double>();
        for (var turn = 0; turn < turns; turn++)
            seconds.Add((await UploadSmallAsync(onDisk, farDisk.Port)).Upload);
        Say($"40 ms, onto this machine's disk with an fsync for each: {SmallFiles / Median(seconds):0} files/s (median), {SmallFiles / seconds.Min():0} (best)");
    }

    private static async Task MeasureAsync(string name, SshServer server, int port, int turns)
    {
        var roundTrip = await RoundTripAsync(server, port);
        Say($"{name}: a round trip takes {roundTrip:0.0} ms");
        // Once without a clock: the program's code is compiled.
        await UploadSmallAsync(server, port);
        List<(double Connect, double Small, double Large, double Batch, double Put)> seen = [];
        for (var turn = 0; turn < turns; turn++)
        {
            var (connect, small) = await UploadSmallAsync(server, port);
            var batch = turn == 0 ? await BatchAsync(server, port) : seen[0].Batch;
            var large = await UploadLargeAsync(server, port);
            var put = await PutAsync(server, port, [$"put {server.Folder}/large {server.Incoming}/put"]);
            seen.Add((connect, small, large, batch, put));
            Say($"  connect {connect:0.00} s; {SmallFiles} small {SmallFiles / small:0} files/s, with connect {SmallFiles / (small + connect):0}; sftp -b {SmallFiles / batch:0.0}; large {large:0.00} s, sftp put {put:0.00} s");
        }
        var (ours, theirs) = (Median(seen.Select(s => s.Large)), Median(seen.Select(s => s.Put)));
        Say($"  medians: {SmallFiles / Median(seen.Select(s => s.Small)):0} files/s, best {SmallFiles / seen.Min(s => s.Small):0}; large {ours:0.00} s, sftp put {theirs:0.00} s, as fast {theirs / ours:0.00}; bests {seen.Min(s => s.Large):0.00} s, {seen.Min(s => s.Put):0.00} s, as fast {seen.Min(s => s.Put) / seen.Min(s => s.Large):0.00}");
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    /// <summary>Seconds to connect, and from then on until all have their names.</summary>
    private static async Task<(double Connect, double Upload)> UploadSmallAsync(SshServer server, int port)
    {
        Empty(server);
        await using var destination = Open(server, port);
        var connect = await ConnectAsync(destination);
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, SmallFiles).Select(async i =>
        {
            Check(await destination.StageAsync($".k12sync-{i}-1.part", Small, default) is StageResult.Staged);
            Check(await destination.PublishAsync($".k12sync-{i}-1.part", $"{i}.csv", ExistingFile.Refuse, default) is PublishResult.Published);
        }));
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Check(new DirectoryInfo(server.Incoming).GetFiles("*.csv").Count(f => f.Length == SmallSize) == SmallFiles);
        return (connect, seconds);
    }

    private static async Task<double> UploadLargeAsync(SshServer server, int port)
    {
        Empty(server);
        await using var destination = Open(server, port);
        // With its connection, as the other program has it too.
        var start = Stopwatch.GetTimestamp();
        Check(await destination.StageAsync(".k12sync-1-1.part", Large, default) is StageResult.Staged);
        Check(await destination.PublishAsync(".k12sync-1-1.part", "large.csv", ExistingFile.Refuse, default) is PublishResult.Published);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static SftpDestination Open(SshServer server, int port) => new(
        new SftpDestinationDefinition("127.0.0.1", port, server.User, server.Incoming, [server.HostKey()], server.KeyFile), DestinationSecrets.None, "benchmark");

    private static async Task<double> ConnectAsync(SftpDestination destination)
    {
        var start = Stopwatch.GetTimestamp();
        Check(await destination.LookAsync("a", "b", default) is LookResult.Seen);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>The same small files by a batch of OpenSSH's program: put, then rename.</summary>
    private static Task<double> BatchAsync(SshServer server, int port)
    {
        Empty(server);
        File.WriteAllBytes(Path.Combine(server.Folder, "small"), Small);
        return PutAsync(server, port, [.. Enumerable.Range(0, SmallFiles).SelectMany(i => new[]
        {
            $"put {server.Folder}/small {server.Incoming}/.{i}.part", $"rename {server.Incoming}/.{i}.part {server.Incoming}/{i}.csv",
        })]);
    }

    private static async Task<double> PutAsync(SshServer server, int port, string[] commands)
    {
        var (batch, known) = (Path.Combine(server.Folder, "batch"), Path.Combine(server.Folder, "known_hosts"));
        await File.WriteAllLinesAsync(batch, commands);
        await File.WriteAllTextAsync(known, $"[127.0.0.1]:{port} {server.HostKey()}\n");
        var start = Stopwatch.GetTimestamp();
        await SshServer.RunAsync("sftp", "-q", "-F", "none", "-o", $"UserKnownHostsFile={known}", "-o", "IdentitiesOnly=yes", "-i", server.KeyFile,
            "-P", port.ToString(CultureInfo.InvariantCulture), "-b", batch, $"{server.User}@127.0.0.1");
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>The shortest of five questions and answers over a session.</summary>
    private static async Task<double> RoundTripAsync(SshServer server, int port)
    {
        await using var destination = Open(server, port);
        await ConnectAsync(destination);
        var shortest = double.MaxValue;
        for (var i = 0; i < 5; i++)
            shortest = Math.Min(shortest, await ConnectAsync(destination));
        return shortest * 1000;
    }

    private static void Empty(SshServer server)
    {
        foreach (var file in new DirectoryInfo(server.Incoming).GetFiles())
            file.Delete();
    }

    private static byte[] Noise(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    private static double Median(IEnumerable<double> values) => values.Order().ToArray() is var ordered ? ordered[ordered.Length / 2] : 0;

    private static void Check(bool holds)
    {
        if (!holds)
            throw new InvalidOperationException("A figure about files that did not arrive would be none.");
    }
}
