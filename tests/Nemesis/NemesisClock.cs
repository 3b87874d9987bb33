namespace K12Sync.Nemesis;

/// <summary>A clock that runs fast, so that a lease of a minute expires in seconds, and may be wrong. All processes of a run have the same start and speed.</summary>
/// <param name="start">UTC; where the fast time and the true one agree.</param>
/// <param name="speed">So many seconds in one.</param>
/// <param name="ahead">How far this clock is ahead of the others, in its own time.</param>
internal sealed class NemesisClock(DateTimeOffset start, int speed, TimeSpan ahead) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => start + (System.GetUtcNow() - start) * speed + ahead;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new FastTimer(System.CreateTimer(callback, state, Scaled(dueTime), Scaled(period)), this);

    private TimeSpan Scaled(TimeSpan time) => time == Timeout.InfiniteTimeSpan ? time : TimeSpan.FromMilliseconds(Math.Ceiling(time.TotalMilliseconds / speed));

    private sealed class FastTimer(ITimer timer, NemesisClock clock) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(clock.Scaled(dueTime), clock.Scaled(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
