using System.Net.Mail;

namespace K12Sync.Api.SignIn;

/// <summary>What is an address that somebody can sign in with.</summary>
internal static class EmailText
{
    private const int Longest = 200;

    /// <summary>It is one, and nothing else: no name before it, no blanks around it.</summary>
    public static bool IsOne(string? text) => text is { Length: <= Longest } && MailAddress.TryCreate(text, out var address) && address.Address == text;
}
