using K12Sync.Data;
using K12Sync.Data.Childcare;
using K12Sync.Domain.Childcare;
using K12Sync.Domain.Childcare.States;
using K12Sync.Domain.Exports;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Childcare;

/// <summary>What becomes of stays over midnight, state by state: as a connector to the state's agency says, else as its profile does. A day is one thing for all who are told of it.</summary>
internal sealed class OverMidnight(K12SyncDb db)
{
    /// <summary>The rule of every state there is a profile of.</summary>
    public async Task<IReadOnlyDictionary<string, MidnightRule>> RulesAsync(CancellationToken cancellation)
    {
        var said = (await AgenciesAsync(cancellation)).Where(a => a.Agency.OverMidnight is not null).GroupBy(a => a.Agency.State, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First().Agency.OverMidnight!.Value, StringComparer.Ordinal);
        return StateProfiles.All.ToDictionary(p => p.State, p => said.TryGetValue(p.State, out var rule) ? rule : p.Midnight, StringComparer.Ordinal);
    }

    /// <summary>Another connector to the same state that says otherwise; null: none does.</summary>
    /// <param name="agency">As a connector is to say.</param>
    /// <param name="present">Which connector it is; null: a new one.</param>
    /// <param name="cancellation">Stops reading.</param>
    public async Task<string?> FindOtherAsync(AgencyDestinationDefinition agency, long? present, CancellationToken cancellation) => agency.OverMidnight is not { } rule
        ? null
        : (await AgenciesAsync(cancellation)).Where(a => a.Id != present && a.Agency.State == agency.State && a.Agency.OverMidnight is { } other && other != rule).Select(a => a.Name).FirstOrDefault();

    /// <summary>Has the days judged again that have a stay over midnight at a site of a state whose rule is another one now. Belongs in the transaction of the change.</summary>
    /// <param name="before">What <see cref="RulesAsync"/> said before it.</param>
    /// <param name="cancellation">Nothing is marked.</param>
    public async Task JudgeAgainAsync(IReadOnlyDictionary<string, MidnightRule> before, CancellationToken cancellation)
    {
        var states = (await RulesAsync(cancellation)).Where(r => before[r.Key] != r.Value).Select(r => r.Key).ToList();
        if (states.Count == 0)
            return;
        var sites = await db.Sites.AsNoTracking().Where(s => states.Contains(s.State)).ToDictionaryAsync(s => s.Id, s => s.Zone, cancellation);
        var ids = sites.Keys.Select(id => (long?)id).ToList();
        var days = await db.AttendanceDays.AsNoTracking().Where(d => ids.Contains(d.SiteId) && d.Kind == AttendanceKind.Attended).Select(d => new { d.ChildNumber, d.Date, d.Care }).ToListAsync(cancellation);
        await new PendingChildDays(db).MarkAroundAsync(
            days.Where(d => CareText.ReadCare(d.Care).Any(c => c.To is { } to && sites.TryGetValue(c.SiteId, out var zone) && zone.At(to).Day > d.Date)).Select(d => (d.ChildNumber, d.Date)), cancellation);
    }

    private async Task<IReadOnlyList<(long Id, string Name, AgencyDestinationDefinition Agency)>> AgenciesAsync(CancellationToken cancellation) =>
        [.. (await db.Connectors.AsNoTracking().Where(c => c.RemovedAt == null).OrderBy(c => c.Name).ToListAsync(cancellation)).Where(c => c.Definition.Destination is AgencyDestinationDefinition).Select(c => (c.Id, c.Name, (AgencyDestinationDefinition)c.Definition.Destination))];
}
