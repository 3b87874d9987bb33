using K12Sync.Api.CommandLine;

namespace K12Sync.Api.OData.Writes;

/// <summary>A tardy that a change would touch. Before or after empty: there is, or would be, none.</summary>
internal sealed class TardyChangeView
{
    public string SchoolCode { get; init; } = "";
    public string StudentNumber { get; init; } = "";
    public DateOnly Date { get; init; }
    public string? PeriodBefore { get; init; }
    public string? ExternalCodeBefore { get; init; }
    public int? MinutesBefore { get; init; }
    public string? PeriodAfter { get; init; }
    public string? ExternalCodeAfter { get; init; }
    public int? MinutesAfter { get; init; }

    /// <summary>Connectors that have told the SIS of it, and would owe a correction.</summary>
    public IReadOnlyList<string> SentBy { get; init; } = [];
}

internal static class ChangesView
{
    /// <summary>What a change would touch at the school: it is done, looked at and undone. What others do elsewhere at that moment is not the caller's to see.</summary>
    public static async Task<IReadOnlyList<TardyChangeView>> OfAsync(Workplace work, string school, Func<CancellationToken, Task> change, CancellationToken stop) =>
        [.. (await work.PreviewAsync(change, stop)).Where(c => c.SchoolCode == school).Select(c => new TardyChangeView
        {
            SchoolCode = c.SchoolCode, StudentNumber = c.StudentNumber, Date = c.Date,
            PeriodBefore = c.Before?.PeriodName, ExternalCodeBefore = c.Before?.ExternalCode, MinutesBefore = c.Before?.MinutesLate,
            PeriodAfter = c.After?.PeriodName, ExternalCodeAfter = c.After?.ExternalCode, MinutesAfter = c.After?.MinutesLate, SentBy = c.SentBy,
        })];
}
