using FsCheck.Fluent;
using K12Sync.Domain.Childcare;
using K12Sync.Domain.SchoolCalendar;
using K12Sync.Notation;

namespace K12Sync.Domain.Tests.Childcare;

public class AttendanceEventTests
{
    private static readonly DateTimeOffset Eight = new(2025, 10, 1, 8, 0, 0, TimeSpan.Zero);

    private static AttendanceEvent Event(int minutes = 0, long revision = 0, bool deleted = false, bool automatic = false) =>
        new("e1", 1, "0001", PunchKind.CheckIn, Eight.AddMinutes(minutes)) { Revision = revision, IsDeleted = deleted, IsAutomatic = automatic };

    [Fact]
    public void AttendanceEvent_CutsSecondsOff_Once()
    {
        new AttendanceEvent("e1", 1, "0001", PunchKind.CheckIn, Eight.AddSeconds(59.9999999)).At.Should().Be(Eight);
        new AttendanceEvent("e1", 1, "0001", PunchKind.CheckIn, Eight.AddSeconds(60)).At.Should().Be(Eight.AddMinutes(1));
        new AttendanceEvent("e1", 1, "0001", PunchKind.CheckIn, new DateTimeOffset(2025, 10, 1, 8, 0, 30, TimeSpan.FromHours(-5))).At.Offset.Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public void AttendanceEvent_IsMet_AsTheRuleSays()
    {
        Event().Meet(Event()).Should().Be(EventEffect.Repeats);
        Event().Meet(Event(5)).Should().Be(EventEffect.Replaces);
        Event().Meet(Event(deleted: true)).Should().Be(EventEffect.Removes);
        Event(deleted: true).Meet(Event(5, deleted: true)).Should().Be(EventEffect.Repeats);
        Event(deleted: true).Meet(Event()).Should().Be(EventEffect.Outdated, "a late copy does not bring back what was taken back");
        Event(deleted: true).Meet(Event(revision: 1)).Should().Be(EventEffect.Replaces, "the source has brought it back");
        Event(revision: 2).Meet(Event(5, revision: 1)).Should().Be(EventEffect.Outdated);
        Event(revision: 2).Meet(Event(revision: 1, deleted: true)).Should().Be(EventEffect.Outdated);
        Event(revision: 1).Meet(Event(revision: 2)).Should().Be(EventEffect.Replaces);
    }

    [Fact]
    public void AttendanceEvent_OfTheClock_GivesWayToAPersons_AndNotTheOtherWayRound()
    {
        Event(automatic: true).Meet(Event(5)).Should().Be(EventEffect.Replaces);
        Event(5).Meet(Event(automatic: true)).Should().Be(EventEffect.Outdated);
        Event(automatic: true).Meet(Event(5, automatic: true)).Should().Be(EventEffect.Replaces, "the site closes at another time now");
        Event(automatic: true).Meet(Event(deleted: true)).Should().Be(EventEffect.Removes);
        Event(deleted: true, automatic: true).Meet(Event(automatic: true)).Should().Be(EventEffect.Outdated, "a person said that it is none");
    }

    private static AttendanceEvent? Fold(IEnumerable<AttendanceEvent> arrivals) => arrivals.Aggregate((AttendanceEvent?)null, (stored, given) =>
        stored is null || stored.Meet(given) is EventEffect.Replaces or EventEffect.Removes ? given : stored);

    /// <summary>What a source says of one event: each revision has one content. They arrive in any order, any number of times.</summary>
    [Fact]
    public void AttendanceEvent_EndsAsItsNewestRevision_InWhateverOrderAndHoweverOftenItArrives() => Properties.Hold(
        from minutes in Gen.ListOf(Gen.Choose(0, 3), 6)
        from deleted in Gen.ListOf(Gen.Elements(true, false, false), 6)
        from count in Gen.Choose(1, 6)
        from arrivals in Gen.NonEmptyListOf(Gen.Choose(0, count - 1))
        select (Revisions: Enumerable.Range(0, count).Select(r => Event(minutes[r], r, deleted[r])).ToArray(), Arrivals: arrivals.ToArray()),
        c => Fold(c.Arrivals.Select(i => c.Revisions[i])).Should().Be(c.Revisions[c.Arrivals.Max()]), runs: 1000);

    /// <summary>Without revisions nobody can order two contents but by arrival; a replay changes nothing, and a deletion is final.</summary>
    [Fact]
    public void AttendanceEvent_EndsDeleted_WhereverADeletionArrived_WithoutRevisions() => Properties.Hold(
        Gen.NonEmptyListOf(Gen.Choose(0, 3).SelectMany(_ => Gen.Elements(true, false, false, false), (minutes, deleted) => Event(minutes, 0, deleted))).Select(a => a.ToArray()),
        arrivals =>
        {
            var end = Fold(arrivals)!;
            end.IsDeleted.Should().Be(arrivals.Any(a => a.IsDeleted));
            if (!end.IsDeleted)
                end.Should().Be(arrivals[^1]);
            Fold([.. arrivals, end]).Should().Be(end);
            Fold(arrivals.SelectMany(a => new[] { a, a })).Should().Be(end);
        }, runs: 1000);

    [Theory]
    [InlineData("2025-03-09 01:59", "2025-03-09 07:59Z")]
    [InlineData("2025-03-09 02:00", "never was")]
    [InlineData("2025-03-09 02:59", "never was")]
    [InlineData("2025-03-09 03:00", "2025-03-09 08:00Z")]
    [InlineData("2025-11-02 00:59", "2025-11-02 05:59Z")]
    [InlineData("2025-11-02 01:00", "needs -05:00 or -06:00")]
    [InlineData("2025-11-02 01:59", "needs -05:00 or -06:00")]
    [InlineData("2025-11-02 02:00", "2025-11-02 08:00Z")]
    public void PunchTime_IsReadByTheSitesWall_AndNothingIsGuessed(string written, string expected)
    {
        var wall = DateTime.ParseExact(written, "yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture);
        (PunchTime.Read(SchoolZone.Find("America/Chicago")!, wall, null) switch
        {
            PunchTime.At(var instant) => instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", System.Globalization.CultureInfo.InvariantCulture),
            PunchTime.NeedsOffset(var a, var b) => FormattableString.Invariant($"needs -{a:hh\\:mm} or -{b:hh\\:mm}"),
            _ => "never was",
        }).Should().Be(expected);
    }

    [Theory]
    [InlineData(-5)]
    [InlineData(-6)]
    public void PunchTime_IsTheInstant_WhereAnOffsetSaysWhich(int hours) =>
        PunchTime.Read(SchoolZone.Find("America/Chicago")!, new DateTime(2025, 11, 2, 1, 30, 0), TimeSpan.FromHours(hours))
            .Should().Be(new PunchTime.At(new DateTimeOffset(2025, 11, 2, 1, 30, 0, TimeSpan.FromHours(hours))));
}
