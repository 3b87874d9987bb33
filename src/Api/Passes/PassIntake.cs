using System.IO.Pipelines;
using K12Sync.Api.Access;
using K12Sync.Api.CommandLine;
using K12Sync.Data.Passes;

namespace K12Sync.Api.Passes;

/// <summary>Takes streams of passes.</summary>
internal sealed class PassIntake(Premises premises, PassDesk desk, DayMapper mapper, ILogger<PassIntake> log)
{
    private const int BlocksAhead = 64;

    // Every group, small or large, writes most leaves of the indexes once more: fewer groups, fewer writes.
    private const int MostAtOnce = 50_000;

    /// <summary>Reads <paramref name="body"/> to its end, or to where it breaks off.</summary>
    public async Task<IntakeResult> TakeAsync(Caller caller, PipeReader body, bool isCsv, HttpResponse response, CancellationToken cancellation)
    {
        PassSchools schools;
        await using (var db = premises.Database.Open(caller.District))
            schools = await PassSchools.LoadAsync(db, code => caller.Schools.IsAll ? $"There is no school '{code}'." : $"This key is not for giving passes of school '{code}'.", cancellation, caller.GivesPasses);
        await using var answers = new IntakeAnswers(response, cancellation);
        return await new RowStream<PassRow>(new PassLines(body, isCsv), isCsv ? new CsvPassRows(schools) : new JsonPassRows(schools), BlocksAhead, MostAtOnce)
            .TakeAsync(rows => StoreAsync(caller, rows, answers, cancellation), answers, "passes", log, cancellation);
    }

    private async Task StoreAsync(Caller caller, List<PassRow> rows, IntakeAnswers answers, CancellationToken cancellation)
    {
        var passes = rows.Where(r => r.Pass is not null).Select(r => r.Pass!.Value).ToList();
        IReadOnlyList<PassReceipt> receipts = [];
        if (passes.Count > 0)
        {
            using var turn = await desk.Turns.TakeAsync(cancellation);
            await using var db = premises.Database.Open(caller.District);
            receipts = await new PassStore(db, premises.Clock).StoreAsync(passes, cancellation);
            mapper.WakeAfterStream(caller.District);
        }
        await answers.WriteAsync(rows, receipts, cancellation);
    }
}
