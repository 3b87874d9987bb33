namespace K12Sync.Api.Imports;

/// <summary>Reads the yes and no of import files.</summary>
internal static class YesNo
{
    /// <summary><c>true, yes, y, 1</c> and <c>false, no, n, 0</c>, in any case.</summary>
    public static bool TryRead(string text, bool whenBlank, out bool value)
    {
        var yes = Is(text, "true", "yes", "y", "1");
        var known = yes || text.Length == 0 || Is(text, "false", "no", "n", "0");
        value = yes || (text.Length == 0 && whenBlank);
        return known;
    }

    private static bool Is(string text, params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
            if (text.Equals(word, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }
}
