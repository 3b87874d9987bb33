using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using K12Sync.OData.Model;
using K12Sync.OData.Writing;

namespace K12Sync.OData.FastPath;

/// <summary>Reads one column of a result and writes it straight to JSON, exactly as EF's value would have been written.</summary>
internal abstract class ColumnReader
{
    public abstract object? Get(DbDataReader reader, int ordinal);

    public abstract void Write(Utf8JsonWriter json, DbDataReader reader, int ordinal, bool numbersAsText);

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
            return instantsAreTicks ? new Column<DateTimeOffset>(mayBeNull, (r, i) => new DateTimeOffset(r.GetInt64(i), TimeSpan.Zero)) : null;
        return type == typeof(string) ? new Column<string>(mayBeNull, (r, i) => r.GetString(i))
            : type == typeof(int) ? new Column<int>(mayBeNull, (r, i) => r.GetInt32(i))
            : type == typeof(long) ? new Column<long>(mayBeNull, (r, i) => r.GetInt64(i))
            : type == typeof(bool) ? new Column<bool>(mayBeNull, (r, i) => r.GetBoolean(i))
            : type == typeof(TimeSpan) || type == typeof(byte[]) ? null
            : Make(typeof(PlainColumn<>), type, mayBeNull);
    }

    private static ColumnReader Make(Type generic, Type type, bool mayBeNull) => (ColumnReader)Activator.CreateInstance(generic.MakeGenericType(type), [mayBeNull])!;

    private class Column<T>(bool mayBeNull, Func<DbDataReader, int, T> read) : ColumnReader
    {
        private readonly WriteScalar<T> _write = Scalars.WriterFor<T>();

        public override object? Get(DbDataReader reader, int ordinal) => reader.IsDBNull(ordinal) ? null : read(reader, ordinal);

        public override void Write(Utf8JsonWriter json, DbDataReader reader, int ordinal, bool numbersAsText)
        {
            if (mayBeNull && reader.IsDBNull(ordinal))
                json.WriteNullValue();
            else
                _write(json, read(reader, ordinal), numbersAsText);
        }
    }

    private sealed class PlainColumn<T>(bool mayBeNull) : Column<T>(mayBeNull, (r, i) => r.GetFieldValue<T>(i));

    /// <summary>What is read for links is the value itself; what is written is its mask.</summary>
    private sealed class MaskedText(Func<string, string> mask) : Column<string>(true, (r, i) => r.GetString(i))
    {
        public override void Write(Utf8JsonWriter json, DbDataReader reader, int ordinal, bool numbersAsText) =>
            json.WriteStringValue(Get(reader, ordinal) is string text ? mask(text) : null);
    }

    /// <summary>Stored by name or by number. The name as JSON is looked up and not made again for each row.</summary>
    private sealed class EnumColumn<T>(bool mayBeNull) : Column<T>(mayBeNull, Read)
        where T : struct, Enum
    {
        private static readonly ConcurrentDictionary<string, JsonEncodedText> Names = new(StringComparer.Ordinal);
        private readonly bool _mayBeNull = mayBeNull;

        public override void Write(Utf8JsonWriter json, DbDataReader reader, int ordinal, bool numbersAsText)
        {
            if (_mayBeNull && reader.IsDBNull(ordinal))
                json.WriteNullValue();
            else if (reader.GetValue(ordinal) is string name)
                json.WriteStringValue(Names.TryGetValue(name, out var known) ? known : Known(name));
            else
                base.Write(json, reader, ordinal, numbersAsText);
        }

        private static JsonEncodedText Known(string name)
        {
            var text = JsonEncodedText.Encode(Scalars.ToText(Enum.Parse<T>(name))!, RowsAnswer.JsonOptions.Encoder);
            // As many as there are members, unless they are flags, whose combinations may be many.
            if (Names.Count < 1_000)
                Names.TryAdd(name, text);
            return text;
        }

        private static T Read(DbDataReader reader, int ordinal) => reader.GetValue(ordinal) switch
        {
            string name => Enum.Parse<T>(name),
            var number => (T)Enum.ToObject(typeof(T), Convert.ToInt64(number, CultureInfo.InvariantCulture)),
        };
    }
}
