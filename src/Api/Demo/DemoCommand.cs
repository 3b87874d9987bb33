using System.CommandLine;
using System.Globalization;
using K12Sync.Api.Access;
using K12Sync.Api.CommandLine;
using K12Sync.Api.Exports;
using K12Sync.Api.Imports;
using K12Sync.Api.Serving;
using K12Sync.Api.SignIn;
using K12Sync.Domain.BellSchedules;
using K12Sync.Domain.Exports;
using K12Sync.Domain.Tardies;

namespace K12Sync.Api.Demo;

/// <summary><c>k12sync demo</c>: the whole path from a pass to the file an SIS reads, and from a check-in to a state's childcare system, on the sample district.</summary>
internal static class DemoCommand
{
    private const string SampleDistrict = "Riverbend Unified (sample)";

    public static Command Build(CommonOptions common)
    {
        var once = new Option<bool>("--once") { Description = "Exit after the export." };
        var port = new Option<int>("--port") { Description = "Where to serve, on this machine only.", DefaultValueFactory = _ => 5080 };
        var command = new Command("demo", "Imports the sample district, maps its passes, writes the SIS file, sends a childcare centre's week to a simulated agency, and serves what 'serve' does until Ctrl-C.") { once, port };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var agency = await SampleCentre.StartAgencyAsync(common, cancellation);
            await using (var work = await OpenAsync(common, parsed, cancellation))
            {
                var connector = await PrepareAsync(work, cancellation);
                var report = await work.Exports.RunAsync(connector, RunRequest.Manual, cancellation);
                await ShowAsync(work, connector, report, cancellation);
                if (report.Run.Status == SyncRunStatus.Failed || !await SampleCentre.SendAsync(work, agency, cancellation))
                    return ExitCode.Failed;
            }
            if (parsed.GetValue(once))
                return ExitCode.Done;
            Console.Out.WriteLine($"What the simulated agency holds, until Ctrl-C: {agency.Address}_simulator/received");
            return await ServeAsync(common.Premises(parsed), parsed.GetValue(port), cancellation);
        });
        return command;
    }

    private static async Task<int> ServeAsync(Premises premises, int port, CancellationToken cancellation)
    {
        var isOpen = await new KeyDoor(premises).HasAnyAsync(cancellation) || await new PersonDoor(premises).HasAnyAsync(cancellation);
        using var claim = SoleServer.Claim(premises, "Look at what that one serves, leave serving out with --once, or name another folder with --data.");
        return await ServeSite.RunAsync(premises, ListenAddress.Read("localhost", port)!, isOpen, jsonLog: false, cancellation);
    }

    private static async Task<Workplace> OpenAsync(CommonOptions common, ParseResult parsed, CancellationToken cancellation)
    {
        var work = await Workplace.OpenOrMakeAsync(common.Premises(parsed), null, SampleDistrict, cancellation);
        if (work.District == SampleDistrict)
            return work;
        await work.DisposeAsync();
        throw new CommandFailedException($"{work.Folder} holds {work.District}, not the sample district. Name another folder with --data, so that the two are not mixed.");
    }

    private static async Task<Connector> PrepareAsync(Workplace work, CancellationToken cancellation)
    {
        var sample = Path.Combine(AppContext.BaseDirectory, "sample-data");
        var reports = await work.Imports.ImportAsync(sample, new ImportChoices(GapClosingStrategy.NextOpensEarly, null, OddCodesMeant: false),
            remark => Terminal.Tell(remark.ToString()), cancellation);
        if (reports.Any(r => r.Rejected > 0))
            throw new CommandFailedException("The sample district should import without a rejected row. The lines above say what is wrong with it.");
        return await ConnectorCommand.AddFileAsync(work, Path.Combine(sample, "connector.json"), cancellation) switch
        {
            AddConnectorResult.Added(var added) => added,
            AddConnectorResult.AlreadyThere(var there) => there,
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static async Task ShowAsync(Workplace work, Connector connector, ExportReport report, CancellationToken cancellation)
    {
        var (sent, rest) = (new List<string[]>(), new List<(bool Waits, string[] Row)>());
        await foreach (var (school, pass) in work.Tardies.MapAsync(null, null, null, cancellation))
        {
            var moment = school.Zone.At(pass.Pass.IssuedAt);
            var when = $"{moment.Day:ddd MMM d} {moment.Time:HH:mm:ss}";
            if (pass.Outcome is TardyOutcome.Tardy { Hit: { } hit } tardy)
                sent.Add([pass.Pass.PassId, school.Code, pass.Pass.StudentNumber, when, hit.Period.Name, string.Create(CultureInfo.InvariantCulture, $"{hit.MinutesLate} min"), tardy.ExternalCode]);
            else
                rest.Add((pass.Outcome.NeedsAPerson, [pass.Pass.PassId, school.Code, pass.Pass.StudentNumber, when, $"{pass.Outcome.Kind}", pass.Outcome.Reason]));
        }
        var waits = rest.Where(r => r.Waits).Select(r => r.Row).ToList();
        Terminal.PrintTable($"Tardies for the SIS: {sent.Count}", ["Pass", "School", "Student", "Issued", "Period", "Late", "SIS code"], sent);
        Terminal.PrintTable($"Held, waiting for a person: {waits.Count}", ["Pass", "School", "Student", "Issued", "Outcome", "Why, and what to do"], waits);
        Terminal.PrintTable($"Not for the SIS: {rest.Count - waits.Count}", ["Pass", "School", "Student", "Issued", "Outcome", "Why"], rest.Where(r => !r.Waits).Select(r => r.Row));
        Console.Out.WriteLine();
        ExportCommand.Print(connector, report);
        Console.Out.WriteLine($"The files are in {Path.Combine(work.Folder, "outbox")}. 'k12sync why --student 0004417 --date 2026-09-15' tells one student's story.");
    }
}
