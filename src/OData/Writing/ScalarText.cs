using System.Globalization;
using K12Sync.OData.Http;

namespace K12Sync.OData.Writing;

/// <summary>Reads back what <see cref="Scalars.ToText"/> wrote, and raw values of URLs.</summary>
internal static class ScalarText
{
    // An instant says where it is meant: without Z or an offset it is none, and nothing is assumed.
    private static readonly string[] Instants =
    [
        .. from time in (string[])["HH:mm:ss", "HH:mm:ss.FFFFFFF", "HH:mm"]
           from offset in (string[])["'Z'", "'z'", "zzz"]
           select $"yyyy-MM-dd'T'{time}{offset}",
    ];

    public static object Read(string text, Type type)
    {
        try
        {
            return Parse(text, type);
        }
        catch (Exception failure) when (failure is FormatException or OverflowException or ArgumentException)
        {
            throw ODataFault.Malformed($"A value of {type.Name} was expected.");
        }
    }

    private static object Parse(string text, Type type)
    {
        var invariant = CultureInfo.InvariantCulture;
        return type switch
        {
            _ when type == typeof(string) => text,
            _ when type == typeof(bool) => bool.Parse(text),
            _ when type == typeof(DateOnly) => DateOnly.ParseExact(text, "yyyy-MM-dd", invariant),
            _ when type == typeof(TimeOnly) => TimeOnly.ParseExact(text, ["HH:mm:ss.FFFFFFF", "HH:mm:ss", "HH:mm"], invariant),
            _ when type == typeof(DateTimeOffset) => DateTimeOffset.ParseExact(text, Instants, invariant, DateTimeStyles.AssumeUniversal).ToUniversalTime(),
            _ when type == typeof(TimeSpan) => System.Xml.XmlConvert.ToTimeSpan(text),
            _ when type == typeof(Guid) => Guid.Parse(text),
            _ when type == typeof(double) => text switch { "INF" => double.PositiveInfinity, "-INF" => double.NegativeInfinity, _ => double.Parse(text, NumberStyles.Float, invariant) },
            _ when type == typeof(byte[]) => System.Buffers.Text.Base64Url.DecodeFromChars(text),
            { IsEnum: true } => Enum.Parse(type, text),
            _ => Convert.ChangeType(text, type, invariant),
        };
    }
}
