using FsCheck.Fluent;
using K12Sync.Domain.Childcare;
using K12Sync.Domain.Childcare.States;
using K12Sync.Notation;

namespace K12Sync.Domain.Tests.Childcare;

public class UnitRuleTests
{
    [Theory]
    [InlineData(0, "none")]
    [InlineData(29, "none")]
    [InlineData(30, "Part")]
    [InlineData(179, "Part")]
    [InlineData(180, "Half")]
    [InlineData(299, "Half")]
    [InlineData(300, "Full")]
    [InlineData(720, "Full")]
    [InlineData(1440, "Full")]
    public void Missouri_CountsByItsBands(int minutes, string units) => StateProfiles.Find("MO")!.UnitsOf(minutes).ToString().Should().Be(units);

    [Theory]
    [InlineData(0, "none")]
    [InlineData(1, "1 Block")]
    [InlineData(300, "1 Block")]
    [InlineData(301, "2 Blocks")]
    [InlineData(600, "2 Blocks")]
    [InlineData(601, "3 Blocks")]
    [InlineData(1440, "5 Blocks")]
    public void Iowa_CountsBlocksThatHaveBegun(int minutes, string units) => StateProfiles.Find("IA")!.UnitsOf(minutes).ToString().Should().Be(units);

    [Theory]
    [InlineData(15, 7, 0)]
    [InlineData(15, 8, 15)]
    [InlineData(15, 22, 15)]
    [InlineData(15, 23, 30)]
    [InlineData(30, 14, 0)]
    [InlineData(30, 15, 30)]
    [InlineData(30, 44, 30)]
    [InlineData(30, 45, 60)]
    [InlineData(1, 7, 7)]
    [InlineData(0, 7, 7)]
    public void MinuteRounding_GoesToTheNearestStep_HalvesUp(int step, int minutes, int expected) => new MinuteRounding(step).Round(minutes).Should().Be(expected);

    [Fact]
    public void UnitRules_HaveOneAnswerForEveryMinute_AndNeverLessForMore()
    {
        foreach (var profile in StateProfiles.All)
        {
            var before = CareUnits.Nothing;
            for (var minutes = 0; minutes <= 25 * 60; minutes++)
            {
                var units = profile.UnitsOf(minutes);
                Assert.True(units == before || Rank(units) > Rank(before), $"{profile.State}: {minutes} min is {units} after {before}");
                before = units;
            }
        }

        static int Rank(CareUnits units) => (int)units.Unit * 100 + units.Count;
    }

    [Fact]
    public void Bands_AreTheLastOneThatHasBegun_WhateverTheyAre() => Properties.Hold(
        from edges in Gen.NonEmptyListOf(Gen.Choose(1, 1440)).Select(all => all.Distinct().Order().Take(4).ToArray())
        from minutes in Gen.OneOf(Gen.Choose(0, 1500), Gen.Elements(edges), Gen.Elements(edges).Select(e => e - 1))
        select (Edges: edges, Minutes: minutes),
        c =>
        {
            var rule = new UnitRule.Bands([.. c.Edges.Select((edge, i) => new UnitBand(edge, (CareUnit)(i + 1)))]);
            rule.Of(c.Minutes).Should().Be(c.Edges.Count(e => e <= c.Minutes) is > 0 and var begun ? new CareUnits((CareUnit)begun, 1) : CareUnits.Nothing);
        }, runs: 1000);

    [Theory]
    [InlineData(0, 30)]
    [InlineData(30, 30)]
    [InlineData(60, 30)]
    public void Bands_AreRefused_WhereTheyWouldOverlap(int first, int second) => FluentActions
        .Invoking(() => new UnitRule.Bands(new UnitBand(first, CareUnit.Part), new UnitBand(second, CareUnit.Full))).Should().Throw<ArgumentException>();

    [Fact]
    public void UnitRules_RefuseLessThanNothing() => FluentActions.Invoking(() => StateProfiles.Find("MO")!.UnitsOf(-1)).Should().Throw<ArgumentOutOfRangeException>();
}
