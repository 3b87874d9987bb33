using System.Globalization;
using K12Sync.Domain.Roster;

namespace K12Sync.Domain.Tests.Roster;

public sealed class EnrollmentTests
{
    [Theory]
    [InlineData("..", "..", "..", false)]
    [InlineData("..2026-09-14", "..", "..", true)]
    [InlineData("2026-08-17..2026-09-14", "2026-11-02..", "2026-08-17..", true)]
    [InlineData("2026-08-17..", "2026-08-03..", "2026-08-03..", true)]
    [InlineData("2026-08-17..", "2027-08-16..", "2026-08-17..", false)]
    [InlineData("2026-08-17..", "..", "..", true)]
    [InlineData("..", "2026-08-17..", "..", false)]
    [InlineData("..", "..2027-06-11", "..2027-06-11", true)]
    public void Attend_TakesTheLastDay_AndMovesTheFirstOnlyBack(string stay, string said, string then, bool changes)
    {
        var enrollment = Stay(stay);
        var (from, to) = Days(said);

        enrollment.Attend(from, to).Should().Be(changes);

        (enrollment.From, enrollment.To).Should().Be(Days(then));
        enrollment.Attend(from, to).Should().BeFalse();
    }

    [Theory]
    [InlineData("..", "..2026-09-14", true)]
    [InlineData("..2027-06-11", "..2026-09-14", true)]
    [InlineData("..2026-09-14", "..2026-09-14", false)]
    [InlineData("..2026-09-01", "..2026-09-01", false)]
    [InlineData("2026-10-01..", "2026-10-01..2026-09-14", true)]
    public void Leave_EndsTheStay_UnlessItHadEnded(string stay, string then, bool changes)
    {
        var enrollment = Stay(stay);

        enrollment.Leave(new DateOnly(2026, 9, 14)).Should().Be(changes);

        (enrollment.From, enrollment.To).Should().Be(Days(then));
    }

    [Theory]
    [InlineData("..", false)]
    [InlineData("..2026-09-15", false)]
    [InlineData("..2026-09-14", true)]
    public void EndedBefore_ComparesTheLastDay(string stay, bool ended) => Stay(stay).EndedBefore(new DateOnly(2026, 9, 15)).Should().Be(ended);

    private static Enrollment Stay(string days) => new(1, "0001", Days(days).From, Days(days).To);

    private static (DateOnly? From, DateOnly? To) Days(string text)
    {
        var days = text.Split("..").Select(d => d.Length == 0 ? (DateOnly?)null : DateOnly.ParseExact(d, "yyyy-MM-dd", CultureInfo.InvariantCulture)).ToList();
        return (days[0], days[1]);
    }
}
