using K12Sync.Data.Access;
using K12Sync.Data.Storage;
using K12Sync.Domain.Roster;
using K12Sync.Domain.SchoolCalendar;
using K12Sync.Tests.Servers;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace K12Sync.Data.Tests;

/// <summary>The databases a test class runs on: each such class is abstract, and has one heir for each of these.</summary>
public enum On
{
    Sqlite,
    Postgres,
}

/// <summary>Makes places on one kind of database.</summary>
public sealed class Places(On on, PostgresServer server)
{
    private static readonly SemaphoreSlim TemplateGate = new(1, 1);
    private static string? template;

    /// <summary>An empty place with the present schema.</summary>
    public async Task<TestPlace> MakeAsync()
    {
        if (on == On.Sqlite)
        {
            var folder = new DataFolder(Path.Combine(Path.GetTempPath(), "k12sync-" + Guid.NewGuid().ToString("N")), TimeProvider.System);
            await folder.MigrateAsync(TestContext.Current.CancellationToken);
            return new TestPlace(folder, () =>
            {
                Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
                Directory.Delete(folder.Path, recursive: true);
                return Task.CompletedTask;
            });
        }
        var name = await server.MakeDatabaseAsync(await TemplateAsync());
        var database = new PostgresDatabase(await server.ConnectionAsync(name));
        return new TestPlace(database, () => server.DropDatabaseAsync(name));
    }

    /// <summary>Migrating takes a second, copying a migrated database a tenth.</summary>
    private async Task<string> TemplateAsync()
    {
        await TemplateGate.WaitAsync();
        try
        {
            if (template is not null)
                return template;
            var name = await server.MakeDatabaseAsync();
            await new PostgresDatabase(await server.ConnectionAsync(name) + ";Pooling=false").MigrateAsync(TestContext.Current.CancellationToken);
            return template = name;
        }
        finally
        {
            TemplateGate.Release();
        }
    }
}

/// <summary>A database of a test's own, with districts in it; gone when the test is.</summary>
public sealed class TestPlace(Database database, Func<Task> remove) : IAsyncDisposable
{
    private readonly List<K12SyncDb> _open = [];

    public Database Database { get; } = database;

    public TimeProvider Clock { get; } = TimeProvider.System;

    /// <summary>A new district with one school, <c>LHS</c> in New York.</summary>
    public async Task<(DistrictId District, long School)> DistrictAsync(string name = "Riverbend")
    {
        var district = await new DistrictDirectory(Database).AddAsync(name, TestContext.Current.CancellationToken);
        var db = Open(district);
        var school = new School("LHS", new SchoolFacts("Lincoln High", SchoolZone.Find("America/New_York")!, null, null));
        db.Add(school);
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        return (district, school.Id);
    }

    public K12SyncDb Open(DistrictId district)
    {
        lock (_open)
        {
            var db = Database.Open(district);
            _open.Add(db);
            return db;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var db in _open)
            await db.DisposeAsync();
        await remove();
    }
}
