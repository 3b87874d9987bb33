using K12Sync.Api.Childcare;
using K12Sync.Api.CommandLine;
using K12Sync.Api.Imports;
using K12Sync.Data;
using K12Sync.Data.Access;
using K12Sync.Data.Storage;
using K12Sync.Data.Tests;
using K12Sync.Exporters.Childcare;

namespace K12Sync.Api.Tests.Childcare;

/// <summary>An owner's district on a real database, at an instant that the test sets.</summary>
public sealed class ChildcarePlace : IAsyncDisposable
{
    private readonly string _root = Path.Combine(Path.GetTempPath(), "k12sync-childcare-" + Guid.NewGuid().ToString("N"));
    private readonly SetClock _clock = new();
    private DistrictId _district;
    private int _imports;

    private TestPlace? _made;

    private ChildcarePlace()
    {
    }

    public static CancellationToken Now => TestContext.Current.CancellationToken;

    /// <summary>What the imports said, as a person reads it.</summary>
    public List<string> Remarks { get; } = [];

    public IReadOnlyList<FileReport> Reports { get; private set; } = [];

    /// <summary>A wall-clock time in Chicago in summer, or at another offset.</summary>
    public void At(string time, string offset = "-05:00") => _clock.Instant = DateTimeOffset.ParseExact(time + offset, "yyyy-MM-dd HH:mmzzz", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>On SQLite.</summary>
    public static async Task<ChildcarePlace> MakeAsync(string time = "2026-09-21 09:00")
    {
        var place = new ChildcarePlace();
        await place.Rows.MigrateAsync(Now);
        return await place.BeginAsync(time);
    }

    /// <summary>On the database that the test class runs on.</summary>
    public static async Task<ChildcarePlace> MakeAsync(Places places, string time = "2026-09-21 09:00") => await new ChildcarePlace { _made = await places.MakeAsync() }.BeginAsync(time);

    private async Task<ChildcarePlace> BeginAsync(string time)
    {
        At(time);
        _district = await new DistrictDirectory(Rows).AddAsync("Sunrise", Now);
        return this;
    }

    private Database Rows => _made?.Database ?? new DataFolder(Path.Combine(_root, "data"), _clock);

    public TimeProvider Clock => _clock;

    public DistrictId District => _district;

    /// <summary>How long an agency's answer is waited for.</summary>
    internal AgencyLimits Limits { get; set; } = Simulators.AgencyStage.Patient;

    /// <summary>Everything that commands work on, with the place's clock.</summary>
    internal Premises Premises => new(Directory.CreateDirectory(Path.Combine(_root, "data")).FullName, Rows, _clock) { Agencies = new AgencySystems(_clock) { Limits = Limits }, Tell = _ => { } };

    internal Workplace Work() => Workplace.In(Premises, _district, "Sunrise");

    public K12SyncDb Open() => Rows.Open(_district);

    /// <summary>Imports one file, given without its header's optional columns or with them: the first line is the header.</summary>
    public Task ImportAsync(string name, params string[] lines)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_root, $"{++_imports}")).FullName;
        File.WriteAllLines(Path.Combine(folder, name), lines);
        return ImportAsync(folder);
    }

    public async Task ImportAsync(string folder)
    {
        await using var db = Open();
        Reports = await new ImportOperations(db, _clock).ImportAsync(folder, new ImportChoices(null, null, false), r => Remarks.Add(r.ToString()), Now);
    }

    public async Task<UpToDate> BringUpToDateAsync()
    {
        await using var db = Open();
        return await new AttendanceOperations(db, _clock).BringUpToDateAsync(Now);
    }

    /// <summary>Each child-day as <c>0101 09-14 Attended 07:58-17:05 547 Ready v1</c>, with the number of findings where there are any, in the order of the command.</summary>
    public async Task<IReadOnlyList<string>> DaysAsync(string? site = null)
    {
        await using var db = Open();
        return [.. (await new AttendanceOperations(db, _clock).ListAsync(site, null, null, Now)).Select(d =>
            FormattableString.Invariant($"{d.ChildNumber} {d.Date:MM-dd} {d.State}{(d.Code is null ? "" : " " + d.Code)}{(d.Care.Length > 0 ? $" {d.Care} {d.Minutes}" : "")} {d.Status}{(d.Findings.Count > 0 ? $" ({d.Findings.Count})" : "")} v{d.RecordVersion}"))];
    }

    public async ValueTask DisposeAsync()
    {
        await Task.Yield();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        if (Directory.Exists(_root))
            Directory.Delete(_root, recursive: true);
        if (_made is not null)
            await _made.DisposeAsync();
    }

    private sealed class SetClock : TimeProvider
    {
        public DateTimeOffset Instant { get; set; }

        public override DateTimeOffset GetUtcNow() => Instant;
    }
}
