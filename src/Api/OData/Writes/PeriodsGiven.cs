using System.Globalization;
using K12Sync.Api.OData.Views;
using K12Sync.Domain.BellSchedules;
using K12Sync.OData;

namespace K12Sync.Api.OData.Writes;

/// <summary>Reads the periods of a body, and says in details what keeps them from being a schedule.</summary>
internal static class PeriodsGiven
{
    /// <summary>The periods, or everything that is wrong with single ones. A window that does not say when it opens opens at its bell.</summary>
    public static IReadOnlyList<ClassPeriod>? Read(IReadOnlyList<ClassPeriodView> given, out ODataResult? refusal)
    {
        var (periods, faults) = (new List<ClassPeriod>(), new List<InvalidProperty>());
        for (var i = 0; i < given.Count; i++)
        {
            var (window, at) = (given[i], At(i));
            var opens = window.Opens == ClassPeriodView.NotGiven ? window.Bell : window.Opens;
            var reason = window.Bell == ClassPeriodView.NotGiven ? $"{Name(window, i)} has no Bell: the time from which minutes late count."
                : window.Ends == ClassPeriodView.NotGiven ? $"{Name(window, i)} has no Ends: the time from which a pass is not in it any more."
                : ClassPeriod.Check(window.Name, window.SisPeriodCode, opens, window.Bell, window.Ends, window.TakesAttendance);
            if (reason is not null)
                faults.Add(new InvalidProperty(at, reason));
            else
                periods.Add(new ClassPeriod(window.Name, window.SisPeriodCode, opens, window.Bell, window.Ends, window.TakesAttendance));
        }
        refusal = faults.Count == 0 ? null : new ODataResult.Invalid($"{faults.Count} of the {given.Count} periods cannot be: {faults[0].Message}", [.. faults]);
        return refusal is null ? periods : null;
    }

    /// <summary>The schedule that the periods make, or each gap and overlap with both periods and both times.</summary>
    public static BellSchedule? Check(string name, IReadOnlyList<ClassPeriod> periods, string closing, out ODataResult? refusal)
    {
        refusal = null;
        if (BellSchedule.Check(name, periods) is BellScheduleCheck.Valid valid)
            return valid.Schedule;
        var refused = (BellScheduleCheck.Refused)BellSchedule.Check(name, periods);
        var hint = refused.OnlyGaps ? $" POST the same periods to {closing} with a strategy: NextOpensEarly (passing time belongs to the class the student is late for), PreviousEndsLate or Split." : "";
        refusal = new ODataResult.Invalid(refused.Describe() + hint, [.. refused.Faults.Select(f => Detail(f, [.. periods]))]);
        return null;
    }

    private static InvalidProperty Detail(ScheduleFault fault, List<ClassPeriod> periods) => fault switch
    {
        ScheduleFault.Gap gap => new InvalidProperty(At(periods.FindIndex(p => ReferenceEquals(p, gap.Next))), fault.Describe(), "Gap"),
        ScheduleFault.Overlap overlap => new InvalidProperty(At(periods.FindIndex(p => ReferenceEquals(p, overlap.Second))), fault.Describe(), "Overlap"),
        ScheduleFault.BadName => new InvalidProperty(nameof(BellScheduleView.Name), fault.Describe()),
        _ => new InvalidProperty(nameof(BellScheduleView.Periods), fault.Describe()),
    };

    private static string At(int i) => string.Create(CultureInfo.InvariantCulture, $"{nameof(BellScheduleView.Periods)}[{i}]");

    private static string Name(ClassPeriodView window, int i) => window.Name.Length > 0 ? window.Name : string.Create(CultureInfo.InvariantCulture, $"Period number {i + 1} of the list");
}
