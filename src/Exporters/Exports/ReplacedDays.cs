using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Exports;

/// <summary>
/// <see cref="CorrectionMode.Replace"/>: the day is sent again, whole, if that says anything new. What cannot be written is held, and the rest of its
/// day is sent.
/// </summary>
/// <remarks>
/// Sending the rest takes a held record's earlier version out of the SIS until it is mended: no row says less than a wrong one, and the hold says why. The
/// ledger hears of it (<see cref="LineRole.LeftOut"/>), so that a record that is mended by going back to what it was is sent again. A record
/// that is <i>not</i> owed and cannot be written (the layout has changed) would be lost for good that way; its day is held as a whole.
/// </remarks>
internal sealed class ReplacedDays : ICorrections
{
    private const string Blocked =
        "Another tardy of this school and day is in the SIS and cannot be written with the layout as it is now. Sending the day without it would take it out.";

    private readonly List<(TardyLine Line, long Hash)> _sendable = [];
    private readonly List<(TardyLine Line, LineFault Fault)> _faulty = [];

    public void Render(DayDebt day)
    {
        _sendable.Clear();
        _faulty.Clear();
        foreach (var line in day.Lines)
            Write(line, day);
        var hasNews = _sendable.Exists(s => s.Line.IsOwed && IsNew(s.Line, s.Hash));
        if (!hasNews || day.TooOld is not null)
            Leave(day, day.TooOld);
        else if (_faulty.Find(f => !f.Line.IsOwed) is { Fault: { } lost } stuck)
            Leave(day, new LineFault(lost.Reason, Blocked), stuck.Line);
        else
            Send(day);
    }

    private void Write(TardyLine line, DayDebt day)
    {
        var row = default(RowMark);
        var fault = line.IsWithdrawn ? day.FindSchoolFault(line) : day.TryWrite(line, RowKind.Tardy, out row);
        if (fault is null)
            _sendable.Add((line, row.Hash));
        else if (line.IsOwed || !line.IsWithdrawn)
            _faulty.Add((line, fault));
    }

    private static bool IsNew(TardyLine line, long hash) =>
        line.IsWithdrawn ? line.Told is not { IsWithdrawn: true, IsUnconfirmed: false } : line.Told is { IsWithdrawn: true } || !line.Told.Is(hash);

    /// <summary>The day is not sent: what is new is held for <paramref name="reason"/>, the rest was told before.</summary>
    /// <param name="day">The day.</param>
    /// <param name="reason">Not null if anything is new.</param>
    /// <param name="stuck">A record that is not owed and stands in the way.</param>
    private void Leave(DayDebt day, LineFault? reason, TardyLine? stuck = null)
    {
        day.TakeBackAll();
        foreach (var (line, hash) in _sendable.Where(s => s.Line.IsOwed))
        {
            if (IsNew(line, hash))
                day.Hold(line, reason!);
            else
                day.WithoutRow.Add(new SettledLine(line, LineRole.Unneeded, hash));
        }
        foreach (var (line, own) in _faulty.Where(f => f.Line.IsOwed || f.Line == stuck))
            day.Hold(line, day.TooOld ?? own);
    }

    private void Send(DayDebt day)
    {
        if (day.Rows == 0)
            day.TryWrite(day.Lines[0], RowKind.EmptyDay, out _);
        foreach (var (line, hash) in _sendable)
        {
            // A withdrawal that was settled before is neither settled nor repeated by this file.
            if (line.IsOwed || !line.IsWithdrawn)
                day.InFile.Add(FileLine.Of(line, line.IsOwed ? LineRole.Sent : LineRole.Repeated, hash));
        }
        foreach (var (line, fault) in _faulty)
        {
            day.Hold(line, fault);
            if (line.Told is { IsWithdrawn: false })
                day.InFile.Add(FileLine.Of(line, LineRole.LeftOut, 0));
        }
    }
}
