using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using SQLitePCL;

namespace K12Sync.Data.Storage;

/// <summary>
/// A prepared statement of the bulk paths, past the driver: the driver looks up and binds every parameter by name at every call, which costs
/// more than the insert itself. Bound values stay until they are bound anew. Runs in whatever transaction the connection is in.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private const int ShortText = 256;
    private readonly sqlite3 _connection;
    private readonly sqlite3_stmt _statement;

    /// <summary>Prepares one statement and binds its <c>@district</c>. The connection is opened if need be.</summary>
    /// <exception cref="InvalidOperationException">The statement does not name <c>@district</c>.</exception>
    public SqliteStatement(K12SyncDb db, string sql)
    {
        DistrictSql.MustNameDistrict(sql);
        db.Database.OpenConnection();
        _connection = ((SqliteConnection)db.Database.GetDbConnection()).Handle!;
        Must(raw.sqlite3_prepare_v3(_connection, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement));
        Bind(Parameter("@district"), db.DistrictId);
    }

    /// <summary>How many rows the last run wrote.</summary>
    public int Changes => raw.sqlite3_changes(_connection);

    /// <summary>Where a parameter is bound; 0 if the statement has none of that name.</summary>
    public int Parameter(string name) => raw.sqlite3_bind_parameter_index(_statement, name);

    public void Bind(int parameter, long value) => Must(raw.sqlite3_bind_int64(_statement, parameter, value));

    public void Bind(int parameter, long? value) => Must(value is { } number
        ? raw.sqlite3_bind_int64(_statement, parameter, number)
        : raw.sqlite3_bind_null(_statement, parameter));

    public void Bind(int parameter, string? value)
    {
        if (value is null)
            Must(raw.sqlite3_bind_null(_statement, parameter));
        else if (value.Length > ShortText)
            Must(raw.sqlite3_bind_text(_statement, parameter, Encoding.UTF8.GetBytes(value)));
        else
        {
            Span<byte> utf8 = stackalloc byte[ShortText * 3];
            Must(raw.sqlite3_bind_text(_statement, parameter, utf8[..Encoding.UTF8.GetBytes(value, utf8)]));
        }
    }

    /// <summary>As ISO text, as the columns hold days.</summary>
    public void Bind(int parameter, DateOnly value)
    {
        Span<byte> utf8 = stackalloc byte[10];
        value.TryFormat(utf8, out _, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        Must(raw.sqlite3_bind_text(_statement, parameter, utf8));
    }

    /// <summary>A value as <see cref="DistrictSql.Set"/> takes it.</summary>
    public void Bind(int parameter, object? value)
    {
        switch (value)
        {
            case null or DBNull:
                Bind(parameter, (string?)null);
                break;
            case DateOnly day:
                Bind(parameter, day);
                break;
            case DateTimeOffset instant:
                Bind(parameter, instant.UtcTicks);
                break;
            case string or Enum:
                Bind(parameter, value.ToString());
                break;
            default:
                Bind(parameter, Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    /// <summary>Moves to the next row; false after the last one.</summary>
    public bool Read()
    {
        var result = raw.sqlite3_step(_statement);
        if (result is raw.SQLITE_ROW)
            return true;
        if (result is not raw.SQLITE_DONE)
            Must(result);
        return false;
    }

    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    public long Number(int column) => raw.sqlite3_column_int64(_statement, column);

    /// <summary>The text of the present row's column, valid until the next one.</summary>
    public ReadOnlySpan<byte> Utf8(int column) => raw.sqlite3_column_blob(_statement, column);

    /// <summary>Runs a statement that gives no rows.</summary>
    public void Run()
    {
        var result = raw.sqlite3_step(_statement);
        // Resetting says the same again, and must be done before the next run in any case.
        _ = raw.sqlite3_reset(_statement);
        if (result is not raw.SQLITE_DONE)
            Must(result);
    }

    public void Dispose() => _statement.Dispose();

    private void Must(int result)
    {
        if (result is not raw.SQLITE_OK)
            SqliteException.ThrowExceptionForRC(result, _connection);
    }
}
