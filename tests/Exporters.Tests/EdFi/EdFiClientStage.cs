using System.Collections.Immutable;
using K12Sync.Api.Simulators.EdFi;
using K12Sync.Exporters.EdFi;
using K12Sync.Exporters.Exports;

namespace K12Sync.Exporters.Tests.EdFi;

/// <summary>A client of a simulated API, over real HTTP.</summary>
internal sealed class EdFiClientStage : IAsyncDisposable
{
    public const string Key = "key & more", Secret = "secret:with/signs";

    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };

    public required EdFiSimulator Simulator { get; init; }

    public required MovingClock Clock { get; init; }

    /// <summary>One attempt, unless a test is about more.</summary>
    public RetryPolicy Retries { get; set; } = RetryPolicy.None;

    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(30);

    public EdFiCredentials Credentials { get; set; } = new(Key, Secret);

    public Uri? Address { get; set; }

    public EdFiClient Client => field ??= With(_http);

    public static async Task<EdFiClientStage> StartAsync(EdFiSimulation? simulation = null)
    {
        var clock = new MovingClock();
        return new EdFiClientStage { Clock = clock, Simulator = await EdFiSimulator.StartAsync(simulation ?? new EdFiSimulation(Key, Secret), 0, clock, TestContext.Current.CancellationToken) };
    }

    public EdFiClient With(HttpClient http) => new(http, new EdFiApi(Address ?? Simulator.Address) { Patience = Patience }, Credentials, Clock, Retries);

    public Task<EdFiSettlement> BringAsync(EdFiEvent? wanted, params ImmutableArray<EdFiHeld> held) =>
        Client.BringInLineAsync(held, wanted, TestContext.Current.CancellationToken);

    /// <summary>The categories of the events that are there.</summary>
    public string[] Categories() => [.. Simulator.Events.All.Select(e => e.Event["attendanceEventCategoryDescriptor"]!.GetValue<string>().Split('#')[1])];

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        _http.Dispose();
        await Simulator.DisposeAsync();
    }
}

/// <summary>The machine's timers, and a time of day that a test moves on; a wait of the client moves it too, and takes no time.</summary>
internal sealed class MovingClock : TimeProvider
{
    private long _ticks = new DateTimeOffset(2025, 10, 2, 5, 0, 0, TimeSpan.Zero).Ticks;

    /// <summary>False: timers run as they do on the machine.</summary>
    public bool SkipsWaits { get; set; }

    public List<TimeSpan> Waits { get; } = [];

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    public void Pass(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (!SkipsWaits || dueTime >= TimeSpan.FromSeconds(30))
            return base.CreateTimer(callback, state, dueTime, period);
        Waits.Add(dueTime);
        Pass(dueTime);
        return base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
