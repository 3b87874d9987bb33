using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Exports;

/// <summary>One school-day of a debt while it is rendered: its lines, its rows, and what is done about each line.</summary>
internal sealed class DayDebt(RowWriter writer)
{
    /// <summary>All of one school and date.</summary>
    public List<TardyLine> Lines { get; } = [];

    /// <summary>Not null: the day is too old for the connector.</summary>
    public LineFault? TooOld { get; set; }

    /// <summary>The rows written so far.</summary>
    public int Rows { get; private set; }

    /// <summary>What the rows do about lines.</summary>
    public List<FileLine> InFile { get; } = [];

    public List<SettledLine> WithoutRow { get; } = [];

    public List<HeldLine> Held { get; } = [];

    /// <summary>Tries to write a row. What was written can be taken back with <see cref="TakeBack"/>.</summary>
    public LineFault? TryWrite(TardyLine line, RowKind kind, out RowMark row)
    {
        var start = writer.Bytes.Length;
        var fault = writer.TryWrite(line, kind, out var hash);
        row = new RowMark(start, hash);
        if (fault is null)
            Rows++;
        return fault;
    }

    /// <summary>Takes back the last row.</summary>
    public void TakeBack(RowMark row)
    {
        writer.Bytes.TakeBackTo(row.Start);
        Rows--;
    }

    /// <summary>Takes back all rows.</summary>
    public void TakeBackAll()
    {
        writer.Bytes.TakeBackTo(0);
        Rows = 0;
    }

    public LineFault? FindSchoolFault(TardyLine line) => writer.FindSchoolFault(line);

    public void Hold(TardyLine line, LineFault fault) => Held.Add(new HeldLine(line, fault.Reason, fault.Explanation));

    /// <summary>Ready for the next day.</summary>
    public void Clear()
    {
        TakeBackAll();
        Lines.Clear();
        InFile.Clear();
        WithoutRow.Clear();
        Held.Clear();
    }
}

/// <summary>Where a row starts, and its hash.</summary>
internal readonly record struct RowMark(int Start, long Hash);

/// <summary>How a layout says what changed. Each way has a file of its own.</summary>
internal interface ICorrections
{
    /// <summary>
    /// Writes the rows of a school-day, and puts each owed line into exactly one of <see cref="DayDebt.InFile"/> (as sent), <see cref="DayDebt.WithoutRow"/> and
    /// <see cref="DayDebt.Held"/>.
    /// </summary>
    void Render(DayDebt day);
}

internal static class Telling
{
    /// <summary>True if the SIS was told just this row, and it is known that it was. What may have got lost is said again.</summary>
    public static bool Is(this Told? told, long rowHash) => told is { IsUnconfirmed: false } && told.RowHash == rowHash;
}
