using System.IO.Pipelines;
using System.Threading.Channels;
using K12Sync.Api.Access;
using K12Sync.Api.CommandLine;
using K12Sync.Data.Passes;
using K12Sync.Data.Storage;

namespace K12Sync.Api.Passes;

/// <summary>How a stream of passes ended, for who has not been answered yet.</summary>
internal abstract record IntakeResult
{
    private IntakeResult()
    {
    }

    /// <summary>Every row has its answer, and the last line says how it ended. <paramref name="Stored"/> of them are stored.</summary>
    public sealed record Answered(int Stored) : IntakeResult;

    /// <summary>Not one row could be read.</summary>
    public sealed record Unreadable(string Reason) : IntakeResult;

    /// <summary>Not one row could be stored: the database is away.</summary>
    public sealed record Away : IntakeResult;
}

/// <summary>
/// Takes streams of passes. Rows are read while those before them are stored, and stored in as large a group as is there; a row is answered when it is on the disk, not before. Memory does not
/// grow with the stream.
/// </summary>
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
        IPassRows rows = isCsv ? new CsvPassRows(schools) : new JsonPassRows(schools);
        await using var answers = new IntakeAnswers(response, cancellation);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var read = Channel.CreateBounded<List<PassRow>>(new BoundedChannelOptions(BlocksAhead) { SingleReader = true, SingleWriter = true });
        var reading = Task.Run(() => ReadAsync(new PassLines(body, isCsv), rows, read.Writer, stop.Token), CancellationToken.None);
        try
        {
            while (await read.Reader.WaitToReadAsync(cancellation))
            {
                var batch = new List<PassRow>();
                while (batch.Count < MostAtOnce && read.Reader.TryRead(out var more))
                    batch.AddRange(more);
                await StoreAsync(caller, batch, answers, cancellation);
            }
        }
        catch (Exception e) when (e.IsDatabaseAway())
        {
            log.LogWarning(e, "A stream of passes was ended because the database could not take them; {Count} of its rows are stored.", answers.Stored);
            return answers.HasBegun ? await answers.EndAsync(rows.Notes, "Unavailable", "The database cannot take passes at the moment. Rows without an answer may not be stored: send them again, or all of them; none will be doubled.") : new IntakeResult.Away();
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
    private static async Task<string?> ReadAsync(PassLines lines, IPassRows rows, ChannelWriter<List<PassRow>> read, CancellationToken cancellation)
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
