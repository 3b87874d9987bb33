using System.Net;
using System.Text.Json.Nodes;
using K12Sync.EndToEnd.CommandLine;
using K12Sync.EndToEnd.Serving;

namespace K12Sync.EndToEnd.SignIn;

/// <summary>Signing in by what a provider says, against a server that speaks its protocol.</summary>
public sealed class ProviderTests(SampleDistrict sample) : IDisposable
{
    private readonly Desk _desk = new Desk().WithSample(sample);

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public void Dispose() => _desk.Dispose();

    private async Task<Server> ServeAsync(string settings)
    {
        await File.WriteAllTextAsync(Path.Combine(_desk.Data, "settings.json"), settings, Now);
        (await _desk.RunAsync("user", "add", "--name", "Lee", "--email", "lee@district.example", "--role", "Reporter")).ExitCode.Should().Be(0);
        return await Server.StartAsync(_desk.Data);
    }

    private static async Task<PlainPage> ComeAsync(Server server, string provider)
    {
        using var browser = new PlainBrowser(server.Root);
        await browser.GetAsync("/sign-in");
        return await browser.SendFormAsync("/sign-in?handler=With&to=%2Faccount", ("provider", provider));
    }

    private static JsonObject Says(string subject, string email, bool? verified) =>
        verified is { } known ? new JsonObject { ["sub"] = subject, ["email"] = email, ["email_verified"] = known } : new JsonObject { ["sub"] = subject, ["email"] = email };

    [Fact]
    public async Task Google_LetsInWhoWasAdded_AndNobodyElse()
    {
        await using var google = await SmallProvider.StartAsync();
        await using var server = await ServeAsync(google.Settings("Google"));

        google.Says = Says("1", "stranger@district.example", true);
        (await ComeAsync(server, "google")).Should().Match<PlainPage>(p => p.Address.AbsolutePath == "/sign-in" && p.Text.Contains("nobody&#x27;s here", StringComparison.Ordinal));
        google.Says = Says("1", "lee@district.example", false);
        (await ComeAsync(server, "google")).Address.AbsolutePath.Should().Be("/sign-in", "the address may be anybody's");
        _desk.Sql("SELECT COUNT(*) FROM People").Should().Be(1L, "nobody is made by signing in");
        _desk.Sql("SELECT COUNT(*) FROM ExternalLogins").Should().Be(0L);

        google.Says = Says("108", "Lee@district.example", true);
        (await ComeAsync(server, "google")).Should().Match<PlainPage>(p => p.Address.AbsolutePath == "/account" && p.Text.Contains("Lee", StringComparison.Ordinal));
        google.Says = Says("108", "lee.married@district.example", false);
        (await ComeAsync(server, "google")).Address.AbsolutePath.Should().Be("/account", "from then on the subject counts");
        google.Says = Says("109", "lee@district.example", true);
        (await ComeAsync(server, "google")).Address.AbsolutePath.Should().Be("/sign-in", "the address was given to somebody else there");
        google.Says = [];
        (await ComeAsync(server, "google")).Text.Should().Contain("did not come about");
        (await ComeAsync(server, "entra")).Status.Should().Be(HttpStatusCode.NotFound, "it is not set up");

        (await _desk.RunAsync("user", "lock", "lee@district.example")).ExitCode.Should().Be(0);
        google.Says = Says("108", "lee@district.example", true);
        (await ComeAsync(server, "google")).Address.AbsolutePath.Should().Be("/sign-in", "a provider's word opens no lock");
    }

    [Fact]
    public async Task Clever_IsGivenTheSecretInAHeader_AndConnectedByWhoHasSignedIn()
    {
        await using var clever = await SmallProvider.StartAsync(wantsHeader: true);
        await using var server = await ServeAsync(clever.Settings("Clever"));
        clever.Says = Says("5f0c", "lee@district.example", false);
        (await ComeAsync(server, "clever")).Address.AbsolutePath.Should().Be("/sign-in");
        using var browser = new PlainBrowser(server.Root);
        await browser.UseLinkAsync((await _desk.RunAsync("user", "reset", "lee@district.example")).Out);

        await browser.GetAsync("/account");
        (await browser.SendFormAsync("/account?handler=Connect", ("provider", "clever"))).Text.Should().Contain("you can sign in that way too").And.Contain("Disconnect");

        (await ComeAsync(server, "clever")).Address.AbsolutePath.Should().Be("/account");
        await browser.GetAsync("/account");
        (await browser.SendFormAsync("/account?handler=Disconnect", ("provider", "clever"))).Text.Should().Contain("Clever is disconnected");
        (await ComeAsync(server, "clever")).Address.AbsolutePath.Should().Be("/sign-in");
    }

    [Fact]
    public async Task ClassLink_IsKnownByItsOwnProperties()
    {
        await using var classLink = await SmallProvider.StartAsync();
        await using var server = await ServeAsync(classLink.Settings("ClassLink", """, "TrustsEmail": true"""));
        classLink.Says = new JsonObject { ["UserId"] = 4711, ["Email"] = "lee@district.example" };

        (await ComeAsync(server, "classlink")).Address.AbsolutePath.Should().Be("/account");

        _desk.Sql("SELECT Subject FROM ExternalLogins").Should().Be("4711");
    }

    [Theory]
    [InlineData("""{"Access": {"SignIn": {"Entra": {"ClientId": "a", "ClientSecret": "b", "Tenant": "common"}}}}""", "people of any directory")]
    [InlineData("""{"Access": {"SignIn": {"Entra": {"ClientId": "a", "ClientSecret": "b"}}}}""", "needs Tenant")]
    [InlineData("""{"Access": {"SignIn": {"Google": {"ClientId": "a"}}}}""", "needs ClientId and ClientSecret")]
    public async Task Settings_AreRefused_WhenAnybodyCouldComeInByThem(string settings, string reason)
    {
        await File.WriteAllTextAsync(Path.Combine(_desk.Data, "settings.json"), settings, Now);

        var ran = await _desk.RunAsync("serve");

        ran.ExitCode.Should().Be(1);
        ran.Err.Should().Contain(reason).And.Contain("settings.json");
    }
}
