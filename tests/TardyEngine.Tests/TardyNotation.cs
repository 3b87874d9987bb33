using K12Sync.Domain.BehaviorCodes;
using K12Sync.Domain.Passes;
using K12Sync.Domain.SchoolCalendar;
using K12Sync.Domain.Tardies;
using K12Sync.Notation;

namespace K12Sync.TardyEngine.Tests;

/// <summary>
/// Passes and outcomes as the tests write them. A pass is <c>id student time [code] [void]</c>, passes are separated by semicolons:
/// <c>p1 ana 08:57; p2 ana 09:01 void; p3 bo 08:00 HP</c>. An outcome is its kind and what it says: <c>Tardy T: 2, 2 min late</c>.
/// </summary>
internal static class TardyNotation
{
    public static HallPass[] Passes(string text, SchoolZone zone, DateOnly day) =>
        [.. text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(pass => Pass(pass, zone, day))];

    public static string Text(TardyOutcome outcome)
    {
        var said = outcome switch
        {
            TardyOutcome.Tardy(var code) => $"Tardy {code}",
            TardyOutcome.OnTime(var grace) => $"OnTime within {grace}",
            TardyOutcome.Duplicate(var winner) => $"Duplicate of {winner}",
            _ => $"{outcome.Kind}",
        };
        return outcome.Hit is { } hit ? $"{said}: {hit.Period.Name}, {hit.MinutesLate} min late" : said;
    }

    /// <summary><c>T</c> is an external code, <c>0:T;15:TL</c> a ladder, <c>-</c> neither; <c>HallPass</c> and the like are types without a code.</summary>
    public static BehaviorCode Code(string text, string key = "TDY") => new(null, key, text switch
    {
        _ when Enum.TryParse<BehaviorType>(text, out var type) => new BehaviorCodeText(key, "", "", type, "X", null),
        "-" => new BehaviorCodeText(key, "", "", BehaviorType.Tardy, null, null),
        _ when text.Contains(':', StringComparison.Ordinal) =>
            new BehaviorCodeText(key, "", "", BehaviorType.Tardy, "never", LatenessLadder.Parse(text, out _)),
        _ => new BehaviorCodeText(key, "", "", BehaviorType.Tardy, text, null),
    });

    private static HallPass Pass(string text, SchoolZone zone, DateOnly day)
    {
        var words = text.Split(' ');
        var issuedAt = ((LocalReading.Once)zone.Read(day, Bells.Time(words[2]))).Instant;
        var rest = words.Skip(3).Except(["void"]).ToArray();
        return new HallPass(words[0], 7, words[1], rest is [var code] ? code : "TDY", issuedAt, Voided: words.Contains("void"));
    }
}
