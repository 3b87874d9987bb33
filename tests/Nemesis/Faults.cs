namespace K12Sync.Nemesis;

/// <summary>What strikes. Each fault ends by itself after a while, or with <see cref="MendAsync"/>.</summary>
internal sealed class Faults(NemesisServer server, IReadOnlyList<Victim> victims, Func<int, RunnerSettings> settings, int seed, Story story)
{
    private readonly Random _random = new(seed);
    private readonly List<Task> _lasting = [];

    /// <summary>How many struck.</summary>
    public int Count { get; private set; }

    public async Task StrikeAsync(TimeSpan howLong, CancellationToken cancellation)
    {
        for (var i = 0; i < victims.Count; i++)
            Start(i);
        var began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began) < howLong)
        {
            await Task.Delay(_random.Next(200, 2000), cancellation);
            await StrikeAsync(_random.Next(victims.Count));
            _lasting.RemoveAll(t => t.IsCompletedSuccessfully);
            Count++;
        }
    }

    /// <summary>All runners are gone, the line is free and the server well.</summary>
    public async Task MendAsync()
    {
        await Task.WhenAll(_lasting);
        foreach (var victim in victims)
            await victim.KillAsync();
        server.Set();
        await server.StartAgainAsync();
    }

    private async Task StrikeAsync(int which)
    {
        var (victim, line) = (victims[which], server.Lines[which]);
        switch (_random.Next(16))
        {
            case < 5:
                story.Tell($"FAULT runner {which} is killed");
                await victim.KillAsync();
                await Task.Delay(_random.Next(2) * _random.Next(800));
                Start(which);
                break;
            case < 8:
                Last(victim.Pause, victim.Resume, $"runner {which} is stopped", $"runner {which} goes on", 2500);
                break;
            case < 10:
                story.Tell($"FAULT line {which} is reset");
                line.Reset();
                break;
            case < 13:
                Last(line.Stall, line.Resume, $"line {which} stalls", $"line {which} goes on", 2500);
                break;
            case 13:
                story.Tell("FAULT the server is killed, with its sessions");
                await server.StopAsync();
                await Task.Delay(_random.Next(1000));
                await server.StartAgainAsync();
                break;
            case 14:
                Last(() => server.Set(diskBlocks: _random.Next(2)), () => server.Set(), "the disk is full", "the disk has room", 2000);
                break;
            default:
                var options = _random.Next(2) == 0 ? "-R" : "-P posix-rename,fsync,statvfs";
                Last(() => server.Set(options), () => server.Set(), $"the server runs with {options}", "the server runs as usual", 2000);
                break;
        }
    }

    private void Start(int which) =>
        victims[which].Start(settings(server.Lines[which].Port) with { AheadHours = _random.Next(3) == 0 ? new[] { 1, -1, 72 }[_random.Next(3)] : 0 });

    private void Last(Action begin, Action end, string begun, string ended, int atMost)
    {
        var wait = _random.Next(200, atMost);
        story.Tell($"FAULT {begun}");
        begin();
        _lasting.Add(LaterAsync());

        async Task LaterAsync()
        {
            await Task.Delay(wait);
            end();
            story.Tell(ended);
        }
    }
}
