using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using System.Text;
using System.Text.Json;
using K12Sync.OData.Model;
using K12Sync.OData.Writing;

namespace K12Sync.OData.FastPath;

/// <summary>Reads one column of a result and writes it straight to JSON, exactly as EF's value would have been written.</summary>
internal abstract class ColumnReader
{
    public abstract object? Get(StoredRows rows, int ordinal);

    public abstract void Write(Utf8JsonWriter json, StoredRows rows, int ordinal, bool numbersAsText);

    /// <summary>The reader for a property; null when its values cannot be read without EF.</summary>
    public static ColumnReader? For(ViewProperty property, bool instantsAreTicks, Func<string, string>? mask) =>
        !property.IsScalar ? null
        : mask is not null ? new MaskedText(mask)
        : For(property.ElementType, property.IsNullable, instantsAreTicks);

    /// <summary>The reader for values of a type; null when they cannot be read without EF.</summary>
    public static ColumnReader? For(Type type, bool mayBeNull, bool instantsAreTicks)
    {
        if (type.IsEnum)
            return Make(typeof(EnumColumn<>), type, mayBeNull);
        if (type == typeof(DateTimeOffset))
            return instantsAreTicks ? new WholeNumber<DateTimeOffset>(mayBeNull, (r, i) => new DateTimeOffset(r.GetInt64(i), TimeSpan.Zero), ticks => new DateTimeOffset(ticks, TimeSpan.Zero)) : null;
        return type == typeof(string) ? new Text(mayBeNull)
            : type == typeof(int) ? new WholeNumber<int>(mayBeNull, (r, i) => r.GetInt32(i), number => checked((int)number))
            : type == typeof(long) ? new WholeNumber<long>(mayBeNull, (r, i) => r.GetInt64(i), number => number)
            : type == typeof(bool) ? new WholeNumber<bool>(mayBeNull, (r, i) => r.GetBoolean(i), number => number != 0)
            : type == typeof(DateOnly) ? new Day(mayBeNull)
            : type == typeof(TimeSpan) || type == typeof(byte[]) ? null
            : Make(typeof(PlainColumn<>), type, mayBeNull);
    }

    private static ColumnReader Make(Type generic, Type type, bool mayBeNull) => (ColumnReader)Activator.CreateInstance(generic.MakeGenericType(type), [mayBeNull])!;

    private class Column<T>(bool mayBeNull, Func<DbDataReader, int, T> read) : ColumnReader
    {
        private readonly WriteScalar<T> _write = Scalars.WriterFor<T>();

        public override object? Get(StoredRows rows, int ordinal) => rows.Reader.IsDBNull(ordinal) ? null : read(rows.Reader, ordinal);

        public override void Write(Utf8JsonWriter json, StoredRows rows, int ordinal, bool numbersAsText)
        {
            if (mayBeNull && rows.Reader.IsDBNull(ordinal))
                json.WriteNullValue();
            else
                _write(json, read(rows.Reader, ordinal), numbersAsText);
        }

        protected void WriteValue(Utf8JsonWriter json, T value, bool numbersAsText) => _write(json, value, numbersAsText);
    }

    private sealed class PlainColumn<T>(bool mayBeNull) : Column<T>(mayBeNull, (r, i) => r.GetFieldValue<T>(i));

    private sealed class WholeNumber<T>(bool mayBeNull, Func<DbDataReader, int, T> read, Func<long, T> of) : Column<T>(mayBeNull, read)
    {
        public override object? Get(StoredRows rows, int ordinal) =>
            rows.Columns is { } columns && columns.Holds(ordinal) == StoredAs.WholeNumber ? of(columns.Number(ordinal)) : base.Get(rows, ordinal);

        public override void Write(Utf8JsonWriter json, StoredRows rows, int ordinal, bool numbersAsText)
        {
            if (rows.Columns is { } columns && columns.Holds(ordinal) == StoredAs.WholeNumber)
                WriteValue(json, of(columns.Number(ordinal)), numbersAsText);
            else
                base.Write(json, rows, ordinal, numbersAsText);
        }
    }

    private sealed class Text(bool mayBeNull) : Column<string>(mayBeNull, (r, i) => r.GetString(i))
    {
        public override void Write(Utf8JsonWriter json, StoredRows rows, int ordinal, bool numbersAsText)
        {
            if (rows.Columns is { } columns && columns.Holds(ordinal) == StoredAs.Text)
                json.WriteStringValue(columns.Utf8(ordinal));
            else
                base.Write(json, rows, ordinal, numbersAsText);
        }
    }

    /// <summary>Where days are held as text, it is the text that JSON has for them.</summary>
    private sealed class Day(bool mayBeNull) : Column<DateOnly>(mayBeNull, (r, i) => r.GetFieldValue<DateOnly>(i))
    {
        public override void Write(Utf8JsonWriter json, StoredRows rows, int ordinal, bool numbersAsText)
        {
            if (rows.Columns is { } columns && columns.Holds(ordinal) == StoredAs.Text && columns.Utf8(ordinal) is [_, _, _, _, (byte)'-', _, _, (byte)'-', _, _] day)
                json.WriteStringValue(day);
            else
                base.Write(json, rows, ordinal, numbersAsText);
        }
    }

    /// <summary>What is read for links is the value itself; what is written is its mask.</summary>
    private sealed class MaskedText(Func<string, string> mask) : Column<string>(true, (r, i) => r.GetString(i))
    {
        public override void Write(Utf8JsonWriter json, StoredRows rows, int ordinal, bool numbersAsText) =>
            json.WriteStringValue(Get(rows, ordinal) is string text ? mask(text) : null);
    }

    /// <summary>Stored by name or by number. The name as JSON is looked up and not made again for each row.</summary>
    private sealed class EnumColumn<T>(bool mayBeNull) : Column<T>(mayBeNull, Read)
        where T : struct, Enum
    {
        private static readonly ConcurrentDictionary<string, JsonEncodedText> Names = new(StringComparer.Ordinal);
        private static readonly (byte[] Stored, JsonEncodedText Written)[] Members = [.. Enum.GetNames<T>().Select(name => (Encoding.UTF8.GetBytes(name), Encoded(name)))];
        private readonly bool _mayBeNull = mayBeNull;

        public override void Write(Utf8JsonWriter json, StoredRows rows, int ordinal, bool numbersAsText)
        {
            if (rows.Columns is { } columns && columns.Holds(ordinal) == StoredAs.Text && Member(columns.Utf8(ordinal)) is { } member)
                json.WriteStringValue(member);
            else if (_mayBeNull && rows.Reader.IsDBNull(ordinal))
                json.WriteNullValue();
            else if (rows.Reader.GetValue(ordinal) is string name)
                json.WriteStringValue(Names.TryGetValue(name, out var known) ? known : Known(name));
            else
                base.Write(json, rows, ordinal, numbersAsText);
        }

        private static JsonEncodedText? Member(ReadOnlySpan<byte> stored)
        {
            foreach (var (name, written) in Members)
            {
                if (stored.SequenceEqual(name))
                    return written;
            }
            return null;
        }

        private static JsonEncodedText Known(string name)
        {
            var text = Encoded(name);
            // As many as there are members, unless they are flags, whose combinations may be many.
            if (Names.Count < 1_000)
                Names.TryAdd(name, text);
            return text;
        }

        private static JsonEncodedText Encoded(string name) => JsonEncodedText.Encode(Scalars.ToText(Enum.Parse<T>(name))!, RowsAnswer.JsonOptions.Encoder);

        private static T Read(DbDataReader reader, int ordinal) => reader.GetValue(ordinal) switch
        {
            string name => Enum.Parse<T>(name),
            var number => (T)Enum.ToObject(typeof(T), Convert.ToInt64(number, CultureInfo.InvariantCulture)),
        };
    }
}
