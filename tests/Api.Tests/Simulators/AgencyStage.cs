using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using K12Sync.Api.Simulators;
using K12Sync.Exporters.Childcare;
using K12Sync.Exporters.Childcare.Indiana;
using K12Sync.Exporters.Childcare.KinderConnect;
using K12Sync.Exporters.Childcare.KinderTrack;
using K12Sync.Domain.SchoolCalendar;

namespace K12Sync.Api.Tests.Simulators;

/// <summary>A simulated agency with its sample state, on a port of its own, and clients of it.</summary>
internal sealed class AgencyStage : IAsyncDisposable
{
    /// <summary>Longer than any answer of a simulator that behaves.</summary>
    public static readonly AgencyLimits Patient = new() { Patience = TimeSpan.FromSeconds(60) };

    /// <summary>For a simulator that never answers; longer than it needs to take what was sent, on a machine that has other work.</summary>
    public static readonly AgencyLimits Impatient = new() { Patience = TimeSpan.FromSeconds(4) };

    /// <summary>Impatient only where the fault is that no answer comes.</summary>
    public static AgencyLimits LimitsFor(string fault) => fault == "TimeOutAfterAccepting" ? Impatient : Patient;

    private readonly AgencySite _site;

    private AgencyStage(AgencySite site) => _site = site;

    public Uri Address => _site.Address;

    public HttpClient Http { get; } = AgencyHttp.NewClient();

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public static Task<AgencyStage> KinderConnectAsync() => StartAsync<KinderConnectState>("kinderconnect", s => (s.Zone, s.Today), (s, d) => new SimulatedKinderConnect(s, d));

    public static Task<AgencyStage> KinderTrackAsync() => StartAsync<KinderTrackState>("kindertrack", s => (s.Zone, s.Today), (s, d) => new SimulatedKinderTrack(s, d));

    public static Task<AgencyStage> IndianaAsync() => StartAsync<IndianaState>("indiana", s => (s.Zone, s.Today), (s, d) => new SimulatedIndiana(s, d));

    public KinderConnectClient KinderConnect(string providerId = "0040217", string password = "sunrise-group-2026", AgencyLimits? limits = null) =>
        new(Http, Address, new KinderConnectCredentials(providerId, password), limits ?? Patient, TimeProvider.System);

    public KinderTrackClient KinderTrack(string providerId = "04321", string key = "iowa-key-2026", AgencyLimits? limits = null) =>
        new(Http, Address, new KinderTrackCredentials(providerId, key), limits ?? Patient, TimeProvider.System);

    public IndianaClient Indiana(string license = "49-00123-C", string key = "indiana-key-2026", AgencyLimits? limits = null) =>
        new(Http, Address, new IndianaCredentials(license, key), limits ?? Patient, TimeProvider.System);

    /// <summary>Has the agency misbehave.</summary>
    public async Task FaultAsync(object fault) => (await AdminAsync("faults", fault)).Should().BeNull();

    public async Task TodayIsAsync(string day) => (await AdminAsync("today", new { today = day })).Should().BeNull();

    /// <summary>Posts to the simulator itself. Null: it was done; otherwise why not.</summary>
    public async Task<string?> AdminAsync(string path, object body)
    {
        using var answer = await Http.PostAsJsonAsync(new Uri(Address, $"_simulator/{path}"), body, Now);
        return answer.IsSuccessStatusCode ? null : await answer.Content.ReadFromJsonAsync<string>(Now);
    }

    public async Task<JsonElement> LookAsync(string path) => await Http.GetFromJsonAsync<JsonElement>(new Uri(Address, $"_simulator/{path}"), Now);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _site.DisposeAsync();
    }

    private static async Task<AgencyStage> StartAsync<T>(string name, Func<T, (string Zone, DateOnly? Today)> when, Func<T, AgencyDay, IAgency> make) where T : class
    {
        var state = AgencyFile.Read<T>(Path.GetFullPath(Path.Combine(Here(), "..", "..", "..", "sample-data", "childcare", "agencies", $"{name}.json")));
        var (zone, today) = when(state);
        var day = new AgencyDay(TimeProvider.System, SchoolZone.Find(zone)!, today);
        return new AgencyStage(await AgencySite.StartAsync(make(state, day), day, 0, TimeProvider.System, Now));
    }

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}

/// <summary>How a call ended, as one line that a test compares.</summary>
internal static class Ending
{
    /// <summary>The case and the agency's text, or the verdicts of the child-days.</summary>
    public static string Of<T>(AgencyAnswer<T> answer) => answer switch
    {
        AgencyAnswer<T>.Answered { Value: IReadOnlyList<DayAnswer> days } => string.Join(", ", days.Select(d => $"{d.ChildId} {d.Verdict}")),
        AgencyAnswer<T>.Answered { Value: KinderTrackTaken taken } => string.Join(", ", taken.Children.Select(d => $"{d.ChildId} {d.Verdict}")),
        AgencyAnswer<T>.Answered => "Answered",
        AgencyAnswer<T>.CredentialsRefused => "CredentialsRefused",
        AgencyAnswer<T>.InactiveProvider inactive => $"InactiveProvider: {inactive.Says}",
        AgencyAnswer<T>.Rejected rejected => $"Rejected {rejected.Code}",
        AgencyAnswer<T>.AlreadySubmitted already => $"AlreadySubmitted: {already.Says}",
        AgencyAnswer<T>.LockedByState => "LockedByState",
        AgencyAnswer<T>.Unknown => "Unknown",
        AgencyAnswer<T>.TryAgain => "TryAgain",
        _ => "Garbled",
    };

    /// <summary>What was answered.</summary>
    public static T ValueOf<T>(AgencyAnswer<T> answer) => answer.Should().BeOfType<AgencyAnswer<T>.Answered>().Which.Value;
}
