using System.Text.Json;
using K12Sync.OData.Http;
using K12Sync.OData.Model;
using K12Sync.OData.Queries;
using K12Sync.OData.Writing;

namespace K12Sync.OData.FastPath;

/// <summary>The columns of a statement that yields rows of a set, and how a row of them is written.</summary>
internal sealed class RowColumns
{
    private readonly IReadOnlyList<ViewProperty> _properties;
    private readonly IReadOnlyList<ColumnReader> _readers;
    private readonly int[] _written;
    private readonly int _version;

    private RowColumns(RowShape shape, IReadOnlyList<ViewProperty> properties, IReadOnlyList<ColumnReader> readers)
    {
        (Shape, _properties, _readers) = (shape, properties, readers);
        _written = [.. shape.Written.Select(IndexOf)];
        _version = shape.Set.Version is { } version ? IndexOf(version) : -1;
    }

    public RowShape Shape { get; }

    /// <summary>Null when one of the columns cannot be read without EF.</summary>
    public static RowColumns? Of(RowShape shape, Translation.TranslationScope scope)
    {
        var properties = shape.Loaded.ToList();
        var masked = scope.Masked(shape.Set);
        var readers = properties.ConvertAll(p => ColumnReader.For(p, scope.Request.Options.InstantsAreTicks, masked.Contains(p.Name) ? p.Mask : null));
        return readers.Contains(null) ? null : new RowColumns(shape, properties, readers!);
    }

    public int IndexOf(ViewProperty property)
    {
        for (var i = 0; i < _properties.Count; i++)
        {
            if (_properties[i] == property)
                return i;
        }
        throw new InvalidOperationException($"{property.Name} is not loaded.");
    }

    /// <summary>The same reader, once it is certain that it has these columns.</summary>
    public StoredRows Fit(StoredRows reader) =>
        reader.FieldCount == _readers.Count ? reader : throw new InvalidOperationException("The statement has other columns than its plan.");

    public object? Get(StoredRows reader, int column) => _readers[column].Get(reader, column);

    public object? Version(StoredRows reader) => _version < 0 ? null : Get(reader, _version);

    /// <summary>Writes a row up to its last property; what is expanded, and the end, are the caller's business.</summary>
    public void WriteOpen(Utf8JsonWriter json, StoredRows reader, Negotiation wants, string? context)
    {
        json.WriteStartObject();
        if (context is not null && wants.WritesContext)
            json.WriteString("@odata.context", context);
        if (_version >= 0 && wants.Metadata != MetadataLevel.None)
            RowWriter.WriteETag(json, Get(reader, _version));
        foreach (var column in _written)
        {
            json.WritePropertyName(_properties[column].EncodedName);
            _readers[column].Write(json, reader, column, wants.NumbersAsText);
        }
    }
}
