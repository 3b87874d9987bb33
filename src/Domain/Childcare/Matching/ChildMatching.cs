using System.Collections.Immutable;
using System.Text;

namespace K12Sync.Domain.Childcare.Matching;

/// <summary>A child as one side knows it.</summary>
/// <param name="Id">Unique on its side, compared ordinally: our child number, or the agency's child id.</param>
/// <param name="Facts">Names and birth date.</param>
public sealed record MatchedChild(string Id, ChildFacts Facts);

/// <summary>A person said that these two are one child.</summary>
public readonly record struct HandLink(string ChildNumber, string AgencyChildId);

/// <summary>What is known of a child on the other side. Exactly one of the nested cases.</summary>
public abstract record MatchOutcome
{
    private MatchOutcome()
    {
    }

    /// <summary>One child, on both sides. <paramref name="IsListed"/> false: linked by hand to an id that the other side does not list at present.</summary>
    public sealed record Linked(string OtherId, bool ByHand, bool IsListed = true) : MatchOutcome;

    /// <summary>
    /// It may be one of these, and a person must say which: the last name and birth date are equal and something else is not, or more than one child is
    /// equal in everything. Ids of the other side in ordinal order, never empty.
    /// </summary>
    public sealed record NeedsReview(ImmutableArray<string> Candidates) : MatchOutcome;

    /// <summary>Without a birth date nobody is linked by itself.</summary>
    public sealed record NoBirthDate : MatchOutcome;

    /// <summary>Nobody on the other side has this last name and birth date.</summary>
    public sealed record NoCandidate : MatchOutcome;
}

/// <summary>What became of every child of both sides. Who is not linked is excluded from what is sent, and listed.</summary>
/// <param name="Ours">By our child number.</param>
/// <param name="Theirs">By the agency's child id.</param>
public sealed record MatchResult(ImmutableSortedDictionary<string, MatchOutcome> Ours, ImmutableSortedDictionary<string, MatchOutcome> Theirs)
{
    /// <summary>Our child numbers with the agency's ids. Each is there once, on both sides.</summary>
    public IEnumerable<(string ChildNumber, string AgencyChildId)> Links => Ours.Where(o => o.Value is MatchOutcome.Linked).Select(o => (o.Key, ((MatchOutcome.Linked)o.Value).OtherId));
}

/// <summary>Finds which of our children are which of an agency's. Neither side is favoured: the other way round it finds the same.</summary>
/// <remarks>
/// Linked by itself is only who is equal in first, middle and last name and birth date, and is the only one so on both sides. Letters are compared after
/// Unicode normalisation (NFC) and without regard to case; blanks around a name do not count; everything else does: a hyphen, an apostrophe, an accent, a blank within,
/// a missing middle name. Source: seed (childcare rule 3).
/// </remarks>
public static class ChildMatching
{
    /// <summary>Matches both sides.</summary>
    /// <param name="ours">Our children, each number once.</param>
    /// <param name="theirs">The agency's children, each id once.</param>
    /// <param name="byHand">Win over names. They hold even if the agency does not list the id at present, or we no longer have the child.</param>
    /// <exception cref="ArgumentException">An id is there twice on its side, or two links by hand name the same child of either side.</exception>
    public static MatchResult Match(IReadOnlyCollection<MatchedChild> ours, IReadOnlyCollection<MatchedChild> theirs, IReadOnlyCollection<HandLink> byHand)
    {
        ArgumentNullException.ThrowIfNull(byHand);
        var toTheirs = Once(byHand, l => l.ChildNumber, nameof(byHand)).ToDictionary(l => l.ChildNumber, l => l.AgencyChildId, StringComparer.Ordinal);
        var toOurs = Once(byHand, l => l.AgencyChildId, nameof(byHand)).ToDictionary(l => l.AgencyChildId, l => l.ChildNumber, StringComparer.Ordinal);
        var (mine, other) = (new Side(Once(ours, c => c.Id, nameof(ours)), toTheirs), new Side(Once(theirs, c => c.Id, nameof(theirs)), toOurs));
        return new MatchResult(mine.OutcomesAgainst(other), other.OutcomesAgainst(mine));
    }

    private static IReadOnlyCollection<T> Once<T>(IReadOnlyCollection<T> all, Func<T, string> key, string name) =>
        all.Select(key).Distinct(StringComparer.Ordinal).Count() == all.Count ? all : throw new ArgumentException("An id is there twice.", name);

    /// <summary>A name as it is compared.</summary>
    internal static string Comparable(string name) => name.Trim().Normalize(NormalizationForm.FormC).ToUpperInvariant().Normalize(NormalizationForm.FormC);

    /// <summary>Equal in everything.</summary>
    private readonly record struct FullKey(string First, string Middle, string Last, DateOnly BirthDate);

    /// <summary>Equal enough to ask a person.</summary>
    private readonly record struct FamilyKey(string Last, DateOnly BirthDate);

    /// <summary>One side's children: those linked by hand, and the others by what they are compared by.</summary>
    private sealed class Side
    {
        private readonly IReadOnlyCollection<MatchedChild> _children;
        private readonly HashSet<string> _ids;
        private readonly Dictionary<string, string> _byHand;
        private readonly Dictionary<string, FullKey> _keys = new(StringComparer.Ordinal);
        private readonly ILookup<FullKey, string> _byKey;

        public Side(IReadOnlyCollection<MatchedChild> children, Dictionary<string, string> byHand)
        {
            (_children, _byHand, _ids) = (children, byHand, children.Select(c => c.Id).ToHashSet(StringComparer.Ordinal));
            foreach (var child in children.Where(c => !byHand.ContainsKey(c.Id)))
                if (KeyOf(child.Facts) is { } key)
                    _keys.Add(child.Id, key);
            _byKey = _keys.ToLookup(k => k.Value, k => k.Key);
        }

        public ImmutableSortedDictionary<string, MatchOutcome> OutcomesAgainst(Side other)
        {
            var candidates = other._keys.Where(k => Twin(k.Value, other, this) is null).ToLookup(k => new FamilyKey(k.Value.Last, k.Value.BirthDate), k => k.Key);
            return _children.ToImmutableSortedDictionary(c => c.Id, c => Outcome(c, other, candidates), StringComparer.Ordinal);
        }

        private MatchOutcome Outcome(MatchedChild child, Side other, ILookup<FamilyKey, string> candidates)
        {
            if (_byHand.TryGetValue(child.Id, out var id))
                return new MatchOutcome.Linked(id, ByHand: true, other._ids.Contains(id));
            if (!_keys.TryGetValue(child.Id, out var key))
                return new MatchOutcome.NoBirthDate();
            if (Twin(key, this, other) is { } same)
                return new MatchOutcome.Linked(same, ByHand: false);
            var family = candidates[new FamilyKey(key.Last, key.BirthDate)].Order(StringComparer.Ordinal).ToImmutableArray();
            return family.IsEmpty ? new MatchOutcome.NoCandidate() : new MatchOutcome.NeedsReview(family);
        }

        /// <summary>The one child of <paramref name="there"/> with a key that one child of <paramref name="here"/> has; null where it is not one on both sides.</summary>
        private static string? Twin(FullKey key, Side here, Side there) =>
            here._byKey[key].Take(2).Count() == 1 && there._byKey[key].Take(2).ToArray() is [var only] ? only : null;

        private static FullKey? KeyOf(ChildFacts facts) => facts.BirthDate is { } born
            ? new FullKey(Comparable(facts.FirstName), Comparable(facts.MiddleName), Comparable(facts.LastName), born)
            : null;
    }
}
