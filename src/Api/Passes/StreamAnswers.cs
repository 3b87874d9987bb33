using System.Buffers;
using System.Text.Json;

namespace K12Sync.Api.Passes;

/// <summary>The answers to a stream: a line of JSON for each row in their order, and a last one that counts them. Nothing is sent before the first.</summary>
internal abstract class StreamAnswers(HttpResponse response, CancellationToken cancellation) : IAsyncDisposable
{
    private readonly ArrayBufferWriter<byte> _lines = new(1 << 16);
    private AnswerSpool? _spool;

    /// <summary>The status has been sent, and can only be 200 any more.</summary>
    public bool HasBegun => _spool is not null;

    /// <summary>Rows of which what they say is stored, by them or by others before.</summary>
    public abstract int Stored { get; }

    /// <summary>Writes how many rows there were, and what became of how many.</summary>
    protected abstract void WriteCounts(Utf8JsonWriter json);

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
            WriteCounts(json);
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

    /// <summary>Writer of lines, one object on each; <see cref="EndRow"/> ends one.</summary>
    protected Utf8JsonWriter Writer() => new(_lines);

    /// <summary>Ends a line.</summary>
    protected void EndRow(Utf8JsonWriter json)
    {
        json.Flush();
        json.Reset();
        EndLine();
    }

    /// <summary>Sends the lines that were written.</summary>
    protected async Task SendAsync(CancellationToken stopped)
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

    private void EndLine()
    {
        _lines.GetSpan(1)[0] = (byte)'\n';
        _lines.Advance(1);
    }
}
