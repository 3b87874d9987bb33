using System.Buffers.Text;
using System.Data.Common;
using System.Text;

namespace K12Sync.Data.Storage;

/// <summary>
/// Reads many rows, each database in its own fast way. Values are asked for by their place in the SELECT, and with the type they have: nothing is
/// converted. As long as it is open nothing else should be done on the context.
/// </summary>
internal abstract class RowReader : IAsyncDisposable
{
    /// <summary>Moves to the next row; false after the last one.</summary>
    public abstract ValueTask<bool> ReadAsync(CancellationToken cancellation);

    public abstract bool IsNull(int column);

    /// <summary>A whole number of any width, or an instant as UTC ticks.</summary>
    public abstract long Number(int column);

    public abstract bool Truth(int column);

    public abstract DateOnly Day(int column);

    public abstract string Text(int column);

    /// <summary>A text that many rows have: it is likely to be the same object in each of them.</summary>
    public abstract string Shared(int column);

    /// <summary>As <see cref="Shared"/>, or null.</summary>
    public string? SharedOrNull(int column) => IsNull(column) ? null : Shared(column);

    public abstract ValueTask DisposeAsync();
}

/// <summary>Past the driver, whose texts are new objects in every row.</summary>
internal sealed class SqliteRowReader : RowReader
{
    private const int RowsBetweenLooks = 1024;
    private readonly SqliteStatement _statement;
    private readonly Utf8Pool _pool = new();
    private int _rows;

    public SqliteRowReader(K12SyncDb db, string sql, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        _statement = new SqliteStatement(db, sql);
        // As with the driver of PostgreSQL, a parameter may be given that the statement does not name.
        foreach (var (name, value) in parameters)
            if (_statement.Parameter(name) is > 0 and var parameter)
                _statement.Bind(parameter, value);
    }

    public override ValueTask<bool> ReadAsync(CancellationToken cancellation)
    {
        if (++_rows % RowsBetweenLooks == 0)
            cancellation.ThrowIfCancellationRequested();
        return new ValueTask<bool>(_statement.Read());
    }

    public override bool IsNull(int column) => _statement.IsNull(column);

    public override long Number(int column) => _statement.Number(column);

    public override bool Truth(int column) => _statement.Number(column) != 0;

    public override DateOnly Day(int column)
    {
        // yyyy-MM-dd, as every day was written.
        var text = _statement.Utf8(column);
        _ = Utf8Parser.TryParse(text[..4], out int year, out _);
        return new DateOnly(year, (text[5] - '0') * 10 + text[6] - '0', (text[8] - '0') * 10 + text[9] - '0');
    }

    public override string Text(int column) => Encoding.UTF8.GetString(_statement.Utf8(column));

    public override string Shared(int column) => _pool.Get(_statement.Utf8(column));

    public override ValueTask DisposeAsync()
    {
        _statement.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>By the driver.</summary>
internal sealed class DriverRowReader(DbCommand command, DbDataReader row) : RowReader
{
    private readonly Dictionary<string, string> _pool = new(StringComparer.Ordinal);

    public override ValueTask<bool> ReadAsync(CancellationToken cancellation) => new(row.ReadAsync(cancellation));

    public override bool IsNull(int column) => row.IsDBNull(column);

    public override long Number(int column) => row.GetInt64(column);

    public override bool Truth(int column) => row.GetBoolean(column);

    public override DateOnly Day(int column) => row.GetFieldValue<DateOnly>(column);

    public override string Text(int column) => row.GetString(column);

    public override string Shared(int column)
    {
        var text = row.GetString(column);
        if (_pool.TryGetValue(text, out var known))
            return known;
        if (_pool.Count < Utf8Pool.Places)
            _pool.Add(text, text);
        return text;
    }

    public override async ValueTask DisposeAsync()
    {
        await row.DisposeAsync();
        await command.DisposeAsync();
    }
}

/// <summary>
/// Strings by their UTF-8, so that a text that is met again need not be made again. Of bounded size: one text has one place, and whoever comes
/// last has it. Texts that are not ASCII are made every time.
/// </summary>
internal sealed class Utf8Pool
{
    public const int Places = 1 << 14;
    private readonly string?[] _strings = new string?[Places];

    public string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
            return "";
        ref var place = ref _strings[Hash(utf8) & (Places - 1)];
        return place is { } known && Ascii.Equals(utf8, known) ? known : place = Encoding.UTF8.GetString(utf8);
    }

    private static uint Hash(ReadOnlySpan<byte> utf8)
    {
        var hash = 2166136261;
        foreach (var b in utf8)
            hash = (hash ^ b) * 16777619;
        return hash ^ (hash >> 15);
    }
}
