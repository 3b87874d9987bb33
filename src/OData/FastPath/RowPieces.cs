using System.Text.Json;
using K12Sync.OData.Http;
using K12Sync.OData.Writing;

namespace K12Sync.OData.FastPath;

/// <summary>Rows written as JSON ahead of their turn, each to be put into its place later.</summary>
internal sealed class RowPieces : IDisposable
{
    private readonly PooledBytes _buffer = new(16 * 1024);
    private readonly List<(int Start, int Length)> _rows = [];
    private readonly RowColumns _columns;
    private readonly Negotiation _wants;
    private readonly Utf8JsonWriter _json;

    public RowPieces(RowColumns columns, Negotiation wants)
    {
        (_columns, _wants) = (columns, wants);
        _json = new Utf8JsonWriter(_buffer, RowsAnswer.JsonOptions);
    }

    public int Count => _rows.Count;

    public ReadOnlySpan<byte> this[int row] => _buffer.Written.Slice(_rows[row].Start, _rows[row].Length);

    /// <summary>Writes the row the reader stands on. An open one lacks its closing brace.</summary>
    public void Add(StoredRows reader, bool open, string? context = null)
    {
        var start = _buffer.Count;
        _columns.WriteOpen(_json, reader, _wants, context);
        if (!open)
            _json.WriteEndObject();
        _json.Flush();
        _json.Reset();
        _rows.Add((start, _buffer.Count - start));
    }

    public void Dispose()
    {
        _json.Dispose();
        _buffer.GiveBack();
    }
}
