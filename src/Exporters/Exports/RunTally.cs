using System.Collections.Immutable;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Exports;

/// <summary>What a run has done so far; the one place that decides what it amounts to and whether it is tried again.</summary>
internal sealed class RunTally(string connectorName)
{
    private const int MostTriesOfAuthentication = 2;
    private readonly List<(UnfinishedBatch Batch, BatchEnd End)> _ends = [];
    private ImmutableArray<HeldLine> _held = [];
    private int _unneeded;
    private int _byHand;
    private int _refusals;
    private Trouble? _failure;
    private string? _skipped;
    private ConnectorHold? _tooMany;

    /// <summary>1 for the first attempt.</summary>
    public int Attempt { get; private set; } = 1;

    /// <summary>True once a batch, or the run as a whole, could not go on.</summary>
    public bool HasFailed => _failure is not null || Stuck.Any();

    /// <summary>True if other files would meet the same trouble.</summary>
    public bool MustStop => Stuck.Any(s => !s.OnlyThisFile);

    /// <summary>True if what went wrong may mend itself soon, all of it.</summary>
    public bool MayMend => _failure is null && Stuck.Any() && Stuck.All(s => s.MayMend || s.OnlyThisFile || IsRefusal(s)) && Stuck.Any(s => s.MayMend || IsRefusal(s))
        && _refusals < MostTriesOfAuthentication;

    /// <summary>The first trouble, in words.</summary>
    public string Reason => Stuck.FirstOrDefault()?.Trouble.Reason ?? _failure?.Reason ?? "";

    private IEnumerable<BatchEnd.Stuck> Stuck => _ends.Select(e => e.End).OfType<BatchEnd.Stuck>();

    public void Add(UnfinishedBatch batch, BatchEnd end)
    {
        Forget(batch);
        _ends.Add((batch, end));
        if (end is BatchEnd.Stuck stuck && IsRefusal(stuck))
            _refusals++;
    }

    /// <summary>What was said of a batch is not so any more.</summary>
    public void Forget(UnfinishedBatch batch) => _ends.RemoveAll(e => e.Batch.BatchId == batch.BatchId);

    /// <summary>Another attempt: what was stuck is not known to be any more.</summary>
    public void TryAgain()
    {
        Attempt++;
        _ends.RemoveAll(e => e.End is BatchEnd.Stuck);
    }

    public void Hold(ImmutableArray<HeldLine> held) => _held = held;

    /// <summary>The whole run is held: it would send far more than usual.</summary>
    public void HoldRun(int rows, int usual) => _tooMany = new ConnectorHold(ConnectorHoldKind.TooManyRows,
        $"The run would send {rows} rows; {usual} are usual. Nothing was sent. Look at 'k12sync connector preview {connectorName}', and let them go with 'k12sync connector release {connectorName}'.");

    public void Settle(ImmutableArray<SettledLine> withoutRow)
    {
        _byHand = withoutRow.Count(line => line.Role == LineRole.ByHand);
        _unneeded = withoutRow.Length - _byHand;
    }

    public void Fail(string reason) => _failure = new Trouble(TroubleKind.Incomplete, reason);

    public void Skip(string reason) => _skipped = reason;

    public RunReport Report(long runNumber)
    {
        var delivered = _ends.Where(e => e.End is BatchEnd.Delivered).ToList();
        var unconfirmed = _ends.Where(e => e.End is BatchEnd.Unconfirmed).ToList();
        var reasons = Stuck.Select(s => s.Trouble.Reason).Concat(unconfirmed.Select(u => ((BatchEnd.Unconfirmed)u.End).Reason)).Distinct().ToList();
        reasons.AddRange(((string?[])[_failure?.Reason, _skipped, _tooMany?.Reason]).OfType<string>());
        return new RunReport(runNumber, Status(unconfirmed.Count > 0),
            [.. delivered.Select(d => new DeliveredFile(d.Batch.FileName, d.Batch.Rows, d.Batch.Length, d.Batch.Sha256))],
            delivered.Sum(d => d.Batch.OwedLines), delivered.Sum(d => d.Batch.RepeatedLines), _unneeded, _byHand, _held,
            [.. unconfirmed.Select(u => u.Batch.FileName)], reasons.Count == 0 ? null : string.Join(' ', reasons))
        {
            Attempts = Attempt,
            ErrorCode = Stuck.FirstOrDefault()?.Trouble.Kind ?? _failure?.Kind,
            Warnings = [.. delivered.Select(d => ((BatchEnd.Delivered)d.End).Warning).OfType<string>()],
            HoldConnector = HoldConnector(),
        };
    }

    private SyncRunStatus Status(bool unconfirmed) => this switch
    {
        { HasFailed: true } => SyncRunStatus.Failed,
        { _tooMany: not null } => SyncRunStatus.Held,
        { _skipped: not null } => SyncRunStatus.Skipped,
        _ when unconfirmed || _held.Length > 0 => SyncRunStatus.SucceededWithHolds,
        _ => SyncRunStatus.Succeeded,
    };

    /// <summary>What must not be tried again by the next run either.</summary>
    private ConnectorHold? HoldConnector() => Stuck.Select(s => s.Trouble).FirstOrDefault(t => t.Kind is TroubleKind.AuthenticationRefused or TroubleKind.HostKeyMismatch) switch
    {
        { Kind: TroubleKind.AuthenticationRefused } trouble => new ConnectorHold(ConnectorHoldKind.AuthenticationRefused,
            $"{trouble.Reason} It is not tried again, so that the server does not lock the account, until you store the right secret with 'k12sync connector secret {connectorName}' or release the connector with 'k12sync connector release {connectorName}'."),
        { } trouble => new ConnectorHold(ConnectorHoldKind.HostKeyMismatch, trouble.Reason),
        null => _tooMany,
    };

    private static bool IsRefusal(BatchEnd.Stuck stuck) => stuck.Trouble.Kind == TroubleKind.AuthenticationRefused;
}
