using K12Sync.Api.Imports.Childcare;
using K12Sync.Api.Imports.OneRoster;
using K12Sync.Api.Roster;
using K12Sync.Data;
using K12Sync.Domain.BellSchedules;
using K12Sync.Domain.Roster;

namespace K12Sync.Api.Imports;

/// <summary>How files are to be read.</summary>
/// <param name="CloseGaps">Close the gaps of bell schedules this way; null: refuse schedules with gaps.</param>
/// <param name="EffectiveFrom">First day of changes to schedules and the default week that exist already; null: today at the school.</param>
/// <param name="OddCodesMeant">Take external codes with blanks, invisible or look-alike characters as they are.</param>
/// <param name="MostRetiredPercent">A roster that more than this share of a school's students would leave is held, see <see cref="RosterUpdate"/>.</param>
public sealed record ImportChoices(GapClosingStrategy? CloseGaps, DateOnly? EffectiveFrom, bool OddCodesMeant, int MostRetiredPercent = ImportChoices.UsualMostRetiredPercent)
{
    /// <summary>Where nobody said otherwise.</summary>
    public const int UsualMostRetiredPercent = 10;
}

/// <summary>Why nothing could be imported at all.</summary>
public sealed class ImportRefusedException : Exception
{
    public ImportRefusedException(string message) : base(message)
    {
    }

    public ImportRefusedException(string message, Exception innerException) : base(message, innerException)
    {
    }

    public ImportRefusedException()
    {
    }
}

/// <summary>
/// Reads a folder of import files, or one of them. Adds and updates by natural key, never deletes; the same
/// file twice changes nothing. A folder may hold a OneRoster roster beside the other files: its manifest.csv says so.
/// </summary>
public sealed class ImportOperations(K12SyncDb db, TimeProvider clock)
{
    /// <summary>Reads what is at <paramref name="path"/>: the files of a folder in the order in which they need one another, a single one, or a zipped roster.</summary>
    /// <exception cref="ImportRefusedException">There is nothing there that can be imported.</exception>
    public async Task<IReadOnlyList<FileReport>> ImportAsync(string path, ImportChoices choices, Action<RowRemark>? onRemark, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(choices);
        var reports = new List<FileReport>();
        foreach (var (file, import) in Find(path, Readers(choices)))
        {
            var report = new FileReport(import.FileName, onRemark);
            await import.ReadAsync(file, report, cancellation);
            db.ChangeTracker.Clear();
            reports.AddRange(report.All);
        }
        return reports;
    }

    private IFileImport[] Readers(ImportChoices choices)
    {
        DateOnly EffectiveFrom(School school) => choices.EffectiveFrom ?? school.Zone.At(clock.GetUtcNow()).Day;
        return
        [
            new SchoolsFile(db),
            new StudentsFile(db),
            new OneRosterImport(db, clock, choices.MostRetiredPercent),
            new BehaviorCodesFile(db, choices.OddCodesMeant),
            new BellSchedulesFile(db, choices.CloseGaps, EffectiveFrom),
            new DefaultWeekFile(db, EffectiveFrom),
            new CalendarFile(db),
            new PassesFile(db, clock),
            new SitesFile(db),
            new ProvidersFile(db),
            new ChildrenFile(db, clock),
            new AuthorizationsFile(db),
            new ClosuresFile(db),
            new AbsencesFile(db),
            new AttendanceFile(db, clock),
        ];
    }

    private static IEnumerable<(string File, IFileImport Import)> Find(string path, IFileImport[] readers)
    {
        var names = $"{string.Join(", ", readers.Select(r => r.FileName))}, or a .zip with a OneRoster manifest.csv";
        if (Directory.Exists(path))
        {
            var found = readers.Select(r => (File: Path.Combine(path, r.FileName), Import: r)).Where(f => File.Exists(f.File)).ToList();
            return found.Count > 0 ? found : throw new ImportRefusedException($"{path} has none of the files that can be imported: {names}.");
        }
        if (!File.Exists(path))
            throw new ImportRefusedException($"There is no file or folder {path}.");
        if (ZippedRoster.IsZip(path))
            return [(path, readers.OfType<OneRosterImport>().Single())];
        return Array.Find(readers, r => r.FileName.Equals(Path.GetFileName(path), StringComparison.OrdinalIgnoreCase)) is { } reader
            ? [(path, reader)]
            : throw new ImportRefusedException($"{Path.GetFileName(path)} is not the name of an import file. They are {names}.");
    }
}
