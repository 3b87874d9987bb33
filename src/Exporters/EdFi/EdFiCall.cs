using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.EdFi;

/// <summary>What is to be at an Ed-Fi API of one child-day, or of a student's tardies of a day: these events and no others. Usually one request.</summary>
/// <param name="Subject">What it is about.</param>
/// <param name="Records">The child-day, or the tardies, that it tells; empty: what nobody waits for is looked for and deleted.</param>
/// <param name="Events">None: whatever is there of the subject is deleted.</param>
internal sealed record EdFiCall(EventSubject Subject, ImmutableArray<long> Records, ImmutableArray<EdFiEvent> Events)
{
    /// <summary>What has to be remembered before the call, so that a crash leaves nothing at the API that nobody knows of.</summary>
    public IEnumerable<HeldEvent> Before(IReadOnlyCollection<HeldEvent> held) => Events.Select(e => held.FirstOrDefault(h => h.Key == EdFiJson.KeyText(e.Key)) switch
    {
        null => new HeldEvent(Subject, EdFiJson.KeyText(e.Key), null, null),
        var there when there.Sha256 == Sha256(e) => there,
        var there => there with { Sha256 = null },
    });

    /// <summary>The API has just these events, and surely.</summary>
    public bool IsTold(IReadOnlyCollection<HeldEvent> held) => held.Count == Events.Length && Events.All(e => held.Any(h => h.Key == EdFiJson.KeyText(e.Key) && h.EventId is not null && h.Sha256 == Sha256(e)));

    public static string Sha256(EdFiEvent e) => Convert.ToHexString(SHA256.HashData(EdFiJson.Of(e)));

    /// <summary>The frozen form: each event is, byte for byte, the body of its POST.</summary>
    public static byte[] Write(IEnumerable<EdFiCall> calls)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartArray();
            foreach (var call in calls)
                call.Write(json);
            json.WriteEndArray();
        }
        return bytes.WrittenSpan.ToArray();
    }

    private void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        if (Subject.ChildDayId is { } day)
            json.WriteNumber("childDay", day);
        if (Subject.SchoolId is { } school)
            json.WriteNumber("school", school);
        json.WriteString("student", Subject.StudentNumber);
        json.WriteString("date", Subject.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        json.WriteStartArray("records");
        foreach (var record in Records)
            json.WriteNumberValue(record);
        json.WriteEndArray();
        json.WriteStartArray("events");
        foreach (var e in Events)
            json.WriteRawValue(EdFiJson.Of(e));
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Reads what <see cref="Write(IEnumerable{EdFiCall})"/> wrote.</summary>
    public static ImmutableArray<EdFiCall> Read(ReadOnlyMemory<byte> content)
    {
        using var json = JsonDocument.Parse(content);
        return [.. json.RootElement.EnumerateArray().Select(Read)];
    }

    private static EdFiCall Read(JsonElement call) => new(
        new EventSubject(
            call.TryGetProperty("childDay", out var day) ? day.GetInt64() : null, call.TryGetProperty("school", out var school) ? school.GetInt64() : null,
            call.GetProperty("student").GetString()!, DateOnly.ParseExact(call.GetProperty("date").GetString()!, "yyyy-MM-dd", CultureInfo.InvariantCulture)),
        [.. call.GetProperty("records").EnumerateArray().Select(r => r.GetInt64())],
        [.. call.GetProperty("events").EnumerateArray().Select(EdFiJson.Read)]);
}
