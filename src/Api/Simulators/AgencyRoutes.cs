using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace K12Sync.Api.Simulators;

/// <summary>A call as a simulated agency reads it.</summary>
internal sealed class AgencyRequest(HttpContext http, byte[] body)
{
    /// <summary>A part of the path.</summary>
    public string Id(string name) => (string)http.Request.RouteValues[name]!;

    /// <summary>A day of the query, such as <c>from=2026-09-15</c>; null: missing, or no day.</summary>
    public DateOnly? Day(string name) =>
        DateOnly.TryParseExact(http.Request.Query[name], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    /// <summary>The Authorization header, whole.</summary>
    public string Authorization => http.Request.Headers.Authorization.ToString();

    /// <summary>What is to go wrong, if it is this.</summary>
    public Fault? Fault(FaultKind kind) => http.Items[typeof(Fault)] is Fault fault && fault.Kind == kind ? fault : null;

    /// <summary>The body; null where it is not exactly what the contract says: a field too many is a fault like a missing one.</summary>
    public T? Read<T>(JsonSerializerContext contract) where T : class
    {
        var strict = new JsonSerializerOptions(contract.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, AllowDuplicateProperties = false };
        try
        {
            return JsonSerializer.Deserialize(body, (JsonTypeInfo<T>)strict.GetTypeInfo(typeof(T)));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The body of a call that is the simulator's own; null where it is not understood.</summary>
    public T? ReadPlain<T>() where T : class
    {
        try
        {
            return AgencyFile.Parse<T>(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>Where a simulated agency puts its routes. Each call has the agency to itself.</summary>
internal sealed class AgencyRoutes(IEndpointRouteBuilder routes, Lock gate)
{
    private const int LargestBody = 32 * 1024 * 1024;

    public void Get(string route, Func<AgencyRequest, IResult> answer) => Map("GET", route, answer);

    public void Post(string route, Func<AgencyRequest, IResult> answer) => Map("POST", route, answer);

    /// <summary>The whole body, of at most 32 MiB.</summary>
    public static async Task<byte[]> BodyAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = LargestBody;
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        return body.ToArray();
    }

    /// <summary>The route of an agency's contract, on the simulator.</summary>
    private void Map(string method, string route, Func<AgencyRequest, IResult> answer) => routes.MapMethods("/" + route, [method], async (HttpContext http) =>
    {
        var request = new AgencyRequest(http, await BodyAsync(http));
        lock (gate)
            return answer(request);
    });
}

/// <summary>Remembers the calls, the latest thousand, and sees to it that there is one at a time.</summary>
internal sealed class CallBook
{
    private const int Most = 1000;

    /// <summary>Whoever holds it has the agency to himself.</summary>
    public Lock Gate { get; } = new();

    /// <summary>In the order of their arrival. Without bodies and credentials.</summary>
    public Queue<AgencyCallNote> Calls { get; } = new();

    public async Task NoteAsync(HttpContext http, Fault? fault, Func<Fault?, RequestDelegate, Task> answer, RequestDelegate agency)
    {
        var note = new AgencyCallNote { Method = http.Request.Method, Path = $"{http.Request.Path}{http.Request.QueryString}", Fault = fault?.Kind };
        lock (Gate)
        {
            Calls.Enqueue(note);
            if (Calls.Count > Most)
                Calls.Dequeue();
        }
        http.Items[typeof(Fault)] = fault;
        await answer(fault, agency);
        note.Status = http.Response.StatusCode;
    }
}

/// <summary>One call that came in.</summary>
internal sealed record AgencyCallNote
{
    public required string Method { get; init; }
    public required string Path { get; init; }

    /// <summary>What was made to go wrong.</summary>
    public FaultKind? Fault { get; init; }

    /// <summary>HTTP status; null: not answered yet.</summary>
    public int? Status { get; set; }
}
