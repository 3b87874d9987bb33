using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using K12Sync.Exporters.Exports;

namespace K12Sync.Exporters.EdFi;

/// <summary>
/// Brings single events of an Ed-Fi API in line with what they should be. POST makes or changes an event by its key; another category is another key, so what was there
/// before is deleted first.
/// </summary>
/// <remarks>
/// <para>Whatever happens under way, bringing in line again with what is stored of <see cref="EdFiSettlement.Held"/> converges: deleting what is gone and posting what is
/// there change nothing. Store <see cref="EdFiHeld.Before"/> before each call, for a process may die in it.</para>
/// <para>Safe for several threads, one event per call. Addresses hold student ids where an event is looked for, so the <see cref="HttpClient"/> must not log them.</para>
/// </remarks>
/// <param name="http">Used as it is and not disposed; its own time-out should be longer than <see cref="EdFiApi.Patience"/>.</param>
/// <param name="api">Where.</param>
/// <param name="credentials">What lets us in.</param>
/// <param name="clock">For the life of tokens, time-outs and waits.</param>
/// <param name="retries">What may mend itself is tried again, unless the API asks for a longer rest than <see cref="RetryPolicy.LongestWait"/>.</param>
public sealed class EdFiClient(HttpClient http, EdFiApi api, EdFiCredentials credentials, TimeProvider clock, RetryPolicy retries) : IDisposable
{
    private readonly EdFiTokens _tokens = new(http, api, credentials, clock);

    /// <summary>Makes the API hold the wanted event, and none of the others that are held.</summary>
    /// <param name="held">What is, or may be, there by our doing for this student, school and date.</param>
    /// <param name="wanted">What should be there; null: nothing.</param>
    /// <param name="cancellation">Stops. What was under way may have arrived.</param>
    /// <exception cref="OperationCanceledException">Stopped.</exception>
    public async Task<EdFiSettlement> BringInLineAsync(ImmutableArray<EdFiHeld> held, EdFiEvent? wanted, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var settlement = await TryAsync(held, wanted, cancellation);
            held = settlement.Held;
            if (settlement.Outcome is not EdFiOutcome.TryAgain again || attempt >= retries.Attempts || Wait(attempt, again) is not { } wait)
                return settlement;
            retries.OnWait(attempt, wait, again.Reason);
            await Task.Delay(wait, clock, cancellation);
        }
    }

    /// <summary>Asks for the events of a school's day, to see whether the key may. Null: it may; otherwise what stands in the way. What comes back is not kept.</summary>
    public async Task<EdFiOutcome?> AskAsync(long schoolId, DateOnly date, CancellationToken cancellation)
    {
        var question = FormattableString.Invariant($"{new Uri(api.Address, api.DataPath).AbsoluteUri}studentSchoolAttendanceEvents?schoolId={schoolId}&eventDate={date:yyyy-MM-dd}");
        var asked = await SendAsync(() => new HttpRequestMessage(HttpMethod.Get, question), cancellation);
        return asked.Trouble ?? EdFiAnswers.ToQuestion(asked.Exchange!, clock);
    }

    /// <summary>Null: the API asks for more patience than we have.</summary>
    private TimeSpan? Wait(int attempt, EdFiOutcome.TryAgain again)
    {
        var usual = retries.Wait(attempt);
        var asked = again.NotBefore is { } then ? then - clock.GetUtcNow() : TimeSpan.Zero;
        return asked > retries.LongestWait ? null : asked > usual ? asked : usual;
    }

    private async Task<EdFiSettlement> TryAsync(ImmutableArray<EdFiHeld> held, EdFiEvent? wanted, CancellationToken cancellation)
    {
        EdFiOutcome outcome = new EdFiOutcome.Unneeded();
        foreach (var other in held.Where(h => h.Key != wanted?.Key))
        {
            outcome = await RemoveAsync(other, cancellation);
            if (outcome is not EdFiOutcome.Deleted)
                return new EdFiSettlement(outcome, held);
            held = held.Remove(other);
        }
        return wanted is null ? new EdFiSettlement(outcome, held) : await PostAsync(held.FirstOrDefault(), wanted, cancellation);
    }

    private async Task<EdFiSettlement> PostAsync(EdFiHeld? before, EdFiEvent wanted, CancellationToken cancellation)
    {
        var sent = await SendAsync(() => new HttpRequestMessage(HttpMethod.Post, api.Collection(wanted.Key)) { Content = Json(wanted) }, cancellation);
        var outcome = sent.Trouble ?? EdFiAnswers.ToPost(sent.Exchange!, clock);
        return outcome switch
        {
            EdFiOutcome.Created(var id) => new EdFiSettlement(outcome, [new EdFiHeld(wanted.Key, id)]),
            EdFiOutcome.Updated(var id) => new EdFiSettlement(outcome, [new EdFiHeld(wanted.Key, id)]),
            _ when before is not null => new EdFiSettlement(outcome, [before]),
            _ when sent.Exchange is { } exchange && EdFiAnswers.MayHaveArrived(exchange) => new EdFiSettlement(outcome, [new EdFiHeld(wanted.Key, null)]),
            _ => new EdFiSettlement(outcome, []),
        };
    }

    private async Task<EdFiOutcome> RemoveAsync(EdFiHeld held, CancellationToken cancellation)
    {
        var id = held.Id;
        if (id is null)
        {
            var asked = await SendAsync(() => new HttpRequestMessage(HttpMethod.Get, $"{api.Collection(held.Key).AbsoluteUri}?{EdFiJson.Query(held.Key)}"), cancellation);
            if ((asked.Trouble ?? EdFiAnswers.ToGet(asked.Exchange!, held.Key, clock, out id)) is { } trouble)
                return trouble;
            if (id is null)
                return new EdFiOutcome.Deleted();
        }
        var sent = await SendAsync(() => new HttpRequestMessage(HttpMethod.Delete, $"{api.Collection(held.Key).AbsoluteUri}/{id}"), cancellation);
        return sent.Trouble ?? EdFiAnswers.ToDelete(sent.Exchange!, clock);
    }

    /// <summary>Sends with a token; a token that is refused is replaced once.</summary>
    private async Task<(EdFiExchange? Exchange, EdFiOutcome? Trouble)> SendAsync(Func<HttpRequestMessage> make, CancellationToken cancellation)
    {
        string? refused = null;
        while (true)
        {
            var (token, trouble) = await _tokens.GetAsync(refused, cancellation);
            if (trouble is not null)
                return (null, trouble);
            using var request = make();
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
            var exchange = await EdFiExchange.SendAsync(http, request, api.Patience, clock, cancellation);
            if (exchange is not EdFiExchange.Answered { Status: HttpStatusCode.Unauthorized } || refused is not null)
                return (exchange, null);
            refused = token;
        }
    }

    private static ByteArrayContent Json(EdFiEvent e) => new(EdFiJson.Of(e)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json", "utf-8") } };

    /// <summary>Forgets the token; the <see cref="HttpClient"/> stays open.</summary>
    public void Dispose() => _tokens.Dispose();
}
