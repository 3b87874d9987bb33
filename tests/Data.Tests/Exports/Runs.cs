using K12Sync.Data.Exports;
using K12Sync.Domain.Exports;

namespace K12Sync.Data.Tests.Exports;

internal static class Runs
{
    /// <summary>Begins a run that somebody asked for.</summary>
    public static async Task<RunStart.Started> StartAsync(this ExportLedger ledger, Connector connector, DateTime? slot = null) =>
        (await ledger.BeginRunAsync(connector, new RunRequest(slot is null ? RunTrigger.Manual : RunTrigger.Schedule, slot), TestContext.Current.CancellationToken))
            .Should().BeOfType<RunStart.Started>().Subject;
}
