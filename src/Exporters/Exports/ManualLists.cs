using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Exports;

/// <summary>
/// <see cref="CorrectionMode.ManualList"/>: a row for what the SIS was never told, and never a second one for a key. What was told and is now something else, or
/// nothing, goes onto the list that a clerk works through.
/// </summary>
internal sealed class ManualLists : ICorrections
{
    public void Render(DayDebt day)
    {
        foreach (var line in day.Lines.Where(line => line.IsOwed))
            Render(line, day);
    }

    private static void Render(TardyLine line, DayDebt day)
    {
        var row = default(RowMark);
        var fault = line.IsWithdrawn ? null : day.TryWrite(line, RowKind.Tardy, out row);
        var toldBefore = line.IsWithdrawn ? line.Told is not { IsWithdrawn: false } : line.Told is { IsWithdrawn: false } told && fault is null && told.RowHash == row.Hash;
        var held = toldBefore ? null : day.TooOld ?? fault;
        if (!line.IsWithdrawn && fault is null && (held is not null || line.Told is not null))
            day.TakeBack(row);
        if (held is not null)
            day.Hold(line, held);
        else if (toldBefore)
            day.WithoutRow.Add(new SettledLine(line, LineRole.Unneeded, row.Hash));
        else if (line.Told is not null)
            day.WithoutRow.Add(new SettledLine(line, LineRole.ByHand, row.Hash));
        else
            day.InFile.Add(FileLine.Of(line, LineRole.Sent, row.Hash));
    }
}
