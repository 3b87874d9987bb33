using K12Sync.EndToEnd.CommandLine;
using K12Sync.EndToEnd.Serving;
using Microsoft.Playwright;

namespace K12Sync.EndToEnd.SignIn;

/// <summary>The questions of support in a real browser.</summary>
public sealed class QuestionsPageTests(SampleDistrict sample, Chromium chromium) : IAsyncLifetime
{
    private readonly Desk _desk = new Desk().WithSample(sample);
    private Server _server = null!;
    private IPage _page = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await Server.StartAsync(_desk.Data);
        _page = await chromium.OpenAsync(_server.Root);
        await _page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        var link = (await _desk.RunAsync("user", "add", "--name", "Sam", "--email", "sam@district.example", "--role", "DistrictIT")).Out;
        await _page.GotoAsync(new Uri(link.Trim()).AbsolutePath);
        foreach (var field in await _page.Locator("input[type=password]").AllAsync())
            await field.FillAsync(PlainBrowser.Password);
        await _page.Keyboard.PressAsync("Enter");
        await _page.WaitForURLAsync("**/account/authenticator?*");
    }

    public async ValueTask DisposeAsync()
    {
        await _page.Context.DisposeAsync();
        await _server.DisposeAsync();
        _desk.Dispose();
    }

    [Fact]
    public async Task Rows_AreCopiedAsATable_WithNumbersOfStudentsAsTheyAre()
    {
        await _page.GetByRole(AriaRole.Link, new() { Name = "Questions" }).ClickAsync();
        await Assertions.Expect(_page.Locator(".questions > li")).ToHaveCountAsync(10);
        await Assertions.Expect(_page.GetByText("Type a student number above first.")).ToHaveCountAsync(2);
        await Chromium.LookAsync(_page);
        await _page.GetByLabel("Student number").FillAsync("0004417");
        await _page.GetByRole(AriaRole.Button, new() { Name = "Put them into the questions" }).ClickAsync();
        await Assertions.Expect(_page.GetByText("Type a student number above first.")).ToHaveCountAsync(0);
        await Chromium.LookAsync(_page);

        var first = _page.Locator(".questions > li").First;
        var rows = await _page.EvaluateAsync<int>("address => fetch(address).then(a => a.json()).then(a => a.value.length)", await first.GetByRole(AriaRole.Link, new() { Name = "Look" }).GetAttributeAsync("href"));
        rows.Should().BePositive();
        await first.GetByRole(AriaRole.Button, new() { Name = "Copy for Excel" }).ClickAsync();
        await Assertions.Expect(_page.GetByText(rows == 1 ? "Copied 1 row." : $"Copied {rows} rows.")).ToBeVisibleAsync();
        var text = await _page.EvaluateAsync<string>("navigator.clipboard.readText()");
        text.Split('\n').Should().HaveCount(rows + 1).And.OnlyContain(line => line.Contains('\t', StringComparison.Ordinal));
        (await _page.EvaluateAsync<string>("navigator.clipboard.read().then(c => c[0].getType('text/html')).then(b => b.text())")).Should().MatchRegex("mso-number-format[^>]*>0004417<");

        await first.GetByRole(AriaRole.Button, new() { Name = "Copy the address" }).ClickAsync();
        await Assertions.Expect(_page.GetByText("Copied the address.")).ToBeVisibleAsync();
        (await _page.EvaluateAsync<string>("navigator.clipboard.readText()")).Should().StartWith(_server.Root + "odata/Passes?$filter=StudentNumber%20eq%20%270004417%27");
    }

    [Fact]
    public async Task EveryQuestion_IsAnswered_ForTheStudentAndTheDayThatWereTyped()
    {
        await _desk.RunAsync("export");
        await _page.GotoAsync("/questions");
        await _page.GetByLabel("Student number").FillAsync("O'Neil &$ sons");
        await _page.GetByLabel("Day").FillAsync("2026-09-17");
        await _page.GetByRole(AriaRole.Button, new() { Name = "Put them into the questions" }).ClickAsync();
        await Assertions.Expect(_page.GetByText("StudentNumber eq 'O''Neil &$ sons' and Date eq 2026-09-17")).ToBeVisibleAsync();
        _page.Url.Should().EndWith("/questions", "a student's number is in no address of a page");

        var addresses = await _page.Locator(".questions a").EvaluateAllAsync<string[]>("all => all.map(a => a.getAttribute('href'))");
        addresses.Should().HaveCountGreaterThan(10);
        foreach (var address in addresses)
            (await _page.EvaluateAsync<string>("address => fetch(address).then(a => a.status + ' ' + a.headers.get('content-type').split(';')[0])", address))
                .Should().Be(address.EndsWith("$format=csv", StringComparison.Ordinal) ? "200 text/csv" : "200 application/json", address);
    }
}
