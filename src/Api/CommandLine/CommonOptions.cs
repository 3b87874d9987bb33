using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using K12Sync.Api.Access;
using K12Sync.Data.Storage;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Childcare;
using K12Sync.Exporters.Exports;

namespace K12Sync.Api.CommandLine;

/// <summary>Where a command works: a folder for files, a database, a clock.</summary>
internal sealed record Premises(string Folder, Database Database, TimeProvider Clock)
{
    /// <summary>Where files go; relative folders start at <see cref="Folder"/>.</summary>
    public IDestinations Destinations { get; init; } = new Destinations(Folder);

    /// <summary>State childcare systems.</summary>
    public AgencySystems Agencies { get; init; } = new(Clock);

    /// <summary>Hears what a person beside it should know, such as that a key file was made.</summary>
    public Action<string> Tell { get; init; } = Terminal.Tell;

    /// <summary>The settings about access, read when they are first needed.</summary>
    public Lazy<AccessSettings> Access { get; init; } = new(() => Settings.Access(Folder));
}

/// <summary>The options that commands share, and what they stand for.</summary>
internal sealed class CommonOptions(TimeProvider clock)
{
    /// <summary>Where the time comes from.</summary>
    public TimeProvider Clock { get; } = clock;

    /// <summary>The folder with the database.</summary>
    public Option<string> Data { get; } = new("--data")
    {
        Description = "The data folder.",
        HelpName = "DIR",
        DefaultValueFactory = _ => "k12sync-data",
        Recursive = true,
    };

    /// <summary>A PostgreSQL database instead of the SQLite one in the data folder. From the environment, a password stays off the command line.</summary>
    public Option<string?> Connection { get; } = new("--connection")
    {
        Description = $"A PostgreSQL connection string, instead of the database in the data folder (default: ${ConnectionVariable}, if it is set).",
        HelpName = "STRING",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(ConnectionVariable),
        Recursive = true,
    };

    /// <summary>Which district; needed only where there are several.</summary>
    public Option<string?> District { get; } = new("--district") { Description = "The district (default: the only one).", HelpName = "NAME", Recursive = true };

    /// <summary>Machine-readable output.</summary>
    public Option<bool> Json { get; } = new("--json") { Description = "Print JSON instead of text." };

    /// <summary>A day, written <c>2026-09-15</c>.</summary>
    public static Option<DateOnly?> Day(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "DATE",
        CustomParser = ReadDay,
    };

    /// <summary>The folder and the database a command line names.</summary>
    public Premises Premises(ParseResult parsed)
    {
        var folder = new DataFolder(parsed.GetRequiredValue(Data), Clock);
        return new Premises(folder.Path, parsed.GetValue(Connection) is { Length: > 0 } connection ? new PostgresDatabase(connection) : folder, Clock);
    }

    /// <summary>Opens the district a command line names, in a database that exists.</summary>
    public Task<Workplace> OpenAsync(ParseResult parsed, CancellationToken cancellation) =>
        Workplace.OpenAsync(Premises(parsed), parsed.GetValue(District), cancellation);

    private const string ConnectionVariable = "K12SYNC_CONNECTION";

    private static DateOnly? ReadDay(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return day;
        result.AddError($"'{text}' is not a date. Write it like 2026-09-15.");
        return null;
    }
}
