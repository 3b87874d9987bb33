using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Exports;

/// <summary>The shape of an SIS file: which columns, how written, and what it can say about a day that was corrected.</summary>
public interface ILayout
{
    /// <summary>As connectors name it.</summary>
    string Name { get; }

    /// <summary>The pattern of file names for connectors that have none of their own.</summary>
    FileNamePattern DefaultFileName(FileScope scope);

    /// <summary>Why a line cannot be written exactly as it is, or null. Holds no value of the line: it is shown and logged.</summary>
    LineFault? FindFault(TardyLine line);

    /// <summary>Begins a file. <paramref name="output"/> stays open and holds the whole file once the writer is disposed.</summary>
    IDayWriter Begin(Stream output);
}

/// <summary>Writes a file school-day by school-day.</summary>
public interface IDayWriter : IDisposable
{
    /// <summary>Writes a school-day, whole: its present records and those withdrawn since it was last sent. Returns the rows written.</summary>
    /// <param name="day">At least one line, all of one school and date, each without a fault by <see cref="ILayout.FindFault"/>.</param>
    int Write(IReadOnlyList<TardyLine> day);
}

/// <summary>Why a line is held.</summary>
/// <param name="Reason">The class.</param>
/// <param name="Explanation">A sentence for a clerk, without any value of the line.</param>
public sealed record LineFault(HoldReason Reason, string Explanation);
