namespace K12Sync.TardyEngine;

/// <summary>
/// Where a pass fell, in four bytes. Means something only to the <see cref="SchoolYearMap"/> that made it;
/// <c>default</c> is outside every map's days.
/// </summary>
/// <param name="Segment">A stretch of the map in which one answer holds. Ascending with time.</param>
/// <param name="MinutesLate">Whole minutes from the bell, truncated, never below 0; 0 where there is no period.</param>
public readonly record struct PeriodSlot(ushort Segment, ushort MinutesLate);
