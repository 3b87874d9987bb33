using System.IO.Pipelines;
using K12Sync.Api.Access;
using K12Sync.Api.CommandLine;
using K12Sync.Api.Imports.Childcare;
using K12Sync.Api.Passes;
using K12Sync.Domain.Childcare;

namespace K12Sync.Api.Childcare.Intake;

/// <summary>Takes streams of check-ins and check-outs.</summary>
internal sealed class AttendanceIntake(Premises premises, PassDesk desk, DayMapper mapper, ILogger<AttendanceIntake> log)
{
    private const int BlocksAhead = 32;
    private const int MostAtOnce = 10_000;

    /// <summary>Reads <paramref name="body"/> to its end, or to where it breaks off.</summary>
    public async Task<IntakeResult> TakeAsync(Caller caller, PipeReader body, bool isCsv, HttpResponse response, CancellationToken cancellation)
    {
        KnownSites known;
        await using (var db = premises.Database.Open(caller.District))
            known = await KnownSites.LoadAsync(db, cancellation);
        (AttendanceEvent?, string?) Read(EventText row) => EventRules.Read(row, known.Find, premises.Clock.GetUtcNow());
        await using var answers = new AttendanceAnswers(response, cancellation);
        return await new RowStream<EventRow>(new PassLines(body, isCsv), isCsv ? new CsvAttendanceRows(Read) : new JsonAttendanceRows(Read), BlocksAhead, MostAtOnce)
            .TakeAsync(rows => StoreAsync(caller, rows, answers, cancellation), answers, "check-ins", log, cancellation);
    }

    private async Task StoreAsync(Caller caller, List<EventRow> rows, AttendanceAnswers answers, CancellationToken cancellation)
    {
        var events = rows.Select(r => r.Event).OfType<AttendanceEvent>().ToList();
        IReadOnlyList<EventEffect> effects = [];
        if (events.Count > 0)
        {
            using var turn = await desk.Turns.TakeAsync(cancellation);
            await using var db = premises.Database.Open(caller.District);
            effects = await new AttendanceOperations(db, premises.Clock).StoreAsync(events, cancellation);
            mapper.WakeAfterStream(caller.District);
        }
        await answers.WriteAsync(rows, effects, cancellation);
    }
}
