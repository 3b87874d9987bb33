namespace K12Sync.Api.Pages;

/// <summary>One question of a form: a label, what helps to answer it, and what was wrong with the answer. Drawn by <c>_Field</c>.</summary>
/// <param name="Name">As it is sent.</param>
/// <param name="Label">Above it.</param>
/// <param name="Type">Of the input.</param>
internal sealed record Field(string Name, string Label, string Type = "text")
{
    /// <summary>What helps to answer.</summary>
    public string? Hint { get; init; }

    /// <summary>What was wrong; null: nothing.</summary>
    public string? Error { get; init; }

    /// <summary>What is filled in. Never of a password.</summary>
    public string? Value { get; init; }

    /// <summary>What a browser or a password manager may fill in.</summary>
    public string Autocomplete { get; init; } = "off";

    /// <summary>Which keys a phone shows.</summary>
    public string? Keys { get; init; }

    /// <summary>It may be left empty.</summary>
    public bool IsOptional { get; init; }

    /// <summary>The one to begin with.</summary>
    public bool IsFirst { get; init; }

    /// <summary>Where the hint is.</summary>
    public string HintId => $"{Name}-hint";

    /// <summary>Where the error is.</summary>
    public string ErrorId => $"{Name}-error";

    /// <summary>What describes the input to who cannot see it.</summary>
    public string? DescribedBy => (Hint, Error) switch
    {
        (null, null) => null,
        (_, null) => HintId,
        (null, _) => ErrorId,
        _ => $"{ErrorId} {HintId}",
    };
}
