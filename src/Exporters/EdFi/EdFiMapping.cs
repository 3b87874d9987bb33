using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.EdFi;

/// <summary>What Ed-Fi should hold of a child's date at a school. Exactly one of the nested cases.</summary>
public abstract record EdFiMapping
{
    private EdFiMapping()
    {
    }

    /// <summary>This event, and no other.</summary>
    public sealed record Wanted(EdFiEvent Event) : EdFiMapping;

    /// <summary>No event; one that was sent before is to be deleted.</summary>
    /// <param name="Reason">Why, in a sentence for a clerk. Holds no name and no number of a child.</param>
    public sealed record NoEvent(string Reason) : EdFiMapping;

    /// <summary>Nothing can be said yet: nothing is sent, and what was sent stays.</summary>
    /// <param name="Reason">As in <see cref="NoEvent"/>.</param>
    public sealed record Waits(string Reason) : EdFiMapping;

    /// <summary>A person must mend something first: nothing is sent, and what was sent stays.</summary>
    /// <param name="Reason">What to mend. As in <see cref="NoEvent"/>.</param>
    public sealed record Stopped(string Reason) : EdFiMapping
    {
        /// <summary>The sort of it; most often the settings lack a code, a session or an id.</summary>
        public HoldReason Why { get; init; } = HoldReason.NoAgencyCode;
    }
}
