using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Exports;

/// <summary>Why a line is held.</summary>
/// <param name="Reason">The class.</param>
/// <param name="Explanation">A sentence for a clerk, without any value of the line: it is shown and logged.</param>
public sealed record LineFault(HoldReason Reason, string Explanation);
