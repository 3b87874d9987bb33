using K12Sync.Data.Access;

namespace K12Sync.Data.Tests.Access;

public sealed class SchoolSetTests
{
    [Fact]
    public void Sets_AreEqual_WhenTheirSchoolsAre()
    {
        SchoolSet.Of(3, 17, 3).Should().Be(SchoolSet.Of(17, 3)).And.NotBe(SchoolSet.Of(3)).And.NotBe(SchoolSet.All);
        SchoolSet.Of(17, 3).GetHashCode().Should().Be(SchoolSet.Of(3, 17).GetHashCode());
        SchoolSet.Of(17, 3).ToText().Should().Be("3,17");
        foreach (var set in new[] { SchoolSet.All, SchoolSet.Of(5), SchoolSet.Of(17, 3) })
            SchoolSet.Parse(set.ToText()).Should().Be(set);
    }

    [Fact]
    public void Set_ContainsItsSchoolsAlone()
    {
        SchoolSet.All.Contains(5).Should().BeTrue();
        SchoolSet.Of(3, 17).Contains(17).Should().BeTrue();
        SchoolSet.Of(3, 17).Contains(5).Should().BeFalse();
        (SchoolSet.Of(3).One, SchoolSet.Of(3, 17).One, SchoolSet.All.One).Should().Be((3L, null, null));
    }

    [Theory]
    [InlineData("")]
    [InlineData("3,")]
    [InlineData("*")]
    public void TextThatIsNone_IsRefused_AndNotTakenForAll(string text)
    {
        var parse = () => SchoolSet.Parse(text);

        parse.Should().Throw<FormatException>();
    }

    [Fact]
    public void SetOfNoSchool_IsRefused()
    {
        var make = () => SchoolSet.Of();

        make.Should().Throw<ArgumentException>();
    }
}
