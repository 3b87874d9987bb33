using K12Sync.Api.Exports;
using K12Sync.Data.Storage;
using K12Sync.Domain.Exports;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Nemesis;

/// <summary>What a run is made of.</summary>
/// <param name="Seed">The same seed makes the same faults and the same lives; which meets which is up to the machine.</param>
/// <param name="Chaos">How long faults last; what follows mends everything and takes some seconds more.</param>
internal sealed record NemesisSettings(int Seed, TimeSpan Chaos)
{
    /// <summary>Something is wrong with the destinations on purpose; then there are no other faults, folders in place of a server, and one runner in this process.</summary>
    public Deed Deed { get; init; }

    /// <summary>So many seconds of the runners' clocks in one.</summary>
    public int Speed { get; init; } = 60;

    /// <summary>Told of everything as it happens.</summary>
    public Action<string> Listener { get; init; } = _ => { };
}

/// <summary>What became of a run.</summary>
internal sealed record NemesisVerdict(int Seed, IReadOnlyList<Finding> Findings, IReadOnlyList<string> Story, int Files, int Faults, int Runs)
{
    public override string ToString() => Findings.Count == 0
        ? FormattableString.Invariant($"Seed {Seed}: {Files} files, {Runs} runs, {Faults} faults; nothing lost, doubled, invented, cut or crossed.")
        : FormattableString.Invariant($"Seed {Seed} found:\n{string.Join('\n', Findings)}\n\nThe story:\n{string.Join('\n', Story)}");
}

/// <summary>
/// Two districts with two connectors each, two runners that do not know of each other's troubles, a real SSH server, and an SIS for each connector that takes what it
/// sees. Faults strike at random; then all are mended, and the checker compares what the SIS read with what the ledger says.
/// </summary>
internal sealed class NemesisRun
{
    private const int Runners = 2;
    private readonly NemesisSettings _settings;
    private readonly string _folder;
    private readonly DataFolder _data;
    private readonly District[] _districts;
    private readonly Story _story;
    private readonly List<Finding> _findings = [];
    private readonly List<Sis> _sis = [];
    private readonly DateTimeOffset _start = TimeProvider.System.GetUtcNow();

    private NemesisRun(NemesisSettings settings, string folder)
    {
        (_settings, _folder) = (settings, folder);
        _story = new Story(TimeProvider.System) { Listener = settings.Listener };
        _data = new DataFolder(Path.Combine(folder, "data"), TimeProvider.System);
        _districts = [new District(_data, "north", NemesisConnector.North, settings.Seed * 2), new District(_data, "south", NemesisConnector.South, settings.Seed * 2 + 1)];
    }

    public static async Task<NemesisVerdict> RunAsync(NemesisSettings settings, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("k12sync-nemesis-").FullName;
        try
        {
            var run = new NemesisRun(settings, folder);
            await run._data.MigrateAsync(cancellation);
            return await (settings.Deed == Deed.None ? run.OverSftpAsync(cancellation) : run.IntoFoldersAsync(cancellation));
        }
        finally
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<NemesisVerdict> OverSftpAsync(CancellationToken cancellation)
    {
        await using var server = await NemesisServer.StartAsync(_folder, Runners);
        await BeginAsync(folder => server.Destination(folder), cancellation);
        var victims = Enumerable.Range(0, Runners).Select(i => new Victim(i, _story, Crashed)).ToList();
        try
        {
            var faults = new Faults(server, victims, port => Settings(port), _settings.Seed, _story);
            await AmongOthersAsync(stop => faults.StrikeAsync(_settings.Chaos, stop), cancellation);
            await faults.MendAsync();
            await ConvergeAsync(server.Port, cancellation);
            return await JudgeAsync(faults.Count, cancellation);
        }
        finally
        {
            victims.ForEach(v => v.Dispose());
        }
    }

    private async Task<NemesisVerdict> IntoFoldersAsync(CancellationToken cancellation)
    {
        await BeginAsync(folder => new FolderDestinationDefinition(folder), cancellation);
        await AmongOthersAsync(async stop =>
        {
            while (!stop.IsCancellationRequested && TimeProvider.System.GetUtcNow() - _start < _settings.Chaos)
                await RoundAsync(0, CancellationToken.None);
        }, cancellation);
        await ConvergeAsync(0, cancellation);
        return await JudgeAsync(0, cancellation);
    }

    private async Task BeginAsync(Func<string, DestinationDefinition> destination, CancellationToken cancellation)
    {
        var (incoming, archive) = (Path.Combine(_folder, "incoming"), Directory.CreateDirectory(Path.Combine(_folder, "archive")).FullName);
        foreach (var district in _districts)
        {
            await district.BeginAsync(folder => destination(Path.Combine(incoming, folder)), cancellation);
            foreach (var connector in district.Connectors)
            {
                var name = district.FolderOf(connector.Name);
                var there = Directory.CreateDirectory(Path.Combine(incoming, name)).FullName;
                _sis.Add(new Sis(name, there, archive, connector.Appetite, _settings.Seed + _sis.Count, _story));
            }
        }
    }

    /// <summary>While the districts live, the SIS read, and somebody decides about files that may have arrived.</summary>
    private async Task AmongOthersAsync(Func<CancellationToken, Task> act, CancellationToken cancellation)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var others = _districts.Select(d => LiveAsync(d, over.Token)).Concat(_sis.Select(s => s.EatAsync(over.Token))).Append(DecideNowAndThenAsync(over.Token)).ToList();
        await act(cancellation);
        await over.CancelAsync();
        await Task.WhenAll(others);
    }

    private async Task LiveAsync(District district, CancellationToken cancellation)
    {
        var random = new Random(_settings.Seed);
        while (!cancellation.IsCancellationRequested)
        {
            await district.StepAsync(_story, CancellationToken.None);
            await Task.Delay(random.Next(50, 250), CancellationToken.None);
        }
    }

    private async Task DecideNowAndThenAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            await Task.Delay(700, CancellationToken.None);
            foreach (var district in _districts)
                await DecideAsync(district, CancellationToken.None);
        }
    }

    /// <summary>A person looks whether files that may have arrived have, and releases what is held. True if there was anything.</summary>
    private async Task<bool> DecideAsync(District district, CancellationToken cancellation)
    {
        await using var db = _data.Open(district.Id);
        var decided = false;
        var connectors = new ConnectorOperations(db, new LayoutOperations(db), TimeProvider.System);
        foreach (var connector in await connectors.ListAsync(cancellation))
        {
            var sis = _sis.Single(s => s.Name == district.FolderOf(connector.Name));
            if (await connectors.ReleaseAsync(connector.Name, null, cancellation) is { } hold)
            {
                decided = true;
                _story.Tell($"a person releases {sis.Name}: {hold.Reason}");
            }
            foreach (var batch in await db.ExportBatches.AsNoTracking().Where(b => b.ConnectorId == connector.Id && b.Status == BatchStatus.DeliveredUnconfirmed).ToListAsync(cancellation))
            {
                decided = true;
                await sis.Turn.WaitAsync(cancellation);
                var known = await db.ExportBatches.CountAsync(b => b.ConnectorId == connector.Id && b.Sha256 == batch.Sha256 && b.Status == BatchStatus.Delivered, cancellation);
                var has = sis.Has(batch.Sha256, known);
                sis.Turn.Release();
                _story.Tell($"a person looks for batch {batch.Id} of {sis.Name}={batch.Sha256[..6]}: {(has ? "arrived" : "not arrived, send again")} ({batch.Reason})");
                var batches = new BatchOperations(db, TimeProvider.System);
                await (has ? batches.ConfirmAsync(batch.Id, cancellation) : batches.SendAgainAsync(batch.Id, cancellation));
            }
        }
        return decided;
    }

    private async Task ConvergeAsync(int port, CancellationToken cancellation)
    {
        _story.Tell("all faults are mended");
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _sis.ForEach(s => s.IsHungry = true);
        var eating = _sis.Select(s => s.EatAsync(over.Token)).ToList();
        foreach (var district in _districts)
            await district.EndAsync(cancellation);
        var quiet = 0;
        for (var round = 0; round < 30 && quiet < 2; round++)
        {
            var idle = await RoundAsync(port, cancellation);
            var decided = false;
            foreach (var district in _districts)
                decided |= await DecideAsync(district, cancellation);
            await Task.Delay(50, cancellation);
            quiet = idle && !decided && _sis.TrueForAll(s => s.There.Count == 0) ? quiet + 1 : 0;
        }
        await over.CancelAsync();
        await Task.WhenAll(eating);
        if (quiet == 0)
            _findings.Add(new Finding(Sin.NotConverged, "After thirty rounds without faults there is still something to do."));
    }

    private async Task<bool> RoundAsync(int port, CancellationToken cancellation)
    {
        var idle = true;
        foreach (var district in _districts)
            idle &= await new Runner(Settings(port)).RoundAsync(_data, district.Id, district.Name, line => _story.Tell($"here: {line}"), cancellation);
        return idle;
    }

    private async Task<NemesisVerdict> JudgeAsync(int faults, CancellationToken cancellation)
    {
        var ledger = new List<LedgerFile>();
        var consumed = _sis.SelectMany(s => s.Consumed).ToList();
        var runs = 0;
        foreach (var district in _districts)
        {
            await using var db = _data.Open(district.Id);
            var names = await db.Connectors.AsNoTracking().ToDictionaryAsync(c => c.Id, c => district.FolderOf(c.Name), cancellation);
            var contents = await db.ExportContents.AsNoTracking().ToDictionaryAsync(c => c.BatchId, c => c.Bytes, cancellation);
            foreach (var batch in await db.ExportBatches.AsNoTracking().OrderBy(b => b.Id).ToListAsync(cancellation))
                ledger.Add(new LedgerFile(names[batch.ConnectorId], batch.Id, batch.Status, batch.FileName, batch.Sha256, contents[batch.Id]));
            runs += await db.SyncRuns.CountAsync(cancellation);
            foreach (var (_, folder) in names)
                _findings.AddRange(await Checker.CheckMarksAsync(db, folder, InOrder(ledger, consumed.Where(c => c.Folder == folder)), cancellation));
        }
        _findings.InsertRange(0, [.. Checker.CheckFiles(ledger, consumed), .. Checker.CheckRows(consumed)]);
        return new NemesisVerdict(_settings.Seed, _findings, _story.Lines, consumed.Count, faults, runs);
    }

    /// <summary>As they were read; but what was moved aside counts before what took its name, whenever it was read.</summary>
    private static IEnumerable<Consumed> InOrder(List<LedgerFile> ledger, IEnumerable<Consumed> read) =>
        read.OrderBy(c => c.Folder == "south-aside" ? ledger.FirstOrDefault(f => f.Folder == c.Folder && f.Sha256 == c.Sha256)?.Id ?? 0 : c.Order);

    private RunnerSettings Settings(int port) => new(_data.Path, _start.UtcTicks, _settings.Speed, 0, port, _settings.Deed);

    private void Crashed(string what)
    {
        _story.Tell(what);
        lock (_findings)
            _findings.Add(new Finding(Sin.Crashed, what));
    }
}
