using K12Sync.Data.Passes;

namespace K12Sync.Api.Passes;

/// <summary>A row that was sent: a pass to store, or the reason why it is none.</summary>
/// <param name="Line">Counted from 1; of CSV the header is line 1.</param>
/// <param name="PassId">As given, if it could be read.</param>
/// <param name="Pass">To be stored; null: rejected.</param>
/// <param name="Remark">Why it was rejected, or what was assumed about it.</param>
internal sealed record PassRow(long Line, string? PassId, IncomingPass? Pass, string? Remark);
