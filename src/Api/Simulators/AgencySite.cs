using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using K12Sync.Api.CommandLine;
using Microsoft.AspNetCore.Http.Json;

namespace K12Sync.Api.Simulators;

/// <summary>A simulated agency: its routes and what it holds. Its site calls it for one request at a time.</summary>
internal interface IAgency
{
    /// <summary>For people.</summary>
    string Name { get; }

    /// <summary>What it holds of what was sent, for tests and the curious.</summary>
    object Received { get; }

    /// <summary>As it was seeded, with what has changed since.</summary>
    object State { get; }

    /// <summary>Adds its routes.</summary>
    void Map(AgencyRoutes routes);

    /// <summary>Takes another state in place of its own; what it holds stays.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    void Replace(ReadOnlySpan<byte> state);

    /// <summary>Why the agency cannot misbehave so; null: it can.</summary>
    string? WhyNot(Fault fault) => fault.Kind == FaultKind.NamesDoNotMatch ? $"{Name} is sent no names, so it finds none to differ." : null;

    /// <summary>Ends a child's authorizations on a day, or all of them. Returns false where nobody has such a child.</summary>
    bool EndAuthorizations(string childId, DateOnly? to);
}

/// <summary>
/// Serves a simulated agency on this machine only, over real HTTP, with <c>/_simulator</c> to misbehave on demand and to look at what the agency holds.
/// </summary>
internal sealed class AgencySite : IAsyncDisposable
{
    private const string Admin = "/_simulator";

    private readonly WebApplication _app;

    private AgencySite(WebApplication app) => _app = app;

    /// <summary>Where it answers.</summary>
    public Uri Address => new(_app.Urls.Single());

    /// <summary>Starts it. Port 0: a free one. It misbehaves by <paramref name="first"/> before anybody asks it to.</summary>
    /// <exception cref="CommandFailedException">The port is taken.</exception>
    public static async Task<AgencySite> StartAsync(IAgency agency, AgencyDay day, int port, TimeProvider clock, CancellationToken cancellation, params IReadOnlyList<Fault> first)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        builder.Services.Configure<JsonOptions>(json =>
        {
            json.SerializerOptions.WriteIndented = true;
            json.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter());
        });
        var app = builder.Build();
        var (faults, book) = (new FaultQueue(), new CallBook());
        foreach (var fault in first)
            faults.Add(fault);
        app.Use((http, next) => http.Request.Path.StartsWithSegments(Admin)
            ? next(http)
            : book.NoteAsync(http, faults.TakeFor(http.Request.Method, http.Request.Path.Value ?? ""), (fault, rest) =>
                FaultyAnswers.AnswerAsync(http, fault, rest, clock, app.Lifetime.ApplicationStopping), next));
        app.UseRouting();
        agency.Map(new AgencyRoutes(app, book.Gate));
        MapAdmin(app.MapGroup(Admin), agency, day, faults, book);
        try
        {
            await app.StartAsync(cancellation);
        }
        catch (IOException e)
        {
            await app.DisposeAsync();
            throw new CommandFailedException($"Cannot serve at http://127.0.0.1:{port}: {e.Message} Choose another port with --port.", e);
        }
        return new AgencySite(app);
    }

    /// <summary>Until Ctrl-C.</summary>
    public Task EndAsync(CancellationToken cancellation) => _app.WaitForShutdownAsync(cancellation);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static void MapAdmin(RouteGroupBuilder admin, IAgency agency, AgencyDay day, FaultQueue faults, CallBook book)
    {
        admin.MapGet("faults", () => faults.Waiting);
        admin.MapDelete("faults", faults.Clear);
        admin.MapPost("faults", (Fault fault) =>
        {
            if (agency.WhyNot(fault) is { } why)
                return Results.BadRequest(why);
            if (fault.Kind != FaultKind.AuthorizationsChange)
            {
                faults.Add(fault);
                return Results.Ok(faults.Waiting);
            }
            lock (book.Gate)
                return fault.ChildIds is [_, ..] children && children.All(child => agency.EndAuthorizations(child, fault.To))
                    ? Results.Ok(faults.Waiting)
                    : Results.BadRequest("Say in childIds whose authorizations change; the agency must know them.");
        });
        admin.MapGet("received", () => Locked(book, () => agency.Received));
        admin.MapGet("calls", () => Locked(book, () => book.Calls.ToArray()));
        admin.MapGet("state", () => Locked(book, () => agency.State));
        admin.MapPut("state", async (HttpContext http) =>
        {
            var bytes = await AgencyRoutes.BodyAsync(http);
            return Locked(book, () =>
            {
                agency.Replace(bytes);
                return Results.Ok();
            });
        });
        admin.MapPost("today", (NewToday set) => Locked(book, () => day.Today = set.Today));
    }

    private static T Locked<T>(CallBook book, Func<T> look)
    {
        lock (book.Gate)
            return look();
    }

    private sealed record NewToday(DateOnly Today);
}

/// <summary>The agency's present day: a fixed one that tests and samples move, or the real one in its zone.</summary>
internal sealed class AgencyDay(TimeProvider clock, Domain.SchoolCalendar.SchoolZone zone, DateOnly? pinned)
{
    private DateOnly? _pinned = pinned;

    public DateOnly Today
    {
        get => _pinned ?? zone.At(clock.GetUtcNow()).Day;
        set => _pinned = value;
    }
}
