using System.Runtime.CompilerServices;
using K12Sync.Api.Jobs;
using K12Sync.Data;
using K12Sync.Data.Exports;
using K12Sync.Domain.Childcare.States;
using K12Sync.Domain.Childcare.Submissions;
using K12Sync.Domain.Exports;
using K12Sync.Domain.Exports.Schedules;
using K12Sync.Exporters.Childcare;
using K12Sync.Exporters.Childcare.Texts;
using K12Sync.Exporters.Exports;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Childcare;

/// <summary>What is asked of the report; null: whatever it is.</summary>
internal sealed record TransferFilter(string? Connector = null, string? ProviderId = null, long? SiteId = null, string? ChildNumber = null, DateOnly? From = null, DateOnly? To = null, TransferStatus? Status = null);

/// <summary>Runs connectors to agencies, and tries them out. Leases, holds and secrets are the business of <see cref="Exports.ExportOperations"/>.</summary>
/// <param name="db">The district.</param>
/// <param name="systems">Whose contracts.</param>
/// <param name="clock">The time.</param>
internal sealed class TransferOperations(K12SyncDb db, AgencySystems systems, TimeProvider clock)
{
    /// <summary>How far back a run looks that is not told otherwise: a month and what people forget of it. Older days that were never sent stay here.</summary>
    private const int DaysBack = 45;

    private static readonly DeliverySlots Slots = new(new CronTimes());

    /// <summary>Brings child-days up to date and sends what the connector owes.</summary>
    public async Task<RunReport> RunAsync(Connector connector, RunRequest request, RunLease lease, RetryPolicy retries, CancellationToken cancellation)
    {
        await new AttendanceOperations(db, clock).BringUpToDateAsync(cancellation);
        var run = await AboutAsync(connector, request, cancellation);
        var pipeline = new AgencyPipeline(new ExportLedger(db, clock, lease), new ChildDayLedger(db, clock, lease), systems.Open(run.Agency, run.Profile), new AgencyOffice(db, clock), clock, retries);
        return await pipeline.RunAsync(request, run, cancellation);
    }

    /// <summary>Why one child's day cannot go now, as far as that is sure without asking the agency; null: a run finds out. Child-days are up to date.</summary>
    public async Task<string?> WhyNotAsync(Connector connector, ChildDayOrder order, CancellationToken cancellation)
    {
        var run = await AboutAsync(connector, RunRequest.Manual with { OnlyDay = order }, cancellation);
        return await new AgencyPlanning(new ChildDayLedger(db, clock), systems.Open(run.Agency, run.Profile)).WhyNotAsync(order, run, cancellation);
    }

    /// <summary>Asks the agency about each provider. What it answers about children is not kept.</summary>
    public async IAsyncEnumerable<TestStep> TestAsync(Connector connector, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var run = await AboutAsync(connector, RunRequest.Manual, cancellation);
        var (system, office) = (systems.Open(run.Agency, run.Profile), new AgencyOffice(db, clock));
        var providers = await office.ProvidersAsync(connector, cancellation);
        if (providers.Count == 0)
            yield return new TestStep(run.Texts.Say(Phrase.Providers), TestOutcome.Failed, run.Texts.Say(Phrase.NoProviders, ("state", run.Agency.State)));
        foreach (var provider in providers)
            yield return await TestAsync(system, office, provider, run, cancellation);
    }

    private static async Task<TestStep> TestAsync(IAgencySystem system, AgencyOffice office, AgencyProvider provider, AgencyRun run, CancellationToken cancellation)
    {
        var name = $"{provider.ProviderId} ({provider.Name})";
        if (provider.Secret is null)
            return new TestStep(name, TestOutcome.Failed, run.Texts.Say(Phrase.TestNoSecret, ("connector", run.Connector.Name), ("provider", provider.ProviderId)));
        if (provider.StopReason is { } stopped)
            return new TestStep(name, TestOutcome.Failed, run.Texts.Say(Phrase.TestStopped, ("reason", stopped), ("connector", run.Connector.Name)));
        switch (await system.LookAsync(provider, run, cancellation))
        {
            case AgencyLook.Failed(var trouble):
                if (trouble.Kind == AgencyTroubleKind.NotLetIn)
                    await office.StoppedAsync(provider, trouble.Reason, cancellation);
                return new TestStep(name, TestOutcome.Failed, trouble.Reason);
            case AgencyLook.Known known:
                await office.RegisteredAsync(provider, cancellation);
                return new TestStep(name, TestOutcome.Passed, run.Texts.Say(known.Children.Count == 1 ? Phrase.RegisteredForOne : Phrase.Registered, ("count", known.Children.Count)));
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>Where child-days stand with agencies, those with an error first, then those that are not transferred; each by date, site and child. What is not said is not asked for.</summary>
    public async Task<IReadOnlyList<Transfer>> ListAsync(TransferFilter filter, CancellationToken cancellation)
    {
        var (from, to) = (filter.From ?? DateOnly.MinValue, filter.To ?? DateOnly.MaxValue);
        var all = Transfer.Of(db).Where(t => t.Date >= from && t.Date <= to);
        if (filter.Connector is { } connector)
            all = all.Where(t => t.ConnectorName == connector);
        if (filter.ProviderId is { } provider)
            all = all.Where(t => t.ProviderId == provider);
        if (filter.SiteId is { } site)
            all = all.Where(t => t.SiteId == site);
        if (filter.ChildNumber is { } child)
            all = all.Where(t => t.ChildNumber == child);
        if (filter.Status is { } status)
            all = all.Where(t => t.Status == status);
        return [.. (await InTheirLanguageAsync(await all.ToListAsync(cancellation), cancellation)).OrderByDescending(t => t.Status).ThenBy(t => t.Date).ThenBy(t => t.SiteId).ThenBy(t => t.ChildNumber, StringComparer.Ordinal).ThenBy(t => t.ConnectorName, StringComparer.Ordinal)];
    }

    /// <summary>What is stored was written in the connector's language; what a query says of itself is not.</summary>
    private async Task<IReadOnlyList<Transfer>> InTheirLanguageAsync(List<Transfer> transfers, CancellationToken cancellation)
    {
        var rows = await db.Connectors.AsNoTracking().Where(c => c.RemovedAt == null).ToListAsync(cancellation);
        foreach (var (id, texts) in rows.Where(c => c.Definition.Destination is AgencyDestinationDefinition { Language: not SpokenLanguage.English }).Select(c => (c.Id, AgencyTexts.Of(((AgencyDestinationDefinition)c.Definition.Destination).Language))))
            foreach (var transfer in transfers.Where(t => t.ConnectorId == id))
                transfer.SayIn(texts);
        return transfers;
    }

    /// <summary>The connector's child-days of the last weeks that wait: how many, and the date of the oldest.</summary>
    public async Task<(long Rows, DateTimeOffset? Oldest)> CountOwedAsync(Connector connector, CancellationToken cancellation)
    {
        var run = await AboutAsync(connector, RunRequest.Manual, cancellation);
        var owed = (await new ChildDayLedger(db, clock).DaysAsync(connector, run.Days, cancellation)).Where(l => l.IsOwed && l.AgencyChildId is not null && !l.Providers.IsEmpty).ToList();
        return (owed.Count, owed.Count == 0 ? null : owed.Where(l => l.Site is not null).Select(l => (DateTimeOffset?)l.Site!.Zone.FirstAt(l.Date, TimeOnly.MinValue)).Min());
    }

    /// <summary>What a run of the connector is about.</summary>
    public async Task<AgencyRun> AboutAsync(Connector connector, RunRequest request, CancellationToken cancellation)
    {
        var agency = (AgencyDestinationDefinition)connector.Definition.Destination;
        var profile = StateProfiles.Find(agency.State)!;
        var sites = await db.Sites.AsNoTracking().ToDictionaryAsync(s => s.Id, cancellation);
        var today = connector.Zone.At(clock.GetUtcNow()).Day;
        var cadence = connector.Definition.Schedule as DeliverySchedule.Cadence;
        var days = request.Order?.Days ?? (request.OnlyDay is { } only ? new DayRange(only.Date, only.Date) : request.Days)
            ?? (cadence is not null && request.Slot is { } slot ? CadenceDays.Of(cadence, await TimesAsync(connector, cadence, slot, cancellation)) : null)
            ?? new DayRange(today.AddDays(-DaysBack), today);
        return new AgencyRun(connector, agency, profile, clock.GetUtcNow(), days, request.Order, sites)
        {
            OnlyDay = request.OnlyDay,
            IncludesToday = cadence?.AfterCheckOutMinutes is not null,
            OnlyIfReady = cadence is not null && request.Slot is not null && days == new DayRange(today, today),
        };
    }

    /// <summary>The times that a run for a slot makes up for: those since the last run that came to a good end.</summary>
    private async Task<IReadOnlyList<DateTime>> TimesAsync(Connector connector, DeliverySchedule.Cadence cadence, DateTime slot, CancellationToken cancellation)
    {
        var last = await db.SyncRuns.AsNoTracking().Where(r => r.ConnectorId == connector.Id && r.Slot != null && r.Slot < slot && (r.Status == SyncRunStatus.Succeeded || r.Status == SyncRunStatus.SucceededWithHolds))
            .MaxAsync(r => r.Slot, cancellation);
        var from = last is { } before && before > slot.AddDays(-DaysBack) ? before : slot.AddDays(last is null ? -1 : -DaysBack);
        DateTimeOffset At(DateTime local) => connector.Zone.FirstAt(DateOnly.FromDateTime(local), TimeOnly.FromDateTime(local));
        return [.. Slots.Between(cadence, connector.Zone, At(from), At(slot)).Select(s => s.Local), slot];
    }
}
