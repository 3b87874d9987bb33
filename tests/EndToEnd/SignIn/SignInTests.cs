using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using K12Sync.EndToEnd.CommandLine;
using K12Sync.EndToEnd.Serving;

namespace K12Sync.EndToEnd.SignIn;

/// <summary>The life of a person, from the link of the first start to the lock, over HTTP and without JavaScript.</summary>
public sealed partial class SignInTests(SampleDistrict sample) : IDisposable
{
    private readonly Desk _desk = new Desk().WithSample(sample);

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public void Dispose() => _desk.Dispose();

    private async Task<string> LinkAsync(params string[] args)
    {
        var ran = await _desk.RunAsync(["user", .. args]);
        ran.ExitCode.Should().Be(0, ran.Err);
        ran.Out.Trim().Should().MatchRegex("^http://localhost:5080/welcome/once_1_[0-9a-f]{64}$");
        return ran.Out;
    }

    [Fact]
    public async Task FirstStart_PrintsALink_ByWhichTheFirstPersonIsSetUpOnce()
    {
        await using var server = await Server.StartAsync(_desk.Data);
        var link = Link().Match(server.Said).Value;
        link.Should().StartWith(server.Root.ToString());
        File.ReadAllBytes(_desk.Database).AsSpan().IndexOf(Encoding.UTF8.GetBytes(link[^64..])).Should().Be(-1, "only its hash is stored");
        using var browser = new PlainBrowser(server.Root);

        (await browser.GetAsync("/account")).Address.PathAndQuery.Should().Be("/sign-in?to=%2Faccount");
        (await browser.UseLinkAsync(link, ("name", ""), ("email", "dana"))).Text.Should().Contain("Write your name").And.Contain("That is no e-mail address");
        (await browser.UseLinkAsync(link, ("name", "Dana Reyes"), ("email", "dana@district.example"), ("repeat", "another"))).Status.Should().Be(HttpStatusCode.UnprocessableEntity);
        var done = await browser.UseLinkAsync(link, ("name", "Dana Reyes"), ("email", "dana@district.example"));

        done.Address.AbsolutePath.Should().Be("/account/authenticator");
        (await browser.GetAsync("/account")).Text.Should().Contain("Dana Reyes").And.Contain("District IT").And.Contain("All of the district");
        using var second = new PlainBrowser(server.Root);
        (await second.GetAsync(new Uri(link).AbsolutePath)).Status.Should().Be(HttpStatusCode.NotFound, "it was good for one time");
        (await server.EndAsync("TERM")).ExitCode.Should().Be(0);
        await using var again = await Server.StartAsync(_desk.Data);
        again.Said.Should().NotContain("/welcome/", "there is somebody");
        (await browser.AskAsync(HttpMethod.Get, new Uri(again.Root, "/account").ToString())).StatusCode.Should().Be(HttpStatusCode.OK, "a session outlives the process");
        (await _desk.RunAsync("user", "list")).Out.Should().Contain("dana@district.example").And.Contain("DistrictIT").And.Contain("password");
    }

    [Fact]
    public async Task Session_ReadsRows_AndChangesThemOnlyWithTheHeader()
    {
        var link = await LinkAsync("add", "--name", "Dana Reyes", "--email", "dana@district.example", "--role", "DistrictIT");
        await using var server = await Server.StartAsync(_desk.Data);
        using var browser = new PlainBrowser(server.Root);
        (await browser.AskAsync(HttpMethod.Get, "/odata/Schools")).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        await browser.UseLinkAsync(link);

        (await (await browser.AskAsync(HttpMethod.Get, "/odata/Students?$top=1")).Content.ReadAsStringAsync(Now)).Should().Contain("StudentNumber");
        var code = """{"Code":"ZZ","Name":"New","Type":"Tardy","ExternalCode":"Z"}""";
        var bare = await browser.AskAsync(HttpMethod.Post, "/odata/BehaviorCodes", code);
        (bare.StatusCode, await bare.Content.ReadAsStringAsync(Now)).Should().Match<(HttpStatusCode Status, string Text)>(a => a.Status == HttpStatusCode.Forbidden && a.Text.Contains("K12Sync-Request", StringComparison.Ordinal));
        (await browser.AskAsync(HttpMethod.Post, "/odata/$batch", """{"requests":[]}""")).StatusCode.Should().Be(HttpStatusCode.Forbidden);
        (await browser.AskAsync(HttpMethod.Post, "/OData/BehaviorCodes", code)).StatusCode.Should().Be(HttpStatusCode.Forbidden, "routes are found in any case of letters");
        (await browser.AskAsync(HttpMethod.Post, "/odata/BehaviorCodes", code, ("K12Sync-Request", "1"))).StatusCode.Should().Be(HttpStatusCode.Created);

        var id = _desk.Sql("SELECT Id FROM People");
        await Eventually.IsTrueAsync(() => (long)_desk.Sql($"SELECT COUNT(*) FROM AuditEntries WHERE PersonId = {id} AND Target = 'Students' AND Students = 'Students' AND KeyId IS NULL AND Role = 'DistrictIT'")! == 1, "the look is on record");
        _desk.Sql($"SELECT COUNT(*) FROM AuditEntries WHERE PersonId = {id} AND Method = 'POST' AND Target LIKE 'BehaviorCodes%' AND Status = 201").Should().Be(1L);
        (await _desk.RunAsync("audit", "list")).Out.Should().Contain("Dana Reyes").And.Contain("account/password");
        (await _desk.RunAsync("audit", "verify")).ExitCode.Should().Be(0);
        _desk.Sql("SELECT Query FROM AuditEntries WHERE Target = 'user add'").Should().Be("--name=Dana Reyes --email=dana@district.example --role=DistrictIT");
    }

    [Theory]
    [InlineData("lock")]
    [InlineData("reset")]
    [InlineData("remove")]
    public async Task Session_EndsWithinSeconds_WhenItsPersonIsLockedResetOrRemoved(string verb)
    {
        var link = await LinkAsync("add", "--name", "Lee", "--email", "lee@district.example", "--role", "Office", "--school", "LHS");
        await using var server = await Server.StartAsync(_desk.Data);
        using var browser = new PlainBrowser(server.Root);
        await browser.UseLinkAsync(link);
        (await browser.AskAsync(HttpMethod.Get, "/odata/Schools")).StatusCode.Should().Be(HttpStatusCode.OK);

        (await _desk.RunAsync("user", verb, "LEE@district.example")).ExitCode.Should().Be(0);
        await Task.Delay(TimeSpan.FromSeconds(1.1), Now);

        (await browser.AskAsync(HttpMethod.Get, "/odata/Schools")).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        (await browser.GetAsync("/account")).Address.AbsolutePath.Should().Be("/sign-in");
        (await browser.SignInAsync("lee@district.example", PlainBrowser.Password)).Status.Should().Be(HttpStatusCode.Unauthorized);
        if (verb == "remove")
            return;
        if (verb == "lock")
            (await _desk.RunAsync("user", "unlock", "lee@district.example")).ExitCode.Should().Be(0);
        else
            await browser.UseLinkAsync(await LinkAsync("reset", "lee@district.example"));
        (await browser.SignInAsync("lee@district.example", PlainBrowser.Password)).Address.AbsolutePath.Should().Be("/account");
    }

    [Fact]
    public async Task Guessing_EndsInAPause_AndLearnsNothing()
    {
        await File.WriteAllTextAsync(Path.Combine(_desk.Data, "settings.json"), """{"Access": {"SignIn": {"TriesPerMinute": 18}}}""", Now);
        var link = await LinkAsync("add", "--name", "Lee", "--email", "lee@district.example", "--role", "Reporter");
        await using var server = await Server.StartAsync(_desk.Data);
        using var browser = new PlainBrowser(server.Root);
        await browser.UseLinkAsync(link);
        await browser.SendFormAsync("/sign-out");

        var answers = new HashSet<string>();
        for (var i = 0; i < 10; i++)
            answers.Add(Told(await browser.SignInAsync("lee@district.example", $"wrong guess number {i}")));
        answers.Add(Told(await browser.SignInAsync("lee@district.example", PlainBrowser.Password)));
        answers.Add(Told(await browser.SignInAsync("nobody@district.example", PlainBrowser.Password)));

        answers.Should().ContainSingle("the pause, the wrong password and the unknown name are told the same").Which.Should().Contain("401").And.Contain("do not go together");
        (await _desk.RunAsync("user", "list")).Out.Should().Contain("too many tries");
        await Eventually.IsTrueAsync(() => (long)_desk.Sql("SELECT COUNT(*) FROM AuditEntries WHERE Target = 'session' AND Status = 401")! == 11, "tries at somebody are on record");
        (await _desk.RunAsync("user", "unlock", "lee@district.example")).ExitCode.Should().Be(0);
        (await browser.SignInAsync("lee@district.example", PlainBrowser.Password)).Address.AbsolutePath.Should().Be("/account");
        for (var i = 0; i < 40; i++)
            if ((await browser.SendFormAsync("/welcome/once_1_" + new string('0', 64), ("password", "x"))).Status == HttpStatusCode.TooManyRequests)
                return;
        throw new InvalidOperationException("One address may try without end.");
    }

    [Fact]
    public async Task Password_IsTakenOnlyWhereNobodyReadsIt()
    {
        await File.WriteAllTextAsync(Path.Combine(_desk.Data, "settings.json"), """{"Access": {"Proxies": ["127.0.0.1", "::1"], "Address": "https://k12sync.district.example"}}""", Now);
        var added = await _desk.RunAsync("user", "add", "--name", "Lee", "--email", "lee@district.example", "--role", "Reporter");
        added.Out.Should().StartWith("https://k12sync.district.example/welcome/once_1_");
        await using var server = await Server.StartAsync(_desk.Data);
        using var browser = new PlainBrowser(server.Root);

        (await browser.GetAsync("/sign-in", ("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Proto", "http"))).Should().Match<PlainPage>(p => p.Status == HttpStatusCode.Forbidden && p.Address.AbsolutePath == "/unprotected");
        var safe = await browser.GetAsync("/sign-in", ("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Proto", "https"));

        safe.Status.Should().Be(HttpStatusCode.OK);
        safe.Answer.Headers.GetValues("Set-Cookie").Should().OnlyContain(c => c.Contains("secure", StringComparison.Ordinal) && c.Contains("httponly", StringComparison.Ordinal));
        safe.Answer.Headers.GetValues("Content-Security-Policy").Single().Should().NotContain("unsafe").And.Contain("default-src 'none'");
    }

    [Fact]
    public async Task Commands_SayWhatIsWrong()
    {
        await LinkAsync("add", "--name", "Lee", "--email", "lee@district.example", "--role", "Reporter");

        (await _desk.RunAsync("user", "add", "--name", "Another", "--email", "Lee@District.example", "--role", "Reporter")).Err.Should().Contain("already");
        (await _desk.RunAsync("user", "add", "--name", "Al", "--email", "al@district.example", "--role", "Office")).Err.Should().Contain("--school");
        (await _desk.RunAsync("user", "add", "--name", "Al", "--email", "al@district.example", "--role", "Office", "--school", "XXX")).Err.Should().Contain("no school 'XXX'");
        (await _desk.RunAsync("user", "add", "--name", "Al", "--email", "Al <al@district.example>", "--role", "Reporter")).ExitCode.Should().Be(64);
        (await _desk.RunAsync("user", "reset", "nobody@district.example")).Err.Should().Contain("Nobody signs in with");
        (await _desk.RunAsync("user", "show-students", "lee@district.example", "--hours", "2")).Err.Should().Contain("Only for Support");
        (await _desk.RunAsync("user", "list", "--json")).Out.Should().Contain("\"email\": \"lee@district.example\"").And.NotContain("once_");
    }

    private static string Told(PlainPage page) => $"{(int)page.Status} {Problem().Match(page.Text).Value}";

    [GeneratedRegex("http://[^ ]*/welcome/once_1_[0-9a-f]{64}")]
    private static partial Regex Link();

    [GeneratedRegex("<div class=\"problem\".*?</div>", RegexOptions.Singleline)]
    private static partial Regex Problem();
}
