using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using K12Sync.Domain.Childcare;

namespace K12Sync.Data.Childcare;

/// <summary>Care and findings as a row holds them: JSON, equal where they are equal.</summary>
public static class CareText
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>Site, room and times in UTC. Who ended a stay is no part of it: an agency is told the same either way.</summary>
    public static string Write(ImmutableArray<CareSpan> care) =>
        care.IsDefaultOrEmpty ? "" : JsonSerializer.Serialize(care.Select(c => new Span(c.SiteId, c.Room, c.From.UtcDateTime, c.To?.UtcDateTime)), Json);

    /// <summary>What <see cref="Write(ImmutableArray{CareSpan})"/> wrote.</summary>
    public static ImmutableArray<CareSpan> ReadCare(string text) => string.IsNullOrEmpty(text) ? [] :
        [.. JsonSerializer.Deserialize<Span[]>(text, Json)!.Select(s => new CareSpan(s.Site, s.Room, new DateTimeOffset(s.From), s.To is { } to ? new DateTimeOffset(to) : null, false))];

    public static string Write(ImmutableArray<DayFinding> findings) =>
        findings.IsDefaultOrEmpty ? "" : JsonSerializer.Serialize(findings.Select(f => new Finding(f.Kind, f.Sentence)), Json);

    /// <summary>What <see cref="Write(ImmutableArray{DayFinding})"/> wrote.</summary>
    public static ImmutableArray<DayFinding> ReadFindings(string text) => string.IsNullOrEmpty(text) ? [] :
        [.. JsonSerializer.Deserialize<Finding[]>(text, Json)!.Select(f => new DayFinding(f.Kind, f.Sentence))];

    private sealed record Span(long Site, string Room, DateTime From, DateTime? To);

    private sealed record Finding(FindingKind Kind, string Sentence);
}
