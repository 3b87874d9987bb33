using System.Buffers;
using System.Text;

namespace K12Sync.OData.FastPath;

/// <summary>Takes the literals out of a text: what remains, with a letter for the kind of each, is the query's shape.</summary>
internal static class Lifting
{
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.eE+-");

    /// <summary>Appends the shape of <paramref name="text"/> to <paramref name="shape"/> and its literals, as written, to <paramref name="literals"/>.</summary>
    public static void Lift(string text, StringBuilder shape, List<string> literals)
    {
        for (var i = 0; i < text.Length;)
        {
            var end = EndOfLiteral(text, i, out var kind);
            if (end > i)
            {
                literals.Add(text[i..end]);
                shape.Append('\u0001').Append(kind);
            }
            else
            {
                end = EndOfWord(text, i);
                shape.Append(text, i, end - i);
            }
            i = end;
        }
    }

    private static int EndOfLiteral(string text, int at, out char kind)
    {
        kind = 's';
        var c = text[at];
        if (c == '\'')
            return EndOfText(text, at);
        if (!char.IsAsciiHexDigit(c) && c != '-')
            return at;
        var end = at + 1;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '-' or ':' or '.' or '+'))
            end++;
        var word = text.AsSpan(at, end - at);
        kind = KindOf(word);
        return kind == ' ' ? at : end;
    }

    private static char KindOf(ReadOnlySpan<char> word)
    {
        if (word.Length == 36 && word[8] == '-' && word[13] == '-' && Guid.TryParseExact(word, "D", out _))
            return 'g';
        var digits = word[0] == '-' ? word[1..] : word;
        if (digits.Length == 0 || !char.IsAsciiDigit(digits[0]))
            return ' ';
        if (digits.IndexOfAnyExceptInRange('0', '9') < 0)
            return 'i';
        if (word.Length >= 10 && word[4] == '-' && word[7] == '-')
            return word.Length == 10 ? 'd' : 't';
        if (word.Length >= 5 && word[2] == ':')
            return 'o';
        return digits.IndexOfAnyExcept(NumberCharacters) < 0 ? 'f' : ' ';
    }

    private static int EndOfText(string text, int at)
    {
        for (var i = at + 1; i < text.Length; i++)
        {
            if (text[i] != '\'')
                continue;
            if (i + 1 == text.Length || text[i + 1] != '\'')
                return i + 1;
            i++;
        }
        return at;
    }

    // Words are passed whole, so that a name such as Line2 or a prefix as in N.Color'Red' loses no part of itself.
    private static int EndOfWord(string text, int at)
    {
        var end = at + 1;
        if (char.IsAsciiLetter(text[at]) || text[at] is '_' or '$' or '@')
        {
            while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] is '_' or '.'))
                end++;
            if (end < text.Length && text[end] == '\'')
                return Math.Max(EndOfText(text, end), end + 1);
        }
        return end;
    }
}
