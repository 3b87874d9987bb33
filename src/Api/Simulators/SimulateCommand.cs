using System.CommandLine;
using K12Sync.Api.CommandLine;
using K12Sync.Api.Simulators.EdFi;

namespace K12Sync.Api.Simulators;

/// <summary><c>k12sync simulate</c>: a state's childcare system on this machine, to try things out on.</summary>
internal static class SimulateCommand
{
    private const int UsualPort = 5090;

    private static readonly FaultKind[] FromTheStart = [.. Enum.GetValues<FaultKind>().Where(k => k != FaultKind.AuthorizationsChange)];

    public static Command Build(CommonOptions common) => new("simulate",
        "Runs a simulated state system on this machine only, until Ctrl-C. It enforces what is public of the real one, and misbehaves when told to: POST {\"kind\": \"TimeOutAfterAccepting\"} to /_simulator/faults, or --fault. Kinds: "
        + string.Join(", ", Enum.GetNames<FaultKind>()) + ". docs/contracts says what each does.")
    {
        One(common, "kinderconnect", "KinderConnect, with Provider IDs of several agencies and counties.", KinderConnect(common)),
        One(common, "kindertrack", "KinderTrack, of Iowa.", FromFile<KinderTrackState>(common, s => (s.Zone, s.Today), (s, day) => new SimulatedKinderTrack(s, day))),
        One(common, "indiana", "Indiana's CCMS connection.", FromFile<IndianaState>(common, s => (s.Zone, s.Today), (s, day) => new SimulatedIndiana(s, day))),
        EdFi(common),
    };

    private static Command EdFi(CommonOptions common)
    {
        var port = new Option<int>("--port") { Description = "The port.", DefaultValueFactory = _ => UsualPort, HelpName = "N" };
        var key = new Option<string>("--key") { Description = "The client id that is let in.", DefaultValueFactory = _ => "k12sync", HelpName = "TEXT" };
        var secret = new Option<string>("--secret") { Description = "Its secret.", DefaultValueFactory = _ => "simulated", HelpName = "TEXT" };
        var command = new Command("ed-fi", "An Ed-Fi API: tokens, and the two collections of attendance events. Everything is in memory.") { port, key, secret };
        command.SetAction(async (parsed, cancellation) =>
        {
            var simulation = new EdFiSimulation(parsed.GetRequiredValue(key), parsed.GetRequiredValue(secret));
            await using var simulator = await EdFiSimulator.StartAsync(simulation, parsed.GetValue(port), common.Clock, cancellation);
            Terminal.PrintLine($"Ed-Fi API, simulated, at {simulator.Address} with key '{simulation.Key}' and secret '{simulation.Secret}'. Ctrl-C ends it.");
            Terminal.PrintLine($"What it holds: {simulator.Address}_simulator/received.");
            await simulator.EndAsync(cancellation);
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>What the sample agency of this name knows at first.</summary>
    internal static string SampleOf(string name) => Path.Combine(AppContext.BaseDirectory, "sample-data", "childcare", "agencies", $"{name}.json");

    /// <summary>KinderConnect, from the file with what it knows at first.</summary>
    internal static Func<string, (IAgency Agency, AgencyDay Day)> KinderConnect(CommonOptions common) => FromFile<KinderConnectState>(common, s => (s.Zone, s.Today), (s, day) => new SimulatedKinderConnect(s, day));

    /// <summary>An agency that starts with the state of a file.</summary>
    /// <exception cref="CommandFailedException">The file cannot be used.</exception>
    private static Func<string, (IAgency Agency, AgencyDay Day)> FromFile<T>(CommonOptions common, Func<T, (string Zone, DateOnly? Today)> when, Func<T, AgencyDay, IAgency> make) where T : class => file =>
    {
        var state = AgencyFile.Read<T>(file);
        var (zone, today) = when(state);
        var day = new AgencyDay(common.Clock, AgencyFile.Zone(zone), today);
        return (make(state, day), day);
    };

    private static Command One(CommonOptions common, string name, string description, Func<string, (IAgency Agency, AgencyDay Day)> load)
    {
        var port = new Option<int>("--port") { Description = "The port.", DefaultValueFactory = _ => UsualPort, HelpName = "N" };
        var state = new Option<string>("--state")
        {
            Description = "What the agency knows at first (default: the sample one).", HelpName = "FILE.json",
            DefaultValueFactory = _ => SampleOf(name),
        };
        var faults = new Option<string[]>("--fault")
        {
            Description = $"Misbehave once: {string.Join(", ", FromTheStart)}. With /CALL only at calls whose path ends so, such as TimeOutAfterAccepting/attendance. May be given several times.", HelpName = "KIND[/CALL]",
        };
        var command = new Command(name, description) { port, state, faults };
        command.SetAction(async (parsed, cancellation) =>
        {
            var file = parsed.GetRequiredValue(state);
            var (agency, day) = load(file);
            await using var site = await AgencySite.StartAsync(agency, day, parsed.GetValue(port), common.Clock, cancellation, [.. (parsed.GetValue(faults) ?? []).Select(f => FaultOf(f, agency))]);
            Terminal.PrintLine($"{agency.Name}, simulated, at {site.Address} with {file}. It is {day.Today:yyyy-MM-dd} there. Ctrl-C ends it.");
            Terminal.PrintLine($"What it holds: {site.Address}_simulator/received. It misbehaves when told: POST {{\"kind\": \"Slow\"}} to {site.Address}_simulator/faults.");
            await site.EndAsync(cancellation);
            return ExitCode.Done;
        });
        return command;
    }

    /// <exception cref="CommandFailedException">It is none.</exception>
    private static Fault FaultOf(string text, IAgency agency)
    {
        var (kind, call) = text.Split('/') is [var first, var last] ? (first, last) : (text, null);
        var fault = Array.Find(FromTheStart, k => $"{k}".Equals(kind, StringComparison.OrdinalIgnoreCase)) is var found && $"{found}".Equals(kind, StringComparison.OrdinalIgnoreCase)
            ? new Fault(found, Call: call)
            : throw new CommandFailedException($"--fault: '{text}' is none of {string.Join(", ", FromTheStart)}.");
        return agency.WhyNot(fault) is { } why ? throw new CommandFailedException($"--fault: {why}") : fault;
    }
}
