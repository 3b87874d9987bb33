using FsCheck;
using FsCheck.Fluent;
using K12Sync.Domain.Childcare;
using K12Sync.Domain.Childcare.Matching;
using K12Sync.Notation;

namespace K12Sync.Domain.Tests.Childcare;

public class ChildMatchingTests
{
    /// <summary>Children as <c>id First Middle Last date</c>, parts between slashes, - for none; separated by semicolons.</summary>
    private static MatchedChild[] Children(string text) => [.. text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(c =>
    {
        var parts = c.Split('/').Select(p => p == "-" ? "" : p).ToArray();
        return new MatchedChild(parts[0], new ChildFacts(parts[1], parts[2], parts[3], parts[4].Length > 0 ? Bells.Date(parts[4]) : null));
    })];

    private static string Text(MatchOutcome outcome) => outcome switch
    {
        MatchOutcome.Linked(var id, var byHand, var listed) => $"{id}{(byHand ? " by hand" : "")}{(listed ? "" : ", not listed")}",
        MatchOutcome.NeedsReview(var candidates) => $"review {string.Join(' ', candidates)}",
        MatchOutcome.NoBirthDate => "no birth date",
        _ => "none",
    };

    private static string Match(string ours, string theirs, params HandLink[] byHand)
    {
        var result = ChildMatching.Match(Children(ours), Children(theirs), byHand);
        return string.Join(" | ", new[] { result.Ours, result.Theirs }.Select(side => string.Join("; ", side.Select(c => $"{c.Key}: {Text(c.Value)}"))));
    }

    [Theory]
    [InlineData("1/Ana/-/Diaz/2021-05-01", "X/Ana/-/Diaz/2021-05-01", "1: X | X: 1")]
    [InlineData("1/Ana/María/Diaz/2021-05-01", "X/ANA/MARÍA/DIAZ/2021-05-01", "1: X | X: 1")]
    [InlineData("1/Zoe\u0308/-/Diaz/2021-05-01", "X/Zo\u00eb/-/Diaz/2021-05-01", "1: X | X: 1")]
    [InlineData("1/ Ana /-/Diaz/2021-05-01", "X/Ana/-/Diaz/2021-05-01", "1: X | X: 1")]
    [InlineData("1/Ana/-/Diaz/2021-05-01", "X/Ana/-/Diaz/2021-05-02", "1: none | X: none")]
    [InlineData("1/Ana/-/Diaz/2021-05-01", "X/Anna/-/Diaz/2021-05-01", "1: review X | X: review 1")]
    [InlineData("1/Ana/M/Diaz/2021-05-01", "X/Ana/-/Diaz/2021-05-01", "1: review X | X: review 1")]
    [InlineData("1/Zoe/-/Diaz/2021-05-01", "X/Zoë/-/Diaz/2021-05-01", "1: review X | X: review 1")]
    [InlineData("1/Mary Ann/-/Diaz/2021-05-01", "X/Mary  Ann/-/Diaz/2021-05-01", "1: review X | X: review 1")]
    [InlineData("1/Ana/-/O'Neil/2021-05-01", "X/Ana/-/ONeil/2021-05-01", "1: none | X: none")]
    [InlineData("1/Ana/-/Diaz-Ruiz/2021-05-01", "X/Ana/-/Diaz Ruiz/2021-05-01", "1: none | X: none")]
    [InlineData("1/Mary-Ann/-/Diaz/2021-05-01", "X/Mary Ann/-/Diaz/2021-05-01", "1: review X | X: review 1")]
    [InlineData("1/Ana/-/Diaz/-", "X/Ana/-/Diaz/2021-05-01", "1: no birth date | X: none")]
    [InlineData("1/Ana/-/Diaz/-", "X/Ana/-/Diaz/-", "1: no birth date | X: no birth date")]
    public void ChildMatching_LinksOnlyWhoIsEqualInAll(string ours, string theirs, string expected) => Match(ours, theirs).Should().Be(expected);

    [Theory]
    [InlineData("1/Ana/-/Diaz/2021-05-01; 2/Eva/-/Diaz/2021-05-01", "X/Ana/-/Diaz/2021-05-01; Y/Eva/-/Diaz/2021-05-01", "1: X; 2: Y | X: 1; Y: 2")]
    [InlineData("1/Ana/-/Diaz/2021-05-01; 2/Eva/-/Diaz/2021-05-01", "X/Ana/-/Diaz/2021-05-01; Y/Ewa/-/Diaz/2021-05-01", "1: X; 2: review Y | X: 1; Y: review 2")]
    [InlineData("1/Ana/-/Diaz/2021-05-01; 2/Eva/-/Diaz/2021-05-01", "X/Ana/-/Diaz/2021-05-01", "1: X; 2: none | X: 1")]
    [InlineData("1/Ann/-/Diaz/2021-05-01; 2/Eve/-/Diaz/2021-05-01", "X/Ana/-/Diaz/2021-05-01; Y/Eva/-/Diaz/2021-05-01", "1: review X Y; 2: review X Y | X: review 1 2; Y: review 1 2")]
    public void ChildMatching_NeverCrossesTwins(string ours, string theirs, string expected) => Match(ours, theirs).Should().Be(expected);

    [Theory]
    [InlineData("1/Ana/-/Diaz/2021-05-01; 2/ana/-/diaz/2021-05-01", "X/Ana/-/Diaz/2021-05-01", "1: review X; 2: review X | X: review 1 2")]
    [InlineData("1/Ana/-/Diaz/2021-05-01", "X/Ana/-/Diaz/2021-05-01; Y/ANA/-/DIAZ/2021-05-01", "1: review X Y | X: review 1; Y: review 1")]
    public void ChildMatching_AsksAPerson_WhereThereIsNotExactlyOneOnBothSides(string ours, string theirs, string expected) => Match(ours, theirs).Should().Be(expected);

    [Fact]
    public void ChildMatching_LetsAPersonLink_WhateverTheNamesSay()
    {
        Match("1/Bobby/-/Diaz/-", "X/Robert/-/Dias/2021-05-01", new HandLink("1", "X")).Should().Be("1: X by hand | X: 1 by hand");
        Match("1/Ana/-/Diaz/2021-05-01", "X/Ana/-/Diaz/2021-05-01; Y/Eva/-/Roe/2021-05-01", new HandLink("1", "Y")).Should().Be("1: Y by hand | X: none; Y: 1 by hand");
        Match("1/Ana/-/Diaz/2021-05-01", "", new HandLink("1", "X")).Should().Be("1: X by hand, not listed | ");
        Match("2/Ana/-/Diaz/2021-05-01", "X/Ana/-/Diaz/2021-05-01", new HandLink("1", "X")).Should().Be("2: none | X: 1 by hand, not listed");
    }

    [Fact]
    public void ChildMatching_FreesTheOther_WhereOneOfTwoEqualChildrenIsLinkedByHand() =>
        Match("1/Ana/-/Diaz/2021-05-01; 2/Ana/-/Diaz/2021-05-01", "X/Ana/-/Diaz/2021-05-01; Y/Ana/-/Diaz/2021-05-01", new HandLink("1", "Y"))
            .Should().Be("1: Y by hand; 2: X | X: 2; Y: 1 by hand");

    [Theory]
    [InlineData("1", "X", "1", "Y")]
    [InlineData("1", "X", "2", "X")]
    public void ChildMatching_RefusesTwoHandLinksOfOneChild(string a, string x, string b, string y) =>
        FluentActions.Invoking(() => ChildMatching.Match([], [], [new HandLink(a, x), new HandLink(b, y)])).Should().Throw<ArgumentException>();

    private static Gen<MatchedChild[]> Side(string prefix) =>
        from count in Gen.Choose(0, 8)
        from children in Gen.CollectToList(Enumerable.Range(1, count), i =>
            from first in Gen.Elements("Ana", "ANA", "Eva", "Anna")
            from middle in Gen.Elements("", "", "M")
            from last in Gen.Elements("Diaz", "diaz", "O'Neil", "ONeil")
            from born in Gen.Elements<DateOnly?>(new DateOnly(2021, 5, 1), new DateOnly(2021, 5, 1), new DateOnly(2022, 6, 2), null)
            select new MatchedChild($"{prefix}{i}", new ChildFacts(first, middle, last, born)))
        select children.ToArray();

    private static Gen<(MatchedChild[] Ours, MatchedChild[] Theirs, HandLink[] ByHand)> Cases { get; } =
        from ours in Side("c")
        from theirs in Side("x")
        from hands in Gen.Choose(0, 2)
        select (ours, theirs, Enumerable.Range(1, hands).Select(i => new HandLink($"c{i}", $"x{3 - i}")).ToArray());

    [Fact]
    public void ChildMatching_FindsTheSame_TheOtherWayRoundAndInAnyOrder() => Properties.Hold(Cases, c =>
    {
        var there = ChildMatching.Match(c.Ours, c.Theirs, c.ByHand);
        var back = ChildMatching.Match([.. c.Theirs.Reverse()], [.. c.Ours.Reverse()], [.. c.ByHand.Select(l => new HandLink(l.AgencyChildId, l.ChildNumber))]);
        Texts(back.Theirs).Should().Equal(Texts(there.Ours));
        Texts(back.Ours).Should().Equal(Texts(there.Theirs));

        static IEnumerable<string> Texts(IEnumerable<KeyValuePair<string, MatchOutcome>> side) => side.Select(o => $"{o.Key} {Text(o.Value)}");
    }, runs: 1000);

    [Fact]
    public void ChildMatching_GivesEachChildOneOther_AndNeverOneThatDiffersInAnything() => Properties.Hold(Cases, c =>
    {
        var result = ChildMatching.Match(c.Ours, c.Theirs, c.ByHand);
        result.Links.Select(l => l.ChildNumber).Should().OnlyHaveUniqueItems();
        result.Links.Select(l => l.AgencyChildId).Should().OnlyHaveUniqueItems();
        result.Ours.Should().HaveCount(c.Ours.Length);
        result.Theirs.Should().HaveCount(c.Theirs.Length);
        foreach (var (id, outcome) in result.Ours)
        {
            var mine = c.Ours.Single(o => o.Id == id).Facts;
            if (outcome is MatchOutcome.Linked { ByHand: false, OtherId: var other })
            {
                var theirs = c.Theirs.Single(t => t.Id == other).Facts;
                Key(theirs).Should().Be(Key(mine));
                mine.BirthDate.Should().NotBeNull();
                c.Ours.Where(o => c.ByHand.All(l => l.ChildNumber != o.Id)).Count(o => Key(o.Facts) == Key(mine)).Should().Be(1);
                c.Theirs.Where(t => c.ByHand.All(l => l.AgencyChildId != t.Id)).Count(t => Key(t.Facts) == Key(mine)).Should().Be(1);
                ((MatchOutcome.Linked)result.Theirs[other]).OtherId.Should().Be(id);
            }
            if (outcome is MatchOutcome.NeedsReview(var candidates))
                candidates.Should().NotBeEmpty().And.OnlyContain(x => result.Theirs[x] is MatchOutcome.NeedsReview);
        }

        static (string, string, string, DateOnly?) Key(ChildFacts f) => (f.FirstName.ToUpperInvariant(), f.MiddleName, f.LastName.ToUpperInvariant(), f.BirthDate);
    }, runs: 1000);
}
