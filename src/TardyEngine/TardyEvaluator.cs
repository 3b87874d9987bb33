using System.Diagnostics;
using K12Sync.Domain.BehaviorCodes;
using K12Sync.Domain.SchoolCalendar;
using K12Sync.Domain.Tardies;

namespace K12Sync.TardyEngine;

/// <summary>The rule from pass to tardy. One pass at a time; what passes do to one another is <see cref="PassMapper"/>'s.</summary>
public static class TardyEvaluator
{
    /// <summary>
    /// The first outcome that applies, in the order of <see cref="OutcomeKind"/>; every one but <see cref="OutcomeKind.Duplicate"/>,
    /// which takes other passes to know. <see cref="TardyOutcome.Hit"/> is set whenever <paramref name="position"/> is in a period.
    /// </summary>
    /// <remarks>
    /// Without grace the pass decides: staff gave a tardy, so it is one, even in the passing time before the bell (0 minutes).
    /// With grace the wall clock decides, to the tick: at bell + grace is on time, anything later is tardy.
    /// A code's ladder wins over its single external code.
    /// </remarks>
    public static TardyOutcome Evaluate(in PassFacts facts, DayPosition position)
    {
        ArgumentNullException.ThrowIfNull(position);
        PeriodHit? hit = position is DayPosition.InPeriod at ? new PeriodHit(at.Period, at.MinutesLate) : null;
        return (facts, position) switch
        {
            ({ Voided: true }, _) => new TardyOutcome.Voided { Hit = hit },
            ({ Standing: StudentStanding.Unknown }, _) => new TardyOutcome.UnknownStudent { Hit = hit },
            ({ Standing: StudentStanding.NotEnrolled }, _) => new TardyOutcome.NotEnrolled { Hit = hit },
            ({ Code: null }, _) => new TardyOutcome.UnknownCode { Hit = hit },
            ({ Code.Type: not BehaviorType.Tardy }, _) => new TardyOutcome.NotTardyCode { Hit = hit },
            ({ Code: { Ladder: null, ExternalCode: null or "" } }, _) => new TardyOutcome.NoExternalCode { Hit = hit },
            (_, DayPosition.NoSchool) => new TardyOutcome.NoSchool(),
            (_, DayPosition.NoScheduleSet) => new TardyOutcome.NoScheduleSet(),
            (_, DayPosition.BeforeSchool(var opens)) => new TardyOutcome.BeforeSchool(opens),
            (_, DayPosition.AfterSchool(var ended)) => new TardyOutcome.AfterSchool(ended),
            (_, DayPosition.InPeriod { Period.TakesAttendance: false }) => new TardyOutcome.PeriodTakesNoAttendance { Hit = hit },
            ({ GraceMinutes: { } grace }, DayPosition.InPeriod(_, var sinceBell)) when sinceBell <= TimeSpan.FromMinutes(grace) =>
                new TardyOutcome.OnTime(grace) { Hit = hit },
            ({ Code: { } code }, DayPosition.InPeriod { MinutesLate: var late }) => new TardyOutcome.Tardy(ExternalCodeAt(code, late)) { Hit = hit },
            _ => throw new UnreachableException(),
        };
    }

    private static string ExternalCodeAt(BehaviorCode code, int minutesLate) =>
        code.Ladder?.CodeAt(minutesLate) ?? code.ExternalCode ?? throw new UnreachableException();
}
