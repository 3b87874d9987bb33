using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using K12Sync.Api.Alerts;
using K12Sync.Domain.Exports;
using Microsoft.Extensions.Logging.Abstractions;

namespace K12Sync.Api.Tests.Alerts;

/// <summary>How alerts get out, and that a channel that fails stays without consequence.</summary>
public sealed class ChannelTests
{
    private static readonly Alert Trouble = new(AlertKind.RunFailed, "Riverbend", "sis\r\nBcc: x", "Run 7 failed.", new DateTimeOffset(2026, 9, 15, 10, 30, 0, TimeSpan.Zero), false);

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Webhook_GetsTheAlertAsJson()
    {
        using var answers = new Answers(HttpStatusCode.NoContent);
        using var http = new HttpClient(answers);

        await new WebhookChannel(new Uri("https://chat.example/hook"), http).SendAsync(Trouble, Now);

        using var posted = JsonDocument.Parse(answers.Bodies.Single());
        posted.RootElement.GetProperty("kind").GetString().Should().Be("RunFailed");
        posted.RootElement.GetProperty("state").GetString().Should().Be("open");
        posted.RootElement.GetProperty("text").GetString().Should().Contain("Riverbend").And.Contain("Run 7 failed.");
        posted.RootElement.GetProperty("at").GetString().Should().Be("2026-09-15T10:30:00Z");
    }

    [Fact]
    public async Task Post_TriesThreeTimes_AndTheOtherChannelHearsItMeanwhile()
    {
        using var answers = new Answers(HttpStatusCode.BadGateway);
        using var http = new HttpClient(answers);
        var heard = new Jobs.HeardAlerts();
        using var post = new AlertPost([new WebhookChannel(new Uri("https://chat.example/hook"), http), heard], TimeProvider.System, NullLogger<AlertPost>.Instance)
        {
            Pause = TimeSpan.FromMilliseconds(1),
        };
        await post.StartAsync(Now);

        post.Send(Trouble);
        post.Send(Trouble with { IsOver = true });
        while (answers.Bodies.Count < 6)
            await Task.Delay(10, Now);
        await post.StopAsync(Now);

        answers.Bodies.Should().HaveCount(6, "each alert has three tries");
        heard.Heard.Should().Equal("RunFailed", "RunFailed over");
    }

    [Fact]
    public async Task Mail_HasAPlainSubject_WhateverTheConnectorIsCalled()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var received = ReceiveAsync(server);

        await new MailChannel(new MailSettings { Host = "127.0.0.1", Port = ((IPEndPoint)server.LocalEndpoint).Port, From = "k12sync@district.example", To = "it@district.example, sis@district.example" })
            .SendAsync(Trouble, Now);

        var lines = await received;
        lines.Should().Contain("Subject: K12Sync, Riverbend, sis Bcc: x: delivery failed").And.Contain("Run 7 failed.");
        lines.Where(l => l.StartsWith("RCPT", StringComparison.Ordinal)).Should().Equal("RCPT TO:<it@district.example>", "RCPT TO:<sis@district.example>");
    }

    /// <summary>As much of an SMTP server as a client needs.</summary>
    private static async Task<List<string>> ReceiveAsync(TcpListener server)
    {
        using var client = await server.AcceptTcpClientAsync(Now);
        using var reader = new StreamReader(client.GetStream());
        await using var writer = new StreamWriter(client.GetStream()) { NewLine = "\r\n", AutoFlush = true };
        await writer.WriteLineAsync("220 test");
        var (lines, inMail) = (new List<string>(), false);
        while (await reader.ReadLineAsync(Now) is { } line)
        {
            lines.Add(line);
            if (inMail && line != ".")
                continue;
            inMail = line == "DATA";
            await writer.WriteLineAsync(inMail ? "354 go on" : line == "QUIT" ? "221 bye" : "250 ok");
            if (line is "." or "QUIT")
                break;
        }
        return lines;
    }

    private sealed class Answers(HttpStatusCode status) : HttpMessageHandler
    {
        public ConcurrentQueue<string> Bodies { get; } = new();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Bodies.Enqueue(await request.Content!.ReadAsStringAsync(cancellationToken));
            return new HttpResponseMessage(status);
        }
    }
}
