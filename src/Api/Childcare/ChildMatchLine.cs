using System.Collections.Immutable;
using K12Sync.Domain.Childcare;
using K12Sync.Domain.Childcare.Matching;
using K12Sync.Exporters.Childcare.Texts;

namespace K12Sync.Api.Childcare;

/// <summary>Whose child it is.</summary>
public enum MatchSide
{
    Ours,
    Agency,
}

/// <summary>What is known of a child on the other side, by name.</summary>
public enum MatchStatus
{
    NeedsReview,
    NoBirthDate,
    NoCandidate,
    Linked,
}

/// <summary>A child of the other side that it may be.</summary>
public sealed record MatchCandidate(string Id, ChildFacts Facts);

/// <summary>One child of either side, and what is known of it on the other, as people and programs are shown it.</summary>
/// <param name="State">Postal code.</param>
/// <param name="Side">Whose child it is.</param>
/// <param name="Id">Our number, or the agency's id.</param>
/// <param name="Facts">As its own side has them.</param>
/// <param name="IsListed">The agency lists it at present; of a child of ours, the agency's child it is linked to. False where there is none.</param>
/// <param name="Status">In a word.</param>
/// <param name="OtherId">The id on the other side, if it is linked.</param>
/// <param name="ByHand">A person linked it.</param>
/// <param name="Candidates">Where a person must say which.</param>
/// <param name="Sentence">What it means, and what to do. Holds no name and no number.</param>
public sealed record ChildMatchLine(
    string State, MatchSide Side, string Id, ChildFacts Facts, bool IsListed, MatchStatus Status, string? OtherId, bool ByHand, IReadOnlyList<MatchCandidate> Candidates, string Sentence)
{
    /// <summary>All children of a state: ours by number, then the agency's by id.</summary>
    internal static IReadOnlyList<ChildMatchLine> Of(StateMatch match, AgencyTexts texts)
    {
        var theirs = match.Theirs.ToDictionary(c => c.Key, c => c.Value.Facts, StringComparer.Ordinal);
        var ours = match.Result.Ours.Select(o => Line(match, MatchSide.Ours, o.Key, match.Ours[o.Key], o.Value, theirs, texts));
        return [.. ours, .. match.Result.Theirs.Select(o => Line(match, MatchSide.Agency, o.Key, theirs[o.Key], o.Value, match.Ours, texts))];
    }

    private static ChildMatchLine Line(StateMatch match, MatchSide side, string id, ChildFacts facts, MatchOutcome outcome, IReadOnlyDictionary<string, ChildFacts> others, AgencyTexts texts)
    {
        var linked = outcome as MatchOutcome.Linked;
        var candidates = outcome is MatchOutcome.NeedsReview review ? review.Candidates : ImmutableArray<string>.Empty;
        var agencyId = side == MatchSide.Agency ? id : linked?.OtherId;
        var isListed = agencyId is not null && match.Theirs.GetValueOrDefault(agencyId) is { IsListed: true };
        return new ChildMatchLine(match.State, side, id, facts, isListed, StatusOf(outcome), linked?.OtherId, linked?.ByHand ?? false,
            [.. candidates.Select(c => new MatchCandidate(c, others[c]))], SentenceOf(outcome, side, isListed, match.Theirs.Count > 0, texts));
    }

    private static MatchStatus StatusOf(MatchOutcome outcome) => outcome switch
    {
        MatchOutcome.Linked => MatchStatus.Linked,
        MatchOutcome.NeedsReview => MatchStatus.NeedsReview,
        MatchOutcome.NoBirthDate => MatchStatus.NoBirthDate,
        _ => MatchStatus.NoCandidate,
    };

    private static string SentenceOf(MatchOutcome outcome, MatchSide side, bool isListed, bool isAnyListTaken, AgencyTexts texts) => outcome switch
    {
        MatchOutcome.Linked linked => texts.Say(linked.ByHand ? Phrase.MatchByPerson : Phrase.MatchByNames) + (isListed || !isAnyListTaken ? "" : " " + texts.Say(Phrase.MatchNotListed)),
        MatchOutcome.NeedsReview => texts.Say(Phrase.MatchReview),
        MatchOutcome.NoBirthDate => texts.Say(side == MatchSide.Ours ? Phrase.MatchNoBirthDate : Phrase.MatchNoBirthDateThere),
        _ when side == MatchSide.Agency => texts.Say(Phrase.MatchNobodyHere),
        _ => texts.Say(isAnyListTaken ? Phrase.MatchNobodyThere : Phrase.MatchNoListYet),
    };
}
