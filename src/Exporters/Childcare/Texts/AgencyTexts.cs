using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using K12Sync.Domain.Childcare;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Childcare.Texts;

/// <summary>
/// What connectors to agencies, and commands about them, tell people, in one language. The texts are in <c>agency.en.json</c> and <c>agency.es.json</c> beside this file, one for each
/// <see cref="Phrase"/>, with <c>{placeholders}</c> of the same names in both. A third language is a third file.
/// </summary>
public sealed partial class AgencyTexts
{
    private static readonly FrozenDictionary<SpokenLanguage, AgencyTexts> All = Enum.GetValues<SpokenLanguage>().ToFrozenDictionary(l => l, l => new AgencyTexts(l));

    private readonly IReadOnlyDictionary<string, string> _texts;

    private AgencyTexts(SpokenLanguage language)
    {
        Language = language;
        var file = $"{typeof(AgencyTexts).Namespace}.agency.{SpokenLanguages.CodeOf(language)}.json";
        using var stream = typeof(AgencyTexts).Assembly.GetManifestResourceStream(file) ?? throw new InvalidOperationException($"{file} is not in the program.");
        _texts = JsonSerializer.Deserialize<Dictionary<string, string>>(stream)!;
    }

    /// <summary>In English.</summary>
    public static AgencyTexts English => Of(SpokenLanguage.English);

    /// <summary>Which language it is.</summary>
    public SpokenLanguage Language { get; }

    /// <summary>The phrases that the file has, by name.</summary>
    public IEnumerable<string> Names => _texts.Keys;

    /// <summary>The texts of a language.</summary>
    public static AgencyTexts Of(SpokenLanguage language) => All[language];

    /// <summary>The names of a phrase's placeholders, in ordinal order; empty where the file lacks the phrase.</summary>
    public IReadOnlyList<string> PlaceholdersOf(string name) =>
        [.. Placeholder().Matches(_texts.GetValueOrDefault(name, "")).Select(m => m.Groups[1].Value).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>The phrase with its values. Days are written 2026-09-15, numbers in digits, lists with commas between; an empty list says that there is none.</summary>
    /// <exception cref="ArgumentException">A placeholder has no value.</exception>
    public string Say(Phrase phrase, params (string Name, object Value)[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return Placeholder().Replace(_texts[phrase.ToString()], match => Array.FindIndex(values, v => v.Name == match.Groups[1].Value) is >= 0 and var i
            ? Write(values[i].Value)
            : throw new ArgumentException($"{phrase} has no value for {match.Value}.", nameof(values)));
    }

    /// <summary>A number with its noun: "1 row", "3 rows".</summary>
    /// <param name="count">How many.</param>
    /// <param name="one">The whole of it for one.</param>
    /// <param name="many">For any other number, with the placeholder <c>{count}</c>.</param>
    public string Count(long count, Phrase one, Phrase many) => count == 1 ? Say(one) : Say(many, ("count", count));

    /// <summary>The word for a value of an enumeration; its phrase is named by type and value.</summary>
    /// <exception cref="KeyNotFoundException">The enumeration has no words.</exception>
    public string Word<T>(T value) where T : struct, Enum => _texts[typeof(T).Name + value];

    /// <summary>The word for a limit, by the name of its rule.</summary>
    /// <exception cref="KeyNotFoundException">The limit has no word.</exception>
    public string Limit(string name) => _texts[nameof(Limit) + name];

    /// <summary>Where it goes, in a few words.</summary>
    public string Of(DestinationDefinition destination) => destination is AgencyDestinationDefinition agency
        ? Say(Phrase.Destination, ("system", AgencyDestinationDefinition.NameOf(agency.System)), ("state", agency.State), ("address", $"{agency.Address}"))
        : destination.Describe();

    /// <summary>What a child-day was, in a sentence.</summary>
    public string Of(AttendanceDay day) => day switch
    {
        AttendanceDay.Attended { IsOpen: true } => Say(Phrase.DayOpen),
        AttendanceDay.Attended { Minutes: var minutes } => Say(Phrase.DayInCare, ("hours", string.Create(CultureInfo.InvariantCulture, $"{minutes / 60}:{minutes % 60:00}"))),
        AttendanceDay.Absence { Code: var code } => Say(Phrase.DayAbsent, ("code", $"{code}")),
        AttendanceDay.Closure { Code: var code } => Say(Phrase.DayClosed, ("code", $"{code}")),
        AttendanceDay.OffDay => Say(Phrase.DayOff),
        AttendanceDay.Unknown { Why: var why } => Of(why),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>What else there is to say of a day: in English with its times, as the day was judged; in other languages by its sort alone.</summary>
    public string Of(DayFinding finding) => Language == SpokenLanguage.English ? finding.Sentence : Of(finding.Kind);

    /// <summary>Why nobody can say what a day was.</summary>
    public string Of(UnknownReason reason) => Say(reason switch
    {
        UnknownReason.NothingRecorded => Phrase.DayNothingRecorded,
        UnknownReason.NotAuthorized => Phrase.DayNotAuthorized,
        UnknownReason.FaultyTimes => Phrase.DayFaultyTimes,
        _ => Phrase.DayNotEnrolled,
    });

    /// <summary>A finding of a day, by its sort alone: at which times it is, the list of child-days says.</summary>
    public string Of(FindingKind kind) => Say(kind switch
    {
        FindingKind.NoCheckIn => Phrase.DayNoCheckIn,
        FindingKind.NotAfterCheckIn => Phrase.DayNotAfterCheckIn,
        FindingKind.SecondCheckIn => Phrase.DaySecondCheckIn,
        FindingKind.Overlap => Phrase.DayOverlap,
        FindingKind.InTheFuture => Phrase.DayInTheFuture,
        FindingKind.UnknownChild => Phrase.DayUnknownChild,
        FindingKind.AbsenceOverruled => Phrase.DayAbsenceOverruled,
        FindingKind.AbsenceRefused => Phrase.DayAbsenceRefused,
        FindingKind.AttendedOnClosure => Phrase.DayAttendedOnClosure,
        FindingKind.AttendedNotEnrolled => Phrase.DayAttendedNotEnrolled,
        FindingKind.CheckedOutByClock => Phrase.DayCheckedOutByClock,
        _ => Phrase.DayFaultyTimes,
    });

    private string Write(object value) => value switch
    {
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        string text => text,
        IEnumerable<string> list => string.Join(", ", list) is { Length: > 0 } joined ? joined : Say(Phrase.None),
        IEnumerable<DateOnly> days => string.Join(", ", days.Select(d => Write(d))) is { Length: > 0 } joined ? joined : Say(Phrase.None),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new ArgumentException($"A {value.GetType().Name} cannot be written."),
    };

    [GeneratedRegex(@"\{([a-z]\w*)\}")]
    private static partial Regex Placeholder();
}
