using System.Globalization;
using System.Text;

namespace K12Sync.Api.SignIn;

/// <summary>
/// What a password has to be, after NIST SP 800-63B-4: long, and nothing that somebody would try first. No kinds of characters are asked for, and it never has to be changed for its age.
/// </summary>
internal static class PasswordRules
{
    /// <summary>In characters, as people count them: what a password needs that may be all there is.</summary>
    public const int Fewest = 15;

    /// <summary>More than anybody types, so that a phrase or a generated one fits.</summary>
    public const int Most = 256;

    private const int FewestDistinct = 6;
    private const int FewestBesidesTheKnown = 8;

    private static readonly string[] Rows = ["abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz", "012345678901234567890123456789", "098765432109876543210987654321", "qwertyuiopasdfghjklzxcvbnm", "qwertzuiopasdfghjklyxcvbnm"];

    private static readonly string[] Usual =
        ["password", "passw0rd", "passwort", "contrasena", "letmein", "welcome", "changeme", "iloveyou", "correcthorsebatterystaple", "administrator", "admin", "district", "school", "teacher", "k12sync", "tardy", "secret", "sunshine", "football", "baseball", "qwerty", "123456", "monkey", "dragon"];

    /// <summary>The form in which a password is hashed, so that the same keys give the same password on every machine.</summary>
    public static string Normalize(string password) => password.Normalize(NormalizationForm.FormKC);

    /// <summary>What is wrong with a password, in words; null: nothing.</summary>
    /// <param name="password">As it was typed.</param>
    /// <param name="ofThePerson">Name and address, which others know.</param>
    public static string? Fault(string password, params IEnumerable<string> ofThePerson)
    {
        var length = new StringInfo(password).LengthInTextElements;
        if (length < Fewest)
            return $"This has {length} characters. Use {Fewest} or more: a few words in a row are easy to keep in mind.";
        if (password.Length > Most)
            return $"This has more than {Most} characters.";
        var plain = Letters(Normalize(password));
        if (plain.Distinct().Count() < FewestDistinct)
            return "This repeats a few characters only. Use something that others would not guess.";
        var rest = Words(ofThePerson).Concat(Usual).Concat(Rows.SelectMany(Runs)).Where(w => w.Length >= 4).OrderByDescending(w => w.Length).Aggregate(plain, (left, word) => left.Replace(word, "", StringComparison.Ordinal));
        return rest.Length < FewestBesidesTheKnown
            ? "This is made of what is guessed first: a common password, characters in a row, or your own name or address. Use something that others would not guess."
            : null;
    }

    private static IEnumerable<string> Words(IEnumerable<string> texts) => texts.SelectMany(t => t.Split([' ', '@', '.', '-', '_', '+'], StringSplitOptions.RemoveEmptyEntries)).Select(Letters);

    private static IEnumerable<string> Runs(string row) => Enumerable.Range(0, row.Length).SelectMany(start => Enumerable.Range(4, Math.Max(0, row.Length - start - 3)).Select(length => row.Substring(start, length)));

    private static string Letters(string text) => string.Concat(text.Where(char.IsLetterOrDigit)).ToLowerInvariant();
}
