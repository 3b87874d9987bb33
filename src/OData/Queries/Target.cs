using K12Sync.OData.Model;

namespace K12Sync.OData.Queries;

/// <summary>What a URL's path leads to. Closed.</summary>
internal abstract record Target
{
    private Target()
    {
    }

    public sealed record ServiceDocument : Target;

    public sealed record Metadata : Target;

    public sealed record Batch : Target;

    /// <summary>Rows of a set, perhaps only those that belong to another row.</summary>
    public sealed record RowsOf(EntitySet Set, IQueryable Source, bool IsWholeSet, bool CountOnly = false) : Target;

    /// <summary>At most one row of a set. <paramref name="Key"/> is null when the row was found by a link.</summary>
    public sealed record RowOf(EntitySet Set, IQueryable Source, object?[]? Key, bool ByAlternateKey = false) : Target
    {
        /// <summary>The properties that name the row, be they its key or an alternate one; empty when it was found by a link.</summary>
        public IReadOnlyList<(ViewProperty Property, object? Value)> Named { get; init; } = [];
    }

    public sealed record PropertyOf(RowOf Row, ViewProperty Property, bool Raw, bool CountOnly) : Target;

    public sealed record Call(Operation Operation, RowOf? Row, RowsOf? Rows, string? Arguments) : Target;
}
