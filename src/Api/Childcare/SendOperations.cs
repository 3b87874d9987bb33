using K12Sync.Api.CommandLine;
using K12Sync.Api.Exports;
using K12Sync.Data;
using K12Sync.Data.Childcare;
using K12Sync.Domain.Childcare.Submissions;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Childcare.Texts;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Childcare;

/// <summary>What became of sending one child's day now.</summary>
internal abstract record SendResult
{
    private SendResult()
    {
    }

    /// <summary>A run has sent it, or brought to its end what was on its way. Where it stands now is in the row: the agency may have refused it.</summary>
    public sealed record Sent(ExportReport Report, Transfer Transfer) : SendResult;

    /// <summary>It did not go, for a reason in words with what to do. <paramref name="Report"/>: of the run that found out; null: none was needed.</summary>
    public sealed record NotSent(string Reason, ExportReport? Report = null) : SendResult;
}

/// <summary>Sends one child's day because a person wants it now: for command, OData and pages. By a run as any other, with its lease, frozen bytes, lines and holds.</summary>
/// <param name="db">The district.</param>
/// <param name="connectors">Which there are.</param>
/// <param name="exports">Runs them.</param>
/// <param name="clock">The time.</param>
/// <remarks>Source: seed (childcare rule 14, "on demand from a row").</remarks>
internal sealed class SendOperations(K12SyncDb db, ConnectorOperations connectors, ExportOperations exports, TimeProvider clock)
{
    /// <summary>
    /// Brings child-days up to date and sends this one, where it is owed and may go. What is sure to stand in its way is said without a run; what only the agency knows, such as an
    /// authorization, is asked by one.
    /// </summary>
    /// <param name="order">Which day.</param>
    /// <param name="connectorName">By which connector; null: the only one that sends the days of its site.</param>
    /// <param name="cancellation">Stops; what was frozen by then goes with the next run.</param>
    public async Task<SendResult> SendAsync(ChildDayOrder order, string? connectorName, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(order);
        await new AttendanceOperations(db, clock).BringUpToDateAsync(cancellation);
        var all = await connectors.ListAsync(cancellation);
        var texts = Speech.Of(all, connectorName);
        if (await db.AttendanceDays.AsNoTracking().SingleOrDefaultAsync(d => d.ChildNumber == order.ChildNumber && d.Date == order.Date, cancellation) is not { } day)
            return new SendResult.NotSent(await db.Children.AnyAsync(c => c.Number == order.ChildNumber, cancellation)
                ? texts.Say(Phrase.NothingOfDay)
                : ChildLinkOperations.WhyNot(new ChildLinkAnswer.NoSuchChild(), "", texts)!);
        return await ChooseAsync(day, all, connectorName, texts, cancellation) switch
        {
            (null, { } reason) => new SendResult.NotSent(reason),
            ({ } connector, _) when await exports.WhyNotAsync(connector, order, cancellation) is { } reason => new SendResult.NotSent(reason),
            ({ } connector, _) => await SendAsync(connector, day.Id, order, cancellation),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private async Task<SendResult> SendAsync(Connector connector, long dayId, ChildDayOrder order, CancellationToken cancellation)
    {
        var runId = 0L;
        var report = await exports.RunAsync(connector, RunRequest.Manual with { OnlyDay = order, Begun = id => runId = id }, cancellation);
        db.ChangeTracker.Clear();
        var transfer = await Transfer.Of(db).AsNoTracking().SingleOrDefaultAsync(t => t.ConnectorId == connector.Id && t.AttendanceDayId == dayId, cancellation);
        if (transfer is not null && (transfer.Status == TransferStatus.Transferred
            || await db.SyncEntries.AnyAsync(e => e.SyncRunId == runId && e.ChildDayId == dayId && e.BatchId != null, cancellation)))
            return new SendResult.Sent(report, transfer);
        var isHeld = await db.HeldRecords.AnyAsync(h => h.ConnectorId == connector.Id && h.ChildDayId == dayId && h.SyncRunId == runId, cancellation);
        return new SendResult.NotSent((isHeld ? transfer?.Reason : null) ?? report.Run.Error ?? transfer?.Reason ?? Speech.Of(connector).Say(Phrase.RunSentNothingOfDay), report);
    }

    /// <summary>The connector that is named, or the only one, of those that send the days of a site; else why there is none.</summary>
    private async Task<(Connector? Connector, string? Reason)> ChooseAsync(AttendanceDayRow day, IReadOnlyList<Connector> all, string? name, AgencyTexts texts, CancellationToken cancellation)
    {
        if (name is not null && all.All(c => c.Name != name))
            return (null, $"There is no connector '{name}'.");
        var site = await db.Sites.AsNoTracking().SingleOrDefaultAsync(s => s.Id == day.SiteId, cancellation);
        var telling = await db.SyncEntries.AsNoTracking().Where(e => e.ChildDayId == day.Id && e.SettlesVersion != null).Select(e => e.ConnectorId).Distinct().ToListAsync(cancellation);
        var able = all.Where(c => telling.Contains(c.Id) || c.Definition.Destination switch
        {
            AgencyDestinationDefinition agency => agency.State == site?.State,
            EdFiDestinationDefinition { Records: RecordKind.ChildDay } edFi => site is not null && edFi.SchoolIds.ContainsKey(site.Code),
            _ => false,
        }).ToList();
        var days = site is null ? texts.Say(Phrase.DayOfNoSite) : texts.Say(Phrase.DaysOfSite, ("site", site.Code));
        var others = able.Select(c => c.Name);
        return (able.Where(c => name is null || c.Name == name).ToList(), able) switch
        {
            ([var only], _) => (only, null),
            (_, []) => (null, texts.Say(Phrase.NoConnectorSends, ("days", days))),
            ([], _) => (null, texts.Say(able.Count == 1 ? Phrase.OtherConnectorSends : Phrase.OtherConnectorsSend, ("connector", name ?? ""), ("days", days), ("others", others))),
            _ => (null, texts.Say(Phrase.SeveralConnectorsSend, ("days", days), ("others", others))),
        };
    }
}
