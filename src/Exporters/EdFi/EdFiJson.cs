using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace K12Sync.Exporters.EdFi;

/// <summary>Events as an Ed-Fi API has them. What an event does not say is left out.</summary>
/// <remarks>Source: public (Ed-Fi ODS/API 7 with data standard 5.2). Every name of the wire is in this file and in <see cref="EdFiEventKey.Resource"/>.</remarks>
public static class EdFiJson
{
    /// <summary>The body of a POST, exactly.</summary>
    public static byte[] Of(EdFiEvent e)
    {
        ArgumentNullException.ThrowIfNull(e);
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            WriteKey(json, e.Key);
            WriteUnlessNull(json, "attendanceEventReason", e.Reason);
            if (e.PartOfDay is { } part)
                json.WriteNumber("eventDuration", part);
            if (e.Minutes is { } minutes)
                json.WriteNumber(e.Key.Section is null ? "schoolAttendanceDuration" : "sectionAttendanceDuration", minutes);
            WriteUnlessNull(json, "arrivalTime", e.Arrival?.ToString("HH:mm:ss", CultureInfo.InvariantCulture));
            WriteUnlessNull(json, "departureTime", e.Departure?.ToString("HH:mm:ss", CultureInfo.InvariantCulture));
            json.WriteEndObject();
        }
        return bytes.WrittenSpan.ToArray();
    }

    private static void WriteKey(Utf8JsonWriter json, EdFiEventKey key)
    {
        json.WriteStartObject("studentReference");
        json.WriteString("studentUniqueId", key.StudentUniqueId);
        json.WriteEndObject();
        if (key.Section is null)
        {
            json.WriteStartObject("schoolReference");
            json.WriteNumber("schoolId", key.SchoolId);
            json.WriteEndObject();
        }
        json.WriteStartObject(key.Section is null ? "sessionReference" : "sectionReference");
        WriteUnlessNull(json, "localCourseCode", key.Section?.LocalCourseCode);
        json.WriteNumber("schoolId", key.SchoolId);
        json.WriteNumber("schoolYear", key.Term.SchoolYear);
        WriteUnlessNull(json, "sectionIdentifier", key.Section?.SectionIdentifier);
        json.WriteString("sessionName", key.Term.SessionName);
        json.WriteEndObject();
        json.WriteString("eventDate", key.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        json.WriteString("attendanceEventCategoryDescriptor", key.Category);
    }

    /// <summary>A key as text: the part of the body that makes the event one event.</summary>
    internal static string KeyText(EdFiEventKey key)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            WriteKey(json, key);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    /// <summary>Reads what <see cref="KeyText"/> wrote.</summary>
    internal static EdFiEventKey ReadKey(string text)
    {
        using var json = JsonDocument.Parse(text);
        return Key(json.RootElement);
    }

    /// <summary>Reads what <see cref="Of"/> wrote; written again it is the same, byte for byte.</summary>
    internal static EdFiEvent Read(JsonElement e)
    {
        var key = Key(e);
        return new EdFiEvent(key)
        {
            Reason = e.TryGetProperty("attendanceEventReason", out var reason) ? reason.GetString() : null,
            PartOfDay = e.TryGetProperty("eventDuration", out var part) ? part.GetDecimal() : null,
            Minutes = e.TryGetProperty(key.Section is null ? "schoolAttendanceDuration" : "sectionAttendanceDuration", out var minutes) ? minutes.GetInt32() : null,
            Arrival = Time("arrivalTime"),
            Departure = Time("departureTime"),
        };

        TimeOnly? Time(string name) => e.TryGetProperty(name, out var time) ? TimeOnly.ParseExact(time.GetString()!, "HH:mm:ss", CultureInfo.InvariantCulture) : null;
    }

    /// <summary>What asks a collection for one event by its key.</summary>
    internal static string Query(EdFiEventKey key)
    {
        (string Name, string? Value)[] parts =
        [
            ("studentUniqueId", key.StudentUniqueId), ("schoolId", Number(key.SchoolId)), ("schoolYear", Number(key.Term.SchoolYear)), ("sessionName", key.Term.SessionName),
            ("eventDate", key.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)), ("attendanceEventCategoryDescriptor", key.Category),
            ("sectionIdentifier", key.Section?.SectionIdentifier), ("localCourseCode", key.Section?.LocalCourseCode),
        ];
        return string.Join('&', parts.Where(p => p.Value is not null).Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value!)}"));
    }

    /// <summary>Reads the answer to <see cref="Query"/>: an id where the event is there, null where it is not.</summary>
    /// <exception cref="FormatException">It is no such answer, or is about other events: an API that does not understand the question must not have its events deleted.</exception>
    internal static string? ReadFound(byte[] body, EdFiEventKey key)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var items = json.RootElement.EnumerateArray().ToList();
            if (items.Count == 0)
                return null;
            if (items.Count == 1 && IsOf(items[0], key) && items[0].GetProperty("id").GetString() is { } id && EdFiExchange.IsId(id))
                return id;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
        }
        throw new FormatException("The answer is not about the event that was asked for.");
    }

    /// <summary>Descriptors are compared as Ed-Fi does, without case.</summary>
    private static bool IsOf(JsonElement item, EdFiEventKey key) =>
        Key(item) is var found && string.Equals(found.Category, key.Category, StringComparison.OrdinalIgnoreCase) && found with { Category = key.Category } == key;

    private static EdFiEventKey Key(JsonElement item)
    {
        var isSection = item.TryGetProperty("sectionReference", out var section);
        var term = isSection ? section : item.GetProperty("sessionReference");
        return new EdFiEventKey(
            item.GetProperty("studentReference").GetProperty("studentUniqueId").GetString()!, term.GetProperty("schoolId").GetInt64(),
            new EdFiTerm(term.GetProperty("sessionName").GetString()!, term.GetProperty("schoolYear").GetInt32()),
            DateOnly.ParseExact(item.GetProperty("eventDate").GetString()!, ["yyyy-MM-dd", "yyyy-MM-ddTHH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None),
            item.GetProperty("attendanceEventCategoryDescriptor").GetString()!,
            isSection ? new EdFiSection(section.GetProperty("sectionIdentifier").GetString()!, section.GetProperty("localCourseCode").GetString()!) : null);
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static void WriteUnlessNull(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }
}
