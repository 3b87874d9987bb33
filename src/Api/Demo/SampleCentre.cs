using System.Globalization;
using K12Sync.Api.Childcare;
using K12Sync.Api.CommandLine;
using K12Sync.Api.Exports;
using K12Sync.Api.Imports;
using K12Sync.Api.Simulators;
using K12Sync.Data.Exports;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Exports;
using DayRange = K12Sync.Domain.Exports.DayRange;

namespace K12Sync.Api.Demo;

/// <summary>
/// The childcare half of the demo: a week of the sample centre goes to KinderConnect, which is simulated in this process for as long as the demo lasts.
/// </summary>
/// <remarks>
/// The connector is the one of the file that stands beside the sample, address included. Only the demo's own run goes to the simulator's address, and the connector is paused when it is added:
/// nothing listens at its address until somebody starts a simulator there.
/// </remarks>
internal static class SampleCentre
{
    private const string Secret = "sunrise-group-2026";
    private static readonly DayRange Week = new(new DateOnly(2026, 9, 14), new DateOnly(2026, 9, 20));

    /// <summary>Starts the agency on a free port of this machine.</summary>
    public static Task<AgencySite> StartAgencyAsync(CommonOptions common, CancellationToken cancellation)
    {
        var (agency, day) = SimulateCommand.KinderConnect(common)(SimulateCommand.SampleOf("kinderconnect"));
        return AgencySite.StartAsync(agency, day, 0, common.Clock, cancellation);
    }

    /// <summary>Imports the centre, sends its week and prints what the agency took and what waits for somebody. Again it sends nothing. False: the run failed.</summary>
    /// <exception cref="CommandFailedException">The sample is not as it should be.</exception>
    public static async Task<bool> SendAsync(Workplace work, AgencySite agency, CancellationToken cancellation)
    {
        if (work.Clock.GetUtcNow() < new DateTimeOffset(Week.To.AddDays(2), TimeOnly.MinValue, TimeSpan.Zero))
        {
            Terminal.Tell($"The week of the sample centre ends on {Week.To:yyyy-MM-dd}. By the clock of this machine it is not over, so nothing of it is shown.");
            return true;
        }
        var connector = await PrepareAsync(work, cancellation);
        var here = (AgencyDestinationDefinition)connector.Definition.Destination with { Address = agency.Address };
        var report = await work.ExportsThatTell(Terminal.Tell).RunAsync(connector with { Definition = connector.Definition with { Destination = here } }, RunRequest.Manual with { Days = Week }, cancellation);
        await ShowAsync(work, connector, agency, report.Run, cancellation);
        return report.Run.Status != SyncRunStatus.Failed;
    }

    private static async Task<Connector> PrepareAsync(Workplace work, CancellationToken cancellation)
    {
        var sample = Path.Combine(AppContext.BaseDirectory, "sample-data", "childcare");
        var reports = await work.Imports.ImportAsync(sample, new ImportChoices(null, null, OddCodesMeant: false), remark =>
        {
            if (remark.IsRejection)
                Terminal.Tell(remark.ToString());
        }, cancellation);
        if (reports.Any(r => r.Rejected > 0))
            throw new CommandFailedException("The sample centre should import without a rejected row. The lines above say what is wrong with it.");
        switch (await ConnectorCommand.AddFileAsync(work, Path.Combine(sample, "texas.json"), cancellation))
        {
            case AddConnectorResult.Added(var added):
                await work.Connectors.PauseAsync(added.Name, null, cancellation);
                await work.Connectors.StoreSecretAsync(work.Secrets, added, SecretKind.Password, null, Secret, cancellation);
                return added;
            case AddConnectorResult.AlreadyThere(var there):
                return there;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static async Task ShowAsync(Workplace work, Connector connector, AgencySite agency, RunReport run, CancellationToken cancellation)
    {
        var all = await work.Transfers.ListAsync(new TransferFilter(Connector: connector.Name), cancellation);
        string Day(Transfer transfer) => transfer.Date.ToString("ddd MMM d", CultureInfo.InvariantCulture);
        var (sent, rest) = (all.Where(t => t.Status == TransferStatus.Transferred).ToList(), all.Where(t => t.Status != TransferStatus.Transferred).ToList());
        Console.Out.WriteLine();
        Console.Out.WriteLine($"A childcare centre, and KinderConnect of Texas as simulated at {agency.Address}:");
        Terminal.PrintTable($"Child-days that the agency has: {sent.Count}", ["Child", "Date", "State", "Provider ID"], sent.Select(t => (string[])[t.ChildNumber, Day(t), $"{t.State}", t.ProviderId ?? ""]));
        Terminal.PrintTable($"Child-days that wait: {rest.Count}", ["Child", "Date", "State", "Status", "Why, and what to do"], rest.Select(t => (string[])[t.ChildNumber, Day(t), $"{t.State}", $"{t.Status}", t.Reason ?? ""]));
        Console.Out.WriteLine();
        if (run.Error is not null)
            Terminal.Tell($"Run {run.RunNumber} {run.Status}: {run.Error}");
        Console.Out.WriteLine(run.RowsSent == 0 ? "Nothing new was owed to the agency, so nothing was sent." : $"Sent {run.RowsSent} child-days in {run.Files.Length} submissions, one for each Provider ID.");
        Console.Out.WriteLine("'k12sync attendance' shows every child-day and how it came about, 'k12sync transfers' where each stands. Other states: sample-data/childcare/README.md.");
    }
}
