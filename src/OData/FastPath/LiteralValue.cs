using System.Globalization;
using K12Sync.OData.Http;
using K12Sync.OData.Writing;

namespace K12Sync.OData.FastPath;

/// <summary>Reads a lifted literal into the type its slot compares with. Whatever does not fit is left to the parser.</summary>
internal static class LiteralValue
{
    /// <summary>The value, or null when the literal is none of that type.</summary>
    public static object? Read(string text, Type type)
    {
        var bare = Nullable.GetUnderlyingType(type) ?? type;
        try
        {
            if (text[0] == '\'')
                return bare == typeof(string) ? Unquoted(text) : bare.IsEnum ? UriLiteral.Convert(Unquoted(text), bare) : null;
            if (bare == typeof(string) || bare.IsEnum)
                return null;
            if (bare == typeof(decimal) || bare == typeof(double) || bare == typeof(float))
                return Convert.ChangeType(decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture), bare, CultureInfo.InvariantCulture);
            return ScalarText.Read(text, bare);
        }
        catch (Exception failure) when (failure is FormatException or OverflowException or ODataFault or InvalidCastException)
        {
            return null;
        }
    }

    /// <summary>A value as tokens hold it, without quotes; null when it is none of that type.</summary>
    public static object? ReadPlain(string? text, Type type)
    {
        try
        {
            return text is null ? null : ScalarText.Read(text, Nullable.GetUnderlyingType(type) ?? type);
        }
        catch (ODataFault)
        {
            return null;
        }
    }

    private static string Unquoted(string text) => text[1..^1].Replace("''", "'", StringComparison.Ordinal);
}
