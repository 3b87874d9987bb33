using System.Text.Unicode;
using CsvHelper;

namespace K12Sync.Api.Imports;

/// <summary>
/// Reads an import file row by row: RFC 4180, UTF-8 (a byte order mark is passed over), header required, columns in any order.
/// A row that breaks the rules is rejected in the report and skipped. A quote that is never closed costs its own line only: reading
/// goes on at the next one.
/// </summary>
internal sealed class CsvTable : IDisposable
{
    private const int LargestRow = 1 << 20;
    private const int MostRestarts = 50;

    private static readonly CsvReaderOptions Options = new()
    {
        Separator = ',',
        TrackLineNumbers = true,
        IncludeValuesInExceptions = false,
        MaxRecordSize = LargestRow,
        SkipEmptyLines = true,
        PoolStrings = true,
    };

    private readonly Func<Stream> _open;
    private readonly FileReport _report;
    private readonly string[] _header;
    private readonly Dictionary<string, int> _columns = new(StringComparer.OrdinalIgnoreCase);
    private CsvReader _reader;
    private long _linesBefore;
    private int _restarts;
    private long _malformedLine = -1;

    /// <summary>By its byte order mark; without one its rows do not make sense and are rejected.</summary>
    private static bool IsUtf16(Func<Stream> open)
    {
        using var start = open();
        Span<byte> mark = stackalloc byte[2];
        return start.ReadAtLeast(mark, 2, throwOnEndOfStream: false) == 2 && (mark.SequenceEqual((ReadOnlySpan<byte>)[0xFF, 0xFE]) || mark.SequenceEqual((ReadOnlySpan<byte>)[0xFE, 0xFF]));
    }

    private CsvTable(Func<Stream> open, FileReport report)
    {
        (_open, _report) = (open, report);
        _reader = Start(hasHeader: true);
        _header = [.. _reader.Headers];
        for (var i = 0; i < _header.Length; i++)
            if (!_columns.TryAdd(_header[i], i))
                _report.Note(1, $"Column {_header[i]} appears twice; the first one is used.");
    }

    /// <summary>The line of the present row, counted from 1, the header included.</summary>
    public long Line => _linesBefore + _reader.LineNumber;

    /// <summary>The line of the last row that could not be read, or 0. Nobody can say what such a row was about.</summary>
    public long LastUnreadable { get; private set; }

    /// <summary>How many rows could not be read.</summary>
    public int Unreadable { get; private set; }

    /// <summary>So many rows could not be read that the rest was not tried.</summary>
    public bool GaveUp { get; private set; }

    /// <summary>
    /// Opens a file. Null, with the reason in the report, if it lacks a column it needs. Unknown columns are named in the report and passed over.
    /// </summary>
    public static CsvTable? Open(string path, FileReport report, string[] required, string[] optional) =>
        Open(() => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan), report, required, optional);

    /// <summary>As <see cref="Open(string,FileReport,string[],string[])"/>, for text that need not be a file: see <see cref="OpenAny"/>.</summary>
    public static CsvTable? Open(Func<Stream> open, FileReport report, string[] required, string[] optional)
    {
        var table = OpenAny(open, report, required, optional);
        foreach (var unknown in table?._header.Where(h => !required.Concat(optional).Contains(h, StringComparer.OrdinalIgnoreCase)) ?? [])
            report.Note(1, $"Column {unknown} is not known and was ignored.");
        return table;
    }

    /// <summary>
    /// As <see cref="Open(string,FileReport,string[],string[])"/>, for text that need not be a file: <paramref name="open"/> gives it from its start each time it is called, and
    /// the table closes what it gave. Other columns may be there and go unmentioned.
    /// </summary>
    public static CsvTable? OpenAny(Func<Stream> open, FileReport report, string[] required, string[] optional)
    {
        if (IsUtf16(open))
        {
            report.Reject(1, "The file is UTF-16 (some programs call it Unicode). Save it as CSV UTF-8.");
            return null;
        }
        var table = new CsvTable(open, report);
        var missing = required.Where(c => !table._columns.ContainsKey(c)).ToList();
        if (missing.Count > 0)
        {
            report.Reject(1, $"The header lacks {string.Join(", ", missing)}. It needs {string.Join(",", required)} and may have {string.Join(",", optional)}.{Hint(table._header)}");
            table.Dispose();
            return null;
        }
        return table;
    }

    private static string Hint(string[] header) =>
        header is [var all] && all.ContainsAny(';', '\t') ? " The values of a row must be separated by commas." : "";

    /// <summary>Moves to the next row that is well-formed.</summary>
    public bool Read()
    {
        while (true)
        {
            try
            {
                if (!_reader.Read())
                    return false;
            }
            catch (CsvFormatException e)
            {
                if (!Restart(_linesBefore + e.LineNumber, "A quote is opened here and never closed, or the row is longer than 1 MiB."))
                    return false;
                continue;
            }
            if (_malformedLine == _reader.LineNumber)
            {
                const string reason = "The quotes of this row are not balanced. A quote inside a value is written twice.";
                if (!_reader.RawRecord.ContainsAny((byte)'\n', (byte)'\r'))
                    RejectUnreadable(Line, reason);
                else if (!Restart(Line, reason))
                    return false;
                continue;
            }
            if (_reader.FieldCount != _header.Length)
                RejectUnreadable(Line, $"The row has {_reader.FieldCount} values, but the header has {_header.Length}. A comma inside a value needs quotes around the value.");
            else if (!Utf8.IsValid(_reader.RawRecord))
                RejectUnreadable(Line, "The row is not UTF-8. Save the file as \"CSV UTF-8\".");
            else if (_reader.RawRecord.Contains((byte)0))
                RejectUnreadable(Line, "The row holds a NUL character.");
            else
                return true;
        }
    }

    /// <summary>The index of a column, or -1 if the file has none of that name.</summary>
    public int Column(string name) => _columns.GetValueOrDefault(name, -1);

    /// <summary>A value of the present row exactly as written; empty if the file has no such column.</summary>
    public string Text(int column) => column < 0 ? "" : _reader.GetString(column);

    /// <summary>A value of the present row as UTF-8, valid until the next <see cref="Read"/>; empty if the file has no such column.</summary>
    public ReadOnlySpan<byte> Utf8Text(int column) => column < 0 ? [] : _reader.GetSpan(column);

    /// <summary>As <see cref="Text(int)"/>, by name.</summary>
    public string Text(string name) => Text(Column(name));

    /// <summary>A value of the present row, or null if it is empty.</summary>
    public string? TextOrNull(string name) => Text(name) is { Length: > 0 } text ? text : null;

    /// <summary>Refuses the present row.</summary>
    public void Reject(string reason) => _report.Reject(Line, reason);

    public void Dispose() => _reader.Dispose();

    private void RejectUnreadable(long line, string reason)
    {
        LastUnreadable = line;
        Unreadable++;
        _report.Reject(line, reason);
    }

    /// <summary>Refuses a line that swallowed others, and goes on with the line after it.</summary>
    private bool Restart(long line, string reason)
    {
        RejectUnreadable(line, reason);
        if (++_restarts > MostRestarts)
        {
            RejectUnreadable(line + 1, $"More than {MostRestarts} rows have unbalanced quotes; the rest of the file was not read. Mend the file and import it again.");
            GaveUp = true;
            return false;
        }
        _reader.Dispose();
        _linesBefore = line;
        _reader = Start(hasHeader: false);
        return true;
    }

    private CsvReader Start(bool hasHeader)
    {
        var start = _linesBefore == 0 ? 0 : OffsetOfLine(_linesBefore);
        var text = _open();
        SkipBytes(text, start);
        _malformedLine = -1;
        return CsvReader.Create(text, Options with { HasHeader = hasHeader, OnMalformedRecord = bad => _malformedLine = bad.LineNumber }, leaveOpen: false);
    }

    /// <summary>Where the text goes on after so many lines. CR, LF and CR LF each end a line, as the reader counts them.</summary>
    private long OffsetOfLine(long lines)
    {
        using var text = new BufferedStream(_open(), 1 << 16);
        var offset = 0L;
        for (var previous = -1; text.ReadByte() is >= 0 and var c; previous = c, offset++)
        {
            if (lines == 0 && !(c is '\n' && previous is '\r'))
                return offset;
            if (c is '\r' || (c is '\n' && previous is not '\r'))
                lines--;
        }
        return offset;
    }

    private static void SkipBytes(Stream text, long count)
    {
        if (text.CanSeek)
        {
            text.Position = count;
            return;
        }
        var buffer = new byte[1 << 16];
        while (count > 0 && text.Read(buffer, 0, (int)Math.Min(count, buffer.Length)) is > 0 and var read)
            count -= read;
    }
}
