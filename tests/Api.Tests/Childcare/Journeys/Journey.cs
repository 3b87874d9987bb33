using K12Sync.Api.Childcare;
using K12Sync.Api.Exports;
using K12Sync.Api.Tests.Simulators;
using K12Sync.Data.Exports;
using K12Sync.Domain.Childcare.Submissions;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Exports;

namespace K12Sync.Api.Tests.Childcare.Journeys;

/// <summary>An owner, a simulated agency over real HTTP, and a connector between them, at a time that the test sets.</summary>
internal sealed class Journey : IAsyncDisposable
{
    private const string Name = "state";

    private Journey(ChildcarePlace place, AgencyStage agency) => (Place, Agency) = (place, agency);

    public ChildcarePlace Place { get; }

    public AgencyStage Agency { get; }

    /// <summary>As it was added.</summary>
    public Connector Connector { get; private set; } = null!;

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    /// <summary>Sets the connector up. What is within its destination beside the address is like <c>"state": "TX"</c>; <paramref name="rest"/> stands behind the destination.</summary>
    public static Task<Journey> StartAsync(AgencyStage agency, ChildcarePlace place, string type, string destination, string rest, string secret) => StartAsync(agency, place,
        ConnectorJson.Read($$"""{"destination": {"type": "{{type}}", "address": "{{agency.Address}}", {{destination}}}{{(rest.Length == 0 ? "" : ", " + rest)}}}"""), secret);

    public static async Task<Journey> StartAsync(AgencyStage agency, ChildcarePlace place, ConnectorDefinition definition, string secret)
    {
        var journey = new Journey(place, agency);
        await using var work = place.Work();
        (await work.Connectors.AddAsync(Name, definition, Now)).Should().BeOfType<AddConnectorResult.Added>();
        journey.Connector = (await work.Connectors.FindAsync(Name, Now))!;
        await journey.StoreSecretAsync(secret, null);
        return journey;
    }

    public async Task StoreSecretAsync(string secret, string? provider)
    {
        await using var work = Place.Work();
        var connector = await work.Connectors.FindAsync(Name, Now);
        (await work.Connectors.StoreSecretAsync(work.Secrets, connector!, SecretKind.Password, provider, secret, Now)).Should().BeOfType<StoreSecretResult.Stored>();
    }

    /// <summary>Runs the connector once; nothing that may mend itself is tried again within the run.</summary>
    public async Task<RunReport> RunAsync(RunRequest? request = null)
    {
        await using var work = Place.Work();
        var connector = (await work.Connectors.FindAsync(Name, Now))!;
        return (await work.ExportsTrying(RetryPolicy.None).RunAsync(connector, request ?? RunRequest.Manual, Now)).Run;
    }

    /// <summary>One child's day, sent because a person wants it now.</summary>
    public async Task<SendResult> SendAsync(string child, string date, string? connector = null)
    {
        await using var work = Place.Work();
        var order = new ChildDayOrder(child, DateOnly.ParseExact(date, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        return await work.SendingBy(work.ExportsTrying(RetryPolicy.None)).SendAsync(order, connector, Now);
    }

    /// <summary>Submissions, by runs in which nothing that may mend itself is tried again.</summary>
    public async Task<T> WithSubmissionsAsync<T>(Func<SubmissionOperations, Task<T>> act)
    {
        await using var work = Place.Work();
        return await act(work.SubmissionsBy(work.ExportsTrying(RetryPolicy.None)));
    }

    /// <summary>The steps of <c>connector test</c>, each as <c>Passed 0040217 (Dallas County): Registered. ...</c>.</summary>
    public async Task<IReadOnlyList<string>> TestAsync()
    {
        await using var work = Place.Work();
        var connector = (await work.Connectors.FindAsync(Name, Now))!;
        return await work.Exports.TestAsync(connector, Now).Select(s => $"{s.Outcome} {s.Name}: {s.Says}").ToListAsync(Now);
    }

    /// <summary>Where child-days stand: <c>0101 09-14 Transferred</c>, those with an error first; with <paramref name="reasons"/> what is said of them after a colon.</summary>
    public async Task<IReadOnlyList<string>> StandAsync(bool reasons = false)
    {
        await using var work = Place.Work();
        return [.. (await work.Transfers.ListAsync(new TransferFilter(), Now)).Select(t => FormattableString.Invariant($"{t.ChildNumber} {t.Date:MM-dd} {t.Status}{(reasons && t.Reason is not null ? $": {t.Reason}" : "")}"))];
    }

    public async ValueTask DisposeAsync()
    {
        await Agency.DisposeAsync();
        await Place.DisposeAsync();
    }
}
