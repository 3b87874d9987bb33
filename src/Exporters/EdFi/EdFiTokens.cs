using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace K12Sync.Exporters.EdFi;

/// <summary>
/// The client's access token. One is asked for at a time and used until shortly before it expires: Ed-Fi APIs limit how many a client may have.
/// </summary>
/// <remarks>Source: public (OAuth 2.0 client credentials, RFC 6749 4.4; Ed-Fi ODS/API, <c>security:authentication:too-many-tokens</c>).</remarks>
internal sealed class EdFiTokens(HttpClient http, EdFiApi api, EdFiCredentials credentials, TimeProvider clock) : IDisposable
{
    /// <summary>A token is not used in the last minute of its life: it could expire under way.</summary>
    private static readonly TimeSpan Reserve = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private (string Token, DateTimeOffset Until)? _current;

    /// <summary>A token, or why there is none.</summary>
    /// <param name="refused">A token that the API has just refused, so that it is not handed out again; null: none.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public async Task<(string? Token, EdFiOutcome? Trouble)> GetAsync(string? refused, CancellationToken cancellation)
    {
        await _gate.WaitAsync(cancellation);
        try
        {
            if (_current is { } current && current.Token != refused && clock.GetUtcNow() < current.Until)
                return (current.Token, null);
            _current = null;
            return await AskAsync(cancellation);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<(string?, EdFiOutcome?)> AskAsync(CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, api.Token);
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(
            $"{Uri.EscapeDataString(credentials.Key)}:{Uri.EscapeDataString(credentials.Secret)}")));
        request.Content = new FormUrlEncodedContent([new("grant_type", "client_credentials")]);
        return await EdFiExchange.SendAsync(http, request, api.Patience, clock, cancellation) switch
        {
            EdFiExchange.Answered(HttpStatusCode.OK, _, _, _) { Body: var body } => Read(body),
            EdFiExchange.Answered answer => (null, Refusal(answer)),
            var silence => (null, new EdFiOutcome.TryAgain(((EdFiExchange.Silence)silence).Reason)),
        };
    }

    private (string?, EdFiOutcome?) Read(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.TryGetProperty("access_token", out var token) && token.GetString() is { Length: > 0 } text
                && json.RootElement.TryGetProperty("expires_in", out var seconds) && seconds.TryGetDouble(out var lives) && lives is > 0 and < 1e8)
            {
                _current = (text, clock.GetUtcNow() + Life(TimeSpan.FromSeconds(lives)));
                return (text, null);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
        }
        return (null, new EdFiOutcome.TryAgain("The Ed-Fi API answered the request for a token with something else. Check the address; what answers there may be another program."));
    }

    private static TimeSpan Life(TimeSpan given) => given > 2 * Reserve ? given - Reserve : given / 2;

    private EdFiOutcome Refusal(EdFiExchange.Answered answer) => (int)answer.Status switch
    {
        400 or 401 or 403 => new EdFiOutcome.CredentialsRefused(
            $"The Ed-Fi API does not accept the key and secret ({(int)answer.Status}). Enter the ones that the host of the API gave out; they may have been replaced."),
        404 or 405 => new EdFiOutcome.CredentialsRefused($"There are no tokens at {api.Token} ({(int)answer.Status}). Correct the address of the Ed-Fi API."),
        429 => new EdFiOutcome.TryAgain("The Ed-Fi API gives out no more tokens for now (429).", answer.NotBefore(clock)),
        var status => new EdFiOutcome.TryAgain($"The Ed-Fi API gave no token ({status}).", answer.NotBefore(clock)),
    };

    public void Dispose() => _gate.Dispose();
}
