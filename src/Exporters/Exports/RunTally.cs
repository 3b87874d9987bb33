using System.Collections.Immutable;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Exports;

/// <summary>What a run has done so far; the one place that decides what it amounts to.</summary>
internal sealed class RunTally(long runNumber)
{
    private readonly ImmutableArray<DeliveredFile>.Builder _files = ImmutableArray.CreateBuilder<DeliveredFile>();
    private readonly ImmutableArray<string>.Builder _unconfirmed = ImmutableArray.CreateBuilder<string>();
    private readonly List<string> _reasons = [];
    private ImmutableArray<HeldLine> _held = [];
    private int _sent;
    private int _repeated;
    private int _unneeded;
    private int _byHand;
    private bool _failed;
    private bool _skipped;

    /// <summary>True once a batch, or the run as a whole, could not go on.</summary>
    public bool HasFailed => _failed;

    public void Add(UnfinishedBatch batch, BatchEnd end)
    {
        switch (end)
        {
            case BatchEnd.Delivered:
                _files.Add(new DeliveredFile(batch.FileName, batch.Rows, batch.Length, batch.Sha256));
                _sent += batch.OwedLines;
                _repeated += batch.RepeatedLines;
                break;
            case BatchEnd.Unconfirmed unconfirmed:
                _unconfirmed.Add(batch.FileName);
                _reasons.Add(unconfirmed.Reason);
                break;
            case BatchEnd.Stuck stuck:
                Fail(stuck.Reason);
                break;
        }
    }

    public void Hold(ImmutableArray<HeldLine> held) => _held = held;

    public void Settle(ImmutableArray<SettledLine> withoutRow)
    {
        _byHand = withoutRow.Count(line => line.Role == LineRole.ByHand);
        _unneeded = withoutRow.Length - _byHand;
    }

    public void Fail(string reason)
    {
        _failed = true;
        _reasons.Add(reason);
    }

    public void Skip(string reason)
    {
        _skipped = true;
        _reasons.Add(reason);
    }

    public RunReport Report() =>
        new(runNumber, Status(), _files.ToImmutable(), _sent, _repeated, _unneeded, _byHand, _held, _unconfirmed.ToImmutable(),
            _reasons.Count == 0 ? null : string.Join(' ', _reasons));

    private SyncRunStatus Status() => this switch
    {
        { _failed: true } => SyncRunStatus.Failed,
        { _skipped: true } => SyncRunStatus.Skipped,
        _ when _held.Length > 0 || _unconfirmed.Count > 0 => SyncRunStatus.SucceededWithHolds,
        _ => SyncRunStatus.Succeeded,
    };
}
