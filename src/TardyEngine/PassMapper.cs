using K12Sync.Domain.Passes;
using K12Sync.Domain.Tardies;

namespace K12Sync.TardyEngine;

/// <summary>A pass, the school's day it was issued on, and what became of it.</summary>
public readonly record struct MappedPass(HallPass Pass, DateOnly Date, TardyOutcome Outcome);

/// <summary>Judges the passes of a school, each by itself and then against one another.</summary>
public static class PassMapper
{
    /// <summary>
    /// One outcome for each pass, in the order given. Of the passes that come out tardy for the same student, day and SIS period code
    /// the earliest counts (then the ordinally lower PassId); the others become duplicates that point at it and keep their hit.
    /// A day must be given whole: a pass that is missing cannot win.
    /// </summary>
    /// <param name="year">The school's days; every pass must be on one of them.</param>
    /// <param name="facts">The same school's roster, codes and grace.</param>
    /// <param name="passes">Of one school, in any order.</param>
    /// <exception cref="ArgumentOutOfRangeException">A pass is on none of the map's days.</exception>
    /// <exception cref="ArgumentException">The passes are of more than one school.</exception>
    public static MappedPass[] Map(SchoolYearMap year, ISchoolFacts facts, IReadOnlyList<HallPass> passes)
    {
        ArgumentNullException.ThrowIfNull(year);
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(passes);
        var mapped = new MappedPass[passes.Count];
        for (var i = 0; i < mapped.Length; i++)
        {
            if (passes[i].SchoolId != passes[0].SchoolId)
                throw new ArgumentException($"Passes {passes[0].PassId} and {passes[i].PassId} are of different schools.", nameof(passes));
            var slot = year.SlotAt(passes[i].IssuedAt.UtcTicks);
            if (!year.Covers(slot))
                throw new ArgumentOutOfRangeException(nameof(passes), passes[i].IssuedAt,
                    $"Pass {passes[i].PassId} is on no day from {year.First:yyyy-MM-dd} to {year.Last:yyyy-MM-dd}, which the map covers.");
            mapped[i] = Judge(year, slot, facts, passes[i]);
        }
        SettleDuplicates(mapped);
        return mapped;
    }

    private static MappedPass Judge(SchoolYearMap year, PeriodSlot slot, ISchoolFacts facts, HallPass pass)
    {
        var date = year.DateOf(slot);
        var about = new PassFacts(pass.Voided, facts.Standing(pass.StudentNumber, date), facts.Code(pass.Code), facts.GraceMinutes);
        return new MappedPass(pass, date, TardyEvaluator.Evaluate(about, year.PositionAt(slot, pass.IssuedAt.UtcTicks)));
    }

    private static void SettleDuplicates(MappedPass[] mapped)
    {
        var winners = new Dictionary<TardyKey, int>();
        for (var i = 0; i < mapped.Length; i++)
            if (KeyOf(mapped[i]) is { } key && (!winners.TryGetValue(key, out var best) || CameBefore(mapped[i].Pass, mapped[best].Pass)))
                winners[key] = i;
        for (var i = 0; i < mapped.Length; i++)
            if (KeyOf(mapped[i]) is { } key && winners[key] is var winner && winner != i)
                mapped[i] = mapped[i] with { Outcome = new TardyOutcome.Duplicate(mapped[winner].Pass.PassId) { Hit = mapped[i].Outcome.Hit } };
    }

    /// <summary>What a pass competes for; null if it came out as anything but a tardy.</summary>
    private static TardyKey? KeyOf(in MappedPass mapped) => mapped.Outcome is TardyOutcome.Tardy { Hit: { } hit }
        ? new TardyKey(mapped.Pass.SchoolId, mapped.Pass.StudentNumber, mapped.Date, hit.Period.SisPeriodCode)
        : null;

    private static bool CameBefore(in HallPass a, in HallPass b) =>
        a.IssuedAt != b.IssuedAt ? a.IssuedAt < b.IssuedAt : string.CompareOrdinal(a.PassId, b.PassId) < 0;
}
