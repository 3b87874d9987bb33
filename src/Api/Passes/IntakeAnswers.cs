using System.Buffers;
using System.Text.Json;
using K12Sync.Data.Passes;

namespace K12Sync.Api.Passes;

/// <summary>The answers to a stream of passes: a line of JSON for each row in their order, and a last one that counts them. Nothing is sent before the first.</summary>
internal sealed class IntakeAnswers(HttpResponse response, CancellationToken cancellation) : IAsyncDisposable
{
    private readonly ArrayBufferWriter<byte> _lines = new(1 << 16);
    private readonly int[] _counts = new int[Enum.GetValues<PassReceipt>().Length];
    private AnswerSpool? _spool;

    /// <summary>The status has been sent, and can only be 200 any more.</summary>
    public bool HasBegun => _spool is not null;

    /// <summary>Rows that are stored.</summary>
    public int Stored => _counts[(int)PassReceipt.Added] + _counts[(int)PassReceipt.Unchanged] + _counts[(int)PassReceipt.Voided];

    /// <summary>Answers rows; <paramref name="receipts"/> are those of the ones with a pass, in their order.</summary>
    public async Task WriteAsync(IReadOnlyList<PassRow> rows, IReadOnlyList<PassReceipt> receipts, CancellationToken stopped)
    {
        if (rows.Count == 0)
            return;
        var next = 0;
        using (var json = new Utf8JsonWriter(_lines))
            foreach (var row in rows)
                Write(json, row, row.Pass is null ? PassReceipt.Conflict : receipts[next++]);
        await SendAsync(stopped);
    }

    /// <summary>The last line.</summary>
    /// <param name="notes">What is to be said of all rows.</param>
    /// <param name="code">What ended it early; null: nothing.</param>
    /// <param name="message">The same in words.</param>
    public async Task<IntakeResult> EndAsync(IReadOnlyCollection<string> notes, string? code, string? message)
    {
        using (var json = new Utf8JsonWriter(_lines))
        {
            json.WriteStartObject();
            json.WriteStartObject("summary");
            json.WriteBoolean("complete", code is null);
            json.WriteNumber("rows", _counts.Sum());
            foreach (var word in Enum.GetValues<PassReceipt>().GroupBy(Word))
                json.WriteNumber(word.Key.ToLowerInvariant(), word.Sum(receipt => _counts[(int)receipt]));
            if (notes.Count > 0)
            {
                json.WriteStartArray("notes");
                foreach (var note in notes)
                    json.WriteStringValue(note);
                json.WriteEndArray();
            }
            json.WriteEndObject();
            if (code is not null)
            {
                json.WriteStartObject("error");
                json.WriteString("code", code);
                json.WriteString("message", message);
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        EndLine();
        await SendAsync(cancellation);
        await _spool!.EndAsync();
        return new IntakeResult.Answered(Stored);
    }

    public ValueTask DisposeAsync() => _spool?.DisposeAsync() ?? ValueTask.CompletedTask;

    private void Write(Utf8JsonWriter json, PassRow row, PassReceipt receipt)
    {
        _counts[(int)receipt]++;
        json.WriteStartObject();
        json.WriteNumber("line", row.Line);
        json.WriteString("passId", row.PassId);
        json.WriteString("result", Word(receipt));
        if (!receipt.IsStored())
            json.WriteString("reason", row.Pass is null ? row.Remark : PassRules.WhyRefused(receipt));
        else if (row.Remark is not null)
            json.WriteString("note", row.Remark);
        json.WriteEndObject();
        json.Flush();
        json.Reset();
        EndLine();
    }

    private void EndLine()
    {
        _lines.GetSpan(1)[0] = (byte)'\n';
        _lines.Advance(1);
    }

    private static string Word(PassReceipt receipt) => receipt.IsStored() ? receipt.ToString() : "Rejected";

    private async Task SendAsync(CancellationToken stopped)
    {
        if (_spool is null)
        {
            response.ContentType = "application/x-ndjson";
            response.Headers.CacheControl = "no-store";
            _spool = new AnswerSpool(response.Body, cancellation);
        }
        await _spool.WriteAsync(_lines.WrittenMemory, stopped);
        _lines.ResetWrittenCount();
    }
}
