using System.Collections.Immutable;
using System.Globalization;

namespace K12Sync.Domain.BehaviorCodes;

/// <summary>
/// External codes by how late the student is: the last step at or below the minutes late decides. Thresholds are strictly ascending
/// and the first is 0, so every lateness has a code.
/// </summary>
public sealed record LatenessLadder
{
    private LatenessLadder(ImmutableArray<LadderStep> steps) => Steps = steps;

    /// <summary>Never empty; the first is from minute 0.</summary>
    public ImmutableArray<LadderStep> Steps { get; }

    /// <summary>Why these steps are no ladder, or null if they are one.</summary>
    public static string? Check(IReadOnlyList<LadderStep> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        if (steps.Count == 0 || steps[0].FromMinutes != 0)
            return "A lateness ladder starts at 0 minutes, so that every tardy has a code. Write it like 0:T;15:TL.";
        for (var i = 0; i < steps.Count; i++)
        {
            if (i > 0 && steps[i].FromMinutes <= steps[i - 1].FromMinutes)
                return $"The ladder's minutes must go up: {steps[i].FromMinutes} comes after {steps[i - 1].FromMinutes}.";
            if (steps[i].ExternalCode.Length == 0)
                return $"The ladder's step at {steps[i].FromMinutes} minutes has no external code.";
        }
        return null;
    }

    /// <exception cref="ArgumentException">The steps are no ladder; <see cref="Check"/> says why without throwing.</exception>
    public static LatenessLadder Create(IReadOnlyList<LadderStep> steps) =>
        Check(steps) is { } reason ? throw new ArgumentException(reason, nameof(steps)) : new LatenessLadder([.. steps]);

    /// <summary>
    /// Reads <c>0:T;15:TL;30:UA</c>: minutes, colon, external code, separated by semicolons. Codes are taken byte for byte.
    /// Null with a reason if it is not one.
    /// </summary>
    public static LatenessLadder? Parse(string text, out string? reason)
    {
        ArgumentNullException.ThrowIfNull(text);
        var steps = new List<LadderStep>();
        foreach (var part in text.Split(';'))
        {
            var colon = part.IndexOf(':', StringComparison.Ordinal);
            if (colon < 1 || !int.TryParse(part.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out var minutes))
            {
                reason = $"'{part}' is no step of a lateness ladder. Write minutes, a colon and the external code, like 0:T;15:TL.";
                return null;
            }
            steps.Add(new LadderStep(minutes, part[(colon + 1)..]));
        }
        reason = Check(steps);
        return reason is null ? new LatenessLadder([.. steps]) : null;
    }

    /// <summary>The code for a lateness in whole minutes, 0 or more.</summary>
    public string CodeAt(int minutesLate)
    {
        var i = Steps.Length - 1;
        while (i > 0 && Steps[i].FromMinutes > minutesLate)
            i--;
        return Steps[i].ExternalCode;
    }

    /// <inheritdoc/>
    public bool Equals(LatenessLadder? other) => other is not null && Steps.SequenceEqual(other.Steps);

    /// <inheritdoc/>
    public override int GetHashCode() => Steps.Aggregate(0, HashCode.Combine);

    /// <summary>The form that <see cref="Parse"/> reads.</summary>
    public override string ToString() =>
        string.Join(';', Steps.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.FromMinutes}:{s.ExternalCode}")));
}

/// <summary>From this many whole minutes late on (inclusive), this external code.</summary>
public readonly record struct LadderStep(int FromMinutes, string ExternalCode);
