using System.Collections;
using System.Reflection;
using System.Text.Json;
using K12Sync.OData.Model;

namespace K12Sync.OData.Writing;

/// <summary>Reads one property of a row and writes it, without boxing for the types that matter.</summary>
internal abstract class ColumnWriter
{
    public abstract object? Get(object row);

    public abstract void Write(Utf8JsonWriter json, object row, bool numbersAsText);

    public static ColumnWriter For(PropertyInfo property, bool isCollection, Type elementType, StructuredView? complex)
    {
        if (complex is not null || isCollection)
            return new NestedWriter(property, isCollection, elementType, complex);
        return (ColumnWriter)Activator.CreateInstance(typeof(ScalarWriter<,>).MakeGenericType(property.ReflectedType!, property.PropertyType), property)!;
    }

    /// <summary>Writes a value whose type is known only now: keys, results of operations, aggregates.</summary>
    public static void WriteValue(Utf8JsonWriter json, object? value, bool numbersAsText)
    {
        if (value is null)
            json.WriteNullValue();
        else
            Untyped.For(value.GetType()).Write(json, value, numbersAsText);
    }

    /// <summary>Writes a complex value or a list of them.</summary>
    public static void WriteComplex(Utf8JsonWriter json, StructuredView view, object value, bool numbersAsText)
    {
        json.WriteStartObject();
        foreach (var property in view.Properties)
        {
            json.WritePropertyName(property.Name);
            property.Writer.Write(json, value, numbersAsText);
        }
        json.WriteEndObject();
    }

    private sealed class ScalarWriter<TRow, T>(PropertyInfo property) : ColumnWriter
    {
        private readonly Func<TRow, T> _get = property.GetMethod!.CreateDelegate<Func<TRow, T>>();
        private readonly WriteScalar<T> _write = Scalars.WriterFor<T>();

        public override object? Get(object row) => _get((TRow)row);

        public override void Write(Utf8JsonWriter json, object row, bool numbersAsText) => _write(json, _get((TRow)row), numbersAsText);
    }

    private sealed class NestedWriter(PropertyInfo property, bool isCollection, Type elementType, StructuredView? complex) : ColumnWriter
    {
        public override object? Get(object row) => property.GetValue(row);

        public override void Write(Utf8JsonWriter json, object row, bool numbersAsText)
        {
            var value = property.GetValue(row);
            if (!isCollection)
            {
                WriteOne(json, value, numbersAsText);
                return;
            }
            json.WriteStartArray();
            foreach (var item in (IEnumerable?)value ?? Array.Empty<object>())
                WriteOne(json, item, numbersAsText);
            json.WriteEndArray();
        }

        private void WriteOne(Utf8JsonWriter json, object? value, bool numbersAsText)
        {
            if (value is null)
                json.WriteNullValue();
            else if (complex is not null)
                WriteComplex(json, complex, value, numbersAsText);
            else
                Untyped.For(elementType).Write(json, value, numbersAsText);
        }
    }

    private abstract class Untyped
    {
        private static readonly System.Collections.Concurrent.ConcurrentDictionary<Type, Untyped> Known = new();

        public abstract void Write(Utf8JsonWriter json, object value, bool numbersAsText);

        public static Untyped For(Type type) => Known.GetOrAdd(type, t => (Untyped)Activator.CreateInstance(typeof(Of<>).MakeGenericType(t))!);

        private sealed class Of<T> : Untyped
        {
            private readonly WriteScalar<T> _write = Scalars.WriterFor<T>();

            public override void Write(Utf8JsonWriter json, object value, bool numbersAsText) => _write(json, (T)value, numbersAsText);
        }
    }
}
