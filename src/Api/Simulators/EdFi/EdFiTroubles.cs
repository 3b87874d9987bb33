using System.Collections.Concurrent;
using System.Globalization;

namespace K12Sync.Api.Simulators.EdFi;

/// <summary>What goes wrong with a request.</summary>
internal abstract record EdFiTrouble
{
    private EdFiTrouble()
    {
    }

    /// <summary>Answered so, and not carried out.</summary>
    /// <param name="Status">Of HTTP.</param>
    /// <param name="RetryAfterSeconds">Null: the answer does not say.</param>
    /// <param name="Type">After <c>urn:ed-fi:api:</c>.</param>
    public sealed record Answers(int Status, int? RetryAfterSeconds = null, string Type = "simulated") : EdFiTrouble;

    /// <summary>Carried out, and never answered.</summary>
    public sealed record AcceptsAndIsSilent : EdFiTrouble;

    /// <summary>Carried out, and then the connection breaks.</summary>
    public sealed record AcceptsAndBreaksOff : EdFiTrouble;

    /// <summary>Carried out, and answered so.</summary>
    public sealed record AcceptsAndAnswers(int Status) : EdFiTrouble;

    /// <summary>Not carried out; a page of another program comes back, with success.</summary>
    public sealed record Garbles : EdFiTrouble;
}

/// <summary>Misbehaviour on demand: each trouble happens once, to the next request of its kind, in the order in which they were asked for.</summary>
internal sealed class EdFiTroubles
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<EdFiTrouble>> _next = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _seen = new();

    /// <summary>Methods of the requests for events that came with a good token, in order.</summary>
    public IReadOnlyCollection<string> Seen => _seen;

    /// <summary>The next requests of a method (<c>POST</c>, <c>DELETE</c>, <c>GET</c>) meet these troubles.</summary>
    public void Next(string method, params EdFiTrouble[] troubles) => Array.ForEach(troubles, Queue(method).Enqueue);

    /// <summary>The next requests for a token meet these troubles.</summary>
    public void NextToken(params EdFiTrouble[] troubles) => Array.ForEach(troubles, Queue("token").Enqueue);

    public ValueTask<object?> MisbehaveAtTokensAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) => MeetAsync("token", context, next);

    public ValueTask<object?> MisbehaveAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        _seen.Enqueue(context.HttpContext.Request.Method);
        return MeetAsync(context.HttpContext.Request.Method, context, next);
    }

    private ConcurrentQueue<EdFiTrouble> Queue(string kind) => _next.GetOrAdd(kind, _ => new ConcurrentQueue<EdFiTrouble>());

    private async ValueTask<object?> MeetAsync(string kind, EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        Queue(kind).TryDequeue(out var trouble);
        switch (trouble)
        {
            case EdFiTrouble.Answers(var status, var retryAfter, var type):
                if (retryAfter is { } seconds)
                    http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
                return EdFiProblem.Of(status, type, "As it was asked to.");
            case EdFiTrouble.Garbles:
                return TypedResults.Content("<html>Sign in to the network</html>", "text/html");
            case EdFiTrouble.AcceptsAndAnswers(var status):
                await next(context);
                return EdFiProblem.Of(status, "simulated", "It was carried out all the same.");
            case EdFiTrouble.AcceptsAndIsSilent:
                await next(context);
                await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                return TypedResults.Empty;
            case EdFiTrouble.AcceptsAndBreaksOff:
                await next(context);
                http.Abort();
                return TypedResults.Empty;
            default:
                return await next(context);
        }
    }
}
