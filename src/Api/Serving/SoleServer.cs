using K12Sync.Api.CommandLine;
using K12Sync.Data.Storage;

namespace K12Sync.Api.Serving;

/// <summary>
/// Sees to it that one process serves a data folder: the timers in a SQLite database are for one. Other commands work beside it. On PostgreSQL any number serve.
/// </summary>
internal static class SoleServer
{
    /// <summary>The claim, until it is disposed of or the process ends, however it ends; null where none is needed.</summary>
    /// <exception cref="CommandFailedException">Another process serves this folder.</exception>
    public static IDisposable? Claim(Premises premises, string advice = "One is enough; several need PostgreSQL, see --connection.")
    {
        if (premises.Database is not DataFolder)
            return null;
        try
        {
            return new FileStream(Path.Combine(premises.Folder, "serve.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new CommandFailedException($"Another 'k12sync serve' works in {premises.Folder}. {advice}", e);
        }
    }
}
