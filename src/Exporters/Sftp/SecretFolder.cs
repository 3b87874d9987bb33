using System.Runtime.Versioning;

namespace K12Sync.Exporters.Sftp;

/// <summary>
/// A folder that only this user can open, for what <c>ssh</c> needs in order to get in: the pinned host keys, and where needed a private key
/// and a secret that a small script says once. It is there while a session is being made and no longer.
/// </summary>
/// <remarks>
/// A secret is never on a command line and never in an environment: both can be read by others or are inherited. What a killed process left
/// behind is swept by the next one.
/// </remarks>
internal sealed class SecretFolder : IDisposable
{
    private const string Prefix = "k12sync-ssh-";
    private static readonly string[] Names = ["known_hosts", "key", "secret", "askpass", "askpass.cmd"];
    private static readonly TimeSpan Stale = TimeSpan.FromHours(1);
    private int _disposed;

    public SecretFolder(TimeProvider time)
    {
        Sweep(time);
        Path = Directory.CreateTempSubdirectory(Prefix).FullName;
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public string Path { get; }

    /// <summary>Writes a file that only this user can read. Its path, as an option of <c>ssh</c> takes it.</summary>
    public string Write(string name, string content)
    {
        var path = In(name);
        var how = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new StreamWriter(path, how);
        file.Write(content);
        return path;
    }

    /// <summary>A program for <c>SSH_ASKPASS</c> that says the secret once and removes it. To a second question it has no answer.</summary>
    public string WriteAskpass(string secret)
    {
        var file = Write("secret", secret + "\n");
        if (OperatingSystem.IsWindows())
            return Write("askpass.cmd", $"@echo off\r\ntype \"{file}\"\r\ndel \"{file}\"\r\n");
        var script = Write("askpass", $"#!/bin/sh\ncat {Quoted(file)} && rm -f {Quoted(file)}\n");
        MakeExecutable(script);
        return script;
    }

    /// <summary>A private key; OpenSSH wants line ends of Unix and one at the end.</summary>
    public string WriteKey(string privateKey) => Write("key", privateKey.ReplaceLineEndings("\n").TrimEnd('\n') + "\n");

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            Remove(Path);
    }

    [UnsupportedOSPlatform("windows")]
    private static void MakeExecutable(string script) =>
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    private static string Quoted(string path) => $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static void Sweep(TimeProvider time)
    {
        foreach (var left in Directory.EnumerateDirectories(System.IO.Path.GetTempPath(), Prefix + "*"))
            if (Directory.GetCreationTimeUtc(left) < time.GetUtcNow().UtcDateTime - Stale)
                Remove(left);
    }

    private static void Remove(string folder)
    {
        try
        {
            // By name and not by walking: in a folder for everybody's temporary files, what walks can be led elsewhere.
            if (new DirectoryInfo(folder).LinkTarget is not null)
                return;
            foreach (var name in Names)
                File.Delete(System.IO.Path.Combine(folder, name));
            Directory.Delete(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Of another user, or gone, or still open on Windows. The next sweep finds it if it can be removed.
        }
    }

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
