namespace K12Sync.Api.Passes;

/// <summary>How passes are taken in: section <c>Passes</c> of the settings.</summary>
internal sealed class PassSettings
{
    /// <summary>Passes that may wait to be stored; one more is told to come again. 1 or more.</summary>
    public int Waiting { get; init; } = 10_000;

    /// <summary>Passes stored in one transaction at most; 1 or more.</summary>
    public int AtOnce { get; init; } = 1_000;

    /// <summary>How long a pass waits for the database before it is told to come again.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long after a pass its day is mapped, so that what comes with it is mapped with it.</summary>
    public TimeSpan MapAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long days wait at most for a stream of passes to end.</summary>
    public TimeSpan MapAtLatest { get; init; } = TimeSpan.FromSeconds(30);
}
