using System.Security.Cryptography;
using K12Sync.Data.Access;
using K12Sync.Data.Exports;
using K12Sync.Data.Passes;
using K12Sync.Data.Tardies;
using K12Sync.Domain.BellSchedules;
using K12Sync.Domain.Exports;
using K12Sync.Domain.Passes;
using K12Sync.Domain.Tardies;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Data.Tests.Exports;

/// <summary>A district with a connector, and short words for what happens at it.</summary>
internal sealed class LedgerDesk : IAsyncDisposable
{
    private static readonly ClassPeriod First = new("Period 1", "1", new TimeOnly(8, 0), new TimeOnly(8, 0), new TimeOnly(9, 0), true);
    private readonly TestPlace _place;
    private readonly long _school;

    private LedgerDesk(TestPlace place, K12SyncDb db, long school, Connector connector) =>
        (_place, Db, _school, Connector, Ledger) = (place, db, school, connector, new ExportLedger(db, place.Clock));

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    private static Layout Csv { get; } = new("k12sync-csv", 0, new LayoutDefinition([]));

    public static byte[] Bytes { get; } = [1, 2, 3, 0, 255];

    public K12SyncDb Db { get; }
    public Connector Connector { get; }
    public ExportLedger Ledger { get; }

    public static async Task<LedgerDesk> MakeAsync(Places places, params string[] codes)
    {
        var place = await places.MakeAsync();
        var (district, school) = await place.DistrictAsync();
        var db = place.Open(district);
        var row = new ConnectorRow("sis", new ConnectorDefinition("k12sync-csv", new FolderDestinationDefinition("outbox"), [], [.. codes]));
        db.Add(row);
        await db.SaveChangesAsync(Now);
        return new LedgerDesk(place, db, school, new Connector(row.Id, row.Name, row.Definition, Csv, []));
    }

    /// <summary>The day is mapped, and these are its tardies, all of Period 1.</summary>
    public async Task MapAsync(DateOnly day, params (string Pass, string Student, string Code, string External)[] tardies)
    {
        var issued = new DateTimeOffset(day.ToDateTime(new TimeOnly(12, 5)), TimeSpan.Zero);
        await new PendingDays(Db).MarkAsync([(_school, day)], Now);
        var pending = (await new ResolutionStore(Db).PendingAsync(Now)).Single();
        await new ResolutionStore(Db).SaveAsync([new MappedDay(pending, [.. tardies.Select(t => (
            new StoredPass(0, new HallPass(t.Pass, _school, t.Student, t.Code, issued, false), day, null),
            (TardyOutcome)new TardyOutcome.Tardy(t.External) { Hit = new PeriodHit(First, 5) }))])], Now);
    }

    /// <summary>Passes of a day, given at 8:05.</summary>
    public Task<IReadOnlyList<PassReceipt>> HandInAsync(DateOnly day, params (string Pass, string Student)[] passes) => new PassStore(Db, _place.Clock).StoreAsync(
        [.. passes.Select(p => new IncomingPass(new HallPass(p.Pass, _school, p.Student, "T", new DateTimeOffset(day.ToDateTime(new TimeOnly(12, 5)), TimeSpan.Zero), false), day))], Now);

    /// <summary>The day's stored passes are mapped, each a tardy of Period 1; or to another outcome.</summary>
    public async Task MapStoredAsync(DateOnly day, TardyOutcome? outcome = null)
    {
        var stored = await new ResolutionStore(Db).PassesAsync(_school, day, day, Now);
        var pending = (await new ResolutionStore(Db).PendingAsync(Now)).Single(d => d.Date == day);
        await new ResolutionStore(Db).SaveAsync([new MappedDay(pending, [.. stored.Select(s => (s, outcome ?? new TardyOutcome.Tardy("TA") { Hit = new PeriodHit(First, 5) }))])], Now);
    }

    public async Task<List<TardyLine>> OwedAsync(Connector? connector = null) =>
        await Ledger.OwedAsync(connector ?? Connector, Now).ToListAsync(Now);

    public async Task<FreezeResult> FreezeAsync(List<TardyLine>? lines = null)
    {
        lines ??= await OwedAsync();
        var run = await Ledger.StartAsync(Connector);
        var file = new RenderedFile($"f{run.Number}.csv", Bytes, Convert.ToHexString(SHA256.HashData(Bytes)), lines.Count,
            [.. lines.Select(l => FileLine.Of(l, l.IsOwed ? LineRole.Sent : LineRole.Repeated, l.Version))]);
        return await Ledger.FreezeAsync(run.RunId, new RenderedDebt([file], [], []), Now);
    }

    public async Task HoldAllAsync(HoldReason reason)
    {
        var lines = await OwedAsync();
        var run = await Ledger.StartAsync(Connector);
        await Ledger.FreezeAsync(run.RunId, new RenderedDebt([], [], [.. lines.Select(l => new HeldLine(l, reason, "Too old."))]), Now);
        await Ledger.FinishRunAsync(run.RunId, new RunEnd(SyncRunStatus.SucceededWithHolds), Now);
    }

    /// <summary>Takes the connector at a time.</summary>
    public Task<RunLease?> LeaseAsync(TimeProvider? clock = null) => new RunLeases(_place.Database, new DistrictId(Db.DistrictId), clock ?? _place.Clock).TakeAsync(Connector.Id, Now);

    /// <summary>The ledger of a process that has the connector.</summary>
    public ExportLedger LedgerUnder(RunLease lease) => new(_place.Open(new DistrictId(Db.DistrictId)), _place.Clock, lease);

    /// <summary>Freezes what is owed and brings it to its end.</summary>
    public async Task<long> DeliverAsync()
    {
        var batch = ((FreezeResult.Frozen)await FreezeAsync()).BatchIds[0];
        await Ledger.UploadingAsync([new UploadStart(batch, 1, ".part")], "folder outbox", Now);
        await Ledger.PublishingAsync([batch], Now);
        await Ledger.SettleAsync([batch], Now);
        return batch;
    }

    /// <summary>The ledger as another process sees it.</summary>
    public ExportLedger OtherLedger() => new(_place.Open(new DistrictId(Db.DistrictId)), _place.Clock);

    public ValueTask DisposeAsync() => _place.DisposeAsync();
}
