using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace K12Sync.Data.Storage;

/// <summary>
/// The columns of the row on which a reader of SQLite stands, past the driver. The driver takes a handle and gives it back for every single value, which for
/// rows that go straight to the network takes longer than everything else about them. Good for as long as the reader is open, on the thread that reads.
/// </summary>
public sealed partial class SqliteColumns
{
    // Calls that only look at what the last step has left in memory.
    private const string Library = "e_sqlite3";
    private readonly nint _statement;

    /// <summary>The columns of a reader that is open.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    public SqliteColumns(SqliteDataReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        _statement = reader.Handle?.DangerousGetHandle() ?? throw new ArgumentException("The reader has no statement.", nameof(reader));
    }

    /// <summary>How the value is held, as SQLite numbers its types.</summary>
    public int TypeOf(int column) => TypeOf(_statement, column);

    /// <summary>A whole number.</summary>
    public long Number(int column) => Int64Of(_statement, column);

    /// <summary>A text, valid until the reader moves.</summary>
    public unsafe ReadOnlySpan<byte> Utf8(int column)
    {
        // In this order: asking for the text may change its length.
        var text = TextOf(_statement, column);
        return new ReadOnlySpan<byte>(text, BytesOf(_statement, column));
    }

    [LibraryImport(Library, EntryPoint = "sqlite3_column_type"), SuppressGCTransition]
    private static partial int TypeOf(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_int64"), SuppressGCTransition]
    private static partial long Int64Of(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_text"), SuppressGCTransition]
    private static unsafe partial byte* TextOf(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_bytes"), SuppressGCTransition]
    private static partial int BytesOf(nint statement, int column);
}
