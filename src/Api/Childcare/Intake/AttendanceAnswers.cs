using System.Buffers;
using System.Text.Json;
using K12Sync.Api.Passes;
using K12Sync.Domain.Childcare;

namespace K12Sync.Api.Childcare.Intake;

/// <summary>The answers to a stream of events: a line of JSON for each row in their order, and a last one that counts them. Nothing is sent before the first.</summary>
internal sealed class AttendanceAnswers(HttpResponse response, CancellationToken cancellation) : IAsyncDisposable
{
    private readonly ArrayBufferWriter<byte> _lines = new(1 << 16);
    private readonly int[] _effects = new int[Enum.GetValues<EventEffect>().Length];
    private int _rejected;
    private AnswerSpool? _spool;

    /// <summary>The status has been sent, and can only be 200 any more.</summary>
    public bool HasBegun => _spool is not null;

    /// <summary>Rows whose event is stored, by them or by others before.</summary>
    public int Stored => _effects.Sum();

    /// <summary>Answers rows; <paramref name="effects"/> are those of the ones with an event, in their order.</summary>
    public async Task WriteAsync(IReadOnlyList<EventRow> rows, IReadOnlyList<EventEffect> effects, CancellationToken stopped)
    {
        if (rows.Count == 0)
            return;
        var next = 0;
        using (var json = new Utf8JsonWriter(_lines))
            foreach (var row in rows)
                Write(json, row, row.Event is null ? null : effects[next++]);
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
            json.WriteNumber("rows", Stored + _rejected);
            foreach (var effect in Enum.GetValues<EventEffect>().Where(e => e != EventEffect.NotKept))
                json.WriteNumber($"{effect}".ToLowerInvariant(), _effects[(int)effect]);
            json.WriteNumber("rejected", _rejected);
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

    private void Write(Utf8JsonWriter json, EventRow row, EventEffect? effect)
    {
        var isNotKept = effect == EventEffect.NotKept;
        if (isNotKept)
            effect = null;
        if (effect is { } done)
            _effects[(int)done]++;
        else
            _rejected++;
        json.WriteStartObject();
        json.WriteNumber("line", row.Line);
        json.WriteString("eventId", row.EventId);
        json.WriteString("result", effect?.ToString() ?? "Rejected");
        if (effect is null)
            json.WriteString("reason", isNotKept ? EventRules.NotKept : row.Remark);
        else if (effect == EventEffect.Outdated)
            json.WriteString("note", EventRules.Outdated);
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
