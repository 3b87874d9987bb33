using System.Collections.Immutable;

namespace K12Sync.Domain.Exports;

/// <summary>
/// A debt after rendering. Every owed line is in exactly one place; one that is held may also be <see cref="LineRole.LeftOut"/> of a file.
/// </summary>
/// <param name="Files">Ready to be frozen.</param>
/// <param name="WithoutRow">Roles <see cref="LineRole.Unneeded"/> and <see cref="LineRole.ByHand"/>.</param>
/// <param name="Held">Still owed after the run.</param>
public sealed record RenderedDebt(ImmutableArray<RenderedFile> Files, ImmutableArray<SettledLine> WithoutRow, ImmutableArray<HeldLine> Held)
{
    /// <summary>True if there is nothing to remember.</summary>
    public bool IsEmpty => Files.IsEmpty && WithoutRow.IsEmpty && Held.IsEmpty;
}

/// <summary>A file that is ready to be frozen.</summary>
/// <param name="FileName">Final name.</param>
/// <param name="Content">Exact bytes.</param>
/// <param name="Sha256">Of <paramref name="Content"/>, upper-case hex.</param>
/// <param name="Rows">Data rows, without the header.</param>
/// <param name="Lines">Roles <see cref="LineRole.Sent"/>, <see cref="LineRole.Repeated"/> and <see cref="LineRole.LeftOut"/>.</param>
public sealed record RenderedFile(string FileName, byte[] Content, string Sha256, int Rows, ImmutableArray<FileLine> Lines);
