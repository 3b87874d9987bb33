using System.Globalization;
using Microsoft.OData;
using Microsoft.OData.Edm;

namespace K12Sync.OData.Http;

/// <summary>Literals as OData writes them in URLs, to CLR values of the views and back.</summary>
internal static class UriLiteral
{
    /// <summary>Reads a literal for a property's type; null when it is none of that type.</summary>
    public static object? Read(string text, IEdmTypeReference type, Type clr, IEdmModel model)
    {
        var bare = Nullable.GetUnderlyingType(clr) ?? clr;
        try
        {
            if (bare == typeof(TimeSpan) && text.StartsWith('\''))
                text = "duration" + text;
            var value = bare.IsEnum && text.StartsWith('\'') ? ODataUriUtils.ConvertFromUriLiteral(text, ODataVersion.V4)
                : ODataUriUtils.ConvertFromUriLiteral(text, ODataVersion.V4, model, type);
            return Convert(value, bare);
        }
        catch (Exception failure) when (failure is ODataException or FormatException or OverflowException or InvalidCastException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>From the parser's own value types to those of the views.</summary>
    /// <exception cref="FormatException">An enum has no such member.</exception>
    public static object? Convert(object? value, Type bare) => value switch
    {
        null => null,
        ODataNullValue => null,
        Date date when bare == typeof(DateTimeOffset) => new DateTimeOffset(date.Year, date.Month, date.Day, 0, 0, 0, TimeSpan.Zero),
        Date date => new DateOnly(date.Year, date.Month, date.Day),
        TimeOfDay time => new TimeOnly(time.Ticks),
        DateTimeOffset instant => instant.ToUniversalTime(),
        ODataEnumValue member => ReadEnum(member.Value, bare),
        string text when bare.IsEnum => ReadEnum(text, bare),
        string text when bare == typeof(Guid) => Guid.Parse(text),
        _ when bare.IsInstanceOfType(value) => value,
        IConvertible convertible when bare.IsPrimitive || bare == typeof(decimal) => convertible.ToType(bare, CultureInfo.InvariantCulture),
        _ => throw new FormatException($"A value of {bare.Name} was expected."),
    };

    /// <summary>Writes a key value as a URL literal, percent-encoded.</summary>
    public static string Write(object? value) => Uri.EscapeDataString(Text(value));

    /// <summary>Writes a value as a literal, not yet encoded.</summary>
    public static string Text(object? value) => value switch
    {
        null => "null",
        string text => "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'",
        bool flag => flag ? "true" : "false",
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        TimeOnly time => time.ToString("HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture),
        DateTimeOffset instant => instant.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFZ", CultureInfo.InvariantCulture),
        TimeSpan duration => "duration'" + System.Xml.XmlConvert.ToString(duration) + "'",
        Enum member => "'" + member + "'",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static object ReadEnum(string text, Type type)
    {
        if (!Enum.TryParse(type, text, ignoreCase: false, out var member) || (!Enum.IsDefined(type, member) && !type.IsDefined(typeof(FlagsAttribute), false)))
            throw new FormatException($"{type.Name} has no member '{text}'.");
        return member;
    }
}
