using System.Text;
using Npgsql;

namespace K12Sync.Data.Storage;

/// <summary>What a value of a row is.</summary>
internal enum Holds
{
    /// <summary>A whole number, or an instant as UTC ticks.</summary>
    Number,
    Text,
    Day,
}

/// <summary>
/// One statement for many rows, each database in its own fast way, in the caller's transaction. Values are added row by row in the order in
/// which they were declared. What was added is in the table after <see cref="FlushAsync"/>, not before.
/// </summary>
/// <remarks>
/// The statement names a row's values as <c>{name}</c>, and <c>{rows}</c> where its FROM belongs:
/// <c>INSERT INTO t (a, b) SELECT @district, {b} {rows}</c>; <c>UPDATE t SET b = {b} {rows} WHERE a = @district AND t.id = {id}</c>.
/// </remarks>
internal abstract class RowWriter : IAsyncDisposable
{
    public abstract RowWriter Add(long? value);

    public abstract RowWriter Add(string? value);

    public abstract RowWriter Add(DateOnly value);

    /// <summary>The row is complete.</summary>
    /// <exception cref="System.Data.Common.DbException">The database refuses this row, or an earlier one that had not been sent.</exception>
    public abstract ValueTask EndRowAsync(CancellationToken cancellation);

    /// <summary>Sends what has not been sent.</summary>
    /// <exception cref="System.Data.Common.DbException">As <see cref="EndRowAsync"/>.</exception>
    public abstract Task FlushAsync(CancellationToken cancellation);

    public abstract ValueTask DisposeAsync();
}

/// <summary>Runs the statement once for each row.</summary>
internal sealed class SqliteRowWriter : RowWriter
{
    private readonly SqliteStatement _statement;
    private readonly int[] _parameters;
    private int _next;

    public SqliteRowWriter(K12SyncDb db, string sql, (string Name, Holds Holds)[] values)
    {
        var text = new StringBuilder(sql).Replace("{rows}", "");
        foreach (var (name, _) in values)
            text.Replace($"{{{name}}}", $"@{name}");
        _statement = new SqliteStatement(db, text.ToString());
        _parameters = [.. values.Select(v => _statement.Parameter($"@{v.Name}"))];
    }

    public override RowWriter Add(long? value)
    {
        _statement.Bind(_parameters[_next++], value);
        return this;
    }

    public override RowWriter Add(string? value)
    {
        _statement.Bind(_parameters[_next++], value);
        return this;
    }

    public override RowWriter Add(DateOnly value)
    {
        _statement.Bind(_parameters[_next++], value);
        return this;
    }

    public override ValueTask EndRowAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        _next = 0;
        _statement.Run();
        return ValueTask.CompletedTask;
    }

    public override Task FlushAsync(CancellationToken cancellation) => Task.CompletedTask;

    public override ValueTask DisposeAsync()
    {
        _statement.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>Sends the values of many rows as one array for each column: a statement for each row would be a journey for each row.</summary>
internal sealed class PostgresRowWriter : RowWriter
{
    private const int RowsAtOnce = 10_000;
    private readonly NpgsqlCommand _command;
    private readonly List<long?>?[] _numbers;
    private readonly List<string?>?[] _texts;
    private readonly List<DateOnly>?[] _days;
    private int _next;
    private int _rows;

    public PostgresRowWriter(K12SyncDb db, string sql, (string Name, Holds Holds)[] values)
    {
        _numbers = [.. values.Select(v => v.Holds == Holds.Number ? new List<long?>() : null)];
        _texts = [.. values.Select(v => v.Holds == Holds.Text ? new List<string?>() : null)];
        _days = [.. values.Select(v => v.Holds == Holds.Day ? new List<DateOnly>() : null)];
        var arrays = string.Join(", ", values.Select(v => $"CAST(@{v.Name} AS {v.Holds switch { Holds.Number => "bigint[]", Holds.Text => "text[]", _ => "date[]" }})"));
        var text = new StringBuilder(sql).Replace("{rows}", $"FROM unnest({arrays}) AS r({string.Join(", ", values.Select(v => $"\"{v.Name}\""))})");
        foreach (var (name, _) in values)
            text.Replace($"{{{name}}}", $"r.\"{name}\"");
        _command = (NpgsqlCommand)DistrictSql.Command(db, text.ToString());
        for (var i = 0; i < values.Length; i++)
            _command.Add(values[i].Name, (object?)_numbers[i] ?? (object?)_texts[i] ?? _days[i]);
    }

    public override RowWriter Add(long? value)
    {
        _numbers[_next++]!.Add(value);
        return this;
    }

    public override RowWriter Add(string? value)
    {
        _texts[_next++]!.Add(value);
        return this;
    }

    public override RowWriter Add(DateOnly value)
    {
        _days[_next++]!.Add(value);
        return this;
    }

    public override ValueTask EndRowAsync(CancellationToken cancellation)
    {
        _next = 0;
        return ++_rows < RowsAtOnce ? ValueTask.CompletedTask : new ValueTask(FlushAsync(cancellation));
    }

    public override async Task FlushAsync(CancellationToken cancellation)
    {
        if (_rows == 0)
            return;
        await _command.ExecuteNonQueryAsync(cancellation);
        _rows = 0;
        for (var i = 0; i < _numbers.Length; i++)
        {
            _numbers[i]?.Clear();
            _texts[i]?.Clear();
            _days[i]?.Clear();
        }
    }

    public override ValueTask DisposeAsync() => _command.DisposeAsync();
}
