using System.Net;
using System.Text.RegularExpressions;

namespace K12Sync.EndToEnd.SignIn;

/// <summary>What a browser without JavaScript got.</summary>
internal sealed record PlainPage(HttpStatusCode Status, Uri Address, string Text, HttpResponseMessage Answer);

/// <summary>A browser without JavaScript: it keeps cookies, follows redirects, and sends forms with what was hidden in them.</summary>
internal sealed partial class PlainBrowser : IDisposable
{
    /// <summary>A password that is good enough.</summary>
    public const string Password = "three green kettles sing";

    private readonly CookieContainer _cookies = new();
    private readonly HttpClient _http;
    private readonly List<IDisposable> _answers = [];
    private PlainPage? _page;

    public PlainBrowser(Uri root)
    {
        var handler = new SocketsHttpHandler { CookieContainer = _cookies, AllowAutoRedirect = false };
        _http = new HttpClient(handler) { BaseAddress = root };
    }

    /// <summary>The cookie of the session, as it is sent.</summary>
    public string Cookie => _cookies.GetCookieHeader(_http.BaseAddress!);

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _http.Dispose();
        _answers.ForEach(a => a.Dispose());
    }

    public async Task<PlainPage> GetAsync(string address, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        return await SendAsync(request, headers);
    }

    /// <summary>Fills the form of the page that is open, or of <paramref name="address"/> if one is named, and sends it there.</summary>
    public async Task<PlainPage> SendFormAsync(string address, params (string Name, string Value)[] fields)
    {
        if (_page is null || !Token().IsMatch(_page.Text))
            await GetAsync(address);
        var token = Token().Match(_page!.Text).Groups[1].Value;
        using var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = new FormUrlEncodedContent(fields.Append(("__RequestVerificationToken", WebUtility.HtmlDecode(token))).Select(f => KeyValuePair.Create(f.Item1, f.Item2))),
        };
        return await SendAsync(request);
    }

    /// <summary>Sets <see cref="Password"/> by a one-time link, or by the text at its end.</summary>
    public async Task<PlainPage> UseLinkAsync(string link, params (string Name, string Value)[] more)
    {
        var path = $"/welcome/{link.Trim().Split('/')[^1]}";
        await GetAsync(path);
        return await SendFormAsync(path, [.. new[] { ("password", Password), ("repeat", Password) }.Where(f => more.All(m => m.Name != f.Item1)), .. more]);
    }

    /// <summary>Opens the page to sign in and sends it.</summary>
    public async Task<PlainPage> SignInAsync(string email, string password)
    {
        await GetAsync("/sign-in");
        return await SendFormAsync("/sign-in", ("email", email), ("password", password));
    }

    /// <summary>Asks as a script on one of our pages does.</summary>
    public async Task<HttpResponseMessage> AskAsync(HttpMethod method, string address, string? json = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, address);
        if (json is not null)
            request.Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        var answer = await _http.SendAsync(request, Now);
        _answers.Add(answer);
        return answer;
    }

    private async Task<PlainPage> SendAsync(HttpRequestMessage first, params (string Name, string Value)[] headers)
    {
        foreach (var (name, value) in headers)
            first.Headers.TryAddWithoutValidation(name, value);
        var answer = await _http.SendAsync(first, Now);
        var address = new Uri(_http.BaseAddress!, first.RequestUri!);
        for (var hops = 0; answer.Headers.Location is { } to; hops++)
        {
            hops.Should().BeLessThan(10, "redirects end");
            _answers.Add(answer);
            address = new Uri(address, to);
            using var next = new HttpRequestMessage(HttpMethod.Get, address);
            foreach (var (name, value) in headers)
                next.Headers.TryAddWithoutValidation(name, value);
            answer = await _http.SendAsync(next, Now);
        }
        _answers.Add(answer);
        return _page = new PlainPage(answer.StatusCode, address, await answer.Content.ReadAsStringAsync(Now), answer);
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" type=\"hidden\" value=\"([^\"]*)\"")]
    private static partial Regex Token();
}
