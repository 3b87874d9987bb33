using System.Globalization;
using System.Text;

namespace K12Sync.Domain.Exports;

/// <summary>Text for a comment column with places: <c>{minutes}</c>, <c>{time}</c> (the school's clock, <c>HH:mm</c>), <c>{period}</c>, <c>{pass}</c>.</summary>
public sealed class CommentTemplate
{
    private static readonly string[] Places = ["minutes", "time", "period", "pass"];
    private readonly string[] _parts;

    private CommentTemplate(string[] parts) => _parts = parts;

    /// <summary>Reads a text. Null with a reason if it names a place that there is not.</summary>
    public static CommentTemplate? Parse(string text, out string? reason)
    {
        ArgumentNullException.ThrowIfNull(text);
        // Texts and places by turns: even parts are text.
        var parts = text.Split('{', '}');
        var braces = string.Concat(text.Where(c => c is '{' or '}'));
        reason = braces != string.Concat(Enumerable.Repeat("{}", parts.Length / 2)) ? "A brace in the comment stands alone."
            : parts.Where((_, i) => i % 2 == 1).FirstOrDefault(p => !Places.Contains(p)) is { } unknown ? $"'{unknown}' is no place of a comment. Use {{{string.Join("}, {", Places)}}}."
            : null;
        return reason is null ? new CommentTemplate(parts) : null;
    }

    /// <summary>The text for a tardy.</summary>
    public string Fill(TardyLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        var text = new StringBuilder();
        for (var i = 0; i < _parts.Length; i++)
        {
            text.Append(i % 2 == 0 ? _parts[i] : _parts[i] switch
            {
                "minutes" => line.MinutesLate.ToString(CultureInfo.InvariantCulture),
                "time" => line.IssuedAt.ToString("HH:mm", CultureInfo.InvariantCulture),
                "period" => line.PeriodName,
                _ => line.PassId,
            });
        }
        return text.ToString();
    }
}
