using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Sftp;

/// <summary>Starts <c>ssh</c> for one connector: nobody else's configuration, agent or known hosts, and the pinned host keys or nothing.</summary>
internal sealed class SshDialer(
    SftpDestinationDefinition definition, DestinationSecrets secrets, string connectorName, SftpOptions options, TimeProvider time) : ISftpDialer
{
    private readonly SshLogin _login = new(definition, secrets, options, time);
    private readonly HostKeyPins _pins = new(definition, connectorName, options, time);

    /// <inheritdoc/>
    public bool HasAnotherWay() => _login.HasAnotherWay();

    /// <inheritdoc/>
    public async ValueTask<ISftpTransport> DialAsync(CancellationToken cancellation)
    {
        if ((RemoteNames.FindHostFault(definition.Host) ?? RemoteNames.FindUserFault(definition.User)) is { } fault)
            throw SftpException.Of(TroubleKind.Incomplete, fault);
        _login.Check();
        var known = await _pins.KnownHostsAsync(cancellation);
        var folder = MakeFolder();
        try
        {
            return new SshTransport(Start(folder, known), folder, ExplainAsync, options, time);
        }
        catch (Exception e)
        {
            folder.Dispose();
            throw e switch
            {
                Win32Exception => new SftpException(ProgramMissing(options.Ssh)),
                IOException or UnauthorizedAccessException => NoFolder(e),
                _ => e,
            };
        }
    }

    public static Trouble ProgramMissing(string program) => new(TroubleKind.Incomplete,
        $"'{program}' was not found. Install the OpenSSH client: package openssh-client on Debian and Ubuntu, an optional feature of Windows.");

    /// <summary>At least one second, as the options of OpenSSH take them.</summary>
    public static string WholeSeconds(TimeSpan time) => Math.Max(1, (int)Math.Ceiling(time.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

    private SecretFolder MakeFolder()
    {
        try
        {
            return new SecretFolder(time);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NoFolder(e);
        }
    }

    private static SftpException NoFolder(Exception e) =>
        SftpException.Of(TroubleKind.Incomplete, $"What ssh needs could not be put into a temporary folder of this machine: {e.Message}");

    private Process Start(SecretFolder folder, string known)
    {
        var start = new ProcessStartInfo(options.Ssh)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        start.Environment.Remove("SSH_AUTH_SOCK");
        start.Environment["LC_ALL"] = "C";
        start.ArgumentList.Add("-F");
        start.ArgumentList.Add("none");
        start.ArgumentList.Add("-T");
        foreach (var option in Options(folder, known).Concat(_login.Prepare(folder, start)))
        {
            start.ArgumentList.Add("-o");
            start.ArgumentList.Add(option);
        }
        foreach (var argument in new[] { "-p", definition.Port.ToString(CultureInfo.InvariantCulture), "-l", definition.User, "-s", "--", definition.Host, "sftp" })
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    private IEnumerable<string> Options(SecretFolder folder, string known) =>
    [
        $"UserKnownHostsFile={Quoted(folder.Write("known_hosts", known))}",
        "GlobalKnownHostsFile=none",
        // Never "ask": the question would go to the program that says the password.
        "StrictHostKeyChecking=yes",
        "UpdateHostKeys=no",
        "CheckHostIP=no",
        "VerifyHostKeyDNS=no",
        "IdentitiesOnly=yes",
        "IdentityAgent=none",
        "AddKeysToAgent=no",
        "NumberOfPasswordPrompts=1",
        "ConnectionAttempts=1",
        $"ConnectTimeout={WholeSeconds(options.Answer)}",
        $"ServerAliveInterval={WholeSeconds(options.KeepAlive)}",
        "ServerAliveCountMax=2",
        "ControlMaster=no",
        "ControlPath=none",
        "ClearAllForwardings=yes",
        "ForwardAgent=no",
        "ForwardX11=no",
        "PermitLocalCommand=no",
        "Compression=no",
        "EscapeChar=none",
        // Errors only: a banner of the server's must not be taken for words of ssh.
        "LogLevel=ERROR",
    ];

    /// <summary>A path as an option takes it: quoted, with slashes, and with nothing in it that stands for something else.</summary>
    internal static string Quoted(string path) =>
        $"\"{(OperatingSystem.IsWindows() ? path.Replace('\\', '/') : path).Replace("%", "%%", StringComparison.Ordinal)}\"";

    private async ValueTask<Trouble> ExplainAsync(string words, bool wasUp)
    {
        if (!wasUp && SshWords.IsAboutTheHostKey(words))
            return await _pins.MismatchAsync(SshWords.ShownFingerprint(words));
        return (wasUp ? null : await _login.ExplainAsync(words)) ?? SshWords.Sort(words, definition.Host, definition.Port, wasUp);
    }
}
