using K12Sync.Domain.BehaviorCodes;

namespace K12Sync.Domain.Tests.BehaviorCodes;

public class SisCodeListTests
{
    private static readonly SisCodeList List = new(["T", "TL", "UA", "Tardy Excused", "OT "]);

    private static BehaviorCodeText Text(string? externalCode, string? ladder = null, bool meant = false) => new(
        "Tardy", "", "", BehaviorType.Tardy, externalCode, ladder is null ? null : LatenessLadder.Parse(ladder, out _), meant);

    [Theory]
    [InlineData("TL ", "TL", 3, "a blank at the end (U+0020)")]
    [InlineData(" TL", "TL", 1, "a blank at the start (U+0020)")]
    [InlineData("TL\u00A0", "TL", 3, "a blank at the end (U+00A0)")]
    [InlineData("T L", "TL", 2, "a blank, where the SIS's has 'L'")]
    [InlineData("Tardy\u00A0Excused", "Tardy Excused", 6, "a blank that is not an ordinary space (U+00A0)")]
    [InlineData("tl", "TL", 1, "'t', where the SIS's has 'T'")]
    [InlineData("UА", "UA", 2, "a character that only looks like a plain one (U+0410)")]
    [InlineData("T\u200BL", "TL", 2, "an invisible character (U+200B)")]
    [InlineData("ＴＬ", "TL", 1, "a character that only looks like a plain one (U+FF34)")]
    [InlineData("OT", "OT ", 3, "there it ends, and the SIS's goes on with a blank")]
    public void SisCodeList_NamesThePosition_WhereACodeOnlyLooksLikeOneOfIts(string code, string listed, int position, string what)
    {
        List.FindNearMiss(code).Should().Be(new NearMiss(listed, position, what));
        var fault = Text(code).FindFault(List)!;
        (fault.Property, fault.Position).Should().Be(("ExternalCode", position));
        fault.Reason.Should().Contain($"position {position}").And.Contain($"'{listed}'");
        Text(null, $"0:T;15:{code}").FindFault(List)!.Property.Should().Be("LatenessLadder");
        Text(code, meant: true).FindFault(List).Should().BeNull("the caller has looked");
    }

    [Theory]
    [InlineData("T", SisListing.Listed)]
    [InlineData("OT ", SisListing.Listed)]
    [InlineData("TX", SisListing.NotListed)]
    [InlineData(null, SisListing.NotCompared)]
    public void BehaviorCode_IsFlagged_WhenTheSisDoesNotKnowItsCode(string? external, SisListing listing)
    {
        Text(external).FindFault(List).Should().BeNull();
        var code = new BehaviorCode(null, "TDY", Text(external, meant: true));
        code.CompareWith(List).Should().Be(listing != SisListing.NotCompared);
        code.Listing.Should().Be(listing);
        code.CompareWith(SisCodeList.Empty);
        code.Listing.Should().Be(SisListing.NotCompared, "there is no list any more");
    }

    [Fact]
    public void BehaviorCode_IsFlagged_WhenOneStepOfItsLadderIsNotListed()
    {
        var code = new BehaviorCode(null, "TDY", Text("T", "0:T;15:XX"));
        code.CompareWith(List);
        code.Listing.Should().Be(SisListing.NotListed);
    }

    [Fact]
    public void SisCodeList_RefusesWhatIsNoCode()
    {
        SisCodeList.Check(["T", ""]).Should().StartWith("Code 2");
        SisCodeList.Check([new string('T', BehaviorCode.MaxExternalCodeLength + 1)]).Should().StartWith("Code 1");
        SisCodeList.Check([.. Enumerable.Range(0, SisCodeList.MaxCodes + 1).Select(i => $"T{i}")]).Should().Contain("2000");
    }
}
