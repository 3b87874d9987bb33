using System.Collections.Immutable;
using K12Sync.Domain.SchoolCalendar;

namespace K12Sync.Domain.Exports;

/// <summary>A connector as a run sees it: a snapshot. A run finishes on the snapshot it started with.</summary>
/// <param name="Id">Which connector.</param>
/// <param name="Name">As people name it.</param>
/// <param name="Definition">What it selects and where it delivers.</param>
/// <param name="Layout">The layout that the definition names, resolved: a version made meanwhile is for the next run.</param>
/// <param name="Schools">The schools it selects, by code.</param>
public sealed record Connector(long Id, string Name, ConnectorDefinition Definition, Layout Layout, ImmutableArray<ConnectorSchool> Schools);

/// <summary>A school that a connector sends for.</summary>
/// <param name="Id">Which school.</param>
/// <param name="Code">As the district knows it.</param>
/// <param name="Zone">Whose day is in the names of files that have no row.</param>
public sealed record ConnectorSchool(long Id, string Code, SchoolZone Zone);

/// <summary>What a connector selects, how it writes and where it delivers. This is the form of <c>connector add FILE.json</c>.</summary>
/// <param name="Layout">The name of a layout, such as <c>k12sync-csv</c>.</param>
/// <param name="Destination">Where files go.</param>
/// <param name="Schools">School codes; empty: every school of the district.</param>
/// <param name="Codes">Behaviour codes; empty: every code.</param>
/// <param name="FileName">The pattern of file names, see <see cref="FileNamePattern"/>; null: the layout's own.</param>
/// <param name="OneFilePer">One file for the district, or one for each school.</param>
/// <param name="MaxAgeDays">A tardy older than this many days is held as <c>TooOld</c>; null: no limit.</param>
/// <param name="PresentCode">The SIS's code for "present", for layouts that correct by it; null: the layout's own.</param>
public sealed record ConnectorDefinition(
    string Layout,
    DestinationDefinition Destination,
    ImmutableArray<string> Schools,
    ImmutableArray<string> Codes,
    string? FileName = null,
    FileScope OneFilePer = FileScope.District,
    int? MaxAgeDays = null,
    string? PresentCode = null);

/// <summary>Whether a run writes one file or one for each school.</summary>
public enum FileScope
{
    District,
    School,
}

/// <summary>Where a connector delivers. Closed: a folder now, SFTP and agencies beside it.</summary>
public abstract record DestinationDefinition
{
    private protected DestinationDefinition()
    {
    }

    /// <summary>In words, for people: where files appear.</summary>
    public abstract string Describe();
}

/// <summary>A folder of this machine or a mounted share. Relative paths start at the data folder.</summary>
public sealed record FolderDestinationDefinition(string Path) : DestinationDefinition
{
    /// <inheritdoc/>
    public override string Describe() => $"folder {Path}";
}
