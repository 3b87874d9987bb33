namespace K12Sync.Data.Storage;

/// <summary>
/// The stamps that a context has taken, both included. Whatever else is written in a district takes stamps of the same clock, so where one context begins right behind
/// another's end, nobody has changed anything in between.
/// </summary>
public readonly record struct StampRange(long First, long Last)
{
    /// <summary>True: what the district held at the end of <paramref name="before"/> was the same when these were taken.</summary>
    public bool Follows(StampRange before) => First == before.Last + 1;

    internal static StampRange Ending(long last, int count) => new(last - count + 1, last);
}
