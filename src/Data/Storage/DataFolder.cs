using System.Data.Common;
using K12Sync.Data.Access;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Data.Storage;

/// <summary>
/// The folder a K12Sync keeps its things in: the SQLite database, its backups, and by default the outbox.
/// </summary>
public sealed class DataFolder(string path, TimeProvider clock) : Database
{
    // Above this a full check would be felt at every start; the doctor still does it.
    private const long LargestCheckedAtOpen = 256L << 20;
    private static readonly byte[] SqliteHeader = "SQLite format 3\0"u8.ToArray();

    /// <summary>Absolute.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>The database file.</summary>
    public string DatabasePath => System.IO.Path.Combine(Path, "k12sync.db");

    /// <summary>How long a statement waits while another process writes, before it fails with "database is locked"; whole seconds, at least one.</summary>
    public TimeSpan LockWait { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>For whoever keeps tables of its own in the database.</summary>
    public string ConnectionString => new SqliteConnectionStringBuilder
    {
        DataSource = DatabasePath,
        ForeignKeys = true,
        DefaultTimeout = Math.Max(1, (int)LockWait.TotalSeconds),
    }.ToString();

    /// <inheritdoc/>
    public override string Where => Path;

    /// <inheritdoc/>
    public override K12SyncDb Open(DistrictId district, Action<DbContextOptionsBuilder> with) => new SqliteDb(SqliteDb.Options(ConnectionString, with), district);

    /// <inheritdoc/>
    public override async Task<DbConnection> OpenForReadingAsync(CancellationToken cancellation)
    {
        // Not by its mode: a database with a log beside it is read through files that the reader may have to make. Of no pool: nobody else may get a connection that only reads.
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder(ConnectionString) { Pooling = false }.ToString());
        try
        {
            await connection.OpenAsync(cancellation);
            await SqliteTuning.ForReadingAsync(connection, cancellation);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public override async Task<SchemaState> ExamineAsync(CancellationToken cancellation)
    {
        // An empty file is what a process leaves that is killed while it makes the database; SQLite takes it for an empty database too.
        if (!File.Exists(DatabasePath) || new FileInfo(DatabasePath).Length == 0)
            return SchemaState.Missing;
        await RefuseOtherFilesAsync(cancellation);
        try
        {
            await using var db = Open(default);
            await RefuseDamageAsync(db, cancellation);
            if (await IsSomebodyElsesAsync(db, cancellation))
                throw new DatabaseRefusedException($"{DatabasePath} is a SQLite database, but not K12Sync's. Nothing was changed. Name another folder with --data.");
            return await CompareAsync(db, DatabasePath, cancellation);
        }
        catch (SqliteException e) when (e.SqliteErrorCode is SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_NOTADB)
        {
            throw Damaged(e.Message, e);
        }
    }

    /// <summary>Brings the database to this program's schema, making it if there is none. An older one is backed up first, into <c>backups/</c>.</summary>
    /// <returns>The path of the backup, or null if none was needed.</returns>
    public override async Task<string?> MigrateAsync(CancellationToken cancellation)
    {
        var state = await ExamineAsync(cancellation);
        if (state == SchemaState.Current)
            return null;
        Directory.CreateDirectory(Path);
        if (state == SchemaState.Missing)
            MakePrivate(DatabasePath);
        var backup = state == SchemaState.Older ? await BackUpBeforeAsync("migration", cancellation) : null;
        await using var db = Open(default);
        await db.Database.OpenConnectionAsync(cancellation);
        await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL;", cancellation);
        await db.Database.MigrateAsync(cancellation);
        return backup;
    }

    /// <summary>A consistent copy of the database as one file, made while it is in use. Stored secrets in it need the key file or certificate, which is not in it.</summary>
    /// <exception cref="DatabaseRefusedException">There is a file of that name already.</exception>
    public async Task BackUpAsync(string file, CancellationToken cancellation)
    {
        if (File.Exists(file))
            throw new DatabaseRefusedException($"{file} is there already and is not overwritten. Name another file.");
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(file))!);
        MakePrivate(file);
        await using var db = Open(default);
        await db.Database.ExecuteSqlAsync($"VACUUM INTO {file};", cancellation);
    }

    /// <summary>An empty file for its owner only, which SQLite fills: it holds students' data.</summary>
    private static void MakePrivate(string file)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var made = new FileStream(file, options);
    }

    /// <summary>
    /// Puts a backup in the database's place. It is looked at, brought up to date and handed to <paramref name="prepare"/> beside it first; what was there
    /// before becomes a backup itself.
    /// </summary>
    /// <returns>Where the database that was there before is now; null if there was none.</returns>
    /// <exception cref="DatabaseRefusedException">The file is no backup of K12Sync; nothing was changed.</exception>
    public async Task<string?> RestoreAsync(string file, Func<Database, Task> prepare, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(prepare);
        var beside = new DataFolder(System.IO.Path.Combine(Path, "restoring"), clock);
        if (Directory.Exists(beside.Path))
            Directory.Delete(beside.Path, recursive: true);
        Directory.CreateDirectory(beside.Path);
        try
        {
            File.Copy(file, beside.DatabasePath);
            if (await beside.ExamineAsync(cancellation) == SchemaState.Missing)
                throw new DatabaseRefusedException($"{file} is empty, so it is no backup of K12Sync. Nothing was changed.");
            await beside.MigrateAsync(cancellation);
            await prepare(beside);
            var before = File.Exists(DatabasePath) ? await BackUpBeforeAsync("restore", cancellation) : null;
            // One file, without a log beside it, so that putting it in place is one step.
            var whole = System.IO.Path.Combine(beside.Path, "whole.db");
            await beside.BackUpAsync(whole, cancellation);
            SqliteConnection.ClearAllPools();
            File.Delete(DatabasePath + "-wal");
            File.Delete(DatabasePath + "-shm");
            File.Move(whole, DatabasePath, overwrite: true);
            await using var db = Open(default);
            await db.Database.OpenConnectionAsync(cancellation);
            await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL;", cancellation);
            return before;
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(beside.Path, recursive: true);
        }
    }

    private async Task<string> BackUpBeforeAsync(string what, CancellationToken cancellation)
    {
        var file = System.IO.Path.Combine(Path, "backups", $"k12sync-{clock.GetUtcNow():yyyyMMdd'T'HHmmss'Z'}-before-{what}.db");
        await BackUpAsync(file, cancellation);
        return file;
    }

    /// <summary>It has tables, but no history of ours. One without any table is ours: its first migration was cut short.</summary>
    private static async Task<bool> IsSomebodyElsesAsync(K12SyncDb db, CancellationToken cancellation)
    {
        var tables = await db.Database.SqlQueryRaw<string>("SELECT name AS \"Value\" FROM sqlite_master WHERE type = 'table'").ToListAsync(cancellation);
        return tables.Count > 0 && !tables.Contains("__EFMigrationsHistory");
    }

    private async Task RefuseOtherFilesAsync(CancellationToken cancellation)
    {
        await using var file = new FileStream(DatabasePath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var header = new byte[SqliteHeader.Length];
        var read = await file.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false, cancellation);
        if (read < header.Length || !header.AsSpan().SequenceEqual(SqliteHeader))
            throw Damaged("it does not start like a SQLite database", null);
    }

    private static async Task RefuseDamageAsync(K12SyncDb db, CancellationToken cancellation)
    {
        var path = new SqliteConnectionStringBuilder(db.Database.GetConnectionString()).DataSource;
        if (new FileInfo(path).Length > LargestCheckedAtOpen)
            return;
        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, DefaultTimeout = 60 }.ToString());
        await connection.OpenAsync(cancellation);
        await using var check = connection.CreateCommand();
        check.CommandText = "PRAGMA quick_check(1);";
        if (await check.ExecuteScalarAsync(cancellation) as string is not "ok" and var finding)
            throw new SqliteException(finding ?? "unreadable", SQLitePCL.raw.SQLITE_CORRUPT);
    }

    private DatabaseRefusedException Damaged(string finding, Exception? cause)
    {
        var message = $"{DatabasePath} is damaged ({finding.TrimEnd('.')}). Nothing was changed. Restore a backup, or move the file away to start anew.";
        return cause is null ? new DatabaseRefusedException(message) : new DatabaseRefusedException(message, cause);
    }
}
