using K12Sync.Api.Access;

namespace K12Sync.Api.CommandLine;

/// <summary>The settings of a data folder: <c>settings.json</c> in it, and variables that begin with <see cref="Variables"/>, which win.</summary>
internal static class Settings
{
    /// <summary>What variables begin with.</summary>
    public const string Variables = "K12SYNC__";

    /// <summary>Adds both sources.</summary>
    public static IConfigurationBuilder AddSettings(this IConfigurationBuilder configuration, string folder) =>
        configuration.AddJsonFile(FileIn(folder), optional: true, reloadOnChange: false).AddEnvironmentVariables(Variables);

    /// <summary>The section <c>Access</c>.</summary>
    /// <exception cref="CommandFailedException">The settings cannot be read.</exception>
    public static AccessSettings Access(string folder)
    {
        try
        {
            return new ConfigurationBuilder().AddSettings(folder).Build().GetSection("Access").Get<AccessSettings>() ?? new AccessSettings();
        }
        catch (Exception e) when (e is InvalidOperationException or InvalidDataException or FormatException)
        {
            throw Unreadable(folder, e);
        }
    }

    /// <summary>What is told when they cannot be read.</summary>
    public static CommandFailedException Unreadable(string folder, Exception e) =>
        new($"The settings cannot be read: {e.Message} They are in {FileIn(folder)} and in variables that begin with {Variables}.", e);

    private static string FileIn(string folder) => Path.GetFullPath(Path.Combine(folder, "settings.json"));
}
