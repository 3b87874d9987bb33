using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using K12Sync.EndToEnd.Passes;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.EndToEnd.OData;

[Collection("served on SQLite")]
public sealed class AttendanceStreamOnSqlite(ServedOnSqlite served) : AttendanceStreamTests(served);

[Collection("served on PostgreSQL")]
public sealed class AttendanceStreamOnPostgres(ServedOnPostgres served) : AttendanceStreamTests(served);

/// <summary>Streams of check-ins that are packed, broken, or not what they say. Each test has ids of its own.</summary>
public abstract class AttendanceStreamTests(ServedDistricts served)
{
    private const string Csv = "text/csv";
    private const string Ndjson = "application/x-ndjson";
    private const string Header = "EventId,SiteCode,ChildNumber,Kind,At\n";

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    private async Task<PassReply> SendAsync(string type, byte[] body, params string[] encodings)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(served.Root, "ingest/attendance")) { Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        foreach (var encoding in encodings)
            request.Content.Headers.ContentEncoding.Add(encoding);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", served.Keys["kiosk"]);
        using var answer = await http.SendAsync(request, Now);
        return await PassReply.OfAsync(answer);
    }

    private Task<PassReply> SendAsync(string type, string text) => SendAsync(type, Encoding.UTF8.GetBytes(text));

    private async Task<int> StoredAsync(string ids)
    {
        await using var db = served.Open();
        return await db.AttendanceEvents.CountAsync(e => e.EventId.StartsWith(ids), Now);
    }

    private static string Json(string id, string more = "") => $$"""{"EventId":"{{id}}","SiteCode":"SUN","ChildNumber":"0930","Kind":"In","At":"2026-10-12T08:05:00-05:00"{{more}}}""";

    private static string Row(string id) => $"{id},SUN,0930,In,2026-10-12T08:05:00-05:00\n";

    private static string? Text(JsonElement line, string name) => line.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : null;

    private static IEnumerable<string> Results(PassReply reply) => reply.Lines.SkipLast(1).Select(l => $"{Text(l, "line")} {Text(l, "eventId")} {Text(l, "result")}");

    private static IEnumerable<string> Reasons(PassReply reply) => reply.Lines.Select(l => Text(l, "reason")).OfType<string>();

    private static byte[] Packed(byte[] body)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(body);
        return packed.ToArray();
    }

    [Fact]
    public async Task Body_MayBeGzip_AndATruncatedOneIsSaidToBe()
    {
        var rows = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 3000).Select(i => Json(string.Create(CultureInfo.InvariantCulture, $"ag-{i:0000}")) + "\n")));
        var packed = Packed(rows);

        var whole = await SendAsync(Ndjson, packed, "gzip");
        var cut = await SendAsync(Ndjson, packed[..(packed.Length / 2)], "gzip");
        var plain = await SendAsync(Ndjson, rows, "gzip");

        whole.Lines[^1].GetProperty("summary").GetProperty("adds").GetInt32().Should().Be(3000, whole.Lines[^1].GetRawText());
        cut.Text.Should().Contain("broke off");
        (plain.Status, plain.Text.Contains("not what Content-Encoding says", StringComparison.Ordinal)).Should().Be((400, true), plain.Text);
        (await SendAsync(Ndjson, rows, "br")).Status.Should().Be(415);
        (await StoredAsync("ag-")).Should().Be(3000);
    }

    [Theory]
    [InlineData("application/json", "[]", 415, "application/x-ndjson")]
    [InlineData("text/csv; charset=iso-8859-1", Header, 415, "UTF-8 only")]
    [InlineData(Csv, "EventId;SiteCode;ChildNumber;Kind;At\n", 400, "separated by commas")]
    [InlineData(Csv, "EventId,Kind\nX,In\n", 400, "The header lacks SiteCode, ChildNumber, At")]
    public async Task Body_ThatCannotBeRead_IsRefusedWithTheReason(string type, string body, int status, string reason)
    {
        var answer = await SendAsync(type, body);

        answer.Status.Should().Be(status, answer.Text);
        answer.Text.Should().Contain(reason);
    }

    [Fact]
    public async Task Body_InAnotherEncoding_IsRefusedWithTheReason()
    {
        foreach (var (type, text) in new[] { (Csv, Header + Row("au-1")), (Ndjson, Json("au-1")) })
            foreach (var utf16 in new[] { Encoding.Unicode, Encoding.BigEndianUnicode })
            {
                var answer = await SendAsync(type, [.. utf16.GetPreamble(), .. utf16.GetBytes(text)]);
                (answer.Status, answer.Text.Contains("UTF-16", StringComparison.Ordinal)).Should().Be((400, true), answer.Text);
            }
        foreach (var (type, text, line) in new[] { (Csv, Header + Row("Ü-1") + Row("au-2"), 2), (Ndjson, Json("Ü-1") + "\n" + Json("au-3"), 1) })
        {
            var latin = await SendAsync(type, Encoding.Latin1.GetBytes(text));
            Results(latin).Should().Equal($"{line}  Rejected", $"{line + 1} au-{line switch { 2 => 2, _ => 3 }} Adds");
            latin.Text.Should().Contain("not UTF-8");
        }
        (await SendAsync(Ndjson, "\uFEFF" + Json("au-4"))).Lines[0].GetProperty("result").GetString().Should().Be("Adds", "a byte order mark is no fault");
    }

    [Fact]
    public async Task Rows_ThatAreBroken_CostThemselvesOnly()
    {
        var json = await SendAsync(Ndjson, string.Join('\n', Json("ab-1"), "{\"EventId\":\"ab-2\",", "[1]", Json("ab-3", ",\"EventId\":\"ab-4\""), Json("ab-5") + Json("ab-6"), Json("ab\\u0000"), Json("ab\\ud800"),
            "{\"EventId\":\"" + new string('x', 300_000) + "\"}", Json("ab-7") + "\r", Json("ab-8")[..^9]));
        var csv = await SendAsync(Csv, Header + Row("ac-1") + "ac-2,SUN\n" + new string('x', 300_000) + "\n" + "\"ac-3 \"\"quoted\"\", 3\",SUN,0930,In,2026-10-12T08:05:00-05:00\n" + "ac-4,SUN,0930,In,yesterday\n" + Row("ac-5"));

        (json.Status, csv.Status).Should().Be((200, 200));
        json.Lines.SkipLast(1).Select(l => $"{Text(l, "line")} {Text(l, "result")}").Should().Equal(
            "1 Adds", "2 Rejected", "3 Rejected", "4 Rejected", "5 Rejected", "6 Rejected", "7 Rejected", "8 Rejected", "9 Adds", "10 Rejected");
        string[] reasons = ["no JSON object", "no JSON object", "given twice", "no JSON object", "NUL", "surrogate", "longer than 256 KiB", "no JSON object"];
        Reasons(json).Should().HaveCount(reasons.Length);
        foreach (var (reason, expected) in Reasons(json).Zip(reasons))
            reason.Should().Contain(expected);
        Results(csv).Should().Equal("2 ac-1 Adds", "3  Rejected", "4  Rejected", "5 ac-3 \"quoted\", 3 Adds", "6 ac-4 Rejected", "7 ac-5 Adds");
        Reasons(csv).Should().SatisfyRespectively(r => r.Should().Contain("The row has 2 values"), r => r.Should().Contain("longer than 256 KiB"), r => r.Should().Contain("yesterday"));
        (await StoredAsync("ab-"), await StoredAsync("ac-")).Should().Be((2, 3));
    }

    [Fact]
    public async Task Rows_AreStoredWhenAnswered_ThoughTheBodyIsNeverFinished_AndHalfARowIsNone()
    {
        using var client = new TcpClient("localhost", served.Root.Port);
        var stream = client.GetStream();
        using var reader = new StreamReader(stream);
        async Task WriteAsync(string text) => await stream.WriteAsync(Encoding.UTF8.GetBytes(text), Now);
        async Task<string> AnswerAsync()
        {
            try
            {
                while (await reader.ReadLineAsync(Now) is { } line)
                    if (line.StartsWith('{'))
                        return line;
            }
            catch (IOException)
            {
                // A half-closed connection is closed by the other side too.
            }
            return "the end";
        }

        await WriteAsync($"POST /ingest/attendance HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {served.Keys["kiosk"]}\r\nContent-Type: {Csv}\r\nTransfer-Encoding: chunked\r\n\r\n");
        var half = Header + Row("ah-1") + Row("ah-2").TrimEnd();
        await WriteAsync(string.Create(CultureInfo.InvariantCulture, $"{half.Length:X}\r\n{half}\r\n"));
        var first = await AnswerAsync();
        client.Client.Shutdown(SocketShutdown.Send);
        var end = await AnswerAsync();

        first.Should().Be("""{"line":2,"eventId":"ah-1","result":"Adds"}""");
        end.Should().NotContain("ah-2");
        (await StoredAsync("ah-")).Should().Be(1, "half a row is no row, though it looks like one");
    }
}
