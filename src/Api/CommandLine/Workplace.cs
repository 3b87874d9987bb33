using K12Sync.Api.Access;
using K12Sync.Api.Audit;
using K12Sync.Api.BehaviorCodes;
using K12Sync.Api.BellSchedules;
using K12Sync.Api.Childcare;
using K12Sync.Api.EdFi;
using K12Sync.Api.Exports;
using K12Sync.Api.SchoolCalendar;
using K12Sync.Api.SignIn;
using K12Sync.Api.Storage;
using K12Sync.Api.Tardies;
using K12Sync.Data;
using K12Sync.Data.Access;
using K12Sync.Data.Exports;
using K12Sync.Data.Storage;
using K12Sync.Exporters.Childcare.Texts;
using K12Sync.Exporters.Exports;

namespace K12Sync.Api.CommandLine;

/// <summary>One district's database, open, with the operations that work on it. The composition of a command.</summary>
internal sealed class Workplace : IAsyncDisposable
{
    private readonly Premises _premises;
    private readonly DistrictId _id;

    private Workplace(Premises premises, DistrictId id, string district)
    {
        (_premises, _id, District) = (premises, id, district);
        Db = premises.Database.Open(id);
    }

    public string District { get; }
    public K12SyncDb Db { get; }
    public TimeProvider Clock => _premises.Clock;

    /// <summary>Where relative destinations start.</summary>
    public string Folder => _premises.Folder;

    public TardyOperations Tardies => new(Db);
    public AttendanceOperations Attendance => new(Db, Clock);
    public AgencyRosterOperations AgencyRosters => new(Db, Clock);
    public ChildLinkOperations ChildLinks => new(Db, Clock);
    public ChildOperations Children => new(Db);
    public SiteOperations Sites => new(Db);
    public LimitOperations DayLimits => new(Db, Clock);
    public WhyOperations Why => new(Db);
    public Imports.ImportOperations Imports => new(Db, Clock);
    public BehaviorCodeOperations Codes => new(Db);
    public SisCodeOperations SisCodes => new(Db);
    public BellScheduleOperations Schedules => new(Db);
    public CalendarOperations Calendar => new(Db);
    public LayoutOperations Layouts => new(Db);
    public ConnectorOperations Connectors => new(Db, Layouts, Clock) { Limits = Limits };
    public HostKeyOperations HostKeys => new(Connectors, Limits);
    public CorrectionOperations Corrections => new(Db, Clock);
    public KeyOperations Keys => new(Db, _id, Clock);
    public PersonOperations People => new(Db, _id, Clock);
    public AuditOperations Audit => new(Db);
    public DistrictOperations DistrictItself => new(Db);
    public PurgeOperations Purge => new(Db, Clock);
    public SecretVault Secrets => new(Db, new SecretKeys(Folder, _premises.Tell));
    public TransferOperations Transfers => new(Db, _premises.Agencies, Clock);
    public SendOperations Sending => SendingBy(Exports);
    public SubmissionOperations Submissions => SubmissionsThatTell(_ => { });
    public EdFiOperations EdFi => new(Db, Clock);
    public IndianaOperations Indiana => new(Db, _premises.Agencies, Connectors, Secrets, Clock);
    public BatchOperations Batches => new(Db, Clock);
    public ExportOperations Exports => ExportsThatTell(_ => { });

    /// <summary>Whoever asks is elsewhere and has a key.</summary>
    public bool IsAskedByKey { get; init; }

    /// <summary>A one-time link as a browser takes it.</summary>
    /// <param name="link">Just made.</param>
    /// <param name="served">Where it is served, where the settings do not say how people reach it.</param>
    public Uri LinkTo(NewLink link, Uri? served = null) => new(_premises.Access.Value.Address ?? served ?? new Uri("http://localhost:5080"), $"/welcome/{link.Text}");

    private DestinationLimits Limits => new(Folder, () => _premises.Access.Value) { FolderOfKey = IsAskedByKey ? FolderOfKeyAsync : null };

    /// <summary>As <see cref="Submissions"/>, and says when a run waits to try again.</summary>
    public SubmissionOperations SubmissionsThatTell(Action<string> tell, AgencyTexts? texts = null) => SubmissionsBy(ExportsThatTell(tell, texts));

    /// <summary>As <see cref="Submissions"/>, by runs that try again as they were told.</summary>
    public SubmissionOperations SubmissionsBy(ExportOperations exports) => new(Db, _premises.Agencies, exports, Secrets, Clock);

    /// <summary>As <see cref="Sending"/>, by runs that try again as they were told.</summary>
    public SendOperations SendingBy(ExportOperations exports) => new(Db, Connectors, exports, Clock);

    /// <summary>As <see cref="Exports"/>, and says when it waits to try again, in a language (null: in English).</summary>
    public ExportOperations ExportsThatTell(Action<string> tell, AgencyTexts? texts = null) => ExportsTrying(RetryPolicy.Usual with
    {
        OnWait = (attempt, wait, reason) => tell((texts ?? AgencyTexts.English).Say(
            Phrase.RunTriesAgain, ("attempt", attempt), ("attempts", RetryPolicy.Usual.Attempts), ("why", reason), ("seconds", (long)Math.Ceiling(wait.TotalSeconds)))),
    });

    /// <summary>As <see cref="Exports"/>, and tries again as it is told.</summary>
    public ExportOperations ExportsTrying(RetryPolicy retries) => new(Db, new RunLeases(_premises.Database, _id, Clock), new Outlets(_premises.Destinations, _premises.Agencies), Secrets, Clock)
    {
        Limits = Limits,
        Retries = retries,
    };

    /// <summary>A district that is known, of a database that was found current.</summary>
    public static Workplace In(Premises premises, DistrictId id, string name, bool isAskedByKey = false) => new(premises, id, name) { IsAskedByKey = isAskedByKey };

    /// <summary>Opens a district of a database that exists and is current.</summary>
    /// <exception cref="CommandFailedException">There is no database, it must be migrated first, or the district is not clear.</exception>
    public static async Task<Workplace> OpenAsync(Premises premises, string? district, CancellationToken cancellation)
    {
        await RequireCurrentAsync(premises, cancellation);
        var database = premises.Database;
        var districts = await new DistrictDirectory(premises.Database).ListAsync(cancellation);
        var names = string.Join(", ", districts.Select(d => d.Name));
        var matches = districts.Where(d => district is null || d.Name == district).ToList();
        return matches switch
        {
            [var (id, name)] => new Workplace(premises, id, name),
            [] when district is not null => throw new CommandFailedException($"There is no district '{district}'. There is: {names}."),
            [] => throw new CommandFailedException($"The database in {database.Where} has no district yet. Import one first."),
            _ => throw new CommandFailedException($"There are several districts ({names}). Say which with --district."),
        };
    }

    /// <summary>Refuses a place without a database of this version.</summary>
    /// <exception cref="CommandFailedException">There is no database, or it must be migrated first.</exception>
    public static async Task RequireCurrentAsync(Premises premises, CancellationToken cancellation)
    {
        var database = premises.Database;
        switch (await database.ExamineAsync(cancellation))
        {
            case SchemaState.Missing:
                throw new CommandFailedException($"There is no K12Sync database in {database.Where}. Make one with 'k12sync import PATH' or 'k12sync demo', or name another place with --data or --connection.");
            case SchemaState.Older:
                throw new CommandFailedException($"The database in {database.Where} is from an older K12Sync. Run 'k12sync migrate' once.");
        }
    }

    /// <summary>As <see cref="OpenAsync"/>, but makes the database, the schema and the district where they are missing.</summary>
    public static async Task<Workplace> OpenOrMakeAsync(Premises premises, string? district, string nameOfNew, CancellationToken cancellation)
    {
        if (await premises.Database.MigrateAsync(cancellation) is { } backup)
            await Console.Error.WriteLineAsync($"The database was brought up to date. A copy of the old one is {backup}.");
        var directory = new DistrictDirectory(premises.Database);
        var districts = await directory.ListAsync(cancellation);
        if (districts.Count == 0 || (district is not null && districts.All(d => d.Name != district)))
            await directory.AddAsync(district ?? nameOfNew, cancellation);
        return await OpenAsync(premises, district, cancellation);
    }

    /// <summary>The tardies that a change would touch; the change is done, looked at and undone.</summary>
    public async Task<IReadOnlyList<TardyChange>> PreviewAsync(Func<CancellationToken, Task> change, CancellationToken cancellation)
    {
        await using var untouched = _premises.Database.Open(_id);
        return await new ChangePreview(Db, untouched).OfAsync(change, cancellation);
    }

    private async Task<string> FolderOfKeyAsync(CancellationToken cancellation) => (await new DistrictDirectory(_premises.Database).ListAsync(cancellation)).Count == 1
        ? "outbox"
        : Path.Combine("outbox", _id.Value.ToString(System.Globalization.CultureInfo.InvariantCulture));

    public ValueTask DisposeAsync() => Db.DisposeAsync();
}
