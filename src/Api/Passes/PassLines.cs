using System.Buffers;
using System.IO.Pipelines;

namespace K12Sync.Api.Passes;

/// <summary>Whole lines of a stream. <paramref name="FirstLine"/> counts from 1. One that is too long comes alone, empty and marked.</summary>
internal sealed record LineBlock(byte[] Bytes, long FirstLine, bool IsTooLong = false);

/// <summary>Cuts a stream into blocks of whole lines, as much as is there at a time: who sends slowly is answered soon, who sends fast gets large blocks.</summary>
/// <param name="body">UTF-8, or whatever was sent.</param>
/// <param name="quoted">Lines may be inside quotes (CSV); a block then ends where none is open.</param>
internal sealed class PassLines(PipeReader body, bool quoted)
{
    /// <summary>Bytes of one line; more are refused.</summary>
    public const int LongestLine = 256 << 10;

    // Small enough for what is made of a block not to count as large to the garbage collector.
    private const int LargestBlock = 64 << 10;
    private long _line = 1;

    /// <summary>The next block; null at the end. A last line without a line end counts.</summary>
    /// <exception cref="IOException">The body broke off. What stood after the last line end is nobody's row.</exception>
    public async Task<LineBlock?> ReadAsync(CancellationToken cancellation)
    {
        var skipping = false;
        while (true)
        {
            var read = await body.ReadAsync(cancellation);
            var there = read.Buffer;
            if (read.IsCanceled)
                throw new OperationCanceledException(cancellation);
            var end = EndOf(there, read.IsCompleted, skipping);
            if (end == 0 && !skipping && there.Length > LongestLine)
                (skipping, end) = (true, EndOf(there, read.IsCompleted, skipping: true));
            if (end > 0)
            {
                var block = skipping ? new LineBlock([], _line, IsTooLong: true) : new LineBlock(there.Slice(0, end).ToArray(), _line);
                _line += skipping ? 1 : Lines(block.Bytes);
                body.AdvanceTo(there.GetPosition(end));
                return block;
            }
            if (read.IsCompleted)
            {
                body.AdvanceTo(there.End);
                return skipping ? new LineBlock([], _line++, IsTooLong: true) : null;
            }
            body.AdvanceTo(skipping ? there.End : there.Start, there.End);
        }
    }

    /// <summary>How many lines end in these bytes: CR, LF and CR LF each end one.</summary>
    public static int Lines(ReadOnlySpan<byte> bytes)
    {
        var lines = bytes.Count((byte)'\n');
        for (var at = bytes.IndexOf((byte)'\r'); at >= 0;)
        {
            lines += at + 1 < bytes.Length && bytes[at + 1] == '\n' ? 0 : 1;
            var next = bytes[(at + 1)..].IndexOf((byte)'\r');
            at = next < 0 ? -1 : at + 1 + next;
        }
        return lines;
    }

    /// <summary>How much of what is there to take; 0: nothing yet.</summary>
    private long EndOf(ReadOnlySequence<byte> there, bool isAll, bool skipping)
    {
        if (skipping)
            return there.PositionOf((byte)'\n') is { } first ? there.Slice(0, first).Length + 1 : 0;
        if (isAll && there.Length <= LargestBlock)
            return there.Length;
        var (offset, open, end, last) = (0L, false, 0L, 0L);
        foreach (var part in there.Slice(0, Math.Min(there.Length, LongestLine)))
        {
            var bytes = part.Span;
            if (!quoted)
            {
                last = bytes.LastIndexOf((byte)'\n') is >= 0 and var newline ? offset + newline + 1 : last;
                end = last;
            }
            else
                for (var i = bytes.IndexOfAny((byte)'"', (byte)'\n'); i >= 0;)
                {
                    open ^= bytes[i] == '"';
                    if (bytes[i] == '\n')
                        (last, end) = (offset + i + 1, open ? end : offset + i + 1);
                    var next = bytes[(i + 1)..].IndexOfAny((byte)'"', (byte)'\n');
                    i = next < 0 ? -1 : i + 1 + next;
                }
            offset += bytes.Length;
            if (end > 0 && offset >= LargestBlock)
                return end;
        }
        if (end == 0 && isAll && there.Length <= LongestLine)
            return there.Length;
        // A quote that nobody closes keeps its own lines from their rows, and no others.
        return end > 0 || there.Length < LongestLine ? end : last;
    }
}
