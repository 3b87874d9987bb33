namespace K12Sync.OData.Http;

/// <summary>How long a request may go on. A feature of the request, because what it asks for is known only once its path has been read.</summary>
internal sealed class TimeLeft(CancellationTokenSource time)
{
    /// <summary>From now on so long, instead of what was left.</summary>
    public void Grant(TimeSpan span) => time.CancelAfter(span);
}
