using System.Text.Json;
using K12Sync.Api.Passes;
using K12Sync.Domain.Childcare;

namespace K12Sync.Api.Childcare.Intake;

/// <summary>The answers to a stream of events.</summary>
internal sealed class AttendanceAnswers(HttpResponse response, CancellationToken cancellation) : StreamAnswers(response, cancellation)
{
    private readonly int[] _effects = new int[Enum.GetValues<EventEffect>().Length];
    private int _rejected;

    /// <inheritdoc/>
    public override int Stored => _effects.Sum();

    /// <summary>Answers rows; <paramref name="effects"/> are those of the ones with an event, in their order.</summary>
    public async Task WriteAsync(IReadOnlyList<EventRow> rows, IReadOnlyList<EventEffect> effects, CancellationToken stopped)
    {
        if (rows.Count == 0)
            return;
        var next = 0;
        using (var json = Writer())
            foreach (var row in rows)
                Write(json, row, row.Event is null ? null : effects[next++]);
        await SendAsync(stopped);
    }

    /// <inheritdoc/>
    protected override void WriteCounts(Utf8JsonWriter json)
    {
        json.WriteNumber("rows", Stored + _rejected);
        foreach (var effect in Enum.GetValues<EventEffect>().Where(e => e != EventEffect.NotKept))
            json.WriteNumber($"{effect}".ToLowerInvariant(), _effects[(int)effect]);
        json.WriteNumber("rejected", _rejected);
    }

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
        EndRow(json);
    }
}
