using FsCheck;
using FsCheck.Fluent;
using K12Sync.Domain.BellSchedules;

namespace K12Sync.Notation;

/// <summary>Random schedules and drafts. Half the times are on the minute, as schools write them; the others have seconds.</summary>
public static class Schedules
{
    public static Gen<TimeOnly> Times { get; } = Gen.OneOf(
        Gen.Choose(0, 24 * 60 - 1).Select(minute => TimeOnly.MinValue.AddMinutes(minute)),
        Gen.Choose(0, 24 * 3600 - 1).Select(second => new TimeOnly(second * TimeSpan.TicksPerSecond)));

    /// <summary>Up to eight windows that touch, each with its bell anywhere inside, some without attendance.</summary>
    public static Gen<BellSchedule> Any { get; } =
        from cuts in Gen.ListOf(Times, 9).Select(times => times.Distinct().Order().ToArray()).Where(cuts => cuts.Length >= 2)
        from count in Gen.Choose(2, cuts.Length)
        from bells in Gen.ListOf(Gen.Frequency((2, Gen.Constant(0)), (3, Gen.Choose(0, 99))), count - 1)
        from attendance in Gen.ListOf(Gen.Choose(0, 4), count - 1)
        select BellSchedule.Create("Random", bells.Select((percent, i) => new ClassPeriod(
            $"{i + 1}", $"{i + 1}", cuts[i], Within(cuts[i], cuts[i + 1], percent), cuts[i + 1], attendance[i] > 0)));

    /// <summary>The same with windows left out or shortened, so that there are gaps; now and then one is doubled, so that there is an overlap.</summary>
    public static Gen<ClassPeriod[]> Drafts { get; } =
        from schedule in Any
        from fates in Gen.ListOf(Gen.Choose(0, 9), schedule.Periods.Length)
        from percent in Gen.Choose(0, 99)
        select schedule.Periods.SelectMany((period, i) => fates[i] switch
        {
            0 => [],
            1 => [period, period],
            < 6 => [Shortened(period, percent)],
            _ => new[] { period },
        }).Reverse().ToArray();

    private static ClassPeriod Shortened(ClassPeriod period, int percent)
    {
        var ends = Within(period.Bell.Add(TimeSpan.FromTicks(1)), period.Ends, percent);
        return new ClassPeriod(period.Name, period.SisPeriodCode, period.Bell, period.Bell, ends, period.TakesAttendance);
    }

    /// <summary>On the second where there is one; always at or after <paramref name="from"/> and before <paramref name="to"/> unless they are equal.</summary>
    private static TimeOnly Within(TimeOnly from, TimeOnly to, int percent)
    {
        var ticks = from.Ticks + (to.Ticks - from.Ticks) * percent / 100;
        return new TimeOnly(Math.Max(from.Ticks, ticks - ticks % TimeSpan.TicksPerSecond));
    }
}
