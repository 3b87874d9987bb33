namespace K12Sync.Domain.Exports;

/// <summary>The language of what a connector tells people. Codes, ids and commands are the same in every language.</summary>
public enum SpokenLanguage
{
    English,
    Spanish,
}

/// <summary>Languages as people write them down.</summary>
public static class SpokenLanguages
{
    /// <summary>ISO 639-1: <c>en</c>, <c>es</c>.</summary>
    public static string CodeOf(SpokenLanguage language) => language switch
    {
        SpokenLanguage.English => "en",
        SpokenLanguage.Spanish => "es",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>The language of a code, compared ordinally; null: there is none.</summary>
    public static SpokenLanguage? Find(string code)
    {
        foreach (var language in Enum.GetValues<SpokenLanguage>())
            if (CodeOf(language) == code)
                return language;
        return null;
    }
}
