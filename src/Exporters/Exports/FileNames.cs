namespace K12Sync.Exporters.Exports;

/// <summary>Which names a destination takes. A name is a name: it must not lead to another folder on any system that may read it.</summary>
internal static class FileNames
{
    /// <summary>Why a destination refuses a name, or null. Blanks, emoji and right-to-left letters are fine.</summary>
    public static string? FindFault(string name) => name switch
    {
        "" => "A file needs a name.",
        "." or ".." => $"'{name}' is a folder, not a file name.",
        // ':' begins a drive or a second stream of a file on Windows.
        _ when name.AsSpan().IndexOfAny("/\\:") is >= 0 and var at => $"A file name must not hold '{name[at]}'.",
        _ when name.Any(char.IsControl) => "A file name must not hold control characters.",
        _ => null,
    };
}
