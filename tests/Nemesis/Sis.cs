using System.Globalization;
using System.Security.Cryptography;

namespace K12Sync.Nemesis;

/// <summary>How an SIS takes the files of its folder.</summary>
internal enum Appetite
{
    /// <summary>Reads a file whole, sometimes slowly, then deletes or renames it. Right where a name is never given anew while its file is there.</summary>
    ReadsThenDeletes,

    /// <summary>Renames a file to a folder of its own first, so that nobody else has it, then reads it.</summary>
    ClaimsThenReads,

    /// <summary>As <see cref="ReadsThenDeletes"/>, once the done file is there.</summary>
    WaitsForDone,
}

/// <summary>A file as the SIS read it.</summary>
internal sealed record Consumed(string Folder, string Name, byte[] Content, int Order)
{
    public string Sha256 { get; } = Convert.ToHexString(SHA256.HashData(Content));
}

/// <summary>One SIS that takes files from its folder as a real one would: when it sees them, in the order of their names, sometimes slowly, sometimes not for a while.</summary>
#pragma warning disable CA1001 // A semaphore without a wait handle holds nothing.
internal sealed class Sis(string name, string folder, string archive, Appetite appetite, int seed, Story story)
#pragma warning restore CA1001
{
    private readonly Random _random = new(seed);
    private readonly List<Consumed> _consumed = [];

    public string Name => name;

    /// <summary>It takes what there is, at once.</summary>
    public bool IsHungry { get; set; }

    public IReadOnlyList<Consumed> Consumed
    {
        get
        {
            lock (_consumed)
                return [.. _consumed];
        }
    }

    /// <summary>Held while it takes a file, so that nobody looks in between.</summary>
    public SemaphoreSlim Turn { get; } = new(1);

    /// <summary>Files that a reader of the folder would see, temporary and done files left out; what was moved aside comes first, in the order in which it was.</summary>
    public IReadOnlyList<string> There =>
    [
        .. Directory.EnumerateFiles(folder).Select(f => Path.GetFileName(f)!).Where(IsOurs)
            .OrderBy(f => f.Split(".before-") is [_, var batch] ? long.Parse(batch, CultureInfo.InvariantCulture) : long.MaxValue).ThenBy(f => f, StringComparer.Ordinal),
    ];

    /// <summary>True if a file with these bytes is there, or was read more often than is known.</summary>
    public bool Has(string sha256, int known) => Consumed.Count(c => c.Sha256 == sha256) > known
        || There.Any(f => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, f)))) == sha256);

    public async Task EatAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            foreach (var file in There)
            {
                if (!IsHungry && _random.Next(4) == 0)
                    break;
                await Turn.WaitAsync(CancellationToken.None);
                await TakeAsync(file);
                Turn.Release();
            }
            try
            {
                // Sometimes nobody is at work for a while.
                await Task.Delay(IsHungry ? 10 : _random.Next(8) == 0 ? _random.Next(3000) : _random.Next(10, 150), cancellation);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private static bool IsOurs(string file) => !file.StartsWith('.') && !file.EndsWith(".done", StringComparison.Ordinal);

    private async Task TakeAsync(string file)
    {
        var path = Path.Combine(folder, file);
        var mine = Path.Combine(archive, $"{name}-{Consumed.Count:0000}-{file}");
        if (appetite == Appetite.WaitsForDone && !File.Exists(path + ".done"))
            return;
        if (appetite == Appetite.ClaimsThenReads)
        {
            try
            {
                File.Move(path, mine);
            }
            catch (FileNotFoundException)
            {
                // Taken back in the last moment.
                return;
            }
            Remember(file, await File.ReadAllBytesAsync(mine));
            return;
        }
        byte[] content;
        try
        {
            content = await ReadAsync(path);
        }
        catch (FileNotFoundException)
        {
            return;
        }
        Remember(file, content);
        if (_random.Next(2) == 0)
            File.Delete(path);
        else
            File.Move(path, mine);
        File.Delete(path + ".done");
    }

    /// <summary>In two parts, with a pause between them: a file that grows or changes meanwhile is read as it then is.</summary>
    private async Task<byte[]> ReadAsync(string path)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        using var content = new MemoryStream();
        var half = new byte[Math.Max(1, file.Length / 2)];
        await content.WriteAsync(half.AsMemory(0, await file.ReadAtLeastAsync(half, half.Length, throwOnEndOfStream: false)));
        if (!IsHungry && _random.Next(3) == 0)
            await Task.Delay(_random.Next(400));
        await file.CopyToAsync(content);
        return content.ToArray();
    }

    private void Remember(string file, byte[] content)
    {
        Consumed consumed;
        lock (_consumed)
            _consumed.Add(consumed = new Consumed(name, file, content, _consumed.Count));
        story.Tell($"SIS {name} read {file}={consumed.Sha256[..6]}, {content.Length} bytes");
    }
}

/// <summary>What happened, in order, for whoever has to find out why.</summary>
internal sealed class Story(TimeProvider clock)
{
    private readonly long _began = clock.GetTimestamp();
    private readonly List<string> _lines = [];

    /// <summary>Told of each line as well.</summary>
    public Action<string> Listener { get; init; } = _ => { };

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
                return [.. _lines];
        }
    }

    public void Tell(string line)
    {
        line = FormattableString.Invariant($"{clock.GetElapsedTime(_began).TotalSeconds,7:0.000} {line}");
        lock (_lines)
            _lines.Add(line);
        Listener(line);
    }
}
