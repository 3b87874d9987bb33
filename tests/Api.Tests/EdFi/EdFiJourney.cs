using System.Globalization;
using System.Text.Json.Nodes;
using K12Sync.Api.Exports;
using K12Sync.Api.Simulators.EdFi;
using K12Sync.Api.Tests.Childcare;
using K12Sync.Data.Exports;
using K12Sync.Domain.Childcare.Submissions;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.EdFi;
using K12Sync.Exporters.Exports;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Tests.EdFi;

/// <summary>A district, a simulated Ed-Fi API over real HTTP, and a connector between them, at a time that the test sets.</summary>
internal sealed class EdFiJourney : IAsyncDisposable
{
    private const string Name = "edfi", Key = "key", Secret = "secret:with/signs";

    private EdFiJourney(ChildcarePlace place, EdFiSimulator api) => (Place, Api) = (place, api);

    public ChildcarePlace Place { get; }

    public EdFiSimulator Api { get; }

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    /// <summary>Sets the connector up. <paramref name="destination"/> is what is within its destination beside type, address, key and sessions.</summary>
    public static async Task<EdFiJourney> StartAsync(ChildcarePlace place, string destination, string rest = "", string secret = Secret)
    {
        var journey = new EdFiJourney(place, await EdFiSimulator.StartAsync(new EdFiSimulation(Key, Secret) { MostTokens = 100 }, 0, TimeProvider.System, Now));
        await using var work = place.Work();
        var (name, definition) = ConnectorJson.ReadFile($$"""
            {"name": "{{Name}}", "destination": {"type": "ed-fi", "address": "{{journey.Api.Address}}", "key": "{{Key}}", {{destination}},
              "sessions": [{"name": "2026-2027 Full Year", "schoolYear": 2027, "first": "2026-08-01", "last": "2027-07-31"}]}{{rest}}}
            """);
        var added = await work.Connectors.AddAsync(name, definition, Now);
        added.Should().BeOfType<AddConnectorResult.Added>((added as AddConnectorResult.Refused)?.Reason);
        await journey.StoreSecretAsync(secret);
        return journey;
    }

    public async Task StoreSecretAsync(string secret = Secret)
    {
        await using var work = Place.Work();
        (await work.Connectors.StoreSecretAsync(work.Secrets, (await work.Connectors.FindAsync(Name, Now))!, SecretKind.Password, null, secret, Now)).Should().BeOfType<StoreSecretResult.Stored>();
    }

    /// <summary>Runs the connector once; nothing that may mend itself is tried again within the run.</summary>
    public async Task<RunReport> RunAsync(RetryPolicy? retries = null)
    {
        await using var work = Place.Work();
        return (await work.ExportsTrying(retries ?? RetryPolicy.None).RunAsync((await work.Connectors.FindAsync(Name, Now))!, RunRequest.Manual, Now)).Run;
    }

    /// <summary>One child's day, sent because a person wants it now.</summary>
    public async Task<Api.Childcare.SendResult> SendAsync(string child, string date)
    {
        await using var work = Place.Work();
        return await work.SendingBy(work.ExportsTrying(RetryPolicy.None)).SendAsync(new ChildDayOrder(child, DateOnly.ParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture)), null, Now);
    }

    /// <summary>Where child-days stand, as <c>0101 09-14 Transferred</c>, and why.</summary>
    public async Task<string[]> StandAsync()
    {
        await using var work = Place.Work();
        return [.. (await work.Transfers.ListAsync(new Api.Childcare.TransferFilter(), Now)).Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.ChildNumber} {t.Date:MM-dd} {t.Status}{(t.Reason is null ? "" : ": " + t.Reason)}"))];
    }

    /// <summary>A process that dies at one place of a run: what it has stored by then is stored, and nothing else.</summary>
    public async Task CrashAsync(string at)
    {
        await using var work = Place.Work();
        var connector = await work.Secrets.OpenAsync((await work.Connectors.FindAsync(Name, Now))!, Now);
        await work.Attendance.BringUpToDateAsync(Now);
        var edFi = (EdFiDestinationDefinition)connector.Definition.Destination;
        using var http = new HttpClient();
        using var client = new EdFiClient(http, new EdFiApi(edFi.Address), new EdFiCredentials(edFi.Key, connector.Secrets.Password!), work.Clock, RetryPolicy.None);
        var books = new EdFiBooks(new ExportLedger(work.Db, work.Clock), new ChildDayLedger(work.Db, work.Clock), new Mortal(new EventLedger(work.Db, work.Clock), at));
        var map = new EdFiMap(edFi, connector.Schools, await work.Db.Sites.AsNoTracking().ToListAsync(Now));
        await FluentActions.Awaiting(() => new EdFiPipeline(books, client, map, work.Clock, RetryPolicy.None).RunAsync(connector, RunRequest.Manual, Now)).Should().ThrowAsync<DeathException>();
    }

    /// <summary>The one step of <c>connector test</c>.</summary>
    public async Task<string> TestAsync()
    {
        await using var work = Place.Work();
        var step = await work.Exports.TestAsync((await work.Connectors.FindAsync(Name, Now))!, Now).SingleAsync(Now);
        return $"{step.Outcome}: {step.Says}";
    }

    /// <summary>What the API holds, as <c>0101 09-14 In Attendance 08:00:00-12:00:00 240</c>, in order.</summary>
    public string[] Events() => [.. Api.Events.All.Select(e => Text(e.Event)).Order(StringComparer.Ordinal)];

    /// <summary>The API's id of the only event of a student and date.</summary>
    public string IdOf(string student, string date) => Api.Events.All.Single(e => Text(e.Event).StartsWith($"{student} {date[5..]} ", StringComparison.Ordinal)).Id;

    private static string Text(JsonObject e)
    {
        string? Value(string name) => e[name]?.ToString();
        var times = Value("arrivalTime") is { } arrival ? $" {arrival}-{Value("departureTime")}" : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"{e["studentReference"]!["studentUniqueId"]} {Value("eventDate")![5..]} {Value("attendanceEventCategoryDescriptor")!.Split('#')[1]}{times} {Value("schoolAttendanceDuration")}").TrimEnd();
    }

    /// <summary>What lines say of records, as <c>Delivered 2</c>.</summary>
    public async Task<string[]> LinesAsync()
    {
        await using var db = Place.Open();
        return [.. (await db.SyncEntries.AsNoTracking().ToListAsync(Now)).CountBy(e => e.Status).OrderBy(c => c.Key).Select(c => $"{c.Key} {c.Value}")];
    }

    public async Task<ExportBatchRow[]> BatchesAsync()
    {
        await using var db = Place.Open();
        return [.. await db.ExportBatches.AsNoTracking().OrderBy(b => b.Id).ToListAsync(Now)];
    }

    public async Task<HeldEventRow[]> HeldAsync()
    {
        await using var db = Place.Open();
        return [.. await db.HeldEvents.AsNoTracking().OrderBy(h => h.Id).ToListAsync(Now)];
    }

    public async Task<ConnectorRow> ConnectorAsync()
    {
        await using var db = Place.Open();
        return await db.Connectors.AsNoTracking().SingleAsync(Now);
    }

    public async Task<(int Events, IReadOnlyDictionary<string, int> LeftOut, string Xml)> InterchangeAsync(DateOnly from, DateOnly to)
    {
        await using var work = Place.Work();
        using var into = new MemoryStream();
        var (events, leftOut) = await work.EdFi.WriteInterchangeAsync((await work.Connectors.FindAsync(Name, Now))!, new DayRange(from, to), into, Now);
        return (events, leftOut, System.Text.Encoding.UTF8.GetString(into.ToArray()));
    }

    public async ValueTask DisposeAsync()
    {
        await Api.DisposeAsync();
        await Place.DisposeAsync();
    }

    private sealed class DeathException : Exception;

    private sealed class Mortal(IEventLedger ledger, string at) : IEventLedger
    {
        private Task DieAsync(string here, Func<Task> go) => here == at ? throw new DeathException() : go();

        public Task<IReadOnlyList<OwedChildDay>> ChildDaysAsync(Connector connector, CancellationToken cancellation) => ledger.ChildDaysAsync(connector, cancellation);
        public Task<IReadOnlyList<HeldEvent>> HeldAsync(Connector connector, DayRange days, CancellationToken cancellation) => ledger.HeldAsync(connector, days, cancellation);
        public Task<IReadOnlyList<HeldEvent>> UncertainAsync(Connector connector, CancellationToken cancellation) => ledger.UncertainAsync(connector, cancellation);
        public Task<IReadOnlyList<OpenCalls>> OpenAsync(Connector connector, CancellationToken cancellation) => ledger.OpenAsync(connector, cancellation);

        public async Task PrepareAsync(Connector connector, IReadOnlyList<HeldEvent> held, IReadOnlyList<Domain.Childcare.Submissions.ChildDayLine> again, CancellationToken cancellation)
        {
            await ledger.PrepareAsync(connector, held, again, cancellation);
            await DieAsync("after preparing", () => Task.CompletedTask);
        }

        public Task SendingAsync(long batchId, string destination, CancellationToken cancellation) => DieAsync("before sending", () => ledger.SendingAsync(batchId, destination, cancellation));

        public Task SettleAsync(Connector connector, long batchId, IReadOnlyList<CallEnd> ends, bool isWhole, CancellationToken cancellation) =>
            DieAsync("before settling", () => ledger.SettleAsync(connector, batchId, ends, isWhole, cancellation));
    }
}
