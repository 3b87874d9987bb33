using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace K12Sync.EndToEnd.SignIn;

/// <summary>One real browser for all tests, started when the first asks. Each test gets a profile of its own.</summary>
public sealed class Chromium : IAsyncDisposable
{
    private static readonly string[] Quiet = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run", "--disable-gpu"];

    private readonly SemaphoreSlim _starting = new(1, 1);
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>A new profile, with nothing in it.</summary>
    public async Task<IPage> OpenAsync(Uri root)
    {
        await _starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            _playwright ??= await Playwright.CreateAsync();
            _browser ??= await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Found(), Args = Quiet });
        }
        finally
        {
            _starting.Release();
        }
        var profile = await _browser.NewContextAsync(new BrowserNewContextOptions { BaseURL = root.ToString(), Locale = "en-US", ViewportSize = new ViewportSize { Width = 1000, Height = 800 } });
        return await profile.NewPageAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
        _starting.Dispose();
    }

    /// <summary>What a page owes to everybody: nothing that axe finds, nothing cut off at 320 px, nothing that the browser complains of.</summary>
    public static async Task LookAsync(IPage page)
    {
        ArgumentNullException.ThrowIfNull(page);
        var found = await page.RunAxe();
        found.Violations.Select(v => $"{v.Id}: {v.Help} ({string.Join("; ", v.Nodes.Select(n => n.Html))})").Should().BeEmpty(page.Url);
        await page.SetViewportSizeAsync(320, 640);
        (await page.EvaluateAsync<int>("document.documentElement.scrollWidth")).Should().BeLessThanOrEqualTo(320, $"{page.Url} fits a narrow screen");
        await page.SetViewportSizeAsync(1000, 800);
    }

    private static string Found() =>
        new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists) ?? throw new InvalidOperationException("There is no Chromium. './test' installs it.");
}
