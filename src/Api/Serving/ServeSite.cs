using K12Sync.Api.Access;
using K12Sync.Api.Audit;
using K12Sync.Api.Childcare.Intake;
using K12Sync.Api.CommandLine;
using K12Sync.Api.Demo;
using K12Sync.Api.Jobs;
using K12Sync.Api.OData;
using K12Sync.Api.Pages;
using K12Sync.Api.Passes;
using K12Sync.Api.SignIn;

namespace K12Sync.Api.Serving;

/// <summary>The process that runs connectors by itself and tells how they stand.</summary>
internal static class ServeSite
{
    private static readonly TimeSpan LongestShutdown = TimeSpan.FromSeconds(30);

    /// <summary>Serves until it is told to stop.</summary>
    /// <param name="premises">What is served.</param>
    /// <param name="address">Where.</param>
    /// <param name="isOpen">There is a key or a person.</param>
    /// <param name="jsonLog">The log is for programs.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="CommandFailedException">The port is taken, or the settings cannot be read.</exception>
    public static async Task<int> RunAsync(Premises premises, ListenAddress address, bool isOpen, bool jsonLog, CancellationToken cancellation)
    {
        TryOut(address);
        await using var app = Build(premises, address, jsonLog);
        var links = await FirstLinks.MakeAsync(premises, new Uri(address.IsThisMachine ? address.ToString() : $"http://localhost:{address.Port}"), cancellation);
        try
        {
            await app.StartAsync(cancellation);
        }
        catch (IOException e)
        {
            throw Taken(address, e);
        }
        Console.Out.WriteLine(Greeting(address, isOpen));
        foreach (var link in links)
            Console.Out.WriteLine(link);
        await app.WaitForShutdownAsync(cancellation);
        return ExitCode.Done;
    }

    private static void TryOut(ListenAddress address)
    {
        try
        {
            address.TryOut();
        }
        catch (IOException e)
        {
            throw Taken(address, e);
        }
    }

    private static CommandFailedException Taken(ListenAddress address, IOException e) => new($"Cannot serve at {address}: {e.Message} Choose another port with --port.", e);

    private static string Greeting(ListenAddress address, bool isOpen) => (address.IsThisMachine, isOpen) switch
    {
        (true, false) => $"Serving at {address}, on this machine only: there is neither a key nor a person yet. Ctrl-C ends it.",
        (true, true) => $"Serving at {address}, on this machine only. Ctrl-C ends it.",
        _ => $"Serving at {address}, to whoever has a key or signs in. It speaks plain HTTP: keys, passwords and students' data must not cross a network without TLS in front of it. Ctrl-C ends it.",
    };

    private static WebApplication Build(Premises premises, ListenAddress address, bool jsonLog)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = typeof(ServeSite).Assembly.GetName().Name });
        Configure(builder.Configuration, premises);
        Log(builder.Logging, jsonLog);
        builder.WebHost.ConfigureKestrel(address.Apply);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = LongestShutdown);
        ForwardedHeadersOptions? proxies;
        try
        {
            builder.Services.AddDeliveries(premises, builder.Configuration);
            var access = builder.Configuration.GetSection("Access").Get<AccessSettings>() ?? new AccessSettings();
            builder.Services.AddKeys(access).AddSignIn(premises, access, Console.Out.WriteLine).AddPages().AddRows().AddPasses(builder.Configuration).AddAudit();
            proxies = Proxies.Read(access.Proxies);
        }
        catch (InvalidOperationException e)
        {
            throw Settings.Unreadable(premises.Folder, e);
        }
        // A page elsewhere that has its name point here gets nothing. What a known machine in front passes on has the name by which it is known outside.
        builder.Services.Configure<Microsoft.AspNetCore.HostFiltering.HostFilteringOptions>(filter => filter.AllowedHosts = address.IsThisMachine && proxies is null ? LocalPages.Names : ["*"]);
        builder.Services.AddSingleton<Readiness>().AddSingleton(s => new PrometheusText(s.GetRequiredService<DeliveryMeters>().Meter));
        var app = builder.Build();
        // It must listen before anything is measured.
        _ = app.Services.GetRequiredService<PrometheusText>();
        if (proxies is not null)
            app.UseForwardedHeaders(proxies);
        app.UseHostFiltering();
        app.UsePages();
        app.UseKeys();
        app.UseSignIn();
        app.UseAudit();
        app.MapRows(premises);
        app.MapPassIngest();
        app.MapAttendanceIngest();
        app.MapPages();
        Map(app);
        return app;
    }

    private static void Configure(ConfigurationManager configuration, Premises premises)
    {
        // Nothing from the folder that somebody happens to stand in.
        configuration.Sources.Clear();
        configuration.AddSettings(premises.Folder);
    }

    private static void Log(ILoggingBuilder logging, bool json)
    {
        logging.ClearProviders().SetMinimumLevel(LogLevel.Information)
            .AddFilter("Microsoft", LogLevel.Warning).AddFilter("Quartz", LogLevel.Warning).AddFilter("System", LogLevel.Warning)
            // Whoever asks without a key would fill the log.
            .AddFilter("K12Sync.Api.Access", LogLevel.Warning);
        if (json)
            logging.AddJsonConsole(o => (o.UseUtcTimestamp, o.TimestampFormat) = (true, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'"));
        else
            logging.AddSimpleConsole(o => (o.SingleLine, o.UseUtcTimestamp, o.TimestampFormat) = (true, true, "yyyy-MM-dd HH:mm:ss'Z' "));
        logging.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(o => o.LogToStandardErrorThreshold = LogLevel.Trace);
    }

    private static void Map(WebApplication app)
    {
        app.MapGet("/health/live", () => Results.Text("live"));
        app.MapGet("/health/ready", async (Readiness readiness, HttpContext http) =>
        {
            var checks = await readiness.LookAsync(http.RequestAborted);
            var ready = checks.Values.All(c => c == Readiness.Fine);
            return Results.Json(LocalPages.IsFromHere(http) ? new { Ready = ready, Checks = checks } : (object)new { Ready = ready }, statusCode: ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
        });
        app.MapGet("/metrics", (PrometheusText metrics) => Results.Text(metrics.Write(), PrometheusText.ContentType)).OnlyFromHere();
        app.MapGet("/", async (Districts districts, HttpContext http) =>
        {
            var page = new StatusPage();
            foreach (var district in await districts.ListAsync(http.RequestAborted))
            {
                await using var work = districts.Open(district);
                await page.AddAsync(work.District, work.Db, http.RequestAborted);
            }
            return page.Answer(http);
        }).OnlyFromHere();
    }
}
