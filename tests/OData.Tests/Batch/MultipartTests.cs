using System.Net;
using K12Sync.OData.Tests.Bookshop;
using K12Sync.OData.Tests.Formats;
using Microsoft.OData;

namespace K12Sync.OData.Tests.Batch;

/// <summary>
/// Protocol, "Multipart Batch Format": the older form of $batch, as many clients still send it. A change set is all or nothing, so it may hold one request.
/// Requests are written and answers are read by Microsoft.OData.Core.
/// </summary>
public sealed class MultipartTests : IAsyncLifetime
{
    private BookshopServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await BookshopServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task ABatch_WrittenAndReadByMicrosoftsLibrary_AnswersEachRequest()
    {
        var answer = await SendAsync(batch =>
        {
            Request(batch, "GET", "Books(7)?$select=Id");
            batch.WriteStartChangeset();
            Request(batch, "POST", "Books", "1", "{\"Id\":950,\"Isbn\":\"950\",\"Title\":\"Ärger\"}");
            batch.WriteEndChangeset();
            Request(batch, "GET", "Books(950)/Title/$value");
        });

        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
        answer.Response.Content.Headers.ContentType!.MediaType.Should().Be("multipart/mixed");
        var read = PayloadReader.Batch(answer, _server.Model.Edm);
        read.Select(r => r.Status).Should().Equal(200, 201, 200);
        read[0].Body.Should().Contain("\"Id\":7");
        read[1].Headers["Location"].Should().Be(_server.Root + "Books(950)");
        read[2].Body.Should().Be("Ärger");
    }

    [Fact]
    public async Task ARequest_CanUseWhatAnEarlierOneMade()
    {
        var answer = await PostAsync(
            ChangeSet(Part("POST Books HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{\"Id\":950,\"Isbn\":\"950\",\"Title\":\"New\"}", "new")),
            Part("GET $new/Title HTTP/1.1"),
            ChangeSet(Part("PATCH $new HTTP/1.1\r\nContent-Type: application/json\r\nIf-Match: *\r\n\r\n{\"Title\":\"Changed\"}", "2")),
            Part($"GET {_server.Root.AbsolutePath}Books(950)/Title/$value HTTP/1.1\r\nHost: {_server.Root.Authority}"),
            Part($"GET {_server.Root}Books/$count HTTP/1.1"));

        var read = PayloadReader.Batch(answer, _server.Model.Edm);
        read.Select(r => r.Status).Should().Equal(201, 200, 200, 200, 200);
        read[0].ContentId.Should().Be("new");
        read[3].Body.Should().Be("Changed");
        read[4].Body.Should().Be("46");
    }

    [Fact]
    public async Task ABatch_StopsAtTheFirstFailure_UnlessToldOtherwise()
    {
        string[] parts = [Part("GET Books(4) HTTP/1.1"), Part("GET Books(5) HTTP/1.1")];

        PayloadReader.Batch(await PostAsync(parts), _server.Model.Edm).Select(r => r.Status).Should().Equal(404);
        foreach (var prefer in new[] { "continue-on-error", "odata.continue-on-error" })
            PayloadReader.Batch(await PostAsync(parts, ("Prefer", prefer)), _server.Model.Edm).Select(r => r.Status).Should().Equal(404, 200);
    }

    [Fact]
    public async Task AChangeSet_OfSeveral_IsRefused_AndNothingOfItIsDone()
    {
        var change = Part("DELETE Books(5) HTTP/1.1\r\nIf-Match: *", "1");

        var answer = await PostAsync([ChangeSet(change, Part("DELETE Books(6) HTTP/1.1\r\nIf-Match: *", "2"))]);
        var failed = await PostAsync([ChangeSet(Part("DELETE Books(4) HTTP/1.1\r\nIf-Match: *", "1"))]);

        PayloadReader.Batch(answer, _server.Model.Edm).Select(r => r.Status).Should().Equal(501);
        PayloadReader.Batch(failed, _server.Model.Edm).Select(r => r.Status).Should().Equal(404);
        (await _server.GetAsync("Books(5)")).Status.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task ABatch_KeepsItsCallersTenancy() =>
        PayloadReader.Batch(await PostAsync([Part("GET Books(4) HTTP/1.1")], ("X-Shop", "2")), _server.Model.Edm).Single().Status.Should().Be(200);

    [Theory]
    [InlineData("nonsense")]
    [InlineData("--b\r\n\r\nGET Books HTTP/1.1\r\n\r\n\r\n--b--")]
    [InlineData("--b\r\nContent-Type: application/http\r\n\r\nGET Books\r\n\r\n\r\n--b--")]
    [InlineData("--b\r\nContent-Type: application/http\r\n\r\nPOST $batch HTTP/1.1\r\n\r\n\r\n--b--")]
    [InlineData("--b\r\nContent-Type: application/http\r\n\r\nGET Books HTTP/1.1\r\nno colon\r\n\r\n\r\n--b--")]
    [InlineData("--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\nContent-Type: application/http\r\n\r\nGET Books HTTP/1.1\r\n\r\n\r\n--c--\r\n--b--")]
    [InlineData("--b\r\nContent-Type: application/http\r\n\r\nGET Books HTTP/1.1\r\n")]
    public async Task AWrongBatch_IsRefused(string body) =>
        (await _server.SendAsync(HttpMethod.Post, "$batch", body, ("Content-Type", "multipart/mixed; boundary=b"))).Status.Should().Be(HttpStatusCode.BadRequest);

    [Fact]
    public async Task ABatch_WithoutBoundary_OrWithTooManyRequests_IsRefused()
    {
        (await _server.SendAsync(HttpMethod.Post, "$batch", "--b--", ("Content-Type", "multipart/mixed"))).Status.Should().Be(HttpStatusCode.BadRequest);
        (await PostAsync([.. Enumerable.Repeat(Part("GET Books(5) HTTP/1.1"), 101)])).ErrorCode.Should().Be("LimitExceeded");
    }

    private static string Part(string request, string? id = null) => "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n"
        + (id is null ? "" : $"Content-ID: {id}\r\n") + "\r\n" + request + (request.Contains("\r\n\r\n", StringComparison.Ordinal) ? "\r\n" : "\r\n\r\n\r\n");

    private static string ChangeSet(params string[] parts) =>
        "Content-Type: multipart/mixed; boundary=c\r\n\r\n" + string.Concat(parts.Select(p => "--c\r\n" + p)) + "--c--\r\n";

    private Task<Answer> PostAsync(params string[] parts) => PostAsync(parts, ("Accept", "multipart/mixed"));

    private Task<Answer> PostAsync(string[] parts, (string, string) header) => _server.SendAsync(
        HttpMethod.Post, "$batch", string.Concat(parts.Select(p => "--b\r\n" + p)) + "--b--\r\n", ("Content-Type", "multipart/mixed; boundary=b"), header);

    private async Task<Answer> SendAsync(Action<ODataBatchWriter> write)
    {
        using var body = new MemoryStream();
        var message = new RequestMessage(new Uri(_server.Root, "$batch"), body);
        var settings = new ODataMessageWriterSettings { Version = ODataVersion.V4, BaseUri = _server.Root, EnableMessageStreamDisposal = false };
        using var writer = new ODataMessageWriter((IODataRequestMessage)message, settings, _server.Model.Edm);
        var batch = writer.CreateODataBatchWriter();
        batch.WriteStartBatch();
        write(batch);
        batch.WriteEndBatch();
        batch.Flush();
        return await _server.SendAsync(HttpMethod.Post, "$batch", System.Text.Encoding.UTF8.GetString(body.ToArray()), ("Content-Type", message.GetHeader("Content-Type")!));
    }

    private void Request(ODataBatchWriter batch, string method, string url, string? id = null, string? body = null)
    {
        var request = batch.CreateOperationRequestMessage(method, new Uri(_server.Root, url), id);
        if (body is null)
            return;
        request.SetHeader("Content-Type", "application/json");
        using var stream = request.GetStream();
        stream.Write(System.Text.Encoding.UTF8.GetBytes(body));
    }

    private sealed class RequestMessage(Uri url, MemoryStream body) : IODataRequestMessage
    {
        private readonly Dictionary<string, string> _headers = new(StringComparer.OrdinalIgnoreCase) { ["Content-Type"] = "multipart/mixed; boundary=batch_of_test" };
        public IEnumerable<KeyValuePair<string, string>> Headers => _headers;
        public Uri Url { get; set; } = url;
        public string Method { get; set; } = "POST";
        public string? GetHeader(string headerName) => _headers.GetValueOrDefault(headerName);
        public Stream GetStream() => body;
        public void SetHeader(string headerName, string headerValue) => _headers[headerName] = headerValue;
    }
}
