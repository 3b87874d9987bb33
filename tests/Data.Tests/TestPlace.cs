using K12Sync.Data.Access;
using K12Sync.Data.Storage;
using K12Sync.Domain.Roster;
using K12Sync.Domain.SchoolCalendar;

namespace K12Sync.Data.Tests;

/// <summary>A database of a test's own, with districts in it; gone when the test is.</summary>
public sealed class TestPlace : IAsyncDisposable
{
    private readonly List<K12SyncDb> _open = [];

    private TestPlace() => Folder = new DataFolder(Path.Combine(Path.GetTempPath(), "k12sync-" + Guid.NewGuid().ToString("N")), Clock);

    public DataFolder Folder { get; }

    public TimeProvider Clock { get; } = TimeProvider.System;

    public static async Task<TestPlace> MakeAsync()
    {
        var place = new TestPlace();
        await place.Folder.MigrateAsync(TestContext.Current.CancellationToken);
        return place;
    }

    /// <summary>A new district with one school, <c>LHS</c> in New York.</summary>
    public async Task<(DistrictId District, long School)> DistrictAsync(string name = "Riverbend")
    {
        var district = await new DistrictDirectory(Folder).AddAsync(name, TestContext.Current.CancellationToken);
        var db = Open(district);
        var school = new School("LHS", new SchoolFacts("Lincoln High", SchoolZone.Find("America/New_York")!, null, null));
        db.Add(school);
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        return (district, school.Id);
    }

    public K12SyncDb Open(DistrictId district)
    {
        var db = Folder.Open(district);
        _open.Add(db);
        return db;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var db in _open)
            await db.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(Folder.Path, recursive: true);
    }
}
