using System.Text.RegularExpressions;
using K12Sync.Api.SignIn;
using K12Sync.EndToEnd.CommandLine;
using K12Sync.EndToEnd.Serving;
using Microsoft.Playwright;

namespace K12Sync.EndToEnd.SignIn;

/// <summary>The pages in a real browser, as somebody goes through them.</summary>
public sealed partial class PagesTests(SampleDistrict sample, Chromium chromium) : IAsyncLifetime
{
    private readonly Desk _desk = new Desk().WithSample(sample);
    private readonly List<string> _complaints = [];
    private Server _server = null!;
    private IPage _page = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await Server.StartAsync(_desk.Data);
        _page = await chromium.OpenAsync(_server.Root);
        _page.Console += (_, said) =>
        {
            // What the browser writes itself about an answer that the test asks for.
            if (said.Type == "error" && !said.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
                _complaints.Add(said.Text);
        };
        _page.PageError += (_, error) => _complaints.Add(error);
    }

    public async ValueTask DisposeAsync()
    {
        await _page.Context.DisposeAsync();
        await _server.DisposeAsync();
        _desk.Dispose();
    }

    private Task LookAsync() => Chromium.LookAsync(_page);

    /// <summary>Types into a field that the keyboard is at.</summary>
    private Task TypeAsync(string text) => _page.Keyboard.TypeAsync(text);

    private Task PressAsync(string key) => _page.Keyboard.PressAsync(key);

    private async Task AtAsync(string path)
    {
        await _page.WaitForURLAsync(new Regex(Regex.Escape(path) + "($|\\?)"), new PageWaitForURLOptions { WaitUntil = WaitUntilState.Load });
        (await _page.TitleAsync()).Should().EndWith("- K12Sync");
    }

    /// <summary>A code that was not taken yet: of the next step where the present one was.</summary>
    private static string CodeOf(string secret, int ahead) => TimeCodes.At(secret, (TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 30) + ahead);

    /// <summary>From the link of the first start to a passkey, by keyboard wherever somebody types.</summary>
    [Fact]
    public async Task FirstPerson_SetsUpPasswordCodesAndPasskey_AndSignsInByEach()
    {
        await _page.GotoAsync(Link().Match(_server.Said).Value);
        await LookAsync();
        foreach (var (text, key) in new[] { ("Dana Reyes", "Tab"), ("dana@district.example", "Tab"), ("short", "Tab"), ("short", "Enter") })
        {
            await TypeAsync(text);
            await PressAsync(key);
        }
        await Assertions.Expect(_page.GetByText("This has 5 characters.")).ToBeVisibleAsync();
        (await _page.EvaluateAsync<string>("document.activeElement.id")).Should().Be("password", "the keyboard is where it was wrong");
        (await _page.TitleAsync()).Should().StartWith("Error: ");
        await LookAsync();
        await TypeAsync(PlainBrowser.Password);
        await PressAsync("Tab");
        await TypeAsync(PlainBrowser.Password);
        await PressAsync("Enter");

        await AtAsync("/account/authenticator");
        await LookAsync();
        var secret = (await _page.Locator("code.secret").InnerTextAsync()).Replace(" ", "", StringComparison.Ordinal);
        (await _page.Locator("svg.qr path").GetAttributeAsync("d"))!.Length.Should().BeGreaterThan(1000);
        await _page.GetByLabel("Type the six digits").FillAsync(CodeOf(secret, 0));
        await _page.GetByRole(AriaRole.Button, new() { Name = "Turn codes on" }).ClickAsync();
        await Assertions.Expect(_page.GetByRole(AriaRole.Heading, new() { Name = "Your recovery codes" })).ToBeVisibleAsync();
        await LookAsync();
        var codes = await _page.Locator(".codes code").AllInnerTextsAsync();
        codes.Should().HaveCount(10).And.OnlyHaveUniqueItems();

        await AddPasskeyAsync();
        await SignOutAsync();
        await SignInByKeyboardAsync();
        await AtAsync("/sign-in/code");
        await LookAsync();
        await TypeAsync("000000");
        await PressAsync("Enter");
        await Assertions.Expect(_page.GetByText("That code is not the one of this moment")).ToBeVisibleAsync();
        await TypeAsync(CodeOf(secret, 1));
        await PressAsync("Enter");
        await AtAsync("/account");
        await LookAsync();

        await SignOutAsync();
        await SignInByKeyboardAsync();
        await AtAsync("/sign-in/code");
        await TypeAsync(CodeOf(secret, 1));
        await PressAsync("Enter");
        await Assertions.Expect(_page.GetByText("or it was used before")).ToBeVisibleAsync();
        await _page.GetByRole(AriaRole.Link, new() { Name = "use a recovery code" }).ClickAsync();
        await LookAsync();
        await _page.GetByLabel("Recovery code").FillAsync(codes[0].ToUpperInvariant().Replace("-", " ", StringComparison.Ordinal));
        await PressAsync("Enter");
        await AtAsync("/account");
        await Assertions.Expect(_page.GetByText("Recovery codes left: 9")).ToBeVisibleAsync();

        await SignOutAsync();
        await _page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }).ClickAsync();
        await AtAsync("/account");
        await _page.GotoAsync("/account/passkeys");
        await _page.GetByRole(AriaRole.Button, new() { Name = "Remove office laptop" }).ClickAsync();
        await Assertions.Expect(_page.GetByText("The passkey is removed.")).ToBeVisibleAsync();
        await SignOutAsync();
        await _page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }).ClickAsync();
        await Assertions.Expect(_page.GetByText("That passkey is not known here.")).ToBeVisibleAsync();
        await LookAsync();
        _complaints.Should().BeEmpty();
    }

    [Fact]
    public async Task Pages_StandUpToEverybody_AndTheirRowsAreReadFromThem()
    {
        var link = (await _desk.RunAsync("user", "add", "--name", "Lee", "--email", "lee@district.example", "--role", "Office", "--school", "LHS", "--school", "RMS")).Out;
        await _page.GotoAsync(new Uri(link.Trim()).AbsolutePath);
        await LookAsync();
        await TypeAsync(PlainBrowser.Password);
        await PressAsync("Tab");
        await TypeAsync(PlainBrowser.Password);
        await PressAsync("Enter");
        await AtAsync("/account/authenticator");
        foreach (var path in new[] { "/account", "/account/password", "/account/passkeys", "/denied", "/unprotected", "/sign-out", new Uri(link.Trim()).AbsolutePath })
        {
            await _page.GotoAsync(path);
            await LookAsync();
        }
        (await _page.EvaluateAsync<int>("fetch('/odata/Schools').then(a => a.json()).then(a => a.value.length)")).Should().Be(2);

        await _page.GotoAsync("/account/password");
        await TypeAsync("not the present one");
        await PressAsync("Tab");
        await TypeAsync("a dozen brown umbrellas");
        await PressAsync("Tab");
        await TypeAsync("a dozen brown umbrellas");
        await PressAsync("Enter");
        await Assertions.Expect(_page.GetByText("That is not your present password")).ToBeVisibleAsync();
        await LookAsync();
        await _page.GetByLabel("Present password").FillAsync(PlainBrowser.Password);
        await _page.GetByLabel("New password").FillAsync("a dozen brown umbrellas");
        await _page.GetByLabel("The same password").FillAsync("a dozen brown umbrellas");
        await PressAsync("Enter");
        await AtAsync("/account");
        await Assertions.Expect(_page.GetByText("Your password is changed.")).ToBeVisibleAsync();

        await _page.GetByRole(AriaRole.Button, new() { Name = "Sign out everywhere" }).ClickAsync();
        await AtAsync("/sign-in");
        await TypeAsync("lee@district.example");
        await PressAsync("Tab");
        await TypeAsync(PlainBrowser.Password);
        await PressAsync("Enter");
        await Assertions.Expect(_page.GetByText("do not go together")).ToBeVisibleAsync();
        await LookAsync();
        _complaints.Should().BeEmpty();
    }

    private async Task AddPasskeyAsync()
    {
        var cdp = await _page.Context.NewCDPSessionAsync(_page);
        await cdp.SendAsync("WebAuthn.enable");
        await cdp.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object>
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2", ["transport"] = "internal", ["hasResidentKey"] = true, ["hasUserVerification"] = true, ["isUserVerified"] = true, ["automaticPresenceSimulation"] = true,
            },
        });
        await _page.GotoAsync("/account/passkeys");
        await _page.GetByLabel("What is this device called?").FillAsync("office laptop");
        await _page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync();
        await Assertions.Expect(_page.GetByText("The passkey is added.")).ToBeVisibleAsync();
        await LookAsync();
    }

    private async Task SignOutAsync()
    {
        await _page.GetByRole(AriaRole.Button, new() { Name = "Sign out", Exact = true }).ClickAsync();
        await AtAsync("/sign-in");
        await Assertions.Expect(_page.GetByText("You are signed out.")).ToBeVisibleAsync();
        await LookAsync();
    }

    private async Task SignInByKeyboardAsync()
    {
        await _page.GotoAsync("/sign-in");
        await TypeAsync("dana@district.example");
        await PressAsync("Tab");
        await TypeAsync(PlainBrowser.Password);
        await PressAsync("Enter");
    }

    [GeneratedRegex("http://[^ ]*/welcome/once_1_[0-9a-f]{64}")]
    private static partial Regex Link();
}
