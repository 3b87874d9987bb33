using System.Threading.Channels;
using K12Sync.Data.Storage;

namespace K12Sync.Api.Passes;

/// <summary>How a stream of rows ended, for who has not been answered yet.</summary>
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

/// <summary>Reads rows out of blocks of lines.</summary>
internal interface IRowReader<TRow>
{
    /// <summary>The rows of a block, in order.</summary>
    /// <exception cref="UnreadableRowsException">Nothing from here on can be read.</exception>
    List<TRow> Read(LineBlock block);

    /// <summary>What is to be said about all rows together.</summary>
    IReadOnlyCollection<string> Notes { get; }
}

/// <summary>Rows cannot be read at all; the message says why and what to do.</summary>
internal sealed class UnreadableRowsException(string message) : Exception(message);

/// <summary>
/// A stream of rows, from its body to its answers. Rows are read while those before them are stored, and stored in as large a group as is there; a row is answered when it is on the disk, not
/// before. Memory does not grow with the stream.
/// </summary>
/// <param name="lines">The body.</param>
/// <param name="rows">Makes rows of it.</param>
/// <param name="blocksAhead">Blocks that are read before those before them are stored.</param>
/// <param name="mostAtOnce">Rows from which on a group is stored.</param>
internal sealed class RowStream<TRow>(PassLines lines, IRowReader<TRow> rows, int blocksAhead, int mostAtOnce)
{
    /// <summary>Stores and answers all rows, to the end of the body or to where it breaks off.</summary>
    /// <param name="store">Stores a group and answers its rows.</param>
    /// <param name="answers">Where they are answered.</param>
    /// <param name="what">What the rows are, for people.</param>
    /// <param name="log">Is told when the database was away.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task<IntakeResult> TakeAsync(Func<List<TRow>, Task> store, StreamAnswers answers, string what, ILogger log, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var read = Channel.CreateBounded<List<TRow>>(new BoundedChannelOptions(blocksAhead) { SingleReader = true, SingleWriter = true });
        var reading = Task.Run(() => ReadAsync(read.Writer, stop.Token), CancellationToken.None);
        try
        {
            while (await read.Reader.WaitToReadAsync(cancellation))
            {
                var group = new List<TRow>();
                while (group.Count < mostAtOnce && read.Reader.TryRead(out var more))
                    group.AddRange(more);
                await store(group);
            }
        }
        catch (Exception e) when (e.IsDatabaseAway())
        {
            log.LogWarning(e, "A stream of {What} was ended because the database could not take them; {Count} of its rows are stored.", what, answers.Stored);
            return answers.HasBegun ? await answers.EndAsync(rows.Notes, "Unavailable", $"The database cannot take {what} at the moment. Rows without an answer may not be stored: send them again, or all of them; none will be doubled.") : new IntakeResult.Away();
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
    private async Task<string?> ReadAsync(ChannelWriter<List<TRow>> read, CancellationToken cancellation)
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
}
