using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Exports;

/// <summary>
/// <see cref="CorrectionMode.PresentCode"/>: a row for what is new or has changed, a row with the present code for what is withdrawn, nothing for what the
/// SIS was told just so. Nothing is repeated.
/// </summary>
internal sealed class PresentCodes : ICorrections
{
    public void Render(DayDebt day)
    {
        foreach (var line in day.Lines.Where(line => line.IsOwed))
            Render(line, day);
    }

    private static void Render(TardyLine line, DayDebt day)
    {
        var fault = day.TryWrite(line, line.IsWithdrawn ? RowKind.Present : RowKind.Tardy, out var row);
        var toldBefore = fault is null && line.Told.Is(row.Hash);
        if (fault is null && (toldBefore || day.TooOld is not null))
            day.TakeBack(row);
        if (toldBefore)
            day.WithoutRow.Add(new SettledLine(line, LineRole.Unneeded, row.Hash));
        else if ((day.TooOld ?? fault) is { } held)
            day.Hold(line, held);
        else
            day.InFile.Add(FileLine.Of(line, LineRole.Sent, row.Hash));
    }
}

/// <summary>
/// <see cref="RowGrain.StudentDay"/>: as <see cref="PresentCodes"/>, but a row speaks for a student's day at a school. The earliest tardy is the row, and all
/// owed lines of the student's day are settled with it, whichever period they belong to.
/// </summary>
internal sealed class StudentDays : ICorrections
{
    public void Render(DayDebt day)
    {
        foreach (var unit in day.Lines.GroupBy(line => line.StudentNumber, StringComparer.Ordinal))
            Render([.. unit], day);
    }

    private static void Render(TardyLine[] unit, DayDebt day)
    {
        if (!Array.Exists(unit, line => line.IsOwed))
            return;
        var earliest = unit.Where(line => !line.IsWithdrawn).OrderBy(line => line.IssuedAt).ThenBy(line => line.PassId, StringComparer.Ordinal).FirstOrDefault();
        var told = unit.Select(line => line.Told).OfType<Told>().MaxBy(told => told.Sequence);
        var fault = day.TryWrite(earliest ?? unit[0], earliest is null ? RowKind.Present : RowKind.Tardy, out var row);
        var toldBefore = fault is null && told.Is(row.Hash);
        var held = toldBefore ? null : day.TooOld ?? fault;
        if (fault is null && (toldBefore || held is not null))
            day.TakeBack(row);
        foreach (var line in unit.Where(line => line.IsOwed))
        {
            if (held is not null)
                day.Hold(line, held);
            else if (toldBefore)
                day.WithoutRow.Add(new SettledLine(line, LineRole.Unneeded, row.Hash));
            else
                day.InFile.Add(FileLine.Of(line, LineRole.Sent, row.Hash));
        }
    }
}
