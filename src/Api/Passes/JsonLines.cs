namespace K12Sync.Api.Passes;

/// <summary>Blocks of a stream with one JSON object on each line.</summary>
internal static class JsonLines
{
    /// <summary>The rows of a block: <paramref name="row"/> makes each of its line's number and text, which is not blank; <paramref name="rejected"/> makes one of a line that is too long.</summary>
    /// <exception cref="UnreadableRowsException">It is not UTF-8 from its beginning.</exception>
    public static List<TRow> Read<TRow>(LineBlock block, Func<long, ReadOnlyMemory<byte>, TRow> row, Func<long, string, TRow> rejected)
    {
        if (block.IsTooLong)
            return [rejected(block.FirstLine, $"The line is longer than {PassLines.LongestLine >> 10} KiB.")];
        if (block.FirstLine == 1 && block.Bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
            throw new UnreadableRowsException("The rows are UTF-16 (some programs call it Unicode). Send them as UTF-8.");
        var rows = new List<TRow>();
        ReadOnlyMemory<byte> rest = block.Bytes;
        if (block.FirstLine == 1 && rest.Span.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            rest = rest[3..];
        for (var line = block.FirstLine; rest.Length > 0; line++)
        {
            var end = rest.Span.IndexOf((byte)'\n');
            var text = (end < 0 ? rest : rest[..end]).Trim(" \t\r"u8);
            rest = end < 0 ? default : rest[(end + 1)..];
            if (text.Length > 0)
                rows.Add(row(line, text));
        }
        return rows;
    }
}
