using K12Sync.Api.CommandLine;
using K12Sync.Api.Jobs;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Serving;

/// <summary>Whether this process can do its work: one line for each thing it needs, which is <c>ok</c> or says what is wrong.</summary>
internal sealed class Readiness(Premises premises, Heartbeat heartbeat, JobSettings settings)
{
    /// <summary>What a check says when all is well.</summary>
    public const string Fine = "ok";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Looks now.</summary>
    public async Task<IReadOnlyDictionary<string, string>> LookAsync(CancellationToken cancellation) => new Dictionary<string, string>
    {
        ["database"] = await DatabaseAsync(cancellation),
        ["scheduler"] = heartbeat.Age <= settings.WatchEvery * 3 ? Fine : $"has not looked at the connectors for {heartbeat.Age.TotalSeconds:0} s; the log says why",
        ["folder"] = Folder(),
    };

    private async Task<string> DatabaseAsync(CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            await using var db = premises.Database.Open(default);
            var (applied, known) = ((await db.Database.GetAppliedMigrationsAsync(patience.Token)).ToHashSet(StringComparer.Ordinal), db.Database.GetMigrations().ToHashSet(StringComparer.Ordinal));
            return known.SetEquals(applied) ? Fine : "is not of this version's schema; run 'k12sync migrate', or start the version that it belongs to";
        }
#pragma warning disable CA1031 // Whatever it is: the database does not answer. Its words may hold a host or a user, so they stay in the log of whoever looks.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return $"does not answer ({e.GetType().Name})";
        }
    }

    private string Folder()
    {
        try
        {
            Directory.CreateDirectory(premises.Folder);
            using var probe = new FileStream(Path.Combine(premises.Folder, $".k12sync-{Environment.ProcessId}.probe"), FileMode.Create, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            probe.WriteByte(0);
            return Fine;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "cannot be written to; check its permissions and the room on the disk";
        }
    }
}
