using System.Net;
using System.Text;
using System.Text.Json;

namespace K12Sync.OData.Tests.Bookshop;

/// <summary>One answer, as far as tests look at it.</summary>
public sealed record Answer(HttpStatusCode Status, HttpResponseMessage Response, string Text)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public IReadOnlyList<JsonElement> Rows => [.. Json.GetProperty("value").EnumerateArray()];

    public IReadOnlyList<int> Ids => [.. Rows.Select(r => r.GetProperty("Id").GetInt32())];

    public string? Next => Json.TryGetProperty("@odata.nextLink", out var link) ? link.GetString() : null;

    public string ErrorCode => Json.GetProperty("error").GetProperty("code").GetString()!;

    public string ErrorMessage => Json.GetProperty("error").GetProperty("message").GetString()!;
}

public static class Asking
{
    public static async Task<Answer> GetAsync(this BookshopServer server, string url, params (string Name, string Value)[] headers) =>
        await server.SendAsync(HttpMethod.Get, url, null, headers);

    public static async Task<Answer> SendAsync(this BookshopServer server, HttpMethod method, string url, object? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(server.Root, url));
        if (body is not null)
            request.Content = new StringContent(body as string ?? JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers)
        {
            if (name == "Content-Type")
                request.Content!.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(value);
            else
                request.Headers.TryAddWithoutValidation(name, value);
        }
        var response = await server.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return new Answer(response.StatusCode, response, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>All rows of all pages.</summary>
    public static async Task<List<JsonElement>> AllAsync(this BookshopServer server, string url, params (string Name, string Value)[] headers)
    {
        var rows = new List<JsonElement>();
        for (string? next = url; next is not null;)
        {
            var answer = await server.GetAsync(next, headers);
            answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
            rows.AddRange(answer.Rows);
            next = answer.Next;
        }
        return rows;
    }
}
