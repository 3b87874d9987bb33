using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;

namespace K12Sync.OData.Writing;

internal delegate void WriteScalar<in T>(Utf8JsonWriter json, T value, bool numbersAsText);

/// <summary>How each primitive type is written in OData JSON, and as plain text.</summary>
internal static class Scalars
{
    private static readonly System.Collections.Concurrent.ConcurrentDictionary<Enum, JsonEncodedText> EnumNames = new();

    public static WriteScalar<T> WriterFor<T>()
    {
        var type = typeof(T);
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return (WriteScalar<T>)typeof(Scalars).GetMethod(nameof(Optional), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!
                .MakeGenericMethod(underlying).Invoke(null, null)!;
        if (type.IsEnum)
            return (json, value, _) => json.WriteStringValue(EnumNames.GetOrAdd((Enum)(object)value!, e => JsonEncodedText.Encode(EnumText(e))));
        return (WriteScalar<T>)Writer(type);
    }

    private static Delegate Writer(Type type) => type switch
    {
        _ when type == typeof(string) => new WriteScalar<string?>((j, v, _) => j.WriteStringValue(v)),
        _ when type == typeof(int) => new WriteScalar<int>((j, v, _) => j.WriteNumberValue(v)),
        _ when type == typeof(long) => new WriteScalar<long>(WriteLong),
        _ when type == typeof(bool) => new WriteScalar<bool>((j, v, _) => j.WriteBooleanValue(v)),
        _ when type == typeof(decimal) => new WriteScalar<decimal>(WriteDecimal),
        _ when type == typeof(double) => new WriteScalar<double>((j, v, _) => WriteDouble(j, v)),
        _ when type == typeof(float) => new WriteScalar<float>(WriteFloat),
        _ when type == typeof(short) => new WriteScalar<short>((j, v, _) => j.WriteNumberValue(v)),
        _ when type == typeof(byte) => new WriteScalar<byte>((j, v, _) => j.WriteNumberValue(v)),
        _ when type == typeof(Guid) => new WriteScalar<Guid>((j, v, _) => j.WriteStringValue(v)),
        _ when type == typeof(DateOnly) => new WriteScalar<DateOnly>(WriteDate),
        _ when type == typeof(TimeOnly) => new WriteScalar<TimeOnly>((j, v, _) => WriteFormatted(j, v, v.Ticks % TimeSpan.TicksPerSecond == 0 ? "HH:mm:ss" : "HH:mm:ss.FFFFFFF")),
        _ when type == typeof(DateTimeOffset) => new WriteScalar<DateTimeOffset>(WriteInstant),
        _ when type == typeof(TimeSpan) => new WriteScalar<TimeSpan>((j, v, _) => j.WriteStringValue(System.Xml.XmlConvert.ToString(v))),
        _ when type == typeof(byte[]) => new WriteScalar<byte[]?>(WriteBytes),
        _ => throw new NotSupportedException($"{type} is no primitive type of OData."),
    };

    /// <summary>The value as text: in CSV, at /$value, and inside tokens.</summary>
    public static string? ToText(object? value) => value switch
    {
        null => null,
        string text => text,
        bool flag => flag ? "true" : "false",
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        TimeOnly time => time.ToString(time.Ticks % TimeSpan.TicksPerSecond == 0 ? "HH:mm:ss" : "HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture),
        DateTimeOffset instant => instant.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFZ", CultureInfo.InvariantCulture),
        TimeSpan duration => System.Xml.XmlConvert.ToString(duration),
        Enum member => EnumText(member),
        byte[] bytes => Base64Url.EncodeToString(bytes),
        double number => double.IsPositiveInfinity(number) ? "INF" : double.IsNegativeInfinity(number) ? "-INF" : number.ToString("R", CultureInfo.InvariantCulture),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };

    private static string EnumText(Enum member) => member.ToString().Replace(", ", ",", StringComparison.Ordinal);

    private static WriteScalar<T?> Optional<T>()
        where T : struct
    {
        var write = WriterFor<T>();
        return (json, value, text) =>
        {
            if (value is { } present)
                write(json, present, text);
            else
                json.WriteNullValue();
        };
    }

    private static void WriteLong(Utf8JsonWriter json, long value, bool numbersAsText)
    {
        if (numbersAsText)
            json.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
        else
            json.WriteNumberValue(value);
    }

    private static void WriteDecimal(Utf8JsonWriter json, decimal value, bool numbersAsText)
    {
        if (numbersAsText)
            json.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
        else
            json.WriteNumberValue(value);
    }

    private static void WriteDouble(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value))
            json.WriteNumberValue(value);
        else
            json.WriteStringValue(double.IsNaN(value) ? "NaN" : value > 0 ? "INF" : "-INF");
    }

    private static void WriteFloat(Utf8JsonWriter json, float value, bool numbersAsText)
    {
        if (float.IsFinite(value))
            json.WriteNumberValue(value);
        else
            WriteDouble(json, value);
    }

    private static void WriteDate(Utf8JsonWriter json, DateOnly value, bool numbersAsText) => WriteFormatted(json, value, "yyyy-MM-dd");

    // Always UTC with a Z: some readers take any other offset for local time.
    private static void WriteInstant(Utf8JsonWriter json, DateTimeOffset value, bool numbersAsText) =>
        WriteFormatted(json, value.UtcDateTime, value.UtcTicks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'");

    private static void WriteFormatted<T>(Utf8JsonWriter json, T value, string format)
        where T : IUtf8SpanFormattable
    {
        Span<byte> buffer = stackalloc byte[40];
        value.TryFormat(buffer, out var written, format, CultureInfo.InvariantCulture);
        json.WriteStringValue(buffer[..written]);
    }

    private static void WriteBytes(Utf8JsonWriter json, byte[]? value, bool numbersAsText)
    {
        if (value is null)
            json.WriteNullValue();
        else
            json.WriteStringValue(Base64Url.EncodeToString(value));
    }
}
