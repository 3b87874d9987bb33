using System.IO.Pipelines;
using System.Threading.Channels;
using K12Sync.Api.Access;
using K12Sync.Api.CommandLine;
using K12Sync.Api.Imports.Childcare;
using K12Sync.Api.Passes;
using K12Sync.Data.Storage;
using K12Sync.Domain.Childcare;

namespace K12Sync.Api.Childcare.Intake;

/// <summary>
/// Takes streams of check-ins and check-outs, as <see cref="PassIntake"/> takes passes: rows are read while those before them are stored, and a row is answered when it is on the disk, not
/// before. Memory does not grow with the stream.
/// </summary>
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
        IAttendanceRows rows = isCsv ? new CsvAttendanceRows(Read) : new JsonAttendanceRows(Read);
        await using var answers = new AttendanceAnswers(response, cancellation);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var read = Channel.CreateBounded<List<EventRow>>(new BoundedChannelOptions(BlocksAhead) { SingleReader = true, SingleWriter = true });
        var reading = Task.Run(() => ReadAsync(new PassLines(body, isCsv), rows, read.Writer, stop.Token), CancellationToken.None);
        try
        {
            while (await read.Reader.WaitToReadAsync(cancellation))
            {
                var batch = new List<EventRow>();
                while (batch.Count < MostAtOnce && read.Reader.TryRead(out var more))
                    batch.AddRange(more);
                await StoreAsync(caller, batch, answers, cancellation);
            }
        }
        catch (Exception e) when (e.IsDatabaseAway())
        {
            log.LogWarning(e, "A stream of check-ins was ended because the database could not take them; {Count} of its rows are stored.", answers.Stored);
            return answers.HasBegun ? await answers.EndAsync(rows.Notes, "Unavailable", "The database cannot take check-ins at the moment. Rows without an answer may not be stored: send them again, or all of them; none will be doubled.") : new IntakeResult.Away();
        }
        finally
        {
            await stop.CancelAsync();
            await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        return await reading switch
        {
            null => await answers.EndAsync(rows.Notes, null, null),
            var broken when answers.HasBegun => await answers.EndAsync(rows.Notes, "BadRequest", broken),
            var broken => new IntakeResult.Unreadable(broken),
        };
    }

    /// <summary>Why it ended before its end; null: it did not.</summary>
    private static async Task<string?> ReadAsync(PassLines lines, IAttendanceRows rows, ChannelWriter<List<EventRow>> read, CancellationToken cancellation)
    {
        try
        {
            while (await lines.ReadAsync(cancellation) is { } block)
                await read.WriteAsync(rows.Read(block), cancellation);
            return null;
        }
        catch (UnreadableRowsException e)
        {
            return e.Message;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            return "The body broke off, or is not what Content-Encoding says. Rows that were answered are stored; send the others again.";
        }
        finally
        {
            read.Complete();
        }
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
