using System.Diagnostics;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Sftp;

/// <summary>
/// How <c>ssh</c> is let in: a key file of the operator's, a stored private key, or a password, in this order, and only one of them. Each
/// connection shows a secret once: servers lock accounts after a few wrong ones.
/// </summary>
internal sealed class SshLogin(SftpDestinationDefinition definition, DestinationSecrets secrets, SftpOptions options, TimeProvider time)
{
    private bool _keyboardInteractive;
    private bool _hasAnotherWay;

    private bool UsesKey => definition.KeyFile is not null || secrets.PrivateKey is not null;

    private string? Secret => UsesKey ? secrets.Passphrase : secrets.Password;

    /// <summary>True once after the server turned out to want the password by keyboard-interactive; it has not seen it yet.</summary>
    public bool HasAnotherWay()
    {
        var another = _hasAnotherWay;
        _hasAnotherWay = false;
        return another;
    }

    /// <summary>Finds what is missing on our side before the server is troubled.</summary>
    /// <exception cref="SftpException">Something is.</exception>
    public void Check()
    {
        if (definition.KeyFile is { } file)
            CheckKeyFile(file);
        else if (secrets is { PrivateKey: null, Password: null })
            throw SftpException.Of(TroubleKind.Incomplete, $"There is neither a password nor a private key for '{definition.User}' at '{definition.Host}'. Store one with the connector.");
        if (Secret?.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0)
            throw SftpException.Of(TroubleKind.Incomplete, "The stored password or passphrase holds a line break, which no login takes. Store it again.");
    }

    /// <summary>The options for this way in, with what they need put into the folder and the environment.</summary>
    public IEnumerable<string> Prepare(SecretFolder folder, ProcessStartInfo start)
    {
        var secret = Secret;
        if (secret is not null)
            AskBy(folder, start, secret);
        // Batch mode would never ask for a password, and says nothing about it.
        List<string> options = [$"BatchMode={(secret is null ? "yes" : "no")}"];
        if (UsesKey)
            options.AddRange(
                "PreferredAuthentications=publickey", $"IdentityFile={SshDialer.Quoted(definition.KeyFile ?? folder.WriteKey(secrets.PrivateKey!))}");
        else
            options.AddRange("PubkeyAuthentication=no", "IdentityFile=none", $"PreferredAuthentications={(_keyboardInteractive ? "keyboard-interactive" : "password")}");
        return options;
    }

    /// <summary>What the words of <c>ssh</c> mean if they are about the login, or null.</summary>
    public async ValueTask<Trouble?> ExplainAsync(string words)
    {
        // Only where it belongs to the user that runs this: a key that another user lends may be readable by a group.
        if (definition.KeyFile is { } file && SshWords.IsTooOpen(words))
            return new Trouble(TroubleKind.Incomplete, $"The key file '{file}' can be used by others on this machine, so OpenSSH refuses it: chmod 600 it.");
        if (SshWords.RefusedMethods(words) is not { } methods)
            return UsesKey && SshWords.IsAboutOurKey(words) ? KeyDoesNotOpen() : null;
        // ssh does not say so: it goes on without the key, and is refused.
        if (UsesKey && (SshWords.IsAboutOurKey(words) || !await OpensAsync()))
            return KeyDoesNotOpen();
        if (!UsesKey && !_keyboardInteractive && !methods.Contains("password") && methods.Contains("keyboard-interactive"))
            _keyboardInteractive = _hasAnotherWay = true;
        var wanted = UsesKey ? "publickey" : _keyboardInteractive ? "keyboard-interactive" : "password";
        return new Trouble(TroubleKind.AuthenticationRefused, methods.Contains(wanted)
            ? $"'{definition.Host}' did not accept {(UsesKey ? $"the key{Named()}" : "the password")} of '{definition.User}'. {(UsesKey ? "Is its public key on the server, for this user?" : "Was it changed?")}"
            : $"'{definition.Host}' takes no {(UsesKey ? "keys" : "passwords")} from '{definition.User}', only: {ForeignText.OneLine(string.Join(", ", methods))}.");
    }

    private Trouble KeyDoesNotOpen() => new(TroubleKind.Incomplete, secrets.Passphrase is null
        ? $"The private key{Named()} cannot be used: it is no private key, or it has a passphrase and none is stored."
        : $"The private key{Named()} cannot be used: the stored passphrase does not open it, or it is no private key.");

    /// <summary>Asks OpenSSH's own program, without the server. True also where it cannot be asked.</summary>
    private async Task<bool> OpensAsync()
    {
        try
        {
            using var folder = new SecretFolder(time);
            var file = definition.KeyFile ?? folder.WriteKey(secrets.PrivateKey!);
            // An empty passphrase is no secret.
            var start = new ProcessStartInfo(options.KeyTool, secrets.Passphrase is null ? ["-y", "-P", "", "-f", file] : ["-y", "-f", file]);
            if (secrets.Passphrase is { } passphrase)
                AskBy(folder, start, passphrase);
            return (await ToolRun.RunAsync(start, options.Answer, time, CancellationToken.None)).Succeeded;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    private static void AskBy(SecretFolder folder, ProcessStartInfo start, string secret)
    {
        start.Environment["SSH_ASKPASS"] = folder.WriteAskpass(secret);
        start.Environment["SSH_ASKPASS_REQUIRE"] = "force";
        // Before 8.4 OpenSSH asked the program only where it believed in a screen.
        start.Environment["DISPLAY"] = "none:0";
    }

    private string Named() => definition.KeyFile is { } file ? $" '{file}'" : "";

    private static void CheckKeyFile(string file)
    {
        try
        {
            using (File.OpenRead(file))
            {
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw SftpException.Of(TroubleKind.Incomplete, $"The key file '{file}' is not there.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw SftpException.Of(TroubleKind.Incomplete, $"The key file '{file}' cannot be read by the user that runs this: {e.Message}");
        }
    }
}
