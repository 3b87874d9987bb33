using K12Sync.Api.Roster;
using K12Sync.Data;

namespace K12Sync.Api.Imports.OneRoster;

/// <summary>
/// A OneRoster 1.1 or 1.2 roster, in a folder or a zip; manifest.csv tells it. It is stored in one go or not at all: a roster that more
/// than <paramref name="mostRetiredPercent"/> of a school's students would leave is held.
/// </summary>
internal sealed class OneRosterImport(K12SyncDb db, TimeProvider clock, int mostRetiredPercent) : IFileImport
{
    public string FileName => RosterPackage.Manifest;

    public async Task ReadAsync(string path, FileReport report, CancellationToken cancellation)
    {
        using var package = RosterPackage.Open(path);
        var reading = new RosterReading(package, RosterManifest.Read(package), report);
        if (!reading.CheckFiles())
            return;
        await using var update = await RosterUpdate.BeginAsync(db, clock, cancellation);
        var orgs = RosterOrgs.Read(reading, [.. update.Schools]);
        var users = RosterUsers.Read(reading, orgs);
        var students = new RosterStudents(reading, orgs, users, update);
        await students.SaveAsync(cancellation);
        users.Settle();
        if (reading.IsWhole)
            await RetireAsync(reading, orgs, students, update, cancellation);
        if (update.Exoduses(mostRetiredPercent) is { Count: > 0 } exoduses)
        {
            reading.Report("users.csv").Hold(Explain(exoduses));
            return;
        }
        if (update.Retired > 0)
            reading.Report("users.csv").Retire(update.Retired);
        await update.CommitAsync(cancellation);
    }

    private static async Task RetireAsync(RosterReading reading, RosterOrgs orgs, RosterStudents students, RosterUpdate update, CancellationToken cancellation)
    {
        var missing = await update.FindMissingAsync(orgs.Mentioned, students.IsThere, cancellation);
        if (!reading.InDoubt)
            await update.RetireAsync(missing, cancellation);
        else if (missing.Count > 0)
            reading.Report("users.csv").Note(1, $"{missing.Count} enrolments that the roster does not have were left as they are: rows of it could not be understood, and may be theirs. " +
                "Mend the rejected rows and import it again.");
    }

    private string Explain(IReadOnlyList<Exodus> exoduses) =>
        string.Join("; ", exoduses.Select(e => $"{e.Leaving} of the {e.Enrolled} students enrolled at school {e.SchoolCode} would be retired")) +
        $". More than {mostRetiredPercent} % of a school may not go at once, so nothing of the roster was stored. " +
        "If it is right, let it through with --most-retired 100.";
}
