using K12Sync.Data;
using K12Sync.Data.Childcare;
using K12Sync.Domain.Childcare.States;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Childcare.Texts;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Childcare;

/// <summary>What asking for a link by hand, or for its end, came to.</summary>
public abstract record ChildLinkAnswer
{
    private ChildLinkAnswer()
    {
    }

    /// <summary>It is as asked. <paramref name="IsChanged"/> false: it was so before.</summary>
    public sealed record Done(bool IsChanged) : ChildLinkAnswer;

    /// <summary>There is no profile of this state.</summary>
    public sealed record NoSuchState : ChildLinkAnswer;

    /// <summary>No child of ours has this number.</summary>
    public sealed record NoSuchChild : ChildLinkAnswer;

    /// <summary>The agency does not write ids so; why, in words.</summary>
    public sealed record NoSuchId(string Reason) : ChildLinkAnswer;

    /// <summary>A person linked the agency's child to another child of ours.</summary>
    public sealed record TakenByAnother : ChildLinkAnswer;

    /// <summary>The child has no link in this state.</summary>
    public sealed record NotLinked : ChildLinkAnswer;

    /// <summary>Names and birth date say it, not a person; they would say it again.</summary>
    public sealed record LinkedByItself : ChildLinkAnswer;
}

/// <summary>A person's word that a child of ours is one of an agency's.</summary>
public sealed record ChildLinkByHand(string ChildNumber, string State, string AgencyChildId);

/// <summary>Links children by hand. What names say follows at once: an automatic link gives way to a person's, and comes where a person's ends.</summary>
public sealed class ChildLinkOperations(K12SyncDb db, TimeProvider clock)
{
    /// <summary>Says that a child of ours is one of an agency's. What it was linked to before is let go.</summary>
    public async Task<ChildLinkAnswer> LinkAsync(string childNumber, string state, string agencyChildId, CancellationToken cancellation) =>
        (await LinkAsync([new ChildLinkByHand(childNumber, state, agencyChildId)], cancellation))[0];

    /// <summary>The same of many, in their order; names are looked at once, after the last. Answers for each.</summary>
    public async Task<IReadOnlyList<ChildLinkAnswer>> LinkAsync(IReadOnlyList<ChildLinkByHand> links, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(links);
        if (links.Count == 0)
            return [];
        var answers = new List<ChildLinkAnswer>(links.Count);
        await using var turn = await db.TakeTurnAsync(cancellation);
        foreach (var link in links)
            answers.Add(await LinkAsync(link, cancellation));
        if (answers.Exists(a => a is ChildLinkAnswer.Done(IsChanged: true)))
            await new AgencyRosterOperations(db, clock).LinkAllAsync(cancellation);
        await turn.CommitAsync(cancellation);
        return answers;
    }

    private async Task<ChildLinkAnswer> LinkAsync(ChildLinkByHand link, CancellationToken cancellation)
    {
        var (childNumber, state, agencyChildId) = link;
        if (StateProfiles.Find(state) is not { } profile)
            return new ChildLinkAnswer.NoSuchState();
        if (profile.ChildIds.FaultOf(agencyChildId) is { } fault)
            return new ChildLinkAnswer.NoSuchId(fault);
        if (!await db.Children.AnyAsync(c => c.Number == childNumber, cancellation))
            return new ChildLinkAnswer.NoSuchChild();
        await db.ChildLinks.Where(l => l.State == state && l.AgencyChildId == agencyChildId && l.ChildNumber != childNumber && l.Origin == LinkOrigin.Automatic).ExecuteDeleteAsync(cancellation);
        var result = await new ChildLinkStore(db, clock).LinkAsync(childNumber, state, agencyChildId, LinkOrigin.ByHand, cancellation);
        return result == LinkResult.TakenByAnother ? new ChildLinkAnswer.TakenByAnother() : new ChildLinkAnswer.Done(result == LinkResult.Linked);
    }

    /// <summary>Takes a person's word back. Where names and birth date are equal, the link that they make comes at once.</summary>
    public async Task<ChildLinkAnswer> UnlinkAsync(string childNumber, string state, CancellationToken cancellation)
    {
        await using var turn = await db.TakeTurnAsync(cancellation);
        if (!await new ChildLinkStore(db, clock).UnlinkAsync(childNumber, state, LinkOrigin.ByHand, cancellation))
            return await db.ChildLinks.AnyAsync(l => l.ChildNumber == childNumber && l.State == state, cancellation) ? new ChildLinkAnswer.LinkedByItself() : new ChildLinkAnswer.NotLinked();
        await new AgencyRosterOperations(db, clock).LinkAllAsync(cancellation);
        await turn.CommitAsync(cancellation);
        return new ChildLinkAnswer.Done(true);
    }

    /// <summary>Why it was not done, in a sentence without a child's name or number; null: it was.</summary>
    public static string? WhyNot(ChildLinkAnswer answer, string state, AgencyTexts? texts = null) => WhyNotIn(texts ?? AgencyTexts.English, answer, state);

    private static string? WhyNotIn(AgencyTexts texts, ChildLinkAnswer answer, string state) => answer switch
    {
        ChildLinkAnswer.Done => null,
        ChildLinkAnswer.NoSuchState => $"There is no profile of '{state}'. There are: {string.Join(", ", StateProfiles.All.Select(p => p.State))}.",
        ChildLinkAnswer.NoSuchChild => texts.Say(Phrase.NoSuchChild),
        ChildLinkAnswer.NoSuchId(var reason) => texts.Say(Phrase.NoSuchId, ("state", state), ("why", texts.Language == SpokenLanguage.English ? reason : "")).TrimEnd(),
        ChildLinkAnswer.TakenByAnother => texts.Say(Phrase.TakenByAnother),
        ChildLinkAnswer.NotLinked => texts.Say(Phrase.ChildNotLinked, ("state", state)),
        ChildLinkAnswer.LinkedByItself => texts.Say(Phrase.LinkedByItself),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
