using System.Globalization;
using K12Sync.Api.Childcare;
using K12Sync.Api.Tardies;
using K12Sync.Data;
using K12Sync.Data.Exports;
using K12Sync.Domain.Childcare;
using K12Sync.Domain.Childcare.Submissions;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Childcare;
using K12Sync.Exporters.EdFi;
using K12Sync.Exporters.Exports;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.EdFi;

/// <summary>Runs connectors to Ed-Fi APIs, tries them out, and writes interchange files. Leases, holds and secrets are the business of <see cref="Exports.ExportOperations"/>.</summary>
internal sealed class EdFiOperations(K12SyncDb db, TimeProvider clock)
{
    // Of the whole program: connections are kept open between calls.
    private static readonly HttpClient Http = AgencyHttp.NewClient();

    /// <summary>How long an answer may take.</summary>
    public TimeSpan Patience { get; init; } = AgencyLimits.Usual.Patience;

    /// <summary>How many calls are made at a time.</summary>
    public int AtATime { get; init; } = 4;

    /// <summary>Brings what is to be sent up to date, and sends what the connector owes.</summary>
    public async Task<RunReport> RunAsync(Connector connector, RunRequest request, RunLease lease, RetryPolicy retries, CancellationToken cancellation)
    {
        await BringUpToDateAsync(connector, cancellation);
        if (connector.Secrets.Password is null)
            return await FailAsync(connector, request, lease, cancellation);
        using var client = Client(connector, retries);
        var books = new EdFiBooks(new ExportLedger(db, clock, lease), new ChildDayLedger(db, clock, lease), new EventLedger(db, clock, lease));
        return await new EdFiPipeline(books, client, await MapAsync(connector, cancellation), clock, retries) { AtATime = AtATime }.RunAsync(connector, request, cancellation);
    }

    private async Task<RunReport> FailAsync(Connector connector, RunRequest request, RunLease lease, CancellationToken cancellation)
    {
        var end = new RunEnd(SyncRunStatus.Failed, 1, TroubleKind.Incomplete, NoSecret(connector));
        var number = await new ExportLedger(db, clock, lease).RefuseRunAsync(connector, request, end, cancellation);
        return new RunReport(number, end.Status, [], 0, 0, 0, 0, [], [], end.Error) { ErrorCode = end.ErrorCode };
    }

    private static string NoSecret(Connector connector) => $"No client secret of the Ed-Fi API is stored. Store it with 'k12sync connector secret {connector.Name}'.";

    /// <summary>Asks the API for the events of one day, as a run would with its key. What it answers is not kept.</summary>
    public async Task<TestStep> TestAsync(Connector connector, CancellationToken cancellation)
    {
        const string Name = "Key and secret";
        if (connector.Secrets.Password is null)
            return new TestStep(Name, TestOutcome.Failed, NoSecret(connector));
        var edFi = Definition(connector);
        using var client = Client(connector, RetryPolicy.None);
        return await client.AskAsync(edFi.SchoolIds.Values.First(), edFi.Sessions[0].First, cancellation) switch
        {
            null => new TestStep(Name, TestOutcome.Passed, "The Ed-Fi API gives out a token and shows attendance events of the first school. Whether it takes them is seen with the first run."),
            EdFiOutcome.CredentialsRefused(var reason) => new TestStep(Name, TestOutcome.Failed, reason),
            EdFiOutcome.Refused(var reason) => new TestStep(Name, TestOutcome.Failed, reason),
            EdFiOutcome.TryAgain(var reason, _) => new TestStep(Name, TestOutcome.Failed, reason),
            EdFiOutcome.Unknown(var reason) => new TestStep(Name, TestOutcome.Failed, reason),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>Why one child's day cannot go now; null: a run finds out. Child-days are up to date.</summary>
    public async Task<string?> WhyNotAsync(Connector connector, ChildDayOrder order, CancellationToken cancellation)
    {
        var ledger = new EventLedger(db, clock);
        if ((await ledger.ChildDaysAsync(connector, cancellation)).FirstOrDefault(d => order.IsOf(d.Line)) is not { } day)
            return (await ledger.HeldAsync(connector, new DayRange(order.Date, order.Date), cancellation)).Any(h => h.Subject.StudentNumber == order.ChildNumber)
                ? "Ed-Fi has the day as it is: nothing has changed since it was told, so there is nothing to send."
                : "There is nothing of this day that Ed-Fi is told. It is told what was recorded: a check-in and check-out, or an absence.";
        var (line, now) = (day.Line, clock.GetUtcNow());
        return line.Day.Readiness switch
        {
            DayReadiness.Error => line.Day.Findings[0].Sentence,
            DayReadiness.NoCheckOutYet => line.Day.Reason,
            _ when line.Site is { } site && line.Date >= site.Zone.At(now).Day => "The day is not over at the site. Ed-Fi is told days once they are over; try again tomorrow.",
            _ => null,
        };
    }

    /// <summary>The child-days that wait: how many, and the beginning of the oldest.</summary>
    public async Task<(long Rows, DateTimeOffset? Oldest)> CountOwedAsync(Connector connector, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var owed = (await new EventLedger(db, clock).ChildDaysAsync(connector, cancellation)).Where(d => d.IsOwed && d.Line.Site is { } site && d.Line.Date < site.Zone.At(now).Day).Select(d => d.Line).ToList();
        return (owed.Count, owed.Count == 0 ? null : owed.Min(l => l.Site!.Zone.FirstAt(l.Date, TimeOnly.MinValue)));
    }

    /// <summary>Writes the events of given dates as an interchange file, whatever was sent before. Stores nothing of it.</summary>
    /// <param name="connector">Whose schools, sessions and categories.</param>
    /// <param name="days">Dates, inclusive.</param>
    /// <param name="into">Left open; nothing is written where there are no events.</param>
    /// <param name="cancellation">Leaves a part of a file behind.</param>
    /// <returns>How many events, and how many child-days or tardies could not be told, by reason.</returns>
    public async Task<(int Events, IReadOnlyDictionary<string, int> LeftOut)> WriteInterchangeAsync(Connector connector, DayRange days, Stream into, CancellationToken cancellation)
    {
        await BringUpToDateAsync(connector, cancellation);
        var map = await MapAsync(connector, cancellation);
        // Of a connector that has never told anything, everything is owed.
        var fresh = connector with { Id = 0 };
        var mapped = Definition(connector).Records == RecordKind.ChildDay
            ? (await new EventLedger(db, clock).ChildDaysAsync(fresh, cancellation)).Where(d => IsIn(d.Line.Date, days)).SelectMany(map.Of).ToList()
            : (await new ExportLedger(db, clock).OwedAsync(fresh, cancellation).Where(l => IsIn(l.Date, days)).ToListAsync(cancellation)).GroupBy(l => (l.SchoolId, l.StudentNumber, l.Date)).SelectMany(g => Mappings(map, [.. g])).ToList();
        var leftOut = mapped.Select(m => m switch { EdFiMapping.Stopped(var reason) => reason, EdFiMapping.Waits(var reason) => reason, _ => null }).OfType<string>().CountBy(r => r).ToDictionary();
        return (await EdFiInterchange.WriteAsync(into, mapped.OfType<EdFiMapping.Wanted>().Select(w => w.Event).ToAsyncEnumerable(), cancellation), leftOut);
    }

    private static IEnumerable<EdFiMapping> Mappings(EdFiMap map, IReadOnlyList<TardyLine> day) => map.Of(day) is { } events
        ? events.Events.Select(e => (EdFiMapping)new EdFiMapping.Wanted(e.Event)).Concat(events.Stopped.Select(s => new EdFiMapping.Stopped(s.Reason)))
        : day.Select(l => new EdFiMapping.Stopped($"School {l.SchoolCode} has no Ed-Fi schoolId."));

    private static bool IsIn(DateOnly date, DayRange days) => date >= days.From && date <= days.To;

    private Task BringUpToDateAsync(Connector connector, CancellationToken cancellation) => Definition(connector).Records == RecordKind.ChildDay
        ? new AttendanceOperations(db, clock).BringUpToDateAsync(cancellation)
        : new TardyOperations(db).MapPendingAsync(cancellation);

    private async Task<EdFiMap> MapAsync(Connector connector, CancellationToken cancellation) =>
        new(Definition(connector), connector.Schools, Definition(connector).Records == RecordKind.ChildDay ? await db.Sites.AsNoTracking().ToListAsync(cancellation) : []);

    private EdFiClient Client(Connector connector, RetryPolicy retries)
    {
        var edFi = Definition(connector);
        var usual = new EdFiApi(edFi.Address);
        var api = usual with { Patience = Patience, TokenPath = edFi.TokenPath ?? usual.TokenPath, DataPath = edFi.DataPath ?? usual.DataPath };
        return new EdFiClient(Http, api, new EdFiCredentials(edFi.Key, connector.Secrets.Password!), clock, retries);
    }

    private static EdFiDestinationDefinition Definition(Connector connector) => connector.Definition.Destination as EdFiDestinationDefinition
        ?? throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Connector {connector.Id} is none to an Ed-Fi API."), nameof(connector));
}
