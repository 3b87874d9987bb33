namespace K12Sync.Exporters.Childcare;

/// <summary>Compares what an agency answered with what it was asked about.</summary>
internal static class ChildDays
{
    /// <summary>The answers, if there is exactly one for each child-day that was sent and no other; null otherwise: what is not named is not accepted.</summary>
    public static IReadOnlyList<DayAnswer>? OneEach(IEnumerable<(string ChildId, DateOnly? Date)> sent, IReadOnlyList<DayAnswer> answers)
    {
        var asked = sent.ToHashSet();
        return asked.Count == answers.Count && answers.All(a => asked.Remove((a.ChildId, a.Date))) ? answers : null;
    }

    /// <summary>Whether a list of an answer can be used: nothing in it is null.</summary>
    public static bool IsWhole<T>(IReadOnlyList<T?> list) where T : class => list.All(item => item is not null);
}
