using System.Text.Json;
using System.Text.Json.Serialization;
using K12Sync.Api.CommandLine;
using K12Sync.Domain.SchoolCalendar;

namespace K12Sync.Api.Simulators;

/// <summary>Reads what a simulated agency starts with: a JSON file for people, comments allowed, a misspelt name refused.</summary>
internal static class AgencyFile
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>Reads a file.</summary>
    /// <exception cref="CommandFailedException">It is not there, or not what such an agency starts with.</exception>
    public static T Read<T>(string path) where T : class
    {
        if (!File.Exists(path))
            throw new CommandFailedException($"There is no file {path}.");
        try
        {
            return Parse<T>(File.ReadAllBytes(path));
        }
        catch (JsonException e)
        {
            throw new CommandFailedException($"{path} is not what this agency starts with: {e.Message} Compare it with the one in sample-data/childcare/agencies.", e);
        }
    }

    /// <summary>Reads bytes.</summary>
    /// <exception cref="JsonException">They are not what such an agency starts with.</exception>
    public static T Parse<T>(ReadOnlySpan<byte> bytes) where T : class => JsonSerializer.Deserialize<T>(bytes, Json) ?? throw new JsonException("It is empty.");

    /// <summary>The zone of a state.</summary>
    /// <exception cref="CommandFailedException">It is none.</exception>
    public static SchoolZone Zone(string id) => SchoolZone.Find(id) ?? throw new CommandFailedException($"'{id}' is no IANA time zone. Write it like America/Chicago.");
}
