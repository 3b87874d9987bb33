using K12Sync.Data;
using K12Sync.Data.Childcare;
using K12Sync.Domain.Childcare;
using K12Sync.Domain.Childcare.Matching;
using K12Sync.Domain.Childcare.States;
using K12Sync.Exporters.Childcare.Texts;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Childcare;

/// <summary>What taking an agency's list came to. The children listed are exactly the linked, those to review, those without birth date and those without a candidate.</summary>
/// <param name="Listed">Children in the list.</param>
/// <param name="Linked">Of them, those that are a child of ours.</param>
/// <param name="NeedsReview">Of them, those that may be one of ours; a person must say.</param>
/// <param name="NoBirthDate">Of them, those that the agency gives no birth date of.</param>
/// <param name="NoCandidate">Of them, those that nobody of ours resembles.</param>
/// <param name="AuthorizationsChanged">Authorizations that were added, ended or changed.</param>
public sealed record RosterTaken(int Listed, int Linked, int NeedsReview, int NoBirthDate, int NoCandidate, int AuthorizationsChanged);

/// <summary>What agencies list of the owner's children, and which child of ours each of them is.</summary>
public sealed class AgencyRosterOperations(K12SyncDb db, TimeProvider clock)
{
    /// <summary>
    /// Takes the whole list that an agency has under one Provider ID. Who is not in it any more is kept and marked. Children who are equal in everything are linked, and links
    /// that names do not say any more are taken back; a person's are left alone. Of the children that are linked, authorizations are brought in line within the days given; the
    /// child-days of those that changed become pending. The same list again changes nothing.
    /// </summary>
    /// <param name="provider">Whose list it is.</param>
    /// <param name="children">Each id once.</param>
    /// <param name="from">The first day that the agency was asked about, inclusive.</param>
    /// <param name="to">The last, inclusive.</param>
    /// <param name="cancellation">Nothing is taken.</param>
    /// <exception cref="ArgumentException">An id is there twice, or the list names a site that there is not.</exception>
    public async Task<RosterTaken> TakeAsync(Provider provider, IReadOnlyList<AgencyRosterChild> children, DateOnly from, DateOnly to, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(provider);
        ArgumentNullException.ThrowIfNull(children);
        if (children.Select(c => c.ChildId).Distinct(StringComparer.Ordinal).Count() != children.Count)
            throw new ArgumentException("An id is there twice.", nameof(children));
        await using var turn = await db.TakeTurnAsync(cancellation);
        await StoreAsync(provider, children, cancellation);
        var match = await LinkAsync(provider.State, cancellation);
        var authorized = await new AuthorizationUpdate(db, provider, match).TakeAsync(children, from, to, cancellation);
        await turn.CommitAsync(cancellation);
        db.ChangeTracker.Clear();
        var outcomes = children.ToLookup(c => match.Result.Theirs[c.ChildId].GetType());
        return new RosterTaken(children.Count, outcomes[typeof(MatchOutcome.Linked)].Count(), outcomes[typeof(MatchOutcome.NeedsReview)].Count(),
            outcomes[typeof(MatchOutcome.NoBirthDate)].Count(), outcomes[typeof(MatchOutcome.NoCandidate)].Count(), authorized);
    }

    /// <summary>Links anew what can be linked by itself, in every state that a site is in; for when children of ours have come or changed. Returns how many links came or went.</summary>
    public async Task<int> LinkAllAsync(CancellationToken cancellation)
    {
        var changed = 0;
        foreach (var state in await db.Sites.Select(s => s.State).Distinct().ToListAsync(cancellation))
        {
            // Mostly there is nothing to do, and then nobody else is kept waiting.
            var match = await StateMatch.LoadAsync(db, state, cancellation);
            if (!match.Outdated.Any() && !match.Missing.Any())
                continue;
            await using var turn = await db.TakeTurnAsync(cancellation);
            match = await LinkAsync(state, cancellation);
            changed += match.Outdated.Count() + match.Missing.Count();
            await turn.CommitAsync(cancellation);
        }
        return changed;
    }

    private async Task StoreAsync(Provider provider, IReadOnlyList<AgencyRosterChild> children, CancellationToken cancellation)
    {
        var there = await db.AgencyChildren.Where(c => c.ProviderId == provider.Id).ToDictionaryAsync(c => c.AgencyChildId, StringComparer.Ordinal, cancellation);
        var now = clock.GetUtcNow();
        foreach (var child in children)
            if (there.Remove(child.ChildId, out var row))
                row.List(child.Facts);
            else
                db.Add(new AgencyChildRow(provider, child.ChildId, child.Facts, now));
        foreach (var gone in there.Values.Where(c => c.IsListed))
            gone.Drop();
        await db.SaveChangesAsync(cancellation);
        db.ChangeTracker.Clear();
        await db.AgencyChildren.Where(c => c.ProviderId == provider.Id && c.IsListed).ExecuteUpdateAsync(set => set.SetProperty(c => c.LastSeen, now), cancellation);
    }

    /// <summary>Brings automatic links in line. What is outdated goes first, so that two children can change places.</summary>
    private async Task<StateMatch> LinkAsync(string state, CancellationToken cancellation)
    {
        var match = await StateMatch.LoadAsync(db, state, cancellation);
        var links = new ChildLinkStore(db, clock);
        foreach (var link in match.Outdated)
            await links.UnlinkAsync(link.ChildNumber, state, LinkOrigin.Automatic, cancellation);
        foreach (var (child, id) in match.Missing)
            await links.LinkAsync(child, state, id, LinkOrigin.Automatic, cancellation);
        return match;
    }

    /// <summary>What is known of every child of a state on both sides: ours by number, then the agency's by id.</summary>
    /// <exception cref="ArgumentException">The state has no profile.</exception>
    public async Task<IReadOnlyList<ChildMatchLine>> MatchesAsync(string state, CancellationToken cancellation, AgencyTexts? texts = null)
    {
        if (StateProfiles.Find(state) is null)
            throw new ArgumentException($"There is no profile of {state}.", nameof(state));
        return ChildMatchLine.Of(await StateMatch.LoadAsync(db, state, cancellation), texts ?? AgencyTexts.English);
    }
}
