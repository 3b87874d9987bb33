using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using K12Sync.OData.FastPath;
using K12Sync.OData.Tests.Bookshop;
using K12Sync.OData.Writing;
using Microsoft.Data.Sqlite;

namespace K12Sync.OData.Tests.FastPath;

/// <summary>A value read past the driver is written as the driver's would be, and what is wrong with it is as wrong: every type, at its edges.</summary>
public sealed class StoredColumnsTests : IDisposable
{
    private readonly SqliteConnection _connection = new("Data Source=:memory:");

    public StoredColumnsTests() => _connection.Open();

    public void Dispose() => _connection.Dispose();

    /// <summary>SQL of a value, and the type it is read as.</summary>
    public static TheoryData<string, Type> Values
    {
        get
        {
            var data = new TheoryData<string, Type>();
            void Add(Type type, params string[] values)
            {
                foreach (var value in values.Append("NULL"))
                    data.Add(value, type);
            }
            Add(typeof(long), "0", "-1", "9223372036854775807", "-9223372036854775808", "'17'", "1.0");
            Add(typeof(int), "0", "2147483647", "-2147483648", "2147483648", "-9223372036854775808", "'x'");
            Add(typeof(short), "32767", "-32768", "40000");
            Add(typeof(byte), "255", "256", "-1");
            Add(typeof(bool), "0", "1", "2", "-1");
            Add(typeof(string), "''", "' '", "'Zoë Ångström'", "'日本語 🎒'", "'line' || char(10) || char(13) || char(9) || 'end'", "'a' || char(0) || 'b'", "'\"<&>\\'", "char(8232)", "7", "1.5", "x'41c3a9'", Long);
            Add(typeof(DateOnly), "'0001-01-01'", "'9999-12-31'", "'2024-02-29'", "'2026-01-02 00:00:00'", "''", "'x'");
            Add(typeof(TimeOnly), "'00:00:00'", "'23:59:59.9999999'", "'08:05:00'");
            Add(typeof(DateTimeOffset), "0", "3155378975999999999", "638900000000000001", "638900000012345678", "638900000000000000", "-1", "3155378976000000000");
            Add(typeof(Genre), "0", "2", "9", "'Fiction'", "'Poetry'", "'fiction'", "'Nobody'", "''", "'1'");
            Add(typeof(Guid), "'3F2504E0-4F89-11D3-9A0C-0305E82C3301'", "'x'");
            Add(typeof(decimal), "'0.0'", "'-79228162514264337593543950335'", "'1.10'", "1.5", "7");
            Add(typeof(double), "0.0", "1.5", "-1.7976931348623157e308", "5e-324", "7");
            return data;
        }
    }

    private const string Long = "printf('%05000d', 7) || 'é'";

    [Theory]
    [MemberData(nameof(Values))]
    public void AValue_IsTheSame_PastTheDriver(string sql, Type type)
    {
        foreach (var mayBeNull in new[] { true, false })
        {
            foreach (var numbersAsText in new[] { true, false })
            {
                var column = ColumnReader.For(type, mayBeNull, instantsAreTicks: true)!;

                var (past, byDriver) = Both(sql, rows => Written(column, rows, numbersAsText), rows => Written(column, rows, numbersAsText));
                past.Should().Be(byDriver, $"{sql} as {type.Name}, {(mayBeNull ? "nullable" : "required")}");
            }
        }
        var reader = ColumnReader.For(type, true, true)!;
        var (value, expected) = Both(sql, rows => Told(() => reader.Get(rows, 0)), rows => Told(() => reader.Get(rows, 0)));
        value.Should().Be(expected, sql);
    }

    /// <summary>The driver stores no such text. If it is there all the same, one way writes the sign for it and the other escapes it.</summary>
    [Fact]
    public void BytesThatAreNoText_AreReplacedAlike()
    {
        var column = ColumnReader.For(typeof(string), false, true)!;

        var (past, byDriver) = Both("CAST(x'ff41c3' AS TEXT)", rows => Written(column, rows, false), rows => Written(column, rows, false));

        JsonDocument.Parse(past).RootElement.GetString().Should().Be(JsonDocument.Parse(byDriver).RootElement.GetString()).And.Be("\uFFFDA\uFFFD");
    }

    [Fact]
    public void EveryTypeOfTheModel_IsTried()
    {
        var tried = Values.Select(row => row.Data.Item2).ToHashSet();

        typeof(BookView).GetProperties().Concat(typeof(StockView).GetProperties()).Select(p => Nullable.GetUnderlyingType(p.PropertyType) ?? p.PropertyType)
            .Where(t => !t.IsEnum && (t.IsValueType || t == typeof(string)) && ColumnReader.For(t, true, true) is not null).Should().BeSubsetOf(tried);
    }

    /// <summary>The third row cannot be computed: the rows before it have been read either way, and the error is the driver's own.</summary>
    [Fact]
    public void AnErrorInTheMiddle_IsTheDriversOwn()
    {
        const string Sql = "SELECT CASE WHEN n = 3 THEN abs(-9223372036854775808) ELSE n END FROM (SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4)";
        var column = ColumnReader.For(typeof(long), false, true)!;

        var told = new[] { true, false }.Select(pastTheDriver => ReadAll(Sql, column, pastTheDriver, _ => { })).ToList();

        told[0].Rows.Should().Equal("1", "2");
        told[0].Error.Should().Contain("integer overflow");
        told[1].Should().BeEquivalentTo(told[0]);
    }

    [Fact]
    public void AStatementThatIsInterrupted_EndsAsByTheDriver()
    {
        const string Sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT 'row ' || i FROM n";
        var column = ColumnReader.For(typeof(string), false, true)!;

        var told = new[] { true, false }.Select(pastTheDriver => ReadAll(Sql, column, pastTheDriver, row =>
        {
            if (row == 5)
                SQLitePCL.raw.sqlite3_interrupt(_connection.Handle!);
        })).ToList();

        told[0].Rows.Should().HaveCount(5).And.EndWith("\"row 5\"");
        told[0].Error.Should().Contain("interrupted");
        told[1].Should().BeEquivalentTo(told[0]);
    }

    private (List<string> Rows, string Error) ReadAll(string sql, ColumnReader column, bool pastTheDriver, Action<int> after)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        try
        {
            var stored = new StoredRows(reader, pastTheDriver ? new BookshopColumns(reader.Handle!) : null);
            while (reader.Read())
            {
                rows.Add(Written(column, stored, false));
                after(rows.Count);
            }
            return (rows, "");
        }
        catch (SqliteException failure)
        {
            return (rows, $"{failure.SqliteErrorCode} {failure.SqliteExtendedErrorCode} {failure.Message}");
        }
    }

    private (string Past, string ByDriver) Both(string value, Func<StoredRows, string> past, Func<StoredRows, string> byDriver) => (One(value, true, past), One(value, false, byDriver));

    private string One(string value, bool pastTheDriver, Func<StoredRows, string> read)
    {
        using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // The values of this test.
        command.CommandText = "SELECT " + value;
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        reader.Read().Should().BeTrue();
        return read(new StoredRows(reader, pastTheDriver ? new BookshopColumns(reader.Handle!) : null));
    }

    private static string Written(ColumnReader column, StoredRows rows, bool numbersAsText) => Told(() =>
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output, RowsAnswer.JsonOptions))
            column.Write(json, rows, 0, numbersAsText);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    });

    /// <summary>The value as text, or the kind of error: its words are each one's own.</summary>
    private static string Told(Func<object?> read)
    {
        try
        {
            return read() switch { null => "null", IFormattable value => value.GetType().Name + " " + value.ToString(null, CultureInfo.InvariantCulture), var other => other.ToString()! };
        }
        catch (Exception failure) when (failure is InvalidCastException or OverflowException or FormatException or ArgumentException or InvalidOperationException)
        {
            return failure.GetType().Name;
        }
    }
}
