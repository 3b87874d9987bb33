using K12Sync.Data.Passes;

namespace K12Sync.Api.Passes;

/// <summary>A row that was sent: a pass to store, or the reason why it is none.</summary>
/// <param name="Line">Counted from 1; of CSV the header is line 1.</param>
/// <param name="PassId">As given, if it could be read.</param>
/// <param name="Pass">To be stored; null: rejected.</param>
/// <param name="Remark">Why it was rejected, or what was assumed about it.</param>
internal sealed record PassRow(long Line, string? PassId, IncomingPass? Pass, string? Remark);

/// <summary>Reads rows out of blocks of lines.</summary>
internal interface IPassRows
{
    /// <summary>The rows of a block, in order.</summary>
    /// <exception cref="UnreadableRowsException">Nothing from here on can be read.</exception>
    List<PassRow> Read(LineBlock block);

    /// <summary>What is to be said about all rows together.</summary>
    IReadOnlyCollection<string> Notes { get; }
}

/// <summary>Rows cannot be read at all; the message says why and what to do.</summary>
internal sealed class UnreadableRowsException(string message) : Exception(message);
