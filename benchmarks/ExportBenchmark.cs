using System.Collections.Immutable;
using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using K12Sync.Api.Exports;
using K12Sync.Api.Tardies;
using K12Sync.Data;
using K12Sync.Data.Exports;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Exports;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Benchmarks;

/// <summary>A year's tardies, none of them sent yet, into the bytes of one file.</summary>
public static class ExportBenchmark
{
    private const string Scan = "scan the records with a data reader";
    private const string ScanPasses = "scan the passes with a data reader";
    private const string Ours = "owed and rendered";
    private const string Owed = "of that: owed, without rendering";
    private const string Plain = "plain, from records";
    private const string PlainFromPasses = "plain, from passes";

    public static async Task RunAsync(BenchDatabase at, int passes)
    {
        ArgumentNullException.ThrowIfNull(at);
        var files = BigDistrict.Write(passes);
        await using var db = await at.OpenAsync(files);
        await BenchDatabase.ImportPassesAsync(db, files);
        var start = Stopwatch.GetTimestamp();
        await new TardyOperations(db).MapPendingAsync(default);
        var mapping = Stopwatch.GetElapsedTime(start);

        var connector = await ConnectorAsync(db);
        var ledger = new ExportLedger(db, TimeProvider.System);
        var pipeline = new ExportPipeline(ledger, new NoDestinations(), TimeProvider.System, RetryPolicy.None);
        var plain = new PlainExport(db, connector.Id);
        var (ours, fromRecords, fromPasses, records) = (Array.Empty<byte>(), Array.Empty<byte>(), Array.Empty<byte>(), 0);
        RenderedDebt? debt = null;
        var processor = new Dictionary<string, List<TimeSpan>>();
        var timings = Rounds.Run(
        [
            Work(Scan, async () => records = await ScanRecordsAsync(db)),
            Work(ScanPasses, async () => await ScanPassesAsync(db)),
            Work(Ours, async () => ours = (debt = await RenderAsync(pipeline, connector)).Files[0].Content),
            Work(Owed, async () => await CountAsync(ledger.OwedAsync(connector, default))),
            Work(Plain, async () => fromRecords = await plain.FromRecordsAsync()),
            Work(PlainFromPasses, async () => fromPasses = await plain.FromPassesAsync()),
        ], rounds: 5);
        if (!ours.AsSpan().SequenceEqual(fromRecords) || !ours.AsSpan().SequenceEqual(fromPasses))
            throw new InvalidOperationException("The contenders do not give the same bytes: the figures mean nothing.");

        var run = (RunStart.Started)await ledger.BeginRunAsync(connector, RunRequest.Manual, default);
        start = Stopwatch.GetTimestamp();
        if (await ledger.FreezeAsync(run.RunId, debt!, default) is not FreezeResult.Frozen)
            throw new InvalidOperationException("Nothing was frozen.");
        var freezing = Stopwatch.GetElapsedTime(start);
        start = Stopwatch.GetTimestamp();
        await foreach (var line in ledger.OwedAsync(connector, default))
            throw new InvalidOperationException($"Record {line.RecordId} is owed still.");
        var nothing = Stopwatch.GetElapsedTime(start);

        Console.WriteLine($"{at.Name}: {passes:N0} passes, {records:N0} records, {ours.Length:N0} bytes, the same from all; times of the clock, then of the processor");
        var ourProcessor = Median(processor[Ours]);
        foreach (var (name, (median, best)) in timings)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name,-38}{median.TotalSeconds,7:0.00} s (best {best.TotalSeconds:0.00}), {median / timings[Ours].Median:0.00} times ours; {Median(processor[name]).TotalSeconds,7:0.00} s, {Median(processor[name]) / ourProcessor:0.00} times ours"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"beside it, once: mapping with storing {mapping.TotalSeconds:0.0} s, freezing {freezing.TotalSeconds:0.0} s, finding that nothing is owed {nothing.TotalSeconds:0.00} s"));
        Directory.Delete(files.Folder, recursive: true);

        Contender Work(string name, Func<Task> work)
        {
            processor[name] = [];
            return new Contender(name, 1, () =>
            {
                using var process = Process.GetCurrentProcess();
                var before = process.TotalProcessorTime;
                work().GetAwaiter().GetResult();
                process.Refresh();
                processor[name].Add(process.TotalProcessorTime - before);
            });
        }
    }

    private static TimeSpan Median(List<TimeSpan> times) => times.Order().ElementAt(times.Count / 2);

    private static async Task<RenderedDebt> RenderAsync(ExportPipeline pipeline, Connector connector) =>
        (await pipeline.PreviewAsync(connector, default)).Next is Rendering.Ready ready ? ready.Debt : throw new InvalidOperationException("Not rendered.");

    private static Task<int> ScanRecordsAsync(K12SyncDb db) => ScanAsync(db, """
        SELECT "Id", "RecordVersion", "SchoolId", "StudentNumber", "Date", "PeriodName", "SisPeriodCode", "ExternalCode", "MinutesLate", "PassId", "IssuedAt" FROM "TardyRecords"
        """, row => row.GetInt64(0) + row.GetInt64(1) + row.GetInt64(2) + row.GetString(3).Length + row.GetFieldValue<DateOnly>(4).DayNumber
            + row.GetString(5).Length + row.GetString(6).Length + row.GetString(7).Length + row.GetInt32(8) + row.GetString(9).Length + row.GetInt64(10));

    private static Task<int> ScanPassesAsync(K12SyncDb db) => ScanAsync(db, """
        SELECT "Id", "PassId", "SchoolId", "StudentNumber", "Code", "IssuedAt", "Date", "Voided" FROM "Passes"
        """, row => row.GetInt64(0) + row.GetString(1).Length + row.GetInt64(2) + row.GetString(3).Length + row.GetString(4).Length
            + row.GetInt64(5) + row.GetFieldValue<DateOnly>(6).DayNumber + (row.GetBoolean(7) ? 1 : 0));

    private static async Task<int> CountAsync(IAsyncEnumerable<TardyLine> lines)
    {
        var count = 0;
        await foreach (var _ in lines)
            count++;
        return count;
    }

    /// <summary>Reads every value of every row, and does nothing with it.</summary>
    private static async Task<int> ScanAsync(K12SyncDb db, string sql, Func<DbDataReader, long> read)
    {
        await db.Database.OpenConnectionAsync();
        await using var command = db.Database.GetDbConnection().CreateCommand();
#pragma warning disable CA2100 // A constant of this class.
        command.CommandText = sql;
#pragma warning restore CA2100
        await using var row = await command.ExecuteReaderAsync();
        var (rows, sum) = (0, 0L);
        for (; await row.ReadAsync(); rows++)
            sum += read(row);
        return sum == 0 ? 0 : rows;
    }

    private static async Task<Connector> ConnectorAsync(K12SyncDb db)
    {
        var row = new ConnectorRow("sis", new ConnectorDefinition("k12sync-csv", new FolderDestinationDefinition("nowhere"), ImmutableArray<string>.Empty, ImmutableArray<string>.Empty));
        db.Add(row);
        await db.SaveChangesAsync();
        return (await new ConnectorOperations(db, new LayoutOperations(db), TimeProvider.System).FindAsync("sis", CancellationToken.None))!;
    }

    private sealed class NoDestinations : IDestinations
    {
        public IDestination Open(Connector connector) => throw new NotSupportedException("Nothing is sent.");
    }
}
