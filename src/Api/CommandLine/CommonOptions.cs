using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using K12Sync.Data.Storage;

namespace K12Sync.Api.CommandLine;

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
    };

    /// <summary>Which district; needed only where there are several.</summary>
    public Option<string?> District { get; } = new("--district") { Description = "The district (default: the only one).", HelpName = "NAME" };

    /// <summary>Machine-readable output.</summary>
    public Option<bool> Json { get; } = new("--json") { Description = "Print JSON instead of text." };

    /// <summary>A day, written <c>2026-09-15</c>.</summary>
    public static Option<DateOnly?> Day(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "DATE",
        CustomParser = ReadDay,
    };

    /// <summary>The folder a command line names.</summary>
    public DataFolder Folder(ParseResult parsed) => new(parsed.GetRequiredValue(Data), Clock);

    /// <summary>Opens the district a command line names, in a database that exists.</summary>
    public Task<Workplace> OpenAsync(ParseResult parsed, CancellationToken cancellation) =>
        Workplace.OpenAsync(Folder(parsed), parsed.GetValue(District), Clock, cancellation);

    private static DateOnly? ReadDay(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return day;
        result.AddError($"'{text}' is not a date. Write it like 2026-09-15.");
        return null;
    }
}
