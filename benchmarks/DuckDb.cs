using System.Reflection;
using System.Runtime.InteropServices;

namespace K12Sync.Benchmarks;

/// <summary>An in-memory DuckDB on one thread, by its C API. The library is fetched by <c>benchmarks/get-duckdb</c>.</summary>
public sealed partial class DuckDb : IDisposable
{
    private const string Library = "duckdb";
    private nint _database;
    private nint _connection;

    private DuckDb()
    {
        Must(Open(null, out _database), "open");
        Must(Connect(_database, out _connection), "connect");
        Execute("SET threads=1");
    }

    public static string Version => Marshal.PtrToStringUTF8(LibraryVersion())!;

    /// <summary>Null if the library is not there.</summary>
    public static DuckDb? TryOpen()
    {
        var path = Directories().Select(d => Path.Combine(d, "benchmarks", "native", "libduckdb.so")).FirstOrDefault(File.Exists);
        if (path is null)
            return null;
        NativeLibrary.SetDllImportResolver(Assembly.GetExecutingAssembly(), (name, _, _) => name == Library ? NativeLibrary.Load(path) : 0);
        return new DuckDb();
    }

    /// <exception cref="InvalidOperationException">DuckDB refuses; the message is its own.</exception>
    public void Execute(string sql) => Run(sql, _ => 0L);

    /// <summary>The first value of the first row.</summary>
    public long Number(string sql) => Run(sql, result => ValueInt64(ref result, 0, 0));

    /// <summary>Appends rows of whole numbers, given column by column.</summary>
    public void Append(string table, params long[][] columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        Must(AppenderCreate(_connection, null, table, out var appender), "append");
        for (var row = 0; row < columns[0].Length; row++)
        {
            foreach (var column in columns)
                Must(AppendInt64(appender, column[row]), "append");
            Must(AppenderEndRow(appender), "append");
        }
        Must(AppenderDestroy(ref appender), "append");
    }

    public void Dispose()
    {
        Disconnect(ref _connection);
        Close(ref _database);
    }

    private long Run(string sql, Func<QueryResult, long> read)
    {
        var failed = Query(_connection, sql, out var result);
        try
        {
            if (failed != 0)
                throw new InvalidOperationException(Marshal.PtrToStringUTF8(ResultError(ref result)));
            return read(result);
        }
        finally
        {
            DestroyResult(ref result);
        }
    }

    private static void Must(int state, string what)
    {
        if (state != 0)
            throw new InvalidOperationException($"DuckDB could not {what}.");
    }

    private static IEnumerable<string> Directories()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            yield return at.FullName;
    }

    /// <summary>duckdb_result: six words that only DuckDB reads.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 6 * 8)]
    private struct QueryResult;

    [LibraryImport(Library, EntryPoint = "duckdb_library_version")]
    private static partial nint LibraryVersion();

    [LibraryImport(Library, EntryPoint = "duckdb_open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string? path, out nint database);

    [LibraryImport(Library, EntryPoint = "duckdb_connect")]
    private static partial int Connect(nint database, out nint connection);

    [LibraryImport(Library, EntryPoint = "duckdb_query", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Query(nint connection, string sql, out QueryResult result);

    [LibraryImport(Library, EntryPoint = "duckdb_result_error")]
    private static partial nint ResultError(ref QueryResult result);

    [LibraryImport(Library, EntryPoint = "duckdb_value_int64")]
    private static partial long ValueInt64(ref QueryResult result, ulong column, ulong row);

    [LibraryImport(Library, EntryPoint = "duckdb_destroy_result")]
    private static partial void DestroyResult(ref QueryResult result);

    [LibraryImport(Library, EntryPoint = "duckdb_appender_create", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AppenderCreate(nint connection, string? schema, string table, out nint appender);

    [LibraryImport(Library, EntryPoint = "duckdb_append_int64")]
    private static partial int AppendInt64(nint appender, long value);

    [LibraryImport(Library, EntryPoint = "duckdb_appender_end_row")]
    private static partial int AppenderEndRow(nint appender);

    [LibraryImport(Library, EntryPoint = "duckdb_appender_destroy")]
    private static partial int AppenderDestroy(ref nint appender);

    [LibraryImport(Library, EntryPoint = "duckdb_disconnect")]
    private static partial void Disconnect(ref nint connection);

    [LibraryImport(Library, EntryPoint = "duckdb_close")]
    private static partial void Close(ref nint database);
}
