using System.Collections.Immutable;
using System.Text;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Sftp;

namespace K12Sync.Exporters.Tests.Sftp;

/// <summary>What tests of the SFTP destination have in common.</summary>
internal static class SftpStage
{
    public const string Temporary = ".k12sync-7-1.part";
    public const string Final = "tardies.csv";

    /// <summary>Deadlines short enough to wait for.</summary>
    public static SftpOptions Impatient { get; } = new()
    {
        Answer = TimeSpan.FromSeconds(1),
        Connect = TimeSpan.FromSeconds(4),
        Silence = TimeSpan.FromSeconds(1),
        Close = TimeSpan.FromMilliseconds(500),
        KeepAlive = TimeSpan.FromSeconds(30),
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>Stages a small file by a destination of its own and says what stands in the way, if anything does.</summary>
    public static async Task<Trouble?> TryAsync(this SftpDestinationDefinition definition, DestinationSecrets? secrets = null, SftpOptions? options = null)
    {
        await using var destination = new SftpDestination(definition, secrets ?? DestinationSecrets.None, "sis", options);
        return (await destination.StageAsync(Temporary, Bytes("one"), Cancellation)).TroubleOf();
    }

    public static Trouble? TroubleOf(this StageResult result) => result switch
    {
        StageResult.TryAgain again => again.Trouble,
        StageResult.Refused refused => refused.Trouble,
        _ => null,
    };

    public static Trouble? TroubleOf(this PublishResult result) => result switch
    {
        PublishResult.TryAgain again => again.Trouble,
        PublishResult.Refused refused => refused.Trouble,
        _ => null,
    };

    public static SftpDestinationDefinition Pinning(this SftpDestinationDefinition definition, params ImmutableArray<string> keys) => definition with { HostKeys = keys };

    public static string FingerprintOf(string key) => HostKey.Parse(key)!.Fingerprint;
}
