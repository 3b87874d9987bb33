using System.Data.Common;
using K12Sync.Data.Access;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Data.Storage;

/// <summary>The database behind a K12Sync, whichever kind it is.</summary>
public abstract class Database
{
    /// <summary>Where it is, in words for people. Holds no password.</summary>
    public abstract string Where { get; }

    /// <summary>The rows of a district. The database must have been found <see cref="SchemaState.Current"/>.</summary>
    public K12SyncDb Open(DistrictId district) => Open(district, static _ => { });

    /// <summary>As <see cref="Open(DistrictId)"/>, with options of EF's beside our own.</summary>
    public abstract K12SyncDb Open(DistrictId district, Action<DbContextOptionsBuilder> with);

    /// <summary>
    /// An open connection that can only read, of all districts: for who holds statements of EF's that name the district. To be disposed by the caller.
    /// </summary>
    public abstract Task<DbConnection> OpenForReadingAsync(CancellationToken cancellation);

    /// <summary>Looks at the database without changing it.</summary>
    /// <exception cref="DatabaseRefusedException">It is damaged, not a database, not ours, or written by a newer K12Sync.</exception>
    public abstract Task<SchemaState> ExamineAsync(CancellationToken cancellation);

    /// <summary>Brings the database to this program's schema, making it if there is none.</summary>
    /// <returns>The path of the backup that was made first, or null if there is none.</returns>
    public abstract Task<string?> MigrateAsync(CancellationToken cancellation);

    /// <summary>Compares the migrations a database has with those this program knows.</summary>
    private protected static async Task<SchemaState> CompareAsync(K12SyncDb db, string where, CancellationToken cancellation)
    {
        var applied = (await db.Database.GetAppliedMigrationsAsync(cancellation)).ToList();
        var known = db.Database.GetMigrations().ToHashSet(StringComparer.Ordinal);
        if (applied.Find(m => !known.Contains(m)) is { } newer)
            throw new DatabaseRefusedException(
                $"{where} was written by a newer K12Sync (schema {newer}). Nothing was changed. Install that version, or restore a backup made before the upgrade.");
        return applied.Count < known.Count ? SchemaState.Older : SchemaState.Current;
    }
}

/// <summary>Why a database was not opened. The message is for the person at the keyboard; the file was not changed.</summary>
public sealed class DatabaseRefusedException : Exception
{
    public DatabaseRefusedException(string message) : base(message)
    {
    }

    public DatabaseRefusedException(string message, Exception innerException) : base(message, innerException)
    {
    }

    public DatabaseRefusedException()
    {
    }
}

/// <summary>How the schema of a database compares with this program's.</summary>
public enum SchemaState
{
    /// <summary>There is no database yet.</summary>
    Missing,

    /// <summary>It lacks migrations that this program has.</summary>
    Older,

    /// <summary>It is what this program expects.</summary>
    Current,
}
