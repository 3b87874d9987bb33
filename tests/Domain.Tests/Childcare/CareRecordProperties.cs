using FsCheck;
using FsCheck.Fluent;
using K12Sync.Domain.Childcare;
using K12Sync.Notation;

namespace K12Sync.Domain.Tests.Childcare;

/// <summary>What holds for every set of events. They lie around the nights when the clocks change, half of them at times that others have too.</summary>
public class CareRecordProperties
{
    private static readonly DateTimeOffset Later = new(2026, 7, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateOnly[] FirstDays = [new(2025, 3, 7), new(2025, 10, 31), new(2025, 6, 3)];

    private sealed record Case(AttendanceEvent[] Events, int Seed)
    {
        public override string ToString() => string.Join("; ", Events.Select(e =>
            $"{e.EventId} {ChildDayNotation.Name(e.SiteId)}/{e.Room} {e.Kind} {ChildDayNotation.Zone(e.SiteId).At(e.At)}{(e.IsAutomatic ? " auto" : "")}"));

        public AttendanceEvent[] Shuffled()
        {
            var events = Events.ToArray();
            new Random(Seed).Shuffle(events);
            return events;
        }
    }

    private static Gen<AttendanceEvent> Event(DateOnly first, int number) =>
        from site in Gen.Frequency((4, Gen.Constant(1L)), (1, Gen.Constant(2L)), (1, Gen.Constant(3L)))
        from room in Gen.Frequency((3, Gen.Constant("")), (1, Gen.Constant("Blue")))
        from kind in Gen.Elements(PunchKind.CheckIn, PunchKind.CheckOut)
        from day in Gen.Choose(0, 5)
        from minute in Gen.OneOf(Gen.Choose(0, 24 * 60 - 1), Gen.Elements(0, 60, 120, 180, 480, 720, 1080, 1320, 1439))
        from deleted in Gen.Frequency((9, Gen.Constant(false)), (1, Gen.Constant(true)))
        select new AttendanceEvent($"e{number}", site, ChildDayNotation.Child, kind, ChildDayNotation.Zone(site).FirstAt(first.AddDays(day), TimeOnly.MinValue).AddMinutes(minute))
        {
            Room = room, IsDeleted = deleted,
        };

    private static Gen<AttendanceEvent> WithClock(AttendanceEvent e) =>
        from minutes in Gen.Choose(-60, 1500)
        select e with { EventId = AttendanceEvent.AutomaticIdOf(e.EventId), Kind = PunchKind.CheckOut, At = e.At.AddMinutes(minutes), IsAutomatic = true };

    private static Gen<Case> Cases { get; } =
        from first in Gen.Elements(FirstDays)
        from count in Gen.Choose(0, 14)
        from events in Gen.CollectToList(Enumerable.Range(1, count), i => Event(first, i))
        from clocks in Gen.CollectToList(events.Where(e => e.Kind == PunchKind.CheckIn), WithClock)
        from seed in Gen.Choose(0, int.MaxValue)
        select new Case([.. events, .. clocks], seed);

    private static CareRecord Of(IEnumerable<AttendanceEvent> events, MidnightRule midnight = MidnightRule.Carry) => CareRecord.Of(events, ChildDayNotation.Clocks(midnight), Later);

    private static IEnumerable<string> Texts(CareRecord record) => record.Days.Select(d => $"{d:yyyy-MM-dd} {ChildDayNotation.Text(record.On(d))}");

    [Fact]
    public void CareRecord_DoesNotDependOnTheOrderOfTheEvents() => Properties.Hold(Cases, c =>
        Texts(Of(c.Shuffled())).Should().Equal(Texts(Of(c.Events)), $"of {c}"));

    [Fact]
    public void CareRecord_KeepsEveryMinute_WhetherStaysAreSplitOrCarried() => Properties.Hold(Cases, c =>
    {
        var (carried, split) = (Of(c.Events, MidnightRule.Carry), Of(c.Events, MidnightRule.Split));
        var elapsed = carried.Stays.Where(s => s.CheckOut is not null).Sum(s => (s.CheckOut!.At - s.CheckIn.At).TotalMinutes);
        Care(carried).Sum(x => x.Care.Minutes).Should().Be((int)elapsed, $"of {c}");
        Care(split).Sum(x => x.Care.Minutes).Should().Be((int)elapsed, $"of {c}");
    });

    [Fact]
    public void CareRecord_PutsEachPartOnTheDayOfTheSite_WhereStaysAreSplit() => Properties.Hold(Cases, c =>
    {
        foreach (var (day, care) in Care(Of(c.Events, MidnightRule.Split)))
        {
            var zone = ChildDayNotation.Zone(care.SiteId);
            zone.At(care.From).Day.Should().Be(day, $"of {c}");
            if (care.To is { } to)
                (zone.At(to.AddTicks(-1)).Day, to > care.From).Should().Be((day, true), $"of {c}");
        }
    });

    /// <summary>The overlap is found here in the plainest way there is: every two stays, as intervals of instants.</summary>
    [Fact]
    public void CareRecord_TellsEveryOverlap_AndNoneWhereStaysOnlyTouch() => Properties.Hold(Cases, c =>
    {
        var record = Of(c.Events);
        var ends = record.Stays.Select(s => (s.CheckIn, To: s.CheckOut?.At ?? s.CheckIn.At.AddHours(24))).ToList();
        var expected = new HashSet<DateOnly>();
        foreach (var a in ends)
            foreach (var b in ends.Where(b => !ReferenceEquals(b.CheckIn, a.CheckIn) && a.CheckIn.At < b.To && b.CheckIn.At < a.To))
                expected.Add(ChildDayNotation.Zone(a.CheckIn.SiteId).At(a.CheckIn.At).Day);
        var told = record.Days.Where(d => record.On(d).Findings.Any(f => f.Kind is FindingKind.Overlap or FindingKind.SecondCheckIn));
        told.Should().BeEquivalentTo(expected, $"of {c}");
    }, runs: 1000);

    [Fact]
    public void CareRecord_UsesEveryPresentPunchOnce_OrSaysWhyNot() => Properties.Hold(Cases, c =>
    {
        var record = Of(c.Events);
        var used = record.Stays.Select(s => s.CheckIn.EventId).Concat(record.Stays.Select(s => s.CheckOut?.EventId).OfType<string>()).ToList();
        used.Should().OnlyHaveUniqueItems();
        var present = c.Events.Where(e => e is { IsDeleted: false, IsAutomatic: false }).ToList();
        // Of a double tap it is all the same which of the two counts.
        var punches = present.GroupBy(e => (e.At, e.SiteId, e.Room)).SelectMany(g => g.Select(e => e.Kind).Distinct().Count() == 1 ? g.OrderByDescending(e => used.Contains(e.EventId)).Take(1) : g).ToList();
        record.Stays.Length.Should().Be(punches.Count(e => e.Kind == PunchKind.CheckIn));
        foreach (var stay in record.Stays.Where(s => s.CheckOut is not null))
            (stay.CheckOut!.At - stay.CheckIn.At).Should().BeGreaterThan(TimeSpan.Zero).And.BeLessThanOrEqualTo(Stay.Longest);
        var lone = punches.Where(e => e.Kind == PunchKind.CheckOut && !used.Contains(e.EventId)).Select(e => ChildDayNotation.Zone(e.SiteId).At(e.At).Day).Distinct();
        record.Days.Where(d => record.On(d).Findings.Any(f => f.Kind is FindingKind.NoCheckIn or FindingKind.NotAfterCheckIn)).Should().BeEquivalentTo(lone, $"of {c}");
    });

    [Theory]
    [InlineData(MidnightRule.Carry)]
    [InlineData(MidnightRule.Split)]
    public void CareRecord_KnowsADay_FromTheEventsAroundIt(MidnightRule midnight) => Properties.Hold(Cases, c =>
    {
        var whole = Of(c.Events, midnight);
        foreach (var day in whole.Days)
        {
            var near = c.Events.Where(e => Math.Abs(ChildDayNotation.Zone(e.SiteId).At(e.At).Day.DayNumber - day.DayNumber) <= CareRecord.ReachInDays);
            ChildDayNotation.Text(Of(near, midnight).On(day)).Should().Be(ChildDayNotation.Text(whole.On(day)), $"of {c}");
        }
    }, runs: 1000);

    [Fact]
    public void Cases_MeetWhatTheyAreFor()
    {
        var (cases, overlaps, overnight, clocks, lone, early) = (0, 0, 0, 0, 0, 0);
        Properties.Hold(Cases, c =>
        {
            var record = Of(c.Events);
            bool Has(FindingKind kind) => record.Days.Any(d => record.On(d).Findings.Any(f => f.Kind == kind));
            cases++;
            overlaps += Has(FindingKind.Overlap) ? 1 : 0;
            lone += Has(FindingKind.NoCheckIn) ? 1 : 0;
            early += Has(FindingKind.NotAfterCheckIn) ? 1 : 0;
            clocks += Has(FindingKind.CheckedOutByClock) ? 1 : 0;
            overnight += record.Stays.Any(s => s.ByDay(ChildDayNotation.Clocks(MidnightRule.Split)[s.CheckIn.SiteId]).Count() == 2) ? 1 : 0;
        });
        overlaps.Should().BeGreaterThan(cases / 8);
        overnight.Should().BeGreaterThan(cases / 3);
        clocks.Should().BeGreaterThan(cases / 10);
        lone.Should().BeGreaterThan(cases / 5);
        early.Should().BeGreaterThan(cases / 40);
    }

    private static IEnumerable<(DateOnly Day, CareSpan Care)> Care(CareRecord record) => record.Days.SelectMany(d => record.On(d).Care.Select(care => (d, care)));
}
