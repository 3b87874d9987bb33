using K12Sync.Domain.Exports;
using K12Sync.Exporters.Exports;

namespace K12Sync.Exporters.Tests.Exports;

public sealed class CircuitTests : IAsyncDisposable
{
    private readonly FixedClock _clock = new(new DateTimeOffset(2026, 9, 8, 13, 0, 0, TimeSpan.Zero));
    private readonly ScriptedDestination _server = new(new Failpoints());
    private readonly Circuits _circuits;
    private TroubleKind? _trouble = TroubleKind.Unreachable;

    public CircuitTests()
    {
        _circuits = new Circuits(_server, _clock);
        _server.OnStage = _ => _trouble is { } kind ? new StageResult.TryAgain(new Trouble(kind, "No answer.")) : null;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task<StageResult> StageAsync(string folder = "out")
    {
        await using var destination = _circuits.Open(PipelineStage.ConnectorTo(new FolderDestinationDefinition(folder)));
        return await destination.StageAsync(".part", new byte[1], TestContext.Current.CancellationToken);
    }

    private async Task<int> CallsAsync(int times, string folder = "out")
    {
        var before = _server.Calls;
        for (var i = 0; i < times; i++)
            await StageAsync(folder);
        return _server.Calls - before;
    }

    [Fact]
    public async Task ADeadServer_IsLeftAloneAfterFiveFailures_ByEveryConnectorThatDeliversThere()
    {
        (await CallsAsync(8)).Should().Be(5);

        (await StageAsync()).Should().BeOfType<StageResult.TryAgain>().Which.Trouble.Reason.Should()
            .Be("Not tried: it could not be reached 5 times in a row, last: No answer. It is tried again after 13:01:00 UTC.");
        (await CallsAsync(1, "elsewhere")).Should().Be(1, "another place is another circuit");
    }

    [Fact]
    public async Task TheRest_Doubles_WhileNobodyAnswers_AndEndsWithTheFirstAnswer()
    {
        await CallsAsync(5);
        _clock.Now += TimeSpan.FromMinutes(1);
        (await CallsAsync(3)).Should().Be(1);
        _clock.Now += TimeSpan.FromMinutes(1);
        (await CallsAsync(3)).Should().Be(0);
        _clock.Now += TimeSpan.FromMinutes(1);
        _trouble = null;

        (await CallsAsync(9)).Should().Be(9);
    }

    [Fact]
    public async Task TheRest_IsNeverLongerThanAQuarterOfAnHour()
    {
        await CallsAsync(5);
        for (var i = 0; i < 20; i++)
        {
            _clock.Now += TimeSpan.FromMinutes(15);
            (await CallsAsync(2)).Should().Be(1);
        }
    }

    [Theory]
    [InlineData(TroubleKind.NoSpace)]
    [InlineData(TroubleKind.WrongContent)]
    public async Task AServerThatAnswers_IsNotDead(TroubleKind kind)
    {
        _trouble = kind;

        (await CallsAsync(9)).Should().Be(9);
    }
}

/// <summary>A circuit changes nothing about a destination that answers.</summary>
public sealed class CircuitContractTests : DestinationContract<CircuitDestination>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("k12sync-").FullName;

    public CircuitContractTests() => Destination = new CircuitDestination(new FolderDestination(_folder), new Circuit(TimeProvider.System));

    protected override CircuitDestination Destination { get; }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    protected override void Put(string name, byte[] content) => File.WriteAllBytes(Path.Combine(_folder, name), content);

    protected override byte[]? Read(string name) => File.Exists(Path.Combine(_folder, name)) ? File.ReadAllBytes(Path.Combine(_folder, name)) : null;

    protected override string[] Names() => [.. Directory.EnumerateFileSystemEntries(_folder).Select(path => Path.GetFileName(path))];
}
