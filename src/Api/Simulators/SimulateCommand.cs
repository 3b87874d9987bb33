using System.CommandLine;
using K12Sync.Api.CommandLine;
using K12Sync.Api.Simulators.EdFi;

namespace K12Sync.Api.Simulators;

/// <summary><c>k12sync simulate</c>: a state's childcare system on this machine, to try things out on.</summary>
internal static class SimulateCommand
{
    private const int UsualPort = 5090;

    public static Command Build(CommonOptions common) => new("simulate",
        "Runs a simulated state system on this machine only, until Ctrl-C. It enforces what is public of the real one, and misbehaves when told to.")
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
        var command = new Command(name, description) { port, state };
        command.SetAction(async (parsed, cancellation) =>
        {
            var file = parsed.GetRequiredValue(state);
            var (agency, day) = load(file);
            await using var site = await AgencySite.StartAsync(agency, day, parsed.GetValue(port), common.Clock, cancellation);
            Terminal.PrintLine($"{agency.Name}, simulated, at {site.Address} with {file}. It is {day.Today:yyyy-MM-dd} there. Ctrl-C ends it.");
            Terminal.PrintLine($"What it holds: {site.Address}_simulator/received. How to make it misbehave: docs/contracts.");
            await site.EndAsync(cancellation);
            return ExitCode.Done;
        });
        return command;
    }
}
