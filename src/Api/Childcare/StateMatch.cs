using K12Sync.Data;
using K12Sync.Data.Childcare;
using K12Sync.Domain.Childcare;
using K12Sync.Domain.Childcare.Matching;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Childcare;

/// <summary>
/// Our children of a state and those that its agency lists, matched. A state at a time, under whichever Provider ID: so two children who are equal in everything are seen
/// for two, wherever they are. Who was listed once counts, listed now or not.
/// </summary>
internal sealed class StateMatch
{
    private StateMatch(string state, Dictionary<string, ChildFacts> ours, Dictionary<string, AgencyChildRow> theirs, List<ChildLinkRow> links)
    {
        (State, Ours, Theirs, Links) = (state, ours, theirs, links);
        Result = ChildMatching.Match(
            [.. ours.Select(c => new MatchedChild(c.Key, c.Value))], [.. theirs.Select(c => new MatchedChild(c.Key, c.Value.Facts))],
            [.. links.Where(l => l.Origin == LinkOrigin.ByHand).Select(l => new HandLink(l.ChildNumber, l.AgencyChildId))]);
    }

    public string State { get; }

    /// <summary>By our number: every child that ever had a place at a site of the state.</summary>
    public IReadOnlyDictionary<string, ChildFacts> Ours { get; }

    /// <summary>By the agency's id. Listed under several providers, it is as the list that was taken last has it.</summary>
    public IReadOnlyDictionary<string, AgencyChildRow> Theirs { get; }

    /// <summary>As they are stored.</summary>
    public IReadOnlyList<ChildLinkRow> Links { get; }

    public MatchResult Result { get; }

    public static async Task<StateMatch> LoadAsync(K12SyncDb db, string state, CancellationToken cancellation)
    {
        var ours = await db.Children.AsNoTracking()
            .Where(c => db.Placements.Any(p => p.ChildNumber == c.Number && (p.To == null || p.To >= p.From) && db.Sites.Any(s => s.Id == p.SiteId && s.State == state)))
            .ToDictionaryAsync(c => c.Number, c => c.Facts, StringComparer.Ordinal, cancellation);
        var theirs = await db.AgencyChildren.AsNoTracking().Where(c => c.State == state).OrderByDescending(c => c.IsListed).ThenByDescending(c => c.LastSeen).ThenBy(c => c.Id).ToListAsync(cancellation);
        var links = await db.ChildLinks.AsNoTracking().Where(l => l.State == state).OrderBy(l => l.ChildNumber).ToListAsync(cancellation);
        return new StateMatch(state, ours, theirs.DistinctBy(c => c.AgencyChildId, StringComparer.Ordinal).ToDictionary(c => c.AgencyChildId, StringComparer.Ordinal), links);
    }

    /// <summary>Automatic links that the names do not say any more.</summary>
    public IEnumerable<ChildLinkRow> Outdated => Links.Where(l => l.Origin == LinkOrigin.Automatic && !IsLinked(l.ChildNumber, l.AgencyChildId));

    /// <summary>Links that the names say and that are not stored.</summary>
    public IEnumerable<(string ChildNumber, string AgencyChildId)> Missing
    {
        get
        {
            var there = Links.Select(l => (l.ChildNumber, l.AgencyChildId)).ToHashSet();
            return Result.Links.Where(l => !there.Contains(l));
        }
    }

    private bool IsLinked(string childNumber, string agencyChildId) =>
        Result.Ours.GetValueOrDefault(childNumber) is MatchOutcome.Linked linked && linked.OtherId == agencyChildId;
}
