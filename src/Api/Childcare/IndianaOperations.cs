using K12Sync.Api.Access;
using K12Sync.Api.Exports;
using K12Sync.Data;
using K12Sync.Data.Exports;
using K12Sync.Domain.Childcare.States;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Childcare;
using K12Sync.Exporters.Childcare.Indiana;
using K12Sync.Exporters.Childcare.Texts;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Childcare;

/// <summary>A service period for people.</summary>
/// <param name="From">First day.</param>
/// <param name="To">Last day, a Saturday.</param>
/// <param name="Due">Until midnight of this Saturday.</param>
/// <param name="Standing">Where it stands.</param>
/// <param name="State">The same in words.</param>
/// <param name="Why">What is in its way, and what to do; null: nothing. Holds nothing of a child.</param>
/// <param name="ReceiptId">The state's number of it.</param>
internal sealed record IndianaPeriodLine(DateOnly From, DateOnly To, DateOnly Due, IndianaStanding Standing, string State, string? Why, string? ReceiptId);

/// <summary>A licence for people.</summary>
/// <param name="License">The licence number, verbatim.</param>
/// <param name="Name">Of the provider.</param>
/// <param name="Trouble">Why nothing is known of it; null: the rest is filled in.</param>
/// <param name="Entry">Who enters the days, by the portal; null: not known.</param>
/// <param name="StartsOn">As it was chosen for the connector; null: as the portal says.</param>
/// <param name="Notice">What there is to say about it; null: nothing.</param>
/// <param name="PossibleStarts">The next dates on which a connection could begin.</param>
/// <param name="Periods">Those that have begun, oldest first.</param>
internal sealed record IndianaLicense(
    string License, string Name, string? Trouble, IndianaDataEntry? Entry, DateOnly? StartsOn, string? Notice, IReadOnlyList<DateOnly> PossibleStarts, IReadOnlyList<IndianaPeriodLine> Periods);

/// <summary>What became of a start that was to be chosen. <paramref name="Says"/> is for people, in the connector's language.</summary>
internal abstract record IndianaStartResult(string Says)
{
    /// <summary>The connector begins then.</summary>
    public sealed record Chosen(DateOnly On, string Says) : IndianaStartResult(Says);

    /// <summary>It cannot. <paramref name="Possible"/>: the dates that can be, next first.</summary>
    public sealed record Refused(string Says, IReadOnlyList<DateOnly> Possible) : IndianaStartResult(Says);
}

/// <summary>What is particular to Indiana: who enters a licence's days, and from when on the connection does.</summary>
internal sealed class IndianaOperations(K12SyncDb db, AgencySystems systems, ConnectorOperations connectors, SecretVault vault, TimeProvider clock)
{
    private const int StartsShown = 3;

    /// <summary>Where each licence of a connector stands, in a language. It asks the state, and takes its rosters as a run does; it sends nothing.</summary>
    /// <param name="connector">To Indiana.</param>
    /// <param name="language">Null: the connector's.</param>
    /// <param name="cancellation">Stops asking.</param>
    public async Task<IReadOnlyList<IndianaLicense>> StatusAsync(Connector connector, SpokenLanguage? language, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(connector);
        var opened = await vault.OpenAsync(connector, cancellation);
        if (language is { } other)
            opened = opened with { Definition = opened.Definition with { Destination = Agency(opened) with { Language = other } } };
        await new AttendanceOperations(db, clock).BringUpToDateAsync(cancellation);
        var run = await new TransferOperations(db, systems, clock).AboutAsync(opened, RunRequest.Manual, cancellation);
        var ledger = new ChildDayLedger(db, clock);
        run = run with { Unsettled = await ledger.UnsettledAsync(opened, cancellation) };
        var office = new AgencyOffice(db, clock);
        var licenses = new List<IndianaLicense>();
        foreach (var provider in await office.ProvidersAsync(opened, cancellation))
            licenses.Add(await LookAsync(provider, run, cancellation) switch
            {
                AgencyLook.Failed(var trouble) => new IndianaLicense(provider.ProviderId, provider.Name, trouble.Reason, null, StartOf(run, provider), null, [], []),
                IndianaLook look => await ReviewAsync(provider, look, run, ledger, office, cancellation),
                _ => throw new System.Diagnostics.UnreachableException(),
            });
        return licenses;
    }

    /// <summary>Chooses the day on which the connector begins for a licence: in the future, the first of a service period, and the one that the portal says where it says one.</summary>
    /// <param name="connector">To Indiana.</param>
    /// <param name="license">The licence number, verbatim.</param>
    /// <param name="on">The day.</param>
    /// <param name="cancellation">Nothing is chosen.</param>
    public async Task<IndianaStartResult> StartAsync(Connector connector, string license, DateOnly on, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(connector);
        var opened = await vault.OpenAsync(connector, cancellation);
        var run = await new TransferOperations(db, systems, clock).AboutAsync(opened, RunRequest.Manual, cancellation);
        var providers = await new AgencyOffice(db, clock).ProvidersAsync(opened, cancellation);
        if (providers.FirstOrDefault(p => p.ProviderId == license) is not { } provider)
            return new IndianaStartResult.Refused(run.Texts.Say(Phrase.IndianaUnknownLicense, ("connector", connector.Name), ("license", license), ("licenses", providers.Select(p => p.ProviderId))), []);
        return await LookAsync(provider, run, cancellation) switch
        {
            AgencyLook.Failed(var trouble) => new IndianaStartResult.Refused(trouble.Reason, []),
            IndianaLook look => Refusal(look, run.Today(run.Sites[provider.SiteId!.Value]), on, run.Texts) ?? await StoreAsync(connector, look, license, on, run.Texts, cancellation),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static IndianaStartResult.Refused? Refusal(IndianaLook look, DateOnly today, DateOnly on, AgencyTexts texts)
    {
        var entry = look.Facility.DataEntry;
        var possible = IndianaStarts.After(look.Periods, today, StartsShown).ToList();
        return entry switch
        {
            { Selection: IndianaSelection.Connection, Next: not IndianaSelection.Portal } when entry.Since != on =>
                new IndianaStartResult.Refused(texts.Say(Phrase.IndianaStartedAlready, ("date", entry.Since is { } since ? since : texts.Say(Phrase.None))), []),
            { Selection: IndianaSelection.Connection, Next: not IndianaSelection.Portal } => null,
            { Next: IndianaSelection.Connection, NextFrom: { } begins } when begins != on => new IndianaStartResult.Refused(texts.Say(Phrase.IndianaStartOther, ("date", begins)), [begins]),
            _ when possible.Count == 0 => new IndianaStartResult.Refused(texts.Say(Phrase.IndianaNoPeriods), []),
            _ when !IndianaStarts.IsPossible(look.Periods, today, on) => new IndianaStartResult.Refused(texts.Say(Phrase.IndianaStartImpossible, ("date", on), ("dates", possible)), possible),
            _ => null,
        };
    }

    private async Task<IndianaStartResult> StoreAsync(Connector connector, IndianaLook look, string license, DateOnly on, AgencyTexts texts, CancellationToken cancellation)
    {
        var row = await db.Connectors.SingleAsync(c => c.Id == connector.Id, cancellation);
        var (seen, now) = (db.VersionOf(row), (AgencyDestinationDefinition)row.Definition.Destination);
        db.ChangeTracker.Clear();
        switch (await connectors.ChangeAsync(connector.Name, row.Definition with { Destination = now with { StartsOn = now.StartsOn.SetItem(license, on) } }, seen, cancellation))
        {
            case ChangeConnectorResult.Refused(var fault):
                return new IndianaStartResult.Refused(fault.Reason, []);
            case ChangeConnectorResult.Stale:
                return new IndianaStartResult.Refused(texts.Say(Phrase.IndianaChangedMeanwhile), []);
        }
        var isInPortal = look.Facility.DataEntry is { Selection: IndianaSelection.Connection } or { Next: IndianaSelection.Connection };
        return new IndianaStartResult.Chosen(on, texts.Say(isInPortal ? Phrase.IndianaStartRead : Phrase.IndianaStartStored, ("license", license), ("date", on)));
    }

    private async Task<AgencyLook> LookAsync(AgencyProvider provider, AgencyRun run, CancellationToken cancellation) => provider switch
    {
        { StopReason: { } stopped } => new AgencyLook.Failed(new AgencyTrouble(AgencyTroubleKind.NotLetIn, run.Texts.Say(Phrase.TestStopped, ("reason", stopped), ("connector", run.Connector.Name)))),
        { Secret: null } => new AgencyLook.Failed(new AgencyTrouble(AgencyTroubleKind.Unreadable, run.Texts.Say(Phrase.TestNoSecret, ("connector", run.Connector.Name), ("provider", provider.ProviderId)))),
        _ => await systems.Open(run.Agency, StateProfiles.Find(run.Agency.State)!).LookAsync(provider, run, cancellation),
    };

    private static async Task<IndianaLicense> ReviewAsync(AgencyProvider provider, IndianaLook look, AgencyRun run, ChildDayLedger ledger, AgencyOffice office, CancellationToken cancellation)
    {
        await office.RegisteredAsync(provider, cancellation);
        await office.TakeAsync(provider, look, cancellation);
        var today = run.Today(run.Sites[provider.SiteId!.Value]);
        var days = await ledger.DaysAsync(run.Connector, new DayRange(look.LooksBackTo ?? look.Days.From, look.Days.To), cancellation);
        var review = new IndianaReview(provider, look, [.. days.Where(l => l.Date < today && (l.Told?.ProviderId ?? provider.ProviderId) == provider.ProviderId)], run);
        return new IndianaLicense(provider.ProviderId, provider.Name, null, look.Facility.DataEntry, StartOf(run, provider), review.Notice(), [.. IndianaStarts.After(look.Periods, today, StartsShown)],
            [.. review.Periods.Select(p => new IndianaPeriodLine(p.Period.From, p.Period.To, p.Period.Due, p.Standing, run.Texts.Say(WordOf(p.Standing)), review.WhyNot(p), p.Period.ReceiptId))]);
    }

    private static Phrase WordOf(IndianaStanding standing) => standing switch
    {
        IndianaStanding.Submitted => Phrase.StandingSubmitted,
        IndianaStanding.ByHand => Phrase.StandingByHand,
        IndianaStanding.Running => Phrase.StandingRunning,
        IndianaStanding.Waiting => Phrase.StandingWaiting,
        IndianaStanding.Ready => Phrase.StandingReady,
        IndianaStanding.UnderWay => Phrase.StandingUnderWay,
        IndianaStanding.RosterDiffers => Phrase.StandingRosterDiffers,
        IndianaStanding.Blocked => Phrase.StandingBlocked,
        IndianaStanding.BeforeStart => Phrase.StandingBeforeStart,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static DateOnly? StartOf(AgencyRun run, AgencyProvider provider) => run.Agency.StartsOn.TryGetValue(provider.ProviderId, out var start) ? start : null;

    private static AgencyDestinationDefinition Agency(Connector connector) => (AgencyDestinationDefinition)connector.Definition.Destination;
}
