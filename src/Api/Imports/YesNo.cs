namespace K12Sync.Api.Imports;

/// <summary>Reads the yes and no of import files.</summary>
internal static class YesNo
{
    /// <summary><c>true, yes, y, 1</c> and <c>false, no, n, 0</c>, in any case.</summary>
    public static bool TryRead(string text, bool whenBlank, out bool value)
    {
        (var known, value) = text.ToUpperInvariant() switch
        {
            "" => (true, whenBlank),
            "TRUE" or "YES" or "Y" or "1" => (true, true),
            "FALSE" or "NO" or "N" or "0" => (true, false),
            _ => (false, false),
        };
        return known;
    }
}
