using K12Sync.Domain.Exports;
using K12Sync.Notation;

namespace K12Sync.Domain.Tests.Exports;

public class FileNamePatternTests
{
    private static readonly DateOnly Day = Bells.Date("2025-03-07");

    [Theory]
    [InlineData("tardies.csv", "tardies.csv")]
    [InlineData("{school}_{date:yyyyMMdd}_{run}.csv", "0042_20250307_17.csv")]
    [InlineData("{school}_{date}_{run:0000}.csv", "0042_20250307_0017.csv")]
    [InlineData("T{date:yyyy-MM-dd}.txt", "T2025-03-07.txt")]
    [InlineData("T{date:yy}.txt", "T25.txt")]
    [InlineData("T{date:M}{date:d}.txt", "T37.txt")]
    [InlineData("a}b.csv", "a}b.csv")]
    public void FileNamePattern_FillsItsPlaces_ForARun(string pattern, string name) =>
        FileNamePattern.Parse(pattern, out _)!.Name("0042", Day, 17).Should().Be(name);

    [Theory]
    [InlineData("{student}.csv", "'student' is no place*")]
    [InlineData("{school.csv", "*is no place*")]
    [InlineData("{date:HHmm}.csv", "'date:HHmm' is no place*")]
    [InlineData("{date:MM/dd}.csv", "'date:MM/dd' is no place*")]
    [InlineData("{school:0}.csv", "'school:0' is no place*")]
    [InlineData("../{school}.csv", "A file name must not hold '/'.")]
    [InlineData("a\\b.csv", "A file name must not hold '\\'.")]
    [InlineData("a:b.csv", "A file name must not hold ':'.")]
    [InlineData(".hidden", "*start or end with a dot*")]
    [InlineData("name.", "*start or end with a dot*")]
    [InlineData("a\tb", "*control characters.")]
    [InlineData("", "A file name has 1 to 120 characters; this makes 0.")]
    public void FileNamePattern_SaysWhy_WhenItCouldMakeABadName(string pattern, string expected)
    {
        FileNamePattern.Parse(pattern, out var reason).Should().BeNull();
        reason.Should().Match(expected);
    }

    [Theory]
    [InlineData("t_{run}.csv", "T_{run:0000}.CSV", true)]
    [InlineData("t_{run}.csv", "u_{run}.csv", false)]
    [InlineData("{school}_{run}.csv", "{school}_{run}.csv", true)]
    [InlineData("t_{date}_{run}.csv", "t_{date:yyyyMMdd}_{run}.csv", true)]
    [InlineData("t_{date:yyMMdd}.csv", "t_{date:yyyyMMdd}.csv", false)]
    [InlineData("tardies.csv", "tardies.csv", true)]
    public void FileNamePatterns_MeetWhenTheyMakeTheSameNames(string one, string other, bool meet) =>
        FileNamePattern.Parse(one, out _)!.MayMeet(FileNamePattern.Parse(other, out _)!).Should().Be(meet);

    [Fact]
    public void FileNamePattern_TakesASeparatorForADate_WithoutThrowing() =>
        FileNamePattern.Parse("a{date:-}b", out _)!.Name("1", Day, 1).Should().Be("a-b");

    [Theory]
    [InlineData("../../etc")]
    [InlineData("A/B")]
    public void FileNamePattern_Throws_WhenASchoolCodeWouldLeaveTheFolder(string school) =>
        FluentActions.Invoking(() => FileNamePattern.Parse("x{school}.csv", out _)!.Name(school, Day, 1))
            .Should().Throw<InvalidOperationException>().WithMessage("A file name must not hold '/'.");

    [Theory]
    [InlineData("t.csv", false, false)]
    [InlineData("{school}.csv", false, true)]
    [InlineData("{date}_{run:00}.csv", true, false)]
    public void FileNamePattern_KnowsWhatMakesItsNamesDiffer_BeforeARunFindsOut(string pattern, bool perRun, bool perSchool)
    {
        var parsed = FileNamePattern.Parse(pattern, out _)!;
        (parsed.IsUniquePerRun, parsed.IsUniquePerSchool).Should().Be((perRun, perSchool));
    }
}
