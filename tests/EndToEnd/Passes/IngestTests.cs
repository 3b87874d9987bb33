using System.Globalization;
using System.IO.Compression;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using K12Sync.EndToEnd.CommandLine;

namespace K12Sync.EndToEnd.Passes;

public sealed class IngestOnSqlite(PassesOnSqlite stage) : IngestTests(stage), IClassFixture<PassesOnSqlite>;

public sealed class IngestOnPostgres(PassesOnPostgres stage) : IngestTests(stage), IClassFixture<PassesOnPostgres>;

/// <summary>Streams of passes. Each test has ids of its own.</summary>
public abstract class IngestTests(PassStage stage)
{
    private const string Csv = "text/csv";
    private const string Ndjson = "application/x-ndjson";
    private const string Header = "PassId,SchoolCode,StudentNumber,Code,IssuedAt,Voided\n";

    private Task<PassReply> SendAsync(string type, string text, string key = "fleet") => stage.IngestAsync(key, type, Encoding.UTF8.GetBytes(text));

    private static string? Text(JsonElement line, string name) => line.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : null;

    private static IEnumerable<string> Results(PassReply reply) => reply.Lines.SkipLast(1).Select(l => $"{Text(l, "line")} {Text(l, "passId")} {Text(l, "result")}");

    private static string Json(string id, string at = "2026-09-21T08:05:00-04:00", string more = "") => $$"""{"PassId":"{{id}}","SchoolCode":"LHS","StudentNumber":"0004401","Code":"TDY","IssuedAt":"{{at}}"{{more}}}""";

    [Fact]
    public async Task Csv_IsReadAsTheFileIs_AndEachRowIsAnswered()
    {
        var file = await File.ReadAllTextAsync(Path.Combine(Desk.Sample, "passes.csv"), TestContext.Current.CancellationToken);
        var again = await SendAsync(Csv, file);
        var changed = await SendAsync(Csv, Header + """
            C-1,LHS,0004401,TDY,2026-09-21 08:05,
            C-1,LHS,0004401,TDY,2026-09-21 08:05,
            C-1,LHS,0004401,TDY,2026-09-21 08:05,yes
            C-1,LHS,0004402,TDY,2026-09-21 08:05,
            C-2,ZZZ,0004401,TDY,2026-09-21 08:05,
            C-3,LHS,0004401,TDY,2026-11-01 01:30:00,
            C-4,LHS,0004401,TDY,2026-03-08 02:30:00,
            C-5,LHS,0004401
            C-6,LHS,0004401,TDY,3000-09-21 08:05,
            "C-7 ""quoted"", 7",LHS,0004401,TDY,2026-09-21T08:05:00Z,no

            C-8,LHS,0004401,TDY,2026-09-21 08:05,perhaps
            """);

        again.Status.Should().Be(200, again.Text);
        var summary = again.Lines[^1].GetProperty("summary");
        summary.GetProperty("complete").GetBoolean().Should().BeTrue();
        summary.GetProperty("unchanged").GetInt32().Should().Be(summary.GetProperty("rows").GetInt32() - summary.GetProperty("rejected").GetInt32());
        Results(changed).Should().Equal("2 C-1 Added", "3 C-1 Unchanged", "4 C-1 Voided", "5 C-1 Rejected", "6 C-2 Rejected", "7 C-3 Added", "8 C-4 Rejected", "9  Rejected", "10 C-6 Rejected", "11 C-7 \"quoted\", 7 Added", "13 C-8 Rejected");
        string[] reasons = ["void it and give a new one", "There is no school 'ZZZ'.", "clocks went forward", "The row has 3 values", "in the year 3000", "Voided is 'perhaps'"];
        changed.Lines.Select(l => Text(l, "reason")).OfType<string>().Should().HaveCount(reasons.Length);
        foreach (var (reason, expected) in changed.Lines.Select(l => Text(l, "reason")).OfType<string>().Zip(reasons))
            reason.Should().Contain(expected);
        Text(changed.Lines[5], "note").Should().Contain("happened twice");
        changed.Lines[^1].GetProperty("summary").GetRawText().Should().Be("""{"complete":true,"rows":11,"added":3,"unchanged":1,"voided":1,"rejected":6}""");
    }

    [Fact]
    public async Task Ndjson_IsTaken_AndEachRowIsAnswered()
    {
        var answer = await SendAsync(Ndjson + "; charset=utf-8", string.Join('\n',
            "\uFEFF" + Json("J-1"), Json("J-2", more: ",\"Voided\":true,\"Room\":\"12\""), "", Json("J-3", "2026-09-21T08:05:00"), Json("J-4").Replace("\"0004401\"", "4401", StringComparison.Ordinal),
            "{\"PassId\":\"J-5\",", "[1]", Json("J-6", more: ",\"PassId\":\"J-7\""), Json("J-8").Replace("LHS", "RMS", StringComparison.Ordinal), Json("J-9") + Json("J-10"), Json("J\\u0000"), Json("J\\ud800"), Json("J-1") + "\r"));

        answer.Status.Should().Be(200, answer.Text);
        Results(answer).Should().Equal("1 J-1 Added", "2 J-2 Added", "4 J-3 Rejected", "5 J-4 Rejected", "6 J-5 Rejected", "7  Rejected", "8 J-6 Rejected", "9 J-8 Added", "10 J-9 Rejected", "11 J\0 Rejected", "12  Rejected", "13 J-1 Unchanged");
        string[] reasons = ["with its offset", "StudentNumber must be a text in quotes", "no JSON object", "no JSON object", "PassId is given twice", "no JSON object", "NUL", "surrogate"];
        foreach (var (reason, expected) in answer.Lines.Select(l => Text(l, "reason")).OfType<string>().Zip(reasons, (a, b) => (a, b)))
            reason.Should().Contain(expected);
        answer.Lines[^1].GetProperty("summary").GetProperty("notes")[0].GetString().Should().Be("Property Room is not known and was ignored.");
    }

    [Fact]
    public async Task Rows_AreForTheSchoolsOfTheKey()
    {
        var answer = await SendAsync(Csv, Header + "S-1,LHS,0004401,TDY,2026-09-21 08:05,\nS-2,RMS,0009001,TDY,2026-09-21 08:05,\n", "rms");

        Results(answer).Should().Equal("2 S-1 Rejected", "3 S-2 Added");
        answer.Text.Should().Contain("This key is not for giving passes of school");
        foreach (var key in new[] { "reporter", "support" })
            (await SendAsync(Csv, Header, key)).Status.Should().Be(403);
    }

    [Theory]
    [InlineData("application/json", "[]", 415, "application/x-ndjson")]
    [InlineData("text/csv; charset=iso-8859-1", Header, 415, "UTF-8 only")]
    [InlineData(Csv, "PassId;SchoolCode;StudentNumber;Code;IssuedAt\n", 400, "separated by commas")]
    [InlineData(Csv, "PassId,Code\nX,Y\n", 400, "The header lacks SchoolCode, StudentNumber, IssuedAt")]
    public async Task Body_ThatCannotBeRead_IsRefusedWithTheReason(string type, string body, int status, string reason)
    {
        var answer = await SendAsync(type, body);

        answer.Status.Should().Be(status, answer.Text);
        answer.Text.Should().Contain(reason);
    }

    [Fact]
    public async Task Body_InAnotherEncoding_IsRefusedWithTheReason()
    {
        foreach (var (type, text) in new[] { (Csv, Header), (Ndjson, Json("U-1")) })
        {
            var utf16 = await stage.IngestAsync("it", type, [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(text)]);
            (utf16.Status, utf16.Text.Contains("UTF-16", StringComparison.Ordinal)).Should().Be((400, true), utf16.Text);
        }
        var latin = await stage.IngestAsync("it", Csv, Encoding.Latin1.GetBytes(Header + "Ü-1,LHS,0004401,TDY,2026-09-21 08:05,\nU-2,LHS,0004401,TDY,2026-09-21 08:05,\n"));
        Results(latin).Should().Equal("2  Rejected", "3 U-2 Added");
        latin.Text.Should().Contain("not UTF-8");
    }

    [Fact]
    public async Task Body_MayBeGzip_AndATruncatedOneIsSaidToBe()
    {
        var rows = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 3000).Select(i => Json(string.Create(CultureInfo.InvariantCulture, $"G-{i:0000}")) + "\n")));
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            await gzip.WriteAsync(rows, TestContext.Current.CancellationToken);

        var whole = await stage.IngestAsync("it", Ndjson, packed.ToArray(), "gzip");
        var cut = await stage.IngestAsync("it", Ndjson, packed.ToArray()[..((int)packed.Length / 2)], "gzip");

        whole.Lines[^1].GetProperty("summary").GetProperty("added").GetInt32().Should().Be(3000, whole.Lines[^1].GetRawText());
        cut.Text.Should().Contain("broke off");
        (await stage.IngestAsync("it", Ndjson, rows, "br")).Status.Should().Be(415);
    }

    [Fact]
    public async Task Lines_OfAnyNumber_AreNumberedThroughout_AndBadOnesCostThemselvesOnly()
    {
        const int Rows = 30_000;
        var text = new StringBuilder(Header);
        for (var i = 0; i < Rows; i++)
            text.Append(CultureInfo.InvariantCulture, $"L-{i:00000},LHS,00044{i % 27 + 1:00},TDY,2026-10-{i % 28 + 1:00}T08:{i % 60:00}:00-04:00,{(i % 1000 == 7 ? "perhaps" : "")}\n");
        text.Insert(text.ToString().IndexOf("L-20000", StringComparison.Ordinal), new string('x', 300_000) + "\n");

        var answer = await SendAsync(Csv, text.ToString(), "it");

        answer.Status.Should().Be(200);
        var lines = answer.Lines.SkipLast(1).ToList();
        lines.Should().HaveCount(Rows + 1);
        lines.Select(l => l.GetProperty("line").GetInt64()).Should().Equal(Enumerable.Range(2, Rows + 1).Select(i => (long)i));
        var tooLong = lines[20_000];
        Text(tooLong, "reason").Should().Contain("longer than 256 KiB");
        lines.Where(l => Text(l, "result") == "Rejected" && l.GetProperty("line").GetInt64() != 20_002).Select(l => Text(l, "passId")).Should().Equal(Enumerable.Range(0, 30).Select(i => string.Create(CultureInfo.InvariantCulture, $"L-{i * 1000 + 7:00000}")));
        (await stage.CountAsync("""SELECT COUNT(*) FROM "Passes" WHERE "PassId" LIKE 'L-%';""")).Should().Be(Rows - 30);
    }

    [Fact]
    public async Task Rows_AreAnsweredAsTheyCome_AndStoredWhenAnswered_ThoughTheBodyIsNeverFinished()
    {
        using var client = new TcpClient("localhost", stage.Root.Port);
        var stream = client.GetStream();
        using var reader = new StreamReader(stream);
        async Task WriteAsync(string text) => await stream.WriteAsync(Encoding.UTF8.GetBytes(text), TestContext.Current.CancellationToken);
        async Task ChunkAsync(string text) => await WriteAsync(string.Create(CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetByteCount(text):X}\r\n{text}\r\n"));
        async Task<string> AnswerAsync()
        {
            try
            {
                while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
                    if (line.StartsWith('{'))
                        return line;
            }
            catch (IOException)
            {
                // A half-closed connection is closed by the other side too.
            }
            return "the end";
        }

        await WriteAsync($"POST /ingest/passes HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {stage.Keys["fleet"]}\r\nContent-Type: {Csv}\r\nTransfer-Encoding: chunked\r\n\r\n");
        await ChunkAsync(Header + "H-1,LHS,0004401,TDY,2026-09-21 08:05,\nH-2,LHS,00044");
        var first = await AnswerAsync();
        await ChunkAsync("02,TDY,2026-09-21 08:05,\nH-3,LHS,0004403,TDY,2026-09-21 08:05");
        var second = await AnswerAsync();
        client.Client.Shutdown(SocketShutdown.Send);
        var end = await AnswerAsync();

        first.Should().Be("""{"line":2,"passId":"H-1","result":"Added"}""");
        second.Should().Be("""{"line":3,"passId":"H-2","result":"Added"}""");
        end.Should().NotContain("H-3");
        (await stage.CountAsync("""SELECT COUNT(*) FROM "Passes" WHERE "PassId" IN ('H-1', 'H-2');""")).Should().Be(2);
        (await stage.CountAsync("""SELECT COUNT(*) FROM "Passes" WHERE "PassId" = 'H-3';""")).Should().Be(0, "half a row is no row, though it looks like one");
    }

    [Fact]
    public async Task Client_ThatReadsNothingBeforeItHasSentAll_GetsEveryAnswer()
    {
        const int Rows = 200_000;
        using var client = new TcpClient("localhost", stage.Root.Port);
        var stream = client.GetStream();
        // HTTP/1.0, so that the answer comes as it is, without the sizes of chunks between its lines. Refused rows: what is measured is that nobody waits for anybody.
        var body = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, Rows).Select(i => string.Create(CultureInfo.InvariantCulture, $"{{\"PassId\":\"N-{i}\"}}\n"))));
        await stream.WriteAsync(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"POST /ingest/passes HTTP/1.0\r\nHost: localhost\r\nAuthorization: Bearer {stage.Keys["fleet"]}\r\nContent-Type: {Ndjson}\r\nContent-Length: {body.Length}\r\n\r\n")), TestContext.Current.CancellationToken);
        await stream.WriteAsync(body, TestContext.Current.CancellationToken);

        using var reader = new StreamReader(stream);
        var text = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);

        text.Split('\n').Count(l => l.StartsWith("{\"line\":", StringComparison.Ordinal)).Should().Be(Rows);
        text.Should().Contain($"\"rejected\":{Rows}");
    }
}
