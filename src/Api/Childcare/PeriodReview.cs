using K12Sync.Domain.Childcare;
using K12Sync.Domain.Childcare.States;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Childcare;

namespace K12Sync.Api.Childcare;

/// <summary>A child-day in the review of a pay period, as people see it.</summary>
/// <param name="ChildNumber">Ours.</param>
/// <param name="SiteCode">Blank where nobody can say.</param>
/// <param name="Date">By the clock on the site's wall.</param>
/// <param name="State">What the day was.</param>
/// <param name="Minutes">Of care.</param>
/// <param name="Units">As the state counts them; blank for a day without care.</param>
/// <param name="Status">Whether the agency knows provider and child.</param>
/// <param name="Fate">What submitting would do with it.</param>
/// <param name="Reason">What is to be known about it; holds no name and no number of a child. Null: nothing.</param>
/// <param name="ToDo">What to do about it; null: nothing.</param>
internal sealed record ReviewRow(
    string ChildNumber, string SiteCode, DateOnly Date, AttendanceKind State, int Minutes, string Units, PeriodRowStatus Status, PeriodRowFate Fate, string? Reason, string? ToDo)
{
    /// <summary>The status as the agency's users know it: <c>-</c> where the Provider ID is wrong.</summary>
    public string StatusText => Status == PeriodRowStatus.Unregistered ? "-" : $"{Status}";

    public static ReviewRow Of(PeriodRow row, StateProfile profile)
    {
        var (line, minutes) = (row.Line, (row.Line.Day as AttendanceDay.Attended)?.Minutes ?? 0);
        return new ReviewRow(line.ChildNumber, line.Site?.Code ?? "", line.Date, line.Day.Kind, minutes, minutes == 0 || profile.Units is UnitRule.TimesOnly ? "" : profile.UnitsOf(minutes).ToString(), row.Status, row.Fate, row.Reason, row.ToDo);
    }
}

/// <summary>What submitting a pay period would do.</summary>
/// <param name="Connector">By which connector.</param>
/// <param name="ProviderId">Under which Provider ID.</param>
/// <param name="ProviderName">For people.</param>
/// <param name="Days">The period.</param>
/// <param name="State">How it stands; null: the agency does not let the provider in, so nobody can say.</param>
/// <param name="Rows">What blocks it first.</param>
/// <param name="Periods">The agency's latest periods, oldest first.</param>
/// <param name="Wording">What whoever submits it certifies; null: nobody has to.</param>
internal sealed record PeriodReview(
    string Connector, string ProviderId, string ProviderName, DayRange Days, PayPeriodState? State, IReadOnlyList<ReviewRow> Rows, IReadOnlyList<PayPeriod> Periods, string? Wording)
{
    /// <summary>Why the agency does not let the provider in; null: it does.</summary>
    public string? Trouble { get; init; }

    /// <summary>Why nothing is left of the period; null: something is.</summary>
    public string? Nothing { get; init; }

    public int Goes => Rows.Count(r => r.Fate == PeriodRowFate.Goes);
    public int Children => Rows.Where(r => r.Fate == PeriodRowFate.Goes).Select(r => r.ChildNumber).Distinct(StringComparer.Ordinal).Count();
    public int Blocking => Rows.Count(r => r.Fate == PeriodRowFate.Blocks);
    public int LeftOut => Rows.Count(r => r.Fate == PeriodRowFate.LeftOut);
    public int Submitted => Rows.Count(r => r.Fate == PeriodRowFate.Submitted);
}

/// <summary>What became of asking for a review.</summary>
internal abstract record ReviewResult
{
    private ReviewResult()
    {
    }

    public sealed record Reviewed(PeriodReview Review) : ReviewResult;

    /// <summary>There is nothing to look at, for a reason in words, with what to do.</summary>
    public sealed record Refused(string Reason) : ReviewResult;
}

/// <summary>What became of submitting.</summary>
internal abstract record SubmitResult
{
    private SubmitResult()
    {
    }

    /// <summary>The connector has run with the order. Whether the agency took it is in the run and in the submission; null: nothing was frozen.</summary>
    public sealed record Ran(Exports.ExportReport Report, Submission? Submission) : SubmitResult;

    /// <summary>Somebody has to mend rows first. Nothing was sent.</summary>
    public sealed record Blocked(PeriodReview Review, string Reason) : SubmitResult;

    /// <summary>It cannot be submitted. Nothing was sent.</summary>
    public sealed record Refused(string Reason) : SubmitResult;
}
