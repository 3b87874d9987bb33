using System.Collections.Immutable;
using System.Globalization;
using K12Sync.Domain.Childcare.States;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Childcare;

/// <summary>What is said of pay periods to people.</summary>
public static class PayPeriodText
{
    private const int MostNamed = 6;

    /// <summary>Such as <c>2026-09-14 to 2026-09-27</c>.</summary>
    public static string Of(DayRange days) => string.Create(CultureInfo.InvariantCulture, $"{days.From:yyyy-MM-dd} to {days.To:yyyy-MM-dd}");

    /// <summary>Why days cannot be submitted whatever they hold; null: they can. They must be those of a pay period exactly, and it must be over.</summary>
    /// <param name="days">What is wanted.</param>
    /// <param name="begun">The agency's pay periods that have begun, oldest first.</param>
    /// <param name="today">At the site.</param>
    public static string? WhyNot(DayRange days, IReadOnlyList<DayRange> begun, DateOnly today) =>
        !begun.Contains(days) ? NoPeriod(days, begun)
        : days.To >= today ? NotOver(days)
        : null;

    /// <summary>That it is too early.</summary>
    public static string NotOver(DayRange period) => $"The pay period {Of(period)} is not over. It can be submitted from the day after its last one.";

    /// <summary>That days are no pay period, with the latest there are.</summary>
    public static string NoPeriod(DayRange days, IReadOnlyList<DayRange> begun)
    {
        ArgumentNullException.ThrowIfNull(begun);
        return $"{Of(days)} is not exactly a subsidy pay period. " + (begun.Count == 0 ? "The agency tells none that has begun." : $"The agency's are: {string.Join(", ", begun.TakeLast(MostNamed).Select(Of))}.");
    }

    /// <summary>That somebody has to mend something first.</summary>
    public static string Blocked(DayRange period, int rows) =>
        string.Create(CultureInfo.InvariantCulture, $"The pay period {Of(period)} cannot be submitted: {rows} {(rows == 1 ? "child-day is" : "child-days are")} wrong. Mend {(rows == 1 ? "it" : "them")}, and submit it then; 'k12sync submissions review' shows what to do.");

    /// <summary>Why nothing is left of a period: it was submitted, which is done once, or there is nothing in it.</summary>
    public static string NothingToSubmit(DayRange period, ImmutableArray<PeriodRow> rows, StateProfile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        return rows.Any(r => r.Status == PeriodRowStatus.Approved && (r.Fate == PeriodRowFate.Submitted || r.ToDo == profile.CorrectionRoute))
            ? $"The attendance of the pay period {Of(period)} has been submitted before, and that can be done only once. It was not sent again. {profile.CorrectionRoute}".TrimEnd()
            : $"There is nothing to submit of the pay period {Of(period)}: no linked child was there or absent.";
    }
}
