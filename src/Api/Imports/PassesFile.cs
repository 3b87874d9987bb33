using System.Threading.Channels;
using K12Sync.Api.Passes;
using K12Sync.Data;
using K12Sync.Data.Passes;

namespace K12Sync.Api.Imports;

/// <summary>
/// <c>PassId,SchoolCode,StudentNumber,Code,IssuedAt,Voided</c>. IssuedAt is ISO 8601 with offset or Z; without either it is the school's
/// wall clock: a time skipped in spring is rejected, one repeated in autumn is taken as the earlier, with a note.
/// </summary>
/// <remarks>The file is read and checked on a thread of its own while the rows before are stored, a batch ahead at most: memory does not grow with the file.</remarks>
internal sealed class PassesFile(K12SyncDb db, TimeProvider clock) : IFileImport
{
    private const int RowsAtOnce = 50_000;

    public string FileName => "passes.csv";

    public async Task ReadAsync(string path, FileReport report, CancellationToken cancellation)
    {
        var schools = await PassSchools.LoadAsync(db, code => $"School '{code}' is not in schools.csv.", cancellation);
        var batches = Channel.CreateBounded<PassBatch>(1);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var reading = Task.Run(() => ReadAsync(path, schools, batches.Writer, stop.Token), CancellationToken.None);
        try
        {
            var store = new PassStore(db, clock);
            await foreach (var batch in batches.Reader.ReadAllAsync(cancellation))
                await StoreAsync(store, batch, report, cancellation);
        }
        finally
        {
            await stop.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await reading;
    }

    private async Task ReadAsync(string path, PassSchools schools, ChannelWriter<PassBatch> batches, CancellationToken cancellation)
    {
        try
        {
            var batch = new PassBatch([], [], []);
            // What there is to remark on rows is said when the batch is stored, so that all of it comes from one thread and in order.
            using var table = CsvTable.Open(path, new FileReport(FileName, remark => batch.Remarks.Add(remark)),
                ["PassId", "SchoolCode", "StudentNumber", "Code", "IssuedAt"], ["Voided"]);
            var reader = table is null ? null : new PassReader(table, schools, remark => batch.Remarks.Add(new RowRemark(FileName, table.Line, remark, IsRejection: false)));
            while (table?.Read() == true)
            {
                if (reader!.Read() is { } pass)
                {
                    batch.Passes.Add(pass);
                    batch.Lines.Add(table.Line);
                }
                if (batch.Passes.Count + batch.Remarks.Count < RowsAtOnce)
                    continue;
                await batches.WriteAsync(batch, cancellation);
                batch = new PassBatch(new(RowsAtOnce), new(RowsAtOnce), []);
            }
            await batches.WriteAsync(batch, cancellation);
        }
        finally
        {
            batches.Complete();
        }
    }

    private static async Task StoreAsync(PassStore store, PassBatch batch, FileReport report, CancellationToken cancellation)
    {
        foreach (var remark in batch.Remarks)
            report.Take(remark);
        var receipts = await store.StoreAsync(batch.Passes, cancellation);
        for (var i = 0; i < receipts.Count; i++)
            Count(report, receipts[i], batch.Lines[i]);
    }

    private static void Count(FileReport report, PassReceipt receipt, long line)
    {
        switch (receipt)
        {
            case PassReceipt.Added:
                report.Add();
                break;
            case PassReceipt.Voided:
                report.Update();
                break;
            case PassReceipt.Unchanged:
                report.Keep();
                break;
            default:
                report.Reject(line, PassRules.WhyRefused(receipt));
                break;
        }
    }

    /// <summary>Rows that were read and are to be stored, with their lines, and what was said about them and those between them.</summary>
    private sealed record PassBatch(List<IncomingPass> Passes, List<long> Lines, List<RowRemark> Remarks);
}
