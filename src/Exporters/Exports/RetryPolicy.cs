namespace K12Sync.Exporters.Exports;

/// <summary>How often a run tries again what may mend itself, and how long it waits in between.</summary>
/// <param name="Attempts">Of a run, the first included; 1: never again.</param>
/// <param name="FirstWait">Before the second attempt; doubled for each further one.</param>
/// <param name="LongestWait">No wait is longer.</param>
public sealed record RetryPolicy(int Attempts, TimeSpan FirstWait, TimeSpan LongestWait)
{
    /// <summary>Five attempts within a minute or two.</summary>
    public static RetryPolicy Usual { get; } = new(5, TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(1));

    /// <summary>One attempt.</summary>
    public static RetryPolicy None { get; } = new(1, TimeSpan.Zero, TimeSpan.Zero);

    /// <summary>Told of each wait before it begins: the attempt that failed, how long the wait is, and why.</summary>
    public Action<int, TimeSpan, string> OnWait { get; init; } = (_, _, _) => { };

    /// <summary>The wait after an attempt, counted from 1. Half of it is left to chance, so that many runs that failed together do not come back together.</summary>
    /// <param name="attempt">The attempt that failed.</param>
    /// <param name="chance">0 to 1.</param>
    internal TimeSpan Wait(int attempt, double chance)
    {
        var whole = Math.Min(FirstWait.Ticks * Math.Pow(2, attempt - 1), LongestWait.Ticks);
        return TimeSpan.FromTicks((long)(whole * (0.5 + 0.5 * chance)));
    }

    /// <summary>As <see cref="Wait(int, double)"/>, by chance.</summary>
#pragma warning disable CA5394 // Chance only spreads the load.
    internal TimeSpan Wait(int attempt) => Wait(attempt, Random.Shared.NextDouble());
#pragma warning restore CA5394

    /// <summary>Says that there is a wait, and waits.</summary>
    /// <param name="attempt">The attempt that failed, counted from 1.</param>
    /// <param name="reason">Why it failed.</param>
    /// <param name="asked">How long the other side asks for; heeded up to <see cref="LongestWait"/>. Null: it asks for nothing.</param>
    /// <param name="clock">Whose time passes.</param>
    /// <param name="cancellation">Ends the wait.</param>
    internal async Task WaitAsync(int attempt, string reason, TimeSpan? asked, TimeProvider clock, CancellationToken cancellation)
    {
        var wait = Wait(attempt);
        if (asked > wait)
            wait = asked < LongestWait ? asked.Value : LongestWait;
        OnWait(attempt, wait, reason);
        await Task.Delay(wait, clock, cancellation);
    }
}
