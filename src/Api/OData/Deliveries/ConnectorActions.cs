using K12Sync.Api.Access;
using K12Sync.Api.Exports;
using K12Sync.Api.Jobs;
using K12Sync.Api.OData.Views;
using K12Sync.Data.Exports;
using K12Sync.Domain.Exports;
using K12Sync.OData;

namespace K12Sync.Api.OData.Deliveries;

/// <summary>What is done with a connector: each the same as the command of that name.</summary>
internal static class ConnectorActions
{
    /// <summary>Testing a server that does not answer takes its deadlines.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);

    public static void Declare(EntitySet<ConnectorView> connectors)
    {
        connectors.Action("SetSecret", SetSecretAsync).Takes<SecretKind>("Kind").Takes<string>("Value").Takes<string>("ProviderId", optional: true).ReturnsRowOf(connectors)
            .Described("Stores a secret, encrypted. It is never shown again. A password takes the place of a private key and the other way round.");
        connectors.Action("Pin", PinAsync).Takes<string>("HostKey").Takes<bool?>("Next").ReturnsRowOf(connectors).MayTake(Longest)
            .Described("Pins the host key of the SFTP server, by its fingerprint or whole, once you have compared it. Next: keeps those pinned, for a server that will change its key.");
        connectors.Action("Test", TestAsync).Returns<IReadOnlyList<TestStepView>>().MayTake(Longest).Described("Tries out where it delivers, step by step, and leaves nothing behind. The first step that fails is the last.");
        connectors.Action("Preview", PreviewAsync).Takes<int?>("Lines").Returns<NextFilesView>().MayTake(Longest).Described("What the next run would send, up to so many lines of each file (100; at most 10000). Sends and stores nothing.");
        connectors.Action("RunNow", RunNowAsync).MayTake(Longest).Described("Sends what it owes, whatever its schedule says. 202 with the run's address; 409 if it is running or held.");
        connectors.Action("Pause", PauseAsync).Takes<DateOnly?>("Until").ReturnsRowOf(connectors).Described("It does not run by itself until after a day, or until it is resumed.");
        connectors.Action("Resume", call => DoAsync(call, (work, name) => work.Connectors.ResumeAsync(name, call.Stopped))).ReturnsRowOf(connectors).Described("Ends a pause.");
        connectors.Action("Release", ReleaseAsync).Takes<int?>("Rows").ReturnsRowOf(connectors).Described("Lets it run again that is held, once you have looked why. Rows: after a hold for too many, at most so many go.");
        connectors.Function("NextRuns", NextRunsAsync).Returns<IReadOnlyList<NextRunView>>().Described("The next five times at which it runs by itself.");
        connectors.Function("Waiting", WaitingAsync).Returns<WaitingTardiesView>().Described("How many tardies wait to be delivered, and since when the oldest does.");
    }

    /// <summary>Finds the connector that a call is bound to, for who may run it.</summary>
    private static async Task<ODataResult> WithAsync(OperationCall call, Func<CommandLine.Workplace, Connector, Task<ODataResult>> act)
    {
        if (!RowsOfCaller.CallerOf(call.Context).RunsConnectors)
            return new ODataResult.Forbidden(ConnectorWrites.NotForThisKey);
        var work = await RowsOfCaller.WorkAsync(call.Context);
        try
        {
            return await work.Connectors.FindAsync((long)call.Key[0]!, call.Stopped) is { } connector ? await act(work, connector) : ConnectorWrites.Removed(((ConnectorView)call.Row!).Name);
        }
        catch (SecretsLockedException e)
        {
            return new ODataResult.Conflict(e.Message);
        }
    }

    private static Task<ODataResult> DoAsync(OperationCall call, Func<CommandLine.Workplace, string, Task> act) => WithAsync(call, async (work, connector) =>
    {
        await act(work, connector.Name);
        return new ODataResult.Saved(connector.Id);
    });

    private static Task<ODataResult> SetSecretAsync(OperationCall call) => WithAsync(call, async (work, connector) =>
        await work.Connectors.StoreSecretAsync(work.Secrets, connector, call.Get<SecretKind>("Kind"), call.Get<string>("ProviderId"), call.Get<string>("Value")!, call.Stopped) is StoreSecretResult.Refused(var reason)
            ? new ODataResult.Invalid(reason, new InvalidProperty("Value", reason))
            : new ODataResult.Saved(connector.Id));

    private static Task<ODataResult> PinAsync(OperationCall call) => WithAsync(call, async (work, connector) =>
        await work.HostKeys.PinAsync(connector, call.Get<string>("HostKey")!, call.Get<bool?>("Next") ?? false, call.Stopped) is PinResult.Refused(var reason)
            ? new ODataResult.Invalid(reason, new InvalidProperty("HostKey", reason))
            : new ODataResult.Saved(connector.Id));

    private static Task<ODataResult> TestAsync(OperationCall call) => WithAsync(call, async (work, connector) => new ODataResult.Value(
        await work.Exports.TestAsync(connector, call.Stopped).Select(s => new TestStepView { Name = s.Name, Outcome = s.Outcome, Says = s.Says, HostKey = s.HostKey }).ToListAsync(call.Stopped)));

    private static Task<ODataResult> PreviewAsync(OperationCall call) => WithAsync(call, async (work, connector) =>
    {
        var preview = await work.Exports.PreviewAsync(connector, call.Stopped);
        return NextFilesView.Of(call, connector.Layout, preview.Next, preview.Waiting);
    });

    private static Task<ODataResult> RunNowAsync(OperationCall call) => WithAsync(call, (_, connector) => StartAsync(call, connector));

    /// <summary>Starts a run and says where it is to be read.</summary>
    public static async Task<ODataResult> StartAsync(OperationCall call, Connector connector) =>
        await call.Context.RequestServices.GetRequiredService<RunsByHand>().StartAsync(RowsOfCaller.CallerOf(call.Context).District, connector, call.Stopped) switch
        {
            ByHandResult.Begun(var run) => new ODataResult.Accepted(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"SyncRuns({run})")),
            ByHandResult.NotMade(var reason) => new ODataResult.Conflict($"Connector {connector.Name} does not run now. {reason}"),
            _ => new ODataResult.Accepted(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Connectors({connector.Id})/SyncRuns")),
        };

    private static Task<ODataResult> PauseAsync(OperationCall call) => DoAsync(call, (work, name) => work.Connectors.PauseAsync(name, call.Get<DateOnly?>("Until"), call.Stopped));

    private static Task<ODataResult> ReleaseAsync(OperationCall call) => DoAsync(call, (work, name) => work.Connectors.ReleaseAsync(name, call.Get<int?>("Rows") ?? int.MaxValue, call.Stopped));

    private static async Task<ODataResult> NextRunsAsync(OperationCall call)
    {
        var work = await RowsOfCaller.WorkAsync(call.Context);
        if (await work.Connectors.FindAsync((long)call.Key[0]!, call.Stopped) is not { } connector)
            return new ODataResult.Value(Array.Empty<NextRunView>());
        return new ODataResult.Value((await NextRuns.ComingAsync(work, connector, call.Stopped)).Select(s => new NextRunView { At = s.Instant.ToUniversalTime(), Local = connector.Zone.At(s.Instant).Instant.ToString("yyyy-MM-dd'T'HH:mm:sszzz", System.Globalization.CultureInfo.InvariantCulture), Zone = connector.Zone.Id }).ToList());
    }

    private static async Task<ODataResult> WaitingAsync(OperationCall call)
    {
        var work = await RowsOfCaller.WorkAsync(call.Context);
        if (await work.Connectors.FindAsync((long)call.Key[0]!, call.Stopped) is not { } connector)
            return new ODataResult.Value(new WaitingTardiesView());
        var (rows, oldest) = await work.Exports.CountOwedAsync(connector, call.Stopped);
        return new ODataResult.Value(new WaitingTardiesView { Rows = rows, Oldest = oldest?.ToUniversalTime() });
    }
}
