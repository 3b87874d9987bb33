namespace K12Sync.Api.Simulators;

/// <summary>Misbehaves between the agency and who asks: late, broken and lost answers. What is said in an answer is the agency's own business.</summary>
internal static class FaultyAnswers
{
    private static readonly TimeSpan UsualDelay = TimeSpan.FromSeconds(5);

    /// <summary>Answers one call, as badly as <paramref name="fault"/> says.</summary>
    public static async Task AnswerAsync(HttpContext http, Fault? fault, RequestDelegate agency, TimeProvider clock, CancellationToken ending)
    {
        switch (fault?.Kind)
        {
            case FaultKind.ServerError:
                http.Response.StatusCode = StatusCodes.Status500InternalServerError;
                break;
            case FaultKind.Unavailable:
                http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                http.Response.Headers.RetryAfter = "30";
                break;
            case FaultKind.Slow:
                await Task.Delay(fault.Delay ?? UsualDelay, clock, http.RequestAborted);
                await agency(http);
                break;
            case FaultKind.Garbled:
                await GarbleAsync(http, await CarryOutAsync(http, agency));
                break;
            case FaultKind.ServerErrorAfterAccepting:
                await CarryOutAsync(http, agency);
                http.Response.Clear();
                http.Response.StatusCode = StatusCodes.Status502BadGateway;
                break;
            case FaultKind.TimeOutAfterAccepting:
                await CarryOutAsync(http, agency);
                await NeverAsync(http.RequestAborted, ending);
                http.Abort();
                break;
            default:
                await agency(http);
                break;
        }
    }

    private static async Task<byte[]> CarryOutAsync(HttpContext http, RequestDelegate agency)
    {
        var wire = http.Response.Body;
        using var answer = new MemoryStream();
        http.Response.Body = answer;
        try
        {
            await agency(http);
        }
        finally
        {
            http.Response.Body = wire;
        }
        return answer.ToArray();
    }

    private static async Task GarbleAsync(HttpContext http, byte[] answer)
    {
        http.Response.ContentLength = answer.Length / 2;
        await http.Response.Body.WriteAsync(answer.AsMemory(0, answer.Length / 2), http.RequestAborted);
    }

    private static async Task NeverAsync(CancellationToken asker, CancellationToken ending)
    {
        var over = new TaskCompletionSource();
        await using var first = asker.Register(() => over.TrySetResult());
        await using var second = ending.Register(() => over.TrySetResult());
        await over.Task;
    }
}
