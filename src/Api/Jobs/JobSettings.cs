namespace K12Sync.Api.Jobs;

/// <summary>How runs are made by themselves: section <c>Jobs</c> of the settings.</summary>
internal sealed class JobSettings
{
    /// <summary>How many connectors run at a time in this process; 1 or more.</summary>
    public int MostAtOnce { get; init; } = 8;

    /// <summary>A run that takes longer is ended.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>A run that was told to end has this long to do so, then it is given up.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often connectors are looked at that other processes added, changed or removed.</summary>
    public TimeSpan WatchEvery { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often child-days are brought up to date: a forgotten check-out is made so long after the site has closed at most.</summary>
    public TimeSpan ChildDaysEvery { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How often a node says that it is alive; only where there can be several.</summary>
    public TimeSpan CheckInEvery { get; init; } = TimeSpan.FromSeconds(5);
}
