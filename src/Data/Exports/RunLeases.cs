using System.Data.Common;
using System.Globalization;
using K12Sync.Data.Access;
using K12Sync.Data.Storage;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Data.Exports;

/// <summary>
/// One run of a connector at a time, whichever process. A lease is a row with an expiry, renewed while its holder lives, and a token that counts up with each
/// holder: who was paused past the expiry finds its writes refused.
/// </summary>
/// <param name="database">Leases are renewed on connections of their own, beside what the run does.</param>
/// <param name="district">Whose connectors.</param>
/// <param name="clock">The time by which leases expire. Clocks of several machines that differ make take-overs early or late, never wrong.</param>
public sealed class RunLeases(Database database, DistrictId district, TimeProvider clock)
{
    /// <summary>How long a lease lasts unless it is renewed.</summary>
    public static TimeSpan Lasts { get; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Whether a lease keeps others out. One that lasts longer than any lease is of a clock that was ahead and has been set right since: it would keep a connector
    /// silent for as long as the clock was wrong.
    /// </summary>
    internal static bool IsLive(LeaseRow lease, DateTimeOffset now) =>
        lease.ExpiresAt > now && lease.ExpiresAt <= now + 2 * Lasts && RunHolder.Parse(lease.Holder) is not { IsDead: true };

    /// <summary>Takes the connector. Null if another has it; <see cref="HolderAsync"/> tells who. A process of this machine that is no more has nothing.</summary>
    public async Task<RunLease?> TakeAsync(long connectorId, CancellationToken cancellation)
    {
        await using var db = database.Open(district);
        await using var transaction = await db.TransactAsync(cancellation);
        var stamp = await ChangeClock.TakeAsync(db, 1, cancellation);
        var now = clock.GetUtcNow();
        var there = await db.Leases.AsNoTracking().SingleOrDefaultAsync(l => l.ConnectorId == connectorId, cancellation);
        if (there is not null && IsLive(there, now))
            return null;
        await using var take = DistrictSql.Command(db, """
            INSERT INTO "Leases" ("DistrictId", "ConnectorId", "Holder", "Token", "TakenAt", "ExpiresAt", "Version", "ChangeVersion")
            VALUES (@district, @connector, @holder, 1, @now, @expires, @stamp, @stamp)
            ON CONFLICT ("ConnectorId") DO UPDATE SET "Holder" = excluded."Holder", "Token" = "Leases"."Token" + 1, "TakenAt" = excluded."TakenAt",
                "ExpiresAt" = excluded."ExpiresAt", "Version" = excluded."Version", "ChangeVersion" = excluded."ChangeVersion"
            RETURNING "Token";
            """, ("@connector", connectorId), ("@holder", RunHolder.Here.ToString()), ("@now", now), ("@expires", now + Lasts), ("@stamp", stamp));
        var token = Convert.ToInt64(await take.ExecuteScalarAsync(cancellation), CultureInfo.InvariantCulture);
        await transaction.CommitAsync(cancellation);
        return new RunLease(() => database.Open(district), clock, connectorId, token);
    }

    /// <summary>Who has the connector, and since when; null: nobody.</summary>
    public async Task<(RunHolder? Holder, DateTimeOffset Since)?> HolderAsync(long connectorId, CancellationToken cancellation)
    {
        await using var db = database.Open(district);
        var now = clock.GetUtcNow();
        return await db.Leases.AsNoTracking().SingleOrDefaultAsync(l => l.ConnectorId == connectorId && l.ExpiresAt > now, cancellation) is { } lease
            ? (RunHolder.Parse(lease.Holder), lease.TakenAt)
            : null;
    }
}

/// <summary>The right to run a connector, until it is disposed of or taken by another after it has expired.</summary>
public sealed class RunLease : IAsyncDisposable
{
    private readonly Func<K12SyncDb> _open;
    private readonly TimeProvider _clock;
    private readonly long _connectorId;
    private readonly long _token;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _done = new();
    private readonly Task _renewing;

    internal RunLease(Func<K12SyncDb> open, TimeProvider clock, long connectorId, long token)
    {
        (_open, _clock, _connectorId, _token) = (open, clock, connectorId, token);
        _renewing = RenewAsync();
    }

    /// <summary>Cancelled when another has taken the connector.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Refuses to go on if another has taken the connector. To be called in a transaction that has its turn to write.</summary>
    /// <exception cref="LeaseLostException">Another has.</exception>
    internal async Task CheckAsync(K12SyncDb db, CancellationToken cancellation)
    {
        await using var check = DistrictSql.Command(db,
            """SELECT 1 FROM "Leases" WHERE "DistrictId" = @district AND "ConnectorId" = @connector AND "Token" = @token;""", ("@connector", _connectorId), ("@token", _token));
        if (await check.ExecuteScalarAsync(cancellation) is null)
            throw new LeaseLostException();
    }

    /// <summary>Gives the connector free.</summary>
    public async ValueTask DisposeAsync()
    {
        await _done.CancelAsync();
        await _renewing;
        await ExtendAsync(TimeSpan.Zero, CancellationToken.None);
        _done.Dispose();
        _lost.Dispose();
    }

    private async Task RenewAsync()
    {
        try
        {
            using var ticks = new PeriodicTimer(RunLeases.Lasts / 4, _clock);
            while (await ticks.WaitForNextTickAsync(_done.Token))
            {
                if (!await ExtendAsync(RunLeases.Lasts, _done.Token))
                {
                    await _lost.CancelAsync();
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (_done.IsCancellationRequested)
        {
            // The run is over.
        }
    }

    /// <summary>False if another has taken it. A database that does not answer leaves the lease to expire: the writes of the run find out.</summary>
    private async Task<bool> ExtendAsync(TimeSpan by, CancellationToken cancellation)
    {
        try
        {
            await using var db = _open();
            await using var transaction = await db.TransactAsync(cancellation);
            var stamp = await ChangeClock.TakeAsync(db, 1, cancellation);
            await using var extend = DistrictSql.Command(db, """
                UPDATE "Leases" SET "ExpiresAt" = @expires, "Version" = @stamp, "ChangeVersion" = @stamp
                WHERE "DistrictId" = @district AND "ConnectorId" = @connector AND "Token" = @token;
                """, ("@expires", _clock.GetUtcNow() + by), ("@stamp", stamp), ("@connector", _connectorId), ("@token", _token));
            var extended = await extend.ExecuteNonQueryAsync(cancellation) == 1;
            await transaction.CommitAsync(cancellation);
            return extended;
        }
        catch (Exception e) when ((e as DbException ?? e.InnerException as DbException) is not null)
        {
            return true;
        }
    }
}

/// <summary>Another process has taken the connector while this one did not renew its lease. It goes on where this one stopped.</summary>
public sealed class LeaseLostException : Exception
{
    public LeaseLostException() : base("Another process has taken over this connector.")
    {
    }

    public LeaseLostException(string message) : base(message)
    {
    }

    public LeaseLostException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
