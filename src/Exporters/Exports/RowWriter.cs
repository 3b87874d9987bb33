using System.Buffers;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Exports;

/// <summary>What a row says.</summary>
internal enum RowKind
{
    /// <summary>There is a tardy.</summary>
    Tardy,

    /// <summary>There is none any more: the key with the present code, 0 minutes, and nothing of the pass.</summary>
    Present,

    /// <summary>The day has none at all: school, date and school year, every other column empty.</summary>
    EmptyDay,
}

/// <summary>
/// Writes rows of one layout, byte for byte. A row is put together as characters, checked, and encoded as a whole; a row that cannot be written
/// leaves nothing behind. Allocates per file, not per row; comments with places are the exception.
/// </summary>
/// <remarks>
/// Most rows hold nothing but plain ASCII. They are put together without looking at the values, and then looked at once as a whole: no character out of the
/// ordinary, and no more delimiters than columns need. Any other row is put together again value by value.
/// </remarks>
internal sealed class RowWriter : IDisposable
{
    private const string PlainText = " !#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~\t";

    private readonly LayoutDefinition _layout;
    private readonly Cell[] _cells;
    private readonly SearchValues<char> _plainRow;
    private readonly SearchValues<char> _quoted;
    private readonly string _lineEnd;
    private readonly PooledBuffer<char> _row = new();
    private readonly char[] _scratch = new char[TimePattern.MaxWritten];

    public RowWriter(LayoutDefinition layout, string? presentCode)
    {
        _layout = layout;
        _lineEnd = layout.LineEnd == LineEnd.CrLf ? "\r\n" : "\n";
        _plainRow = SearchValues.Create(layout.Quoting == Quoting.All ? PlainText + '"' : PlainText);
        _quoted = SearchValues.Create([layout.Delimiter, '"', '\r', '\n']);
        _cells = [.. layout.Columns.Select(column => new Cell(column, presentCode))];
    }

    /// <summary>The rows that were written and not taken back.</summary>
    public PooledBuffer<byte> Bytes { get; } = new();

    /// <summary>How many bytes a line end has.</summary>
    public int LineEndBytes => _lineEnd.Length * (_layout.Encoding == FileEncoding.Utf16 ? 2 : 1);

    /// <summary>Writes what a file starts with: the byte order mark and the header line, as far as the layout has them.</summary>
    public void WriteStart()
    {
        if (_layout.ByteOrderMark)
            Bytes.Append(_layout.Encoding.Mark());
        if (!_layout.Header)
            return;
        _row.TakeBackTo(0);
        foreach (var (i, column) in _layout.Columns.Index())
        {
            Separate(i);
            Put(column.Header, NeedsQuotes(column.Header));
        }
        EndRow();
    }

    /// <summary>Writes a row. Not null: nothing was written, because of this.</summary>
    /// <param name="line">The record; for <see cref="RowKind.EmptyDay"/> any of the day.</param>
    /// <param name="kind">What to say about it.</param>
    /// <param name="hash">Of the row, see <see cref="RowHash"/>.</param>
    public LineFault? TryWrite(TardyLine line, RowKind kind, out long hash)
    {
        hash = 0;
        if (!TryPutPlain(line, kind))
        {
            _row.TakeBackTo(0);
            for (var i = 0; i < _cells.Length; i++)
            {
                Separate(i);
                if (TryPut(_cells[i], line, kind) is { } fault)
                    return fault;
            }
        }
        hash = EndRow();
        return null;
    }

    /// <summary>Why a day's school cannot be written, or null: all that a withdrawn record may leave in the file of a replaced day.</summary>
    public LineFault? FindSchoolFault(TardyLine line)
    {
        _row.TakeBackTo(0);
        foreach (var cell in _cells)
        {
            if (cell.Field is LayoutField.SchoolCode or LayoutField.SisSchoolCode && TryPut(cell, line, RowKind.EmptyDay) is { } fault)
                return fault;
        }
        return null;
    }

    public void Dispose()
    {
        Bytes.Dispose();
        _row.Dispose();
    }

    /// <summary>Puts the row together without looking at its values. False: they need a look.</summary>
    private bool TryPutPlain(TardyLine line, RowKind kind)
    {
        _row.TakeBackTo(0);
        var quoted = _layout.Quoting == Quoting.All;
        for (var i = 0; i < _cells.Length; i++)
        {
            var cell = _cells[i];
            var value = cell.Value(line, kind, _scratch, out var fault);
            if (fault is not null || value.Length > cell.MaxLength)
                return false;
            var room = _row.Room(value.Length + 3);
            var at = 0;
            if (i > 0)
                room[at++] = _layout.Delimiter;
            if (quoted)
                room[at++] = '"';
            value.CopyTo(room[at..]);
            at += value.Length;
            if (quoted)
                room[at++] = '"';
            _row.Advance(at);
        }
        var row = _row.Written;
        return row.IndexOfAnyExcept(_plainRow) < 0
            && (quoted ? row.Count('"') == 2 * _cells.Length : row.Count(_layout.Delimiter) == _cells.Length - 1);
    }

    private LineFault? TryPut(Cell cell, TardyLine line, RowKind kind)
    {
        var value = cell.Value(line, kind, _scratch, out var fault);
        if (fault is null && value.Length > cell.MaxLength)
            fault = new LineFault(HoldReason.TooLong, $"The {cell.Name} has {value.Length} characters; {cell.Place} takes at most {cell.MaxLength}. It is never cut.");
        fault ??= FindFault(cell, value);
        if (fault is null)
            Put(value, NeedsQuotes(value));
        return fault;
    }

    private LineFault? FindFault(Cell cell, ReadOnlySpan<char> value)
    {
        if (_layout.Encoding.IndexOfUnencodable(value) is >= 0 and var at)
        {
            var what = value[at] switch
            {
                '\0' => "a NUL character",
                var c when char.IsSurrogate(c) && !(at + 1 < value.Length && char.IsSurrogatePair(c, value[at + 1])) => "half of a character pair",
                _ => $"a character that {_layout.Encoding.Name()} does not have",
            };
            return new LineFault(HoldReason.NotEncodable, $"The {cell.Name} holds {what} at position {at + 1}, which the file cannot carry unaltered.");
        }
        if (_layout.Quoting == Quoting.None && value.IndexOfAny(_quoted) is >= 0 and var needsQuotes)
            return new LineFault(HoldReason.NotEncodable,
                $"The {cell.Name} holds {Name(value[needsQuotes])} at position {needsQuotes + 1}, which a file without quotes cannot carry unaltered.");
        return null;
    }

    private static string Name(char needsQuotes) => needsQuotes switch
    {
        '\t' => "a tab",
        '"' => "a quote",
        '\r' or '\n' => "a line break",
        var delimiter => $"a '{delimiter}'",
    };

    private bool NeedsQuotes(ReadOnlySpan<char> value) =>
        _layout.Quoting == Quoting.All || (_layout.Quoting == Quoting.Minimal && value.IndexOfAny(_quoted) >= 0);

    private void Separate(int column)
    {
        if (column > 0)
            _row.Append(_layout.Delimiter);
    }

    private void Put(ReadOnlySpan<char> value, bool quoted)
    {
        if (!quoted)
        {
            _row.Append(value);
            return;
        }
        _row.Append('"');
        for (var quote = value.IndexOf('"'); quote >= 0; quote = value.IndexOf('"'))
        {
            _row.Append(value[..(quote + 1)]);
            _row.Append('"');
            value = value[(quote + 1)..];
        }
        _row.Append(value);
        _row.Append('"');
    }

    /// <summary>Encodes the row and its line end. Returns the hash of the row.</summary>
    private long EndRow()
    {
        _row.Append(_lineEnd);
        var into = Bytes.Room(_layout.Encoding.MaxBytes(_row.Length));
        var written = _layout.Encoding.Encode(_row.Written, into);
        Bytes.Advance(written);
        return RowHash.Of(into[..(written - LineEndBytes)]);
    }
}
