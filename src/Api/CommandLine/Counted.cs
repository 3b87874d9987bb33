namespace K12Sync.Api.CommandLine;

/// <summary>Numbers with their nouns, as a person would say them.</summary>
internal static class Counted
{
    /// <summary><c>1 row</c>, <c>3 rows</c>.</summary>
    /// <param name="count">How many.</param>
    /// <param name="one">The noun for one of them.</param>
    /// <param name="many">The noun for any other number; left out: <paramref name="one"/> with an s.</param>
    public static string Of(long count, string one, string? many = null) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many ?? one + "s")}");
}
