using System.Data.Common;

namespace K12Sync.OData;

/// <summary>How the database holds a value.</summary>
public enum StoredAs
{
    /// <summary>There is none.</summary>
    Null,

    /// <summary>As a whole number.</summary>
    WholeNumber,

    /// <summary>As text.</summary>
    Text,

    /// <summary>In another way, which is left to the driver.</summary>
    Other,
}

/// <summary>
/// The columns of the row that a reader stands on, past the driver, for a host that has a shorter way to the bytes than ADO.NET has: text goes from the
/// database's memory into the answer without becoming a string. See <see cref="PreparedAccess.Columns"/>.
/// </summary>
public abstract class StoredColumns
{
    /// <summary>How the column's value is held in this row.</summary>
    public abstract StoredAs Holds(int ordinal);

    /// <summary>The value of a column that holds a whole number.</summary>
    public abstract long Number(int ordinal);

    /// <summary>The value of a column that holds text, valid until the reader moves.</summary>
    public abstract ReadOnlySpan<byte> Utf8(int ordinal);
}

/// <summary>The rows of a statement: the driver's reader, and the shorter way to its columns where the host has one.</summary>
internal readonly struct StoredRows(DbDataReader reader, StoredColumns? columns) : IAsyncDisposable
{
    public DbDataReader Reader => reader;

    public StoredColumns? Columns => columns;

    public int FieldCount => reader.FieldCount;

    public Task<bool> ReadAsync(CancellationToken stopped) => reader.ReadAsync(stopped);

    public Task CloseAsync() => reader.CloseAsync();

    public ValueTask DisposeAsync() => reader.DisposeAsync();
}
