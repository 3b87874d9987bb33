using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace K12Sync.Api.Simulators.EdFi;

/// <summary>Gives out tokens for the one key and secret, and lets in who has one that lives.</summary>
internal sealed class EdFiTokenDesk(EdFiSimulation simulation, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, DateTimeOffset> _living = new(StringComparer.Ordinal);
    private int _given;

    /// <summary>How many tokens were given out.</summary>
    public int Given
    {
        get
        {
            lock (_gate)
                return _given;
        }
    }

    /// <summary>All tokens die, as they do when a server is started anew; nobody is told.</summary>
    public void Forget()
    {
        lock (_gate)
            _living.Clear();
    }

    public async Task<IResult> GiveAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync();
        var (key, secret) = Basic(http.Request.Headers.Authorization.ToString()) ?? (form["client_id"].ToString(), form["client_secret"].ToString());
        if (form["grant_type"] != "client_credentials")
            return TypedResults.Json(new { error = "unsupported_grant_type" }, statusCode: 400);
        if (key != simulation.Key || secret != simulation.Secret)
            return TypedResults.Json(new { error = "invalid_client" }, statusCode: 401);
        return Give() is { } token
            ? TypedResults.Json(new { access_token = token, expires_in = (int)simulation.TokenLife.TotalSeconds, token_type = "bearer" })
            : EdFiProblem.Of(429, "security:authentication:too-many-tokens", "The caller has authenticated too many times in too short of a time period.");
    }

    private string? Give()
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            foreach (var (dead, _) in _living.Where(t => t.Value <= now).ToList())
                _living.Remove(dead);
            if (_living.Count >= simulation.MostTokens)
                return null;
            var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
            _living[token] = now + simulation.TokenLife;
            _given++;
            return token;
        }
    }

    public async ValueTask<object?> RequireAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var isBearer = AuthenticationHeaderValue.TryParse(context.HttpContext.Request.Headers.Authorization, out var header)
            && header.Scheme.Equals("bearer", StringComparison.OrdinalIgnoreCase);
        var given = isBearer ? header!.Parameter : null;
        lock (_gate)
        {
            if (given is null || !_living.TryGetValue(given, out var until) || until <= clock.GetUtcNow())
                return EdFiProblem.Of(401, "security:authentication", "The caller could not be authenticated.");
        }
        return await next(context);
    }

    private static (string Key, string Secret)? Basic(string header)
    {
        if (!AuthenticationHeaderValue.TryParse(header, out var basic) || basic.Scheme != "Basic" || basic.Parameter is null)
            return null;
        var parts = Encoding.UTF8.GetString(Convert.FromBase64String(basic.Parameter)).Split(':');
        return parts.Length == 2 ? (Uri.UnescapeDataString(parts[0]), Uri.UnescapeDataString(parts[1])) : null;
    }
}
