using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using K12Sync.OData.Writing;

namespace K12Sync.OData.FastPath;

/// <summary>Rows of one answer on their way to be written with what their links lead to.</summary>
internal sealed class ExpandedRows : IDisposable
{
    private readonly RowColumns _columns;
    private readonly IReadOnlyList<BoundExpansion> _expansions;
    private readonly List<object[]?>[] _links;
    private readonly List<object?[]> _keys = [];
    private readonly RowPieces _rows;
    private readonly int[] _key;

    private ExpandedRows(RowColumns columns, IReadOnlyList<BoundExpansion> expansions, Shape request)
    {
        (_columns, _expansions, _rows) = (columns, expansions, new RowPieces(columns, request.Wants));
        _links = [.. expansions.Select(_ => new List<object[]?>())];
        _key = [.. columns.Shape.Set.Key.Select(columns.IndexOf)];
    }

    public int Count => _rows.Count;

    /// <summary>Null when a value of the request does not fit one of the statements.</summary>
    public static ExpandedRows? Of(RowColumns columns, IReadOnlyList<PlannedExpansion> expansions, Shape request)
    {
        var bound = expansions.Select(e => e.Bind(request)).ToList();
        return bound.Contains(null) ? null : new ExpandedRows(columns, bound!, request);
    }

    public void Add(StoredRows reader, string? context)
    {
        _rows.Add(reader, open: true, context);
        _keys.Add(Array.ConvertAll(_key, column => _columns.Get(reader, column)));
        for (var i = 0; i < _links.Length; i++)
            _links[i].Add(_expansions[i].Plan.LinkOf(reader));
    }

    /// <summary>Reads what the links lead to, then writes all rows, separated by commas.</summary>
    public async Task WriteAsync(PreparedConnections.Lease lease, Destination to, CancellationToken stopped)
    {
        var below = new List<(RowPieces Pieces, BelowOne[] Below)>(_expansions.Count);
        for (var i = 0; i < _expansions.Count; i++)
            below.Add(await _expansions[i].Plan.ReadAsync(_expansions[i], _links[i], lease, to.Request, stopped).ConfigureAwait(false));
        for (var row = 0; row < _rows.Count; row++)
        {
            if (row > 0)
                to.Output.Write(","u8);
            to.Output.Write(_rows[row]);
            var comma = _rows[row] is not [.., (byte)'{'];
            for (var i = 0; i < _expansions.Count; i++)
            {
                Write(to, _expansions[i].Plan, below[i].Pieces, below[i].Below[row], row, comma);
                comma = true;
            }
            to.Output.Write("}"u8);
            await to.Sent().ConfigureAwait(false);
        }
        below.ForEach(b => b.Pieces.Dispose());
    }

    public void Dispose() => _rows.Dispose();

    private void Write(Destination to, PlannedExpansion plan, RowPieces pieces, BelowOne below, int row, bool comma)
    {
        if (below.Count is { } count)
        {
            WriteName(to.Output, plan.Name, "@odata.count", comma);
            var text = count.ToString(CultureInfo.InvariantCulture);
            Encoding.UTF8.GetBytes(to.Request.Wants.NumbersAsText ? "\"" + text + "\"" : text, to.Output);
            comma = true;
        }
        WriteName(to.Output, plan.Name, "", comma);
        if (!plan.Expansion.Link.ToMany)
        {
            to.Output.Write(below.Rows is [var one, ..] ? pieces[one] : "null"u8);
            return;
        }
        to.Output.Write("["u8);
        for (var i = 0; i < below.Rows.Count; i++)
        {
            if (i > 0)
                to.Output.Write(","u8);
            to.Output.Write(pieces[below.Rows[i]]);
        }
        to.Output.Write("]"u8);
        if (!below.HasMore)
            return;
        WriteName(to.Output, plan.Name, "@odata.nextLink", true);
        var link = RowWriter.ChildLink(to.Root, _columns.Shape.Set, _keys[row], plan.Expansion, to.Request.Query, below.Rows.Count);
        to.Output.Write("\""u8);
        to.Output.Write(JsonEncodedText.Encode(link, RowsAnswer.JsonOptions.Encoder).EncodedUtf8Bytes);
        to.Output.Write("\""u8);
    }

    private static void WriteName(IBufferWriter<byte> output, JsonEncodedText name, string suffix, bool comma)
    {
        output.Write(comma ? ",\""u8 : "\""u8);
        output.Write(name.EncodedUtf8Bytes);
        Encoding.UTF8.GetBytes(suffix, output);
        output.Write("\":"u8);
    }
}
