using System.Buffers;
using System.Globalization;
using System.Text;

namespace K12Sync.Domain.Exports;

/// <summary>
/// A file name with places: <c>{school}</c>, <c>{date:yyyyMMdd}</c>, <c>{run}</c> or <c>{run:0000}</c>. Anything else is text.
/// The date is the day of the run in the connector's zone.
/// </summary>
public sealed class FileNamePattern
{
    private static readonly SearchValues<char> Forbidden = SearchValues.Create("<>:\"/\\|?*");
    private const int MaxLength = 120;
    private readonly string _pattern;

    private FileNamePattern(string pattern) => _pattern = pattern;

    /// <summary>Reads a pattern. Null with a reason if it is none, or could make a name that a server might refuse or take for a path.</summary>
    public static FileNamePattern? Parse(string pattern, out string? reason)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        var parsed = new FileNamePattern(pattern);
        reason = parsed.Expand("S", new DateOnly(2000, 1, 1), 1, out var fault) is { } name ? CheckName(name) : fault;
        return reason is null ? parsed : null;
    }

    /// <summary>True when two runs of one day cannot make the same name.</summary>
    public bool IsUniquePerRun => _pattern.Contains("{run", StringComparison.Ordinal);

    /// <summary>True when each school's file has its own name.</summary>
    public bool IsUniquePerSchool => _pattern.Contains("{school", StringComparison.Ordinal);

    /// <summary>
    /// True when two connectors could make the same name by these, whatever their runs are numbered. File systems may take letters of either case for the same.
    /// Told by trying: patterns that meet only for certain school codes or on certain days are not found.
    /// </summary>
    public bool MayMeet(FileNamePattern other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var day = new DateOnly(2031, 12, 29);
        return string.Equals(Expand("S", day, 4_000_000, out _), other.Expand("S", day, 4_000_000, out _), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The name for a file.</summary>
    /// <exception cref="InvalidOperationException">A school code makes the name unusable as a file name.</exception>
    public string Name(string school, DateOnly day, long run) =>
        TryName(school, day, run, out var reason) ?? throw new InvalidOperationException(reason);

    /// <summary>The name for a file. Null with a reason if a school code makes the name unusable as a file name.</summary>
    public string? TryName(string school, DateOnly day, long run, out string? reason)
    {
        var name = Expand(school, day, run, out reason);
        reason ??= name is null ? null : CheckName(name);
        return reason is null ? name : null;
    }

    /// <inheritdoc/>
    public override string ToString() => _pattern;

    private string? Expand(string school, DateOnly day, long run, out string? fault)
    {
        var name = new StringBuilder();
        fault = null;
        for (var i = 0; i < _pattern.Length;)
        {
            if (_pattern[i] != '{')
            {
                name.Append(_pattern[i++]);
                continue;
            }
            var close = _pattern.IndexOf('}', i);
            var place = close < 0 ? _pattern[i..] : _pattern[(i + 1)..close];
            if (close < 0 || Fill(place, school, day, run) is not { } text)
            {
                fault = $"'{place}' is no place of a file name. Use {{school}}, {{date:yyyyMMdd}} or {{run}}.";
                return null;
            }
            name.Append(text);
            i = close + 1;
        }
        return name.ToString();
    }

    private static string? Fill(string place, string school, DateOnly day, long run)
    {
        var colon = place.IndexOf(':', StringComparison.Ordinal);
        var (key, format) = colon < 0 ? (place, "") : (place[..colon], place[(colon + 1)..]);
        return (key, format) switch
        {
            ("school", "") => school,
            ("run", _) when format.All(c => c == '0') => run.ToString(format, CultureInfo.InvariantCulture),
            ("date", _) when format.Length > 0 && format.All(c => c is 'y' or 'M' or 'd' or '-' or '_') => day.ToString(Custom(format), CultureInfo.InvariantCulture),
            ("date", "") => day.ToString("yyyyMMdd", CultureInfo.InvariantCulture),
            _ => null,
        };
    }

    /// <summary>A single letter would otherwise name one of .NET's standard formats: M would be "January 01".</summary>
    private static string Custom(string format) => format.Length == 1 ? "%" + format : format;

    private static string? CheckName(string name)
    {
        if (name.Length is 0 or > MaxLength)
            return $"A file name has 1 to {MaxLength} characters; this makes {name.Length}.";
        if (name.AsSpan().IndexOfAny(Forbidden) is >= 0 and var at)
            return $"A file name must not hold '{name[at]}'.";
        if (name.Any(char.IsControl) || name[0] is '.' or ' ' || name[^1] is '.' or ' ')
            return "A file name must not start or end with a dot or a blank, nor hold control characters.";
        return null;
    }
}
