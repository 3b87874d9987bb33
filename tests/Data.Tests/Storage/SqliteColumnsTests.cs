using System.Text;
using K12Sync.Data.Storage;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace K12Sync.Data.Tests.Storage;

/// <summary>What is read past the driver is what the driver reads.</summary>
public sealed class SqliteColumnsTests : IDisposable
{
    private readonly SqliteConnection _connection = new("Data Source=:memory:");

    public SqliteColumnsTests() => _connection.Open();

    public void Dispose() => _connection.Dispose();

    [Theory]
    [InlineData("9223372036854775807")]
    [InlineData("-9223372036854775808")]
    [InlineData("0")]
    public void Number_IsTheDrivers(string sql) => Read(sql, (reader, columns) =>
    {
        columns.TypeOf(0).Should().Be(raw.SQLITE_INTEGER);
        columns.Number(0).Should().Be(reader.GetInt64(0));
    });

    [Theory]
    [InlineData("''")]
    [InlineData("'Zoë 日本語 🎒'")]
    [InlineData("'a' || char(0) || 'b'")]
    [InlineData("printf('%0100000d', 1)")]
    public void Text_IsTheDrivers(string sql) => Read(sql, (reader, columns) =>
    {
        columns.TypeOf(0).Should().Be(raw.SQLITE_TEXT);
        Encoding.UTF8.GetString(columns.Utf8(0)).Should().Be(reader.GetString(0));
    });

    [Theory]
    [InlineData("NULL", raw.SQLITE_NULL)]
    [InlineData("1.5", raw.SQLITE_FLOAT)]
    [InlineData("x'00ff'", raw.SQLITE_BLOB)]
    public void OtherValues_SayHowTheyAreHeld(string sql, int type) => Read(sql, (_, columns) => columns.TypeOf(0).Should().Be(type));

    /// <summary>The columns belong to the reader and not to a row: they show the row that it stands on.</summary>
    [Fact]
    public void Columns_FollowTheReader()
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "SELECT 1, 'one' UNION ALL SELECT 2, NULL UNION ALL SELECT 3, 'three'";
        using var reader = command.ExecuteReader();
        var columns = new SqliteColumns(reader);
        var seen = new List<(long, string?)>();

        while (reader.Read())
            seen.Add((columns.Number(0), columns.TypeOf(1) == raw.SQLITE_NULL ? null : Encoding.UTF8.GetString(columns.Utf8(1))));

        seen.Should().Equal((1, "one"), (2, null), (3, "three"));
    }

    [Fact]
    public void Columns_AreRefused_OfAReaderThatIsClosed()
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "SELECT 1";
        var reader = command.ExecuteReader();
        reader.Dispose();

        var make = () => new SqliteColumns(reader);

        make.Should().Throw<Exception>().Which.Should().Match(e => e is ArgumentException || e is InvalidOperationException);
    }

    private void Read(string sql, Action<SqliteDataReader, SqliteColumns> look)
    {
        using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // The values of this test.
        command.CommandText = "SELECT " + sql;
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        reader.Read().Should().BeTrue();
        look(reader, new SqliteColumns(reader));
    }
}
