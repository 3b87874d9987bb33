using System.Data.Common;
using System.Text.Json;
using K12Sync.OData.Model;
using K12Sync.OData.Writing;

namespace K12Sync.OData.FastPath;

/// <summary>Reads one column of a result and writes it straight to JSON, exactly as the row's property would have been written.</summary>
internal abstract class ColumnReader(ViewProperty property)
{
    public ViewProperty Property => property;

    public abstract object? Get(DbDataReader reader, int ordinal);

    public abstract void Write(Utf8JsonWriter json, DbDataReader reader, int ordinal, bool numbersAsText);

    /// <summary>The reader for a property; null when its values cannot be read without EF.</summary>
    public static ColumnReader? For(ViewProperty property, bool instantsAreTicks)
    {
        if (!property.IsScalar)
            return null;
        var type = property.ElementType;
        if (type.IsEnum)
            return Make(typeof(EnumColumn<>), property);
        if (type == typeof(DateTimeOffset))
            return instantsAreTicks ? new Column<DateTimeOffset>(property, (r, i) => new DateTimeOffset(r.GetInt64(i), TimeSpan.Zero)) : null;
        return type == typeof(string) ? new Column<string>(property, (r, i) => r.GetString(i))
            : type == typeof(int) ? new Column<int>(property, (r, i) => r.GetInt32(i))
            : type == typeof(long) ? new Column<long>(property, (r, i) => r.GetInt64(i))
            : type == typeof(bool) ? new Column<bool>(property, (r, i) => r.GetBoolean(i))
            : type == typeof(TimeSpan) || type == typeof(byte[]) ? null
            : Make(typeof(PlainColumn<>), property);
    }

    private static ColumnReader Make(Type generic, ViewProperty property) =>
        (ColumnReader)Activator.CreateInstance(generic.MakeGenericType(property.ElementType), property)!;

    private class Column<T>(ViewProperty property, Func<DbDataReader, int, T> read) : ColumnReader(property)
    {
        private readonly WriteScalar<T> _write = Scalars.WriterFor<T>();

        // A column of the view that cannot be null may still come back null from an outer join; asking costs little.
        private readonly bool _mayBeNull = property.IsNullable;

        public override object? Get(DbDataReader reader, int ordinal) => reader.IsDBNull(ordinal) ? null : read(reader, ordinal);

        public override void Write(Utf8JsonWriter json, DbDataReader reader, int ordinal, bool numbersAsText)
        {
            if (_mayBeNull && reader.IsDBNull(ordinal))
                json.WriteNullValue();
            else
                _write(json, read(reader, ordinal), numbersAsText);
        }
    }

    private sealed class PlainColumn<T>(ViewProperty property) : Column<T>(property, (r, i) => r.GetFieldValue<T>(i));

    private sealed class EnumColumn<T>(ViewProperty property) : Column<T>(property, Read)
        where T : struct, Enum
    {
        private static T Read(DbDataReader reader, int ordinal) => reader.GetValue(ordinal) switch
        {
            string name => Enum.Parse<T>(name),
            var number => (T)Enum.ToObject(typeof(T), Convert.ToInt64(number, System.Globalization.CultureInfo.InvariantCulture)),
        };
    }
}
