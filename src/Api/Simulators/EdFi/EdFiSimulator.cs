using System.Collections.Immutable;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace K12Sync.Api.Simulators.EdFi;

/// <summary>Who may do what at a simulated Ed-Fi API.</summary>
/// <param name="Key">The one client id that is accepted.</param>
/// <param name="Secret">Its secret.</param>
internal sealed record EdFiSimulation(string Key, string Secret)
{
    /// <summary>Schools that the key may write for; empty: any. Another school is answered with 403.</summary>
    public ImmutableHashSet<long> Schools { get; init; } = [];

    /// <summary>Students that are enrolled; empty: any. Another student is answered with 403, as Ed-Fi does.</summary>
    public ImmutableHashSet<string> Students { get; init; } = [];

    /// <summary>Names of sessions; empty: any. Another session is answered with 409.</summary>
    public ImmutableHashSet<string> Sessions { get; init; } = [];

    /// <summary>Attendance event categories, without case; empty: any. Another one is answered with 400.</summary>
    public ImmutableHashSet<string> Categories { get; init; } = [];

    /// <summary>How long a token lives.</summary>
    public TimeSpan TokenLife { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>So many tokens may live at a time; one more is answered with 429.</summary>
    public int MostTokens { get; init; } = 15;
}

/// <summary>
/// An Ed-Fi API for trying out and for tests: tokens, and the two collections of attendance events, with the keys and the answers of the real one. Everything is in memory.
/// </summary>
/// <remarks>
/// Source: public (Ed-Fi ODS/API 7: natural keys of data standard 5.2, upsert by POST, error answers as its guide has them). It is told to misbehave by <see cref="Troubles"/>.
/// </remarks>
internal sealed class EdFiSimulator : IAsyncDisposable
{
    private readonly WebApplication _app;

    private EdFiSimulator(WebApplication app, EdFiSimulation simulation, TimeProvider clock)
    {
        (_app, Events, Troubles) = (app, new EdFiEvents(simulation), new EdFiTroubles());
        Tokens = new EdFiTokenDesk(simulation, clock);
    }

    /// <summary>What clients use as the base address.</summary>
    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public EdFiEvents Events { get; }

    public EdFiTokenDesk Tokens { get; }

    public EdFiTroubles Troubles { get; }

    /// <summary>Starts on this machine; port 0 takes a free one.</summary>
    public static async Task<EdFiSimulator> StartAsync(EdFiSimulation simulation, int port, TimeProvider clock, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        var simulator = new EdFiSimulator(builder.Build(), simulation, clock);
        simulator.Map();
        await simulator._app.StartAsync(cancellation);
        return simulator;
    }

    /// <summary>Waits until it is ended from outside.</summary>
    public Task EndAsync(CancellationToken cancellation) => _app.WaitForShutdownAsync(cancellation);

    private void Map()
    {
        _app.MapGet("/_simulator/received", () => TypedResults.Json(Events.All.Select(e => new { e.Collection, e.Id, e.Event })));
        _app.MapPost("/oauth/token", (Delegate)Tokens.GiveAsync).AddEndpointFilter(Troubles.MisbehaveAtTokensAsync);
        foreach (var collection in EdFiCollection.All)
        {
            var events = _app.MapGroup($"/data/v3/ed-fi/{collection.Name}").AddEndpointFilter(Tokens.RequireAsync).AddEndpointFilter(Troubles.MisbehaveAsync);
            events.MapPost("", (Delegate)((HttpContext http) => Events.PostAsync(collection, http)));
            events.MapGet("", (HttpContext http) => Events.Find(collection, http));
            events.MapGet("/{id}", (string id) => Events.Get(collection, id));
            events.MapDelete("/{id}", (string id, HttpContext http) => Events.Delete(collection, id, http));
        }
        _app.MapFallback(() => EdFiProblem.Of(404, "not-found", "The specified data could not be found."));
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
