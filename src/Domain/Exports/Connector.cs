using System.Collections.Immutable;
using K12Sync.Domain.SchoolCalendar;

namespace K12Sync.Domain.Exports;

/// <summary>A connector as a run sees it: a snapshot. A run finishes on the snapshot it started with.</summary>
/// <param name="Id">Which connector.</param>
/// <param name="Name">As people name it.</param>
/// <param name="Definition">What it selects and where it delivers.</param>
/// <param name="Layout">The layout that the definition names, resolved: a version made meanwhile is for the next run.</param>
/// <param name="Schools">The schools it selects, by code.</param>
public sealed record Connector(long Id, string Name, ConnectorDefinition Definition, Layout Layout, ImmutableArray<ConnectorSchool> Schools)
{
    /// <summary>What its destination lets it in by.</summary>
    public DestinationSecrets Secrets { get; init; } = DestinationSecrets.None;

    /// <summary>A person has looked at so many rows and let them go, however unusual; null: nobody has.</summary>
    public int? AllowedRows { get; init; }

    /// <summary>The zone of the first site that it sends for, where it sends for sites; otherwise null.</summary>
    public SchoolZone? ZoneOfSites { get; init; }

    /// <summary>The zone of its schedule: its own, or that of its first school or site.</summary>
    public SchoolZone Zone => Definition.Zone ?? ZoneOfSites ?? (Schools.IsEmpty ? SchoolZone.Find("UTC")! : Schools[0].Zone);
}

/// <summary>A school that a connector sends for.</summary>
/// <param name="Id">Which school.</param>
/// <param name="Code">As the district knows it.</param>
/// <param name="Zone">Whose day is in the names of files that have no row.</param>
public sealed record ConnectorSchool(long Id, string Code, SchoolZone Zone);

/// <summary>Why a connector sends nothing until a person releases it.</summary>
/// <param name="Kind">The sort of reason.</param>
/// <param name="Reason">In words, with what to do.</param>
public sealed record ConnectorHold(ConnectorHoldKind Kind, string Reason);

/// <summary>Sorts of reasons for which a connector is held.</summary>
public enum ConnectorHoldKind
{
    /// <summary>The database was restored from a backup, which does not know what was delivered since.</summary>
    Restored,

    /// <summary>The server did not let us in, twice. Trying on would lock the account.</summary>
    AuthenticationRefused,

    /// <summary>The server is not the one that was pinned.</summary>
    HostKeyMismatch,

    /// <summary>A run would send far more than usual.</summary>
    TooManyRows,
}

/// <summary>Secrets of a destination, in the clear, for as long as a run needs them.</summary>
/// <param name="Password">For password authentication.</param>
/// <param name="PrivateKey">An OpenSSH or PEM private key, whole.</param>
/// <param name="Passphrase">Of the private key, or of the key file that the definition names.</param>
public sealed record DestinationSecrets(string? Password = null, string? PrivateKey = null, string? Passphrase = null)
{
    /// <summary>None.</summary>
    public static DestinationSecrets None { get; } = new();

    /// <summary>Passwords of providers of an agency that have one of their own, by Provider ID.</summary>
    public ImmutableDictionary<string, string> OfProviders { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The password of a provider: its own, or that of all.</summary>
    public string? Of(string providerId) => OfProviders.GetValueOrDefault(providerId) ?? Password;

    /// <summary>Shows nothing of them.</summary>
    public override string ToString() => "secrets";
}

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
    string? PresentCode = null)
{
    /// <summary>What is done about a file that still has the name of the next one.</summary>
    public OnExistingFile ExistingFile { get; init; }

    /// <summary>The name of an empty file that follows each file and says that it is whole, with <c>{file}</c> for the file's name; null: none.</summary>
    public string? DoneFile { get; init; }

    /// <summary>When it runs by itself; null: only when told to.</summary>
    public DeliverySchedule? Schedule { get; init; }

    /// <summary>The zone of <see cref="Schedule"/>; null: that of its first school.</summary>
    public SchoolZone? Zone { get; init; }

    /// <summary>Days on which it does not run by itself.</summary>
    public ImmutableArray<DayRange> BlackOuts { get; init; } = [];

    /// <summary>When the SIS reads the file, in <see cref="Zone"/>: on a school day, what is owed must be delivered by then, or somebody is told.</summary>
    public TimeOnly? DeliverBy { get; init; }

    /// <summary>Somebody is told when it has had no success for this many hours of school; null: never.</summary>
    public int? AlertAfterSchoolHours { get; init; }

    /// <summary>A run that would send more rows than this many times the usual holds and asks; null: no limit.</summary>
    public int? MostTimesUsual { get; init; }

    /// <summary>A scheduled run that finds no tardy at all on a school day says so.</summary>
    public bool ExpectsRows { get; init; }
}

/// <summary>What a connector does about a file that still has the name of the next one. It matters where file names do not count runs.</summary>
public enum OnExistingFile
{
    /// <summary>Waits until it is taken.</summary>
    Hold,

    /// <summary>
    /// Takes it back, if it is ours and unchanged, and sends one file that says everything. The SIS has read it or not, never both.
    /// </summary>
    Cumulative,

    /// <summary>Renames it to a name of its own, and publishes beside it.</summary>
    MoveAside,

    /// <summary>Replaces it: for an SIS that reads by the clock and never removes what it has read.</summary>
    Replace,
}

/// <summary>Days, both included.</summary>
public readonly record struct DayRange(DateOnly From, DateOnly To);

/// <summary>Whether a run writes one file or one for each school.</summary>
public enum FileScope
{
    District,
    School,
}

/// <summary>When a connector runs by itself: local times without an offset. What happens to times that a clock change skips or repeats is not the schedule's business.</summary>
public abstract record DeliverySchedule
{
    private DeliverySchedule()
    {
    }

    /// <summary>At times of day, on days of the week.</summary>
    /// <param name="At">In order, each once; at least one.</param>
    /// <param name="On">At least one.</param>
    public sealed record Times(ImmutableArray<TimeOnly> At, ImmutableArray<DayOfWeek> On) : DeliverySchedule;

    /// <summary>Every so many minutes from a time of day up to another (inclusive), on days of the week.</summary>
    /// <param name="EveryMinutes">1 to 1440.</param>
    /// <param name="From">The first of the day.</param>
    /// <param name="To">Not before <paramref name="From"/>.</param>
    /// <param name="On">At least one.</param>
    public sealed record Interval(int EveryMinutes, TimeOnly From, TimeOnly To, ImmutableArray<DayOfWeek> On) : DeliverySchedule;

    /// <summary>On the last day of each month.</summary>
    public sealed record MonthEnd(TimeOnly At) : DeliverySchedule;

    /// <summary>
    /// As the vendors of childcare systems tell KinderConnect: soon after each check-out of the day itself, about midnight of the day that has ended, on Mondays of
    /// the week before, and at the end of a month of all of it. Which days a run sends is up to the times it makes up for, see <see cref="Schedules.CadenceDays"/>.
    /// </summary>
    /// <remarks>Source: seed (childcare rule 14).</remarks>
    /// <param name="AfterCheckOutMinutes">Check-outs are looked for every so many minutes, 1 to 60; null: they wait for the night.</param>
    /// <param name="Nightly">In the morning it is about the day before, in the evening about the day itself.</param>
    /// <param name="Mondays">About the seven days before.</param>
    /// <param name="AtMonthEnd">On the last day of a month, about all of it.</param>
    public sealed record Cadence(int? AfterCheckOutMinutes, TimeOnly? Nightly, TimeOnly? Mondays, TimeOnly? AtMonthEnd) : DeliverySchedule;

    /// <summary>A cron expression of six or seven fields, seconds first, as Quartz has it; for experts.</summary>
    public sealed record Cron(string Expression) : DeliverySchedule;
}

/// <summary>Where a connector delivers. Closed: folders and SFTP servers, agencies beside them.</summary>
public abstract record DestinationDefinition
{
    private protected DestinationDefinition()
    {
    }

    /// <summary>What goes there.</summary>
    public virtual RecordKind Sends => RecordKind.Tardy;

    /// <summary>The name of what is written by, where that is the destination's and no layout's; otherwise null.</summary>
    public virtual string? OwnLayout => null;

    /// <summary>In words, for people: where files appear.</summary>
    public abstract string Describe();
}

/// <summary>A folder of this machine or a mounted share. Relative paths start at the data folder.</summary>
public sealed record FolderDestinationDefinition(string Path) : DestinationDefinition
{
    /// <inheritdoc/>
    public override string Describe() => $"folder {Path}";
}

/// <summary>A directory of an SFTP server.</summary>
/// <param name="Host">Name or address.</param>
/// <param name="Port">1 to 65535.</param>
/// <param name="User">Who logs in.</param>
/// <param name="Path">The directory; relative to where the server lets the user in. Must exist.</param>
/// <param name="HostKeys">
/// Pinned host keys: <c>ssh-ed25519 AAAA...</c> as OpenSSH writes them, or fingerprints such as <c>SHA256:...</c>. Any of them will do, so the next
/// key can be pinned before the server changes to it. Empty: nothing is sent until one is pinned.
/// </param>
/// <param name="KeyFile">A private key on this machine; null: the stored private key or password.</param>
/// <param name="ReadBack">Each file is read back and compared before it gets its name.</param>
public sealed record SftpDestinationDefinition(
    string Host, int Port, string User, string Path, ImmutableArray<string> HostKeys, string? KeyFile = null, bool ReadBack = false) : DestinationDefinition
{
    /// <inheritdoc/>
    public override string Describe() => Port == 22 ? $"sftp://{User}@{Host}/{Path.TrimStart('/')}" : $"sftp://{User}@{Host}:{Port}/{Path.TrimStart('/')}";
}
