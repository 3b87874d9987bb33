using System.Collections.Immutable;
using K12Sync.Domain.Childcare.Submissions;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Exports;

/// <summary>What one run of a connector did.</summary>
/// <param name="RunNumber">Counts up from 1 per connector.</param>
/// <param name="Status">What became of the run.</param>
/// <param name="Files">Delivered by this run, including those that an earlier run had left; in order of delivery.</param>
/// <param name="RowsSent">Record versions that these files settle. A withdrawn record counts although it has no row of its own.</param>
/// <param name="RowsRepeated">Record versions that came along because their day was sent again.</param>
/// <param name="Unneeded">Record versions that needed no row: the SIS was told just that before.</param>
/// <param name="ByHand">Record versions that went onto the list of what a clerk changes by hand, or off it again.</param>
/// <param name="Held">Not sent until a person has done something, in the ledger's order.</param>
/// <param name="Unconfirmed">Names of files that left our hands and cannot be seen at the destination; never sent again by themselves.</param>
/// <param name="Error">Why the run is <see cref="SyncRunStatus.Failed"/>, <see cref="SyncRunStatus.Held"/> or <see cref="SyncRunStatus.Skipped"/>, or what is unconfirmed; otherwise null.</param>
public sealed record RunReport(
    long RunNumber,
    SyncRunStatus Status,
    ImmutableArray<DeliveredFile> Files,
    int RowsSent,
    int RowsRepeated,
    int Unneeded,
    int ByHand,
    ImmutableArray<HeldLine> Held,
    ImmutableArray<string> Unconfirmed,
    string? Error)
{
    /// <summary>Child-days that an agency did not get, and why; in the ledger's order.</summary>
    public ImmutableArray<HeldDay> HeldDays { get; init; } = [];

    /// <summary>Child-days that an agency did not take.</summary>
    public int RowsRejected { get; init; }

    /// <summary>How many times it was tried.</summary>
    public int Attempts { get; init; } = 1;

    /// <summary>The sort of trouble of a failed run, where it is one of the destination or the definition.</summary>
    public TroubleKind? ErrorCode { get; init; }

    /// <summary>What was not as safe as it should be.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];

    /// <summary>Why the connector must not run again until a person has released it; null: it may.</summary>
    public ConnectorHold? HoldConnector { get; init; }
}

/// <summary>A file that is at its destination.</summary>
/// <param name="Name">Final name.</param>
/// <param name="Rows">Data rows, without the header.</param>
/// <param name="Bytes">Length.</param>
/// <param name="Sha256">Upper-case hex.</param>
public sealed record DeliveredFile(string Name, int Rows, long Bytes, string Sha256);

/// <summary>What the next run would send, if it began now.</summary>
/// <param name="Waiting">Frozen by an earlier run: the next run delivers these first, and nothing else while one of them is stuck.</param>
/// <param name="Next">What it would then render from the present debt.</param>
public sealed record ExportPreview(ImmutableArray<UnfinishedBatch> Waiting, Rendering Next);

/// <summary>A debt turned into files.</summary>
public abstract record Rendering
{
    private Rendering()
    {
    }

    /// <summary>The files, ready to be frozen, and what is not in them. All may be empty.</summary>
    public sealed record Ready(RenderedDebt Debt) : Rendering;

    /// <summary>The connector's definition cannot be carried out; a person must change it.</summary>
    public sealed record Refused(string Reason) : Rendering;
}
