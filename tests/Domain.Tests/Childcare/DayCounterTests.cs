using FsCheck.Fluent;
using K12Sync.Domain.Childcare;
using K12Sync.Domain.Childcare.Counters;
using K12Sync.Domain.Childcare.States;
using K12Sync.Notation;

namespace K12Sync.Domain.Tests.Childcare;

public class DayCounterTests
{
    private static CounterRule Rule(string state, string name) => StateProfiles.Find(state)!.Counters.Single(c => c.Name == name);

    private static AttendanceDay Day(char letter) => letter switch
    {
        'a' => new AttendanceDay.Absence(1, AbsenceCode.Unexplained),
        'i' => new AttendanceDay.Absence(1, AbsenceCode.Illness),
        'c' => new AttendanceDay.Absence(1, AbsenceCode.ChronicCondition),
        'p' => new AttendanceDay.Closure(1, ClosureCode.Paid),
        'n' => new AttendanceDay.Closure(1, ClosureCode.Unpaid),
        'o' => new AttendanceDay.OffDay(1),
        '?' => new AttendanceDay.Unknown(UnknownReason.NothingRecorded),
        _ => new AttendanceDay.Attended([new CareSpan(1, "", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddHours(8), false)]),
    };

    /// <summary>A letter for each day: x attended, a absent without reason, i ill, c chronic, p and n paid and unpaid closure, o off, ? unknown.</summary>
    private static IEnumerable<DatedDay> Days(string letters, string from = "2025-01-01") => letters.Select((l, i) => new DatedDay(Bells.Date(from).AddDays(i), Day(l)));

    private static string Text(CounterReading reading) =>
        $"{reading.Count} of {reading.Limit}{string.Concat(reading.Notices.Select(n => FormattableString.Invariant($", {n.Threshold} on {n.On:MM-dd}")))}{(reading.IsExceeded ? ", exceeded" : "")}";

    private static string Read(CounterRule rule, string letters, string asOf = "2025-12-31", string anchor = "2025-01-01", string from = "2025-01-01") =>
        Text(DayCounter.Read(rule, Days(letters, from), Bells.Date(asOf), Bells.Date(anchor)));

    private static string Many(int count, char letter) => new(letter, count);

    [Theory]
    [InlineData(9, "9 of 40")]
    [InlineData(10, "10 of 40, 10 on 01-10")]
    [InlineData(35, "35 of 40, 10 on 01-10, 20 on 01-20, 30 on 01-30, 35 on 02-04")]
    [InlineData(39, "39 of 40, 10 on 01-10, 20 on 01-20, 30 on 01-30, 35 on 02-04")]
    [InlineData(40, "40 of 40, 10 on 01-10, 20 on 01-20, 30 on 01-30, 35 on 02-04, 40 on 02-09")]
    [InlineData(41, "41 of 40, 10 on 01-10, 20 on 01-20, 30 on 01-30, 35 on 02-04, 40 on 02-09, exceeded")]
    public void Indiana_GivesNoticeOfOccasionalAbsences(int absences, string expected) => Read(Rule("IN", "OccasionalAbsences"), Many(absences, 'a')).Should().Be(expected);

    [Theory]
    [InlineData("aicxpno?", "2 of 40")]
    public void Indiana_PausesTheCount_ForAChronicCondition(string days, string expected) => Read(Rule("IN", "OccasionalAbsences"), days).Should().Be(expected);

    [Theory]
    [InlineData("aicxpno?", "1 of 40")]
    public void Texas_CountsUnexplainedAbsences(string days, string expected) => Read(Rule("TX", "UnexplainedAbsences"), days).Should().Be(expected);

    [Fact]
    public void Indiana_CountsAbsencesInARow_ThroughOffDaysClosuresAndGaps()
    {
        var rule = Rule("IN", "ConsecutiveAbsences");
        Read(rule, "aaxaa").Should().Be("2 of 20");
        Read(rule, "aaxaooa?paa").Should().Be("4 of 20");
        Read(rule, Many(19, 'a') + "x").Should().Be("0 of 20");
        Read(rule, "x" + Many(20, 'i')).Should().Be("20 of 20, 15 on 01-16, 20 on 01-21");
        DayCounter.Read(rule, Days("aaxaa"), Bells.Date("2025-12-31"), Bells.Date("2025-01-01")).From.Should().Be(Bells.Date("2025-01-04"));
    }

    [Fact]
    public void Indiana_CountsPaidClosuresByTheCalendarYear()
    {
        var rule = Rule("IN", "PaidClosures");
        Read(rule, "pppn", from: "2024-12-30", asOf: "2024-12-31").Should().Be("2 of 16");
        Read(rule, "pppn", from: "2024-12-30", asOf: "2025-01-01").Should().Be("1 of 16");
        Read(rule, "ppnn").Should().Be("2 of 16", "a closure that is not paid is none of the sixteen");
        Read(rule, Many(17, 'p')).Should().Be("17 of 16, 14 on 01-14, 16 on 01-16, exceeded");
    }

    [Theory]
    [InlineData("2025-03-14", 3)]
    [InlineData("2025-03-15", 1)]
    [InlineData("2025-03-16", 2)]
    public void Texas_BeginsAgain_OnTheAnniversary(string asOf, int count) =>
        DayCounter.Read(Rule("TX", "UnexplainedAbsences"), Days("aaaaa", "2025-03-12"), Bells.Date(asOf), Bells.Date("2024-03-15")).Count.Should().Be(count);

    [Fact]
    public void Indiana_CountsOccasionalAbsences_ByTheEnrolmentYear_NotTheCalendars()
    {
        var rule = Rule("IN", "OccasionalAbsences");
        Read(rule, "aaaa", from: "2024-12-30", asOf: "2025-01-02", anchor: "2024-09-01").Should().Be("4 of 40");
        Read(rule, "aaaa", from: "2025-08-30", asOf: "2025-09-02", anchor: "2024-09-01").Should().Be("2 of 40");
    }

    [Theory]
    [InlineData(29, "29 of 40")]
    [InlineData(35, "35 of 40, 30 on 01-30, 35 on 02-04")]
    [InlineData(40, "40 of 40, 30 on 01-30, 35 on 02-04, 40 on 02-09")]
    public void Texas_GivesNoticeOfUnexplainedAbsences(int absences, string expected) => Read(Rule("TX", "UnexplainedAbsences"), Many(absences, 'a')).Should().Be(expected);

    [Fact]
    public void NewYork_CountsByTheCalendarYear_WheneverTheChildCame() =>
        Read(Rule("NY", "Absences"), "aaaa", from: "2024-12-30", asOf: "2025-01-02", anchor: "2024-09-01").Should().Be("2 of 24");

    [Fact]
    public void Reading_HasNothingLeft_AtTheLimitAndBeyond()
    {
        int Left(int absences) => DayCounter.Read(Rule("IN", "OccasionalAbsences"), Days(Many(absences, 'a')), Bells.Date("2025-12-31"), Bells.Date("2025-01-01")).Left;
        (Left(39), Left(40), Left(45)).Should().Be((1, 0, 0));
    }

    [Theory]
    [InlineData("2024-02-29", "2025-02-27", "2024-02-29")]
    [InlineData("2024-02-29", "2025-02-28", "2025-02-28")]
    [InlineData("2024-02-29", "2028-02-28", "2027-02-28")]
    [InlineData("2024-02-29", "2028-02-29", "2028-02-29")]
    [InlineData("2025-06-01", "2025-05-31", "2025-06-01")]
    public void DayCounter_KnowsWhenTheYearBegan(string anchor, string asOf, string from) =>
        DayCounter.Read(Rule("TX", "UnexplainedAbsences"), [], Bells.Date(asOf), Bells.Date(anchor)).From.Should().Be(Bells.Date(from));

    [Fact]
    public void NewYork_AllowsWhatTheDistrictAllows_UpToEighty()
    {
        var rule = Rule("NY", "Absences");
        CounterReading Allowed(int? allowed) => DayCounter.Read(rule, Days(Many(25, 'i')), Bells.Date("2025-12-31"), default, allowed);
        Text(Allowed(null)).Should().Be("25 of 24, 20 on 01-20, 24 on 01-24, exceeded");
        Text(Allowed(80)).Should().Be("25 of 80, 20 on 01-20");
        Allowed(80).Left.Should().Be(55);
        FluentActions.Invoking(() => Allowed(81)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => Allowed(23)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void DayCounter_RefusesADayTwice() =>
        FluentActions.Invoking(() => DayCounter.Read(Rule("NY", "Absences"), Days("a").Concat(Days("x")), Bells.Date("2025-12-31"), default)).Should().Throw<ArgumentException>();

    [Fact]
    public void DayCounter_CountsEachDayOnce_InAnyOrder_AndNoLaterOne() => Properties.Hold(
        from letters in Gen.ListOf(Gen.Elements('x', 'a', 'i', 'c', 'p', 'n', 'o', '?'), 60)
        from asOf in Gen.Choose(0, 70)
        from seed in Gen.Choose(0, int.MaxValue)
        select (Letters: new string([.. letters]), AsOf: Bells.Date("2025-01-01").AddDays(asOf - 5), Seed: seed),
        c =>
        {
            var shuffled = Days(c.Letters).ToArray();
            new Random(c.Seed).Shuffle(shuffled);
            foreach (var rule in StateProfiles.All.SelectMany(p => p.Counters))
            {
                var reading = DayCounter.Read(rule, shuffled, c.AsOf, Bells.Date("2025-01-01"));
                var counted = Days(c.Letters).Where(d => d.Date <= c.AsOf && d.Date.Year == c.AsOf.Year).ToList();
                if (rule.Period == CounterPeriod.InARow)
                    counted = [.. counted.AsEnumerable().Reverse().TakeWhile(d => d.Day is not AttendanceDay.Attended)];
                reading.Count.Should().Be(counted.Count(d => rule.Counts(d.Day)), $"{rule.Name} of {c}");
                reading.Notices.Select(n => n.Threshold).Should().Equal([.. rule.Notices.Where(n => n <= reading.Count), .. reading.Count >= rule.Limit ? new[] { rule.Limit } : []]);
            }
        });

    [Theory]
    [InlineData("pn", 1, "")]
    [InlineData("np", 1, "01-01")]
    [InlineData("pnn", 2, "01-02 01-03")]
    [InlineData("pxpan", 2, "")]
    public void ClosureOrder_FindsUnpaidClosuresBeforeThePaidOnesAreUsedUp(string days, int paid, string expected) =>
        string.Join(' ', ClosureOrder.UnpaidTooEarly(Days(days), 2025, paid).Select(d => d.ToString("MM-dd", System.Globalization.CultureInfo.InvariantCulture))).Should().Be(expected);

    [Fact]
    public void ClosureOrder_LooksAtOneCalendarYear() => ClosureOrder.UnpaidTooEarly(Days("nppnn", "2024-12-30"), 2025, 1).Should().BeEmpty("what was closed before the year, paid or not, is another year's");

    [Theory]
    [InlineData("2025-01-05", "ooooooo", 1)]
    [InlineData("2025-01-05", "ooooooa", 0)]
    [InlineData("2025-01-04", "oooooooo", 1)]
    [InlineData("2025-01-06", "ooooooo", 0)]
    public void ClosureOrder_FindsWholeWeeksOff_SundayToSaturday(string from, string days, int weeks) => ClosureOrder.WeeksOff(Days(days, from)).Should().HaveCount(weeks);
}
