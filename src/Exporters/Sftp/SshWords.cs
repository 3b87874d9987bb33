using System.Text.RegularExpressions;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Sftp;

/// <summary>
/// What <c>ssh</c> says on its way out, sorted. It ends with 255 whatever happened, so its words are all there is; they were collected
/// from OpenSSH 9.2 and are looked for loosely, since versions differ.
/// </summary>
internal static partial class SshWords
{
    public static string NoAddress(string host) => $"'{host}' has no address: the name is misspelt, or this machine's name server does not know it.";

    public static string Refused(string host, int port) => $"'{host}' refused the connection at port {port}: no server is listening there, or a firewall says no.";

    public static string SilentAtBanner(string host, int port) =>
        $"'{host}' port {port} took the connection but said nothing. It may not be an SSH server, or it is overloaded.";

    public static string ClosedEarly(string host, int port) =>
        $"'{host}' port {port} closed the connection before the login. Servers do that to addresses they do not allow, or have blocked for a while after failed logins.";

    /// <summary>True if the host key was what it ended for.</summary>
    public static bool IsAboutTheHostKey(string words) =>
        Has(words, "Host key verification failed") || Has(words, "REMOTE HOST IDENTIFICATION HAS CHANGED") || Has(words, "Host key for ");

    /// <summary>The fingerprint that the server showed, if it was said.</summary>
    public static string? ShownFingerprint(string words) => Fingerprint().Match(words) is { Success: true } match ? match.Value : null;

    /// <summary>The ways of authentication the server would take, if it refused the ones it was offered.</summary>
    public static string[]? RefusedMethods(string words) =>
        Denied().Match(words) is { Success: true } match ? match.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries) : null;

    /// <summary>True if our own private key was not used because others on this machine could use it too.</summary>
    public static bool IsTooOpen(string words) => Has(words, "UNPROTECTED PRIVATE KEY FILE");

    /// <summary>True if our own private key could not be used, so the server was not even asked.</summary>
    public static bool IsAboutOurKey(string words) =>
        Has(words, "bad permissions") || Has(words, "Load key ");

    /// <summary>Everything else, by what it means for who runs this.</summary>
    public static Trouble Sort(string words, string host, int port, bool wasUp)
    {
        var said = LastLine(words);
        if (wasUp)
            return new Trouble(TroubleKind.Interrupted, said.Length == 0 ? "The server ended the session." : $"The session broke off: {said}");
        return words switch
        {
            _ when Has(words, "Could not resolve hostname") => Unreachable(NoAddress(host)),
            _ when Has(words, "Connection refused") => Unreachable(Refused(host, port)),
            _ when Has(words, "during banner exchange") => Unreachable(SilentAtBanner(host, port)),
            _ when Has(words, "timed out") || Has(words, "not responding") =>
                Unreachable($"'{host}' port {port} did not answer in time. A firewall that drops packets looks like this: ask whether this machine's address is allowed."),
            _ when Has(words, "No route to host") || Has(words, "Network is unreachable") => Unreachable($"There is no way to '{host}': {said}"),
            _ when Has(words, "Too many authentication failures") => new Trouble(TroubleKind.AuthenticationRefused, $"The server refused the login: {said}"),
            _ when Has(words, "subsystem request failed") =>
                new Trouble(TroubleKind.Unsupported, "The login works, but the server does not let this user use SFTP. Ask its operator to turn it on."),
            _ when Has(words, "no matching") || Has(words, "Unable to negotiate") =>
                new Trouble(TroubleKind.Unsupported, $"The server only offers cryptography that OpenSSH here no longer accepts: {said}"),
            _ when Has(words, "Bad configuration option") || Has(words, "unknown option") =>
                new Trouble(TroubleKind.Incomplete, $"The OpenSSH client here is too old: {said}"),
            _ when Has(words, "closed by remote host") || Has(words, "Connection closed by") || Has(words, "Connection reset") => Unreachable(ClosedEarly(host, port)),
            _ => Unreachable(said.Length == 0 ? $"The connection to '{host}' port {port} ended before the server spoke SFTP." : $"No session with '{host}' port {port}: {said}"),
        };
    }

    private static Trouble Unreachable(string reason) => new(TroubleKind.Unreachable, reason);

    private static bool Has(string words, string part) => words.Contains(part, StringComparison.OrdinalIgnoreCase);

    private static string LastLine(string words) =>
        ForeignText.OneLine(words.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault(l => l.Length > 0) ?? "");

    [GeneratedRegex("SHA256:[A-Za-z0-9+/]{43}")]
    private static partial Regex Fingerprint();

    [GeneratedRegex(@"^\S*: Permission denied \(([a-z0-9@.,\- ]*)\)\.?\s*$", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex Denied();
}
