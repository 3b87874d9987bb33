using System.Globalization;
using K12Sync.Api.Imports;
using K12Sync.Api.Tardies;
using K12Sync.Data;
using K12Sync.Data.Access;
using K12Sync.Data.Passes;
using K12Sync.Data.Storage;
using K12Sync.Domain.Passes;
using K12Sync.Domain.Roster;
using K12Sync.Domain.SchoolCalendar;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Tests.Imports.OneRoster;

/// <summary>
/// A district on a real database: <c>LHS</c> in New York (the SIS calls it 1001) and <c>RMS</c> in Indianapolis. Today is
/// 15 September 2026 unless a test says otherwise.
/// </summary>
public sealed class RosterPlace : IAsyncDisposable
{
    private readonly string _root = Path.Combine(Path.GetTempPath(), "k12sync-roster-" + Guid.NewGuid().ToString("N"));
    private readonly SetClock _clock = new();
    private DistrictId _district;
    private int _rosters;

    private RosterPlace()
    {
    }

    public static CancellationToken Now => TestContext.Current.CancellationToken;

    public DataFolder Data => new(Path.Combine(_root, "data"), _clock);

    /// <summary>Noon in UTC of a day.</summary>
    public DateOnly Today
    {
        set => _clock.Instant = new DateTimeOffset(value.ToDateTime(new TimeOnly(16, 0)), TimeSpan.Zero);
    }

    public DateTimeOffset Instant
    {
        set => _clock.Instant = value;
    }

    /// <summary>What the last import said, as a person reads it.</summary>
    public IReadOnlyList<string> Remarks { get; private set; } = [];

    public static async Task<RosterPlace> MakeAsync()
    {
        var place = new RosterPlace { Today = new DateOnly(2026, 9, 15) };
        await place.Data.MigrateAsync(Now);
        place._district = await new DistrictDirectory(place.Data).AddAsync("Riverbend", Now);
        await using var db = place.Open();
        db.AddRange(
            new School("LHS", new SchoolFacts("Lincoln High", SchoolZone.Find("America/New_York")!, "1001", null)),
            new School("RMS", new SchoolFacts("Riverbend Middle", SchoolZone.Find("America/Indiana/Indianapolis")!, null, null)));
        await db.SaveChangesAsync(Now);
        return place;
    }

    public K12SyncDb Open() => Data.Open(_district);

    /// <summary>A path of the test's own that nothing is at yet.</summary>
    public string NewPath(string name)
    {
        Directory.CreateDirectory(Path.Combine(_root, $"{++_rosters}"));
        return Path.Combine(_root, $"{_rosters}", name);
    }

    public Task<ImportedRoster> ImportAsync(RosterFiles roster, int mostRetired = 10) => ImportAsync(roster.WriteTo(NewPath("roster")), mostRetired);

    public async Task<ImportedRoster> ImportAsync(string path, int mostRetired = 10)
    {
        await using var db = Open();
        var remarks = new List<string>();
        Remarks = remarks;
        var reports = await new ImportOperations(db, _clock).ImportAsync(path, new ImportChoices(null, null, false, mostRetired), r => remarks.Add(r.ToString()), Now);
        await new TardyOperations(db).MapPendingAsync(Now);
        return new ImportedRoster(reports);
    }

    /// <summary>Every stay as <c>LHS 0001 2026-08-17..</c>, in order.</summary>
    public async Task<IReadOnlyList<string>> StaysAsync()
    {
        await using var db = Open();
        var schools = await db.Schools.ToDictionaryAsync(s => s.Id, s => s.Code, Now);
        return [.. (await db.Enrollments.ToListAsync(Now)).Select(e => $"{schools[e.SchoolId]} {e.StudentNumber} {Day(e.From)}..{Day(e.To)}").Order(StringComparer.Ordinal)];
    }

    public async Task<Student> StudentAsync(string number)
    {
        await using var db = Open();
        return await db.Students.SingleAsync(s => s.StudentNumber == number, Now);
    }

    /// <summary>A pass at noon of a day, with the id <c>number@day</c>. Its code is unknown, which is what is said of it once the roster is content.</summary>
    public async Task PassAsync(string number, string day, string school = "LHS")
    {
        await using var db = Open();
        var date = DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        var at = await db.Schools.SingleAsync(s => s.Code == school, Now);
        var issued = new DateTimeOffset(date.ToDateTime(new TimeOnly(16, 0)), TimeSpan.Zero);
        await new PassStore(db, _clock).StoreAsync([new IncomingPass(new HallPass($"{number}@{day}", at.Id, number, "T", issued, false), date)], Now);
        await new TardyOperations(db).MapPendingAsync(Now);
    }

    /// <summary>What became of each pass, as <c>0001@2026-09-15 NotEnrolled</c>.</summary>
    public async Task<IReadOnlyList<string>> OutcomesAsync()
    {
        await using var db = Open();
        return [.. (await db.Passes.OrderBy(p => p.PassId).ToListAsync(Now)).Select(p => $"{p.PassId} {p.Outcome}")];
    }

    public async ValueTask DisposeAsync()
    {
        await Task.Yield();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_root, recursive: true);
    }

    private static string Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";

    private sealed class SetClock : TimeProvider
    {
        public DateTimeOffset Instant { get; set; }

        public override DateTimeOffset GetUtcNow() => Instant;
    }
}

/// <summary>What an import said of each file.</summary>
public sealed record ImportedRoster(IReadOnlyList<FileReport> Reports)
{
    public FileReport Users => this["users.csv"];

    public FileReport this[string file] => Reports.Single(r => r.File == file);

    public int Rejected => Reports.Sum(r => r.Rejected);

    /// <summary>Added, updated, unchanged, retired.</summary>
    public (int Added, int Updated, int Unchanged, int Retired) Students => (Users.Added, Users.Updated, Users.Unchanged, Users.Retired);
}
