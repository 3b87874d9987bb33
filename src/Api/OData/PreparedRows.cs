using System.Data.Common;
using K12Sync.Data.Storage;
using K12Sync.OData;
using Microsoft.Data.Sqlite;

namespace K12Sync.Api.OData;

/// <summary>What hot queries need to run as prepared statements: connections that only read, and the caller's district and school as values by name.</summary>
internal static class PreparedRows
{
    // As EF names the parameters: of the filter on every table, and of the variable that the views take their school from. A plan with a parameter
    // that is neither one of these nor the request's own is not kept.
    private const string District = "ef_filter__DistrictId";
    private const string School = "school";

    public static PreparedAccess Access(Database database) => new(
        async stopped => await database.OpenForReadingAsync(stopped), http => ShapeOf(RowsOfCaller.CallerOf(http)), Interrupt,
        reader => reader is SqliteDataReader sqlite ? new ColumnsOfSqlite(new SqliteColumns(sqlite)) : null);

    /// <summary>Views may show a role less than another, so plans are for one role only. A caller of several schools takes the long way: a list is no value that a statement can be prepared for.</summary>
    private static CallerShape? ShapeOf(Access.Caller caller) => caller.Schools switch
    {
        { IsAll: true } => new CallerShape($"{caller.Role} district", new Dictionary<string, object?> { [District] = caller.District.Value }),
        { One: { } school } => new CallerShape($"{caller.Role} school", new Dictionary<string, object?> { [District] = caller.District.Value, [School] = school }),
        _ => null,
    };

    /// <summary>SQLite does not hear that nobody waits any more.</summary>
    private static void Interrupt(DbConnection connection)
    {
        if (connection is SqliteConnection { Handle: { } handle })
            SQLitePCL.raw.sqlite3_interrupt(handle);
    }

    private sealed class ColumnsOfSqlite(SqliteColumns columns) : StoredColumns
    {
        public override StoredAs Holds(int ordinal) => columns.TypeOf(ordinal) switch
        {
            SQLitePCL.raw.SQLITE_INTEGER => StoredAs.WholeNumber,
            SQLitePCL.raw.SQLITE_TEXT => StoredAs.Text,
            SQLitePCL.raw.SQLITE_NULL => StoredAs.Null,
            _ => StoredAs.Other,
        };

        public override long Number(int ordinal) => columns.Number(ordinal);

        public override ReadOnlySpan<byte> Utf8(int ordinal) => columns.Utf8(ordinal);
    }
}
