using K12Sync.Api.SignIn;

namespace K12Sync.Api.Access;

/// <summary>How much one key may ask, and where connectors may deliver: section <c>Access</c> of the settings.</summary>
internal sealed class AccessSettings
{
    /// <summary>Requests a key may make in a minute; 1 or more.</summary>
    public int RequestsPerMinute { get; init; } = 600;

    /// <summary>Requests of one key that are worked on at a time; 1 or more.</summary>
    public int AtOnce { get; init; } = 8;

    /// <summary>Requests of one key that may wait for their turn; 0 or more.</summary>
    public int Waiting { get; init; } = 32;

    /// <summary>
    /// Passes that a key may post one by one in a minute; 1 or more. Counted by themselves: all the kiosks of a district may share a key, and all of them are busy after a bell.
    /// </summary>
    public int PassesPerMinute { get; init; } = 12_000;

    /// <summary>Posts of passes of one key that are worked on at a time; 1 or more. They are stored in groups, so more at a time is faster, not slower.</summary>
    public int PassesAtOnce { get; init; } = 128;

    /// <summary>Posts of passes of one key that may wait for their turn; 0 or more.</summary>
    public int PassesWaiting { get; init; } = 512;

    /// <summary>The machines in front, see <see cref="Access.Proxies"/>. Default: none.</summary>
    public IReadOnlyList<string> Proxies { get; init; } = [];

    /// <summary>Requests without a good key that one address may make in a minute; 1 or more.</summary>
    public int RefusalsPerMinute { get; init; } = 120;

    /// <summary>How people outside reach the service, such as <c>https://k12sync.district.example</c>: what one-time links begin with, and the name that passkeys are for. Null: as it is asked for.</summary>
    public Uri? Address { get; init; }

    /// <summary>How people sign in.</summary>
    public SignInSettings SignIn { get; init; } = new();

    /// <summary>The SFTP servers that connectors may deliver to: names, <c>*.sis.example</c> for all below a name, addresses. Null or empty: see <see cref="DestinationLimits"/>.</summary>
    public string[]? SftpHosts { get; init; }

    /// <summary>The folders, with all below them, that a connector may deliver to if a key sets it; relative ones start at the data folder. Null or empty: see <see cref="DestinationLimits"/>.</summary>
    public string[]? Folders { get; init; }
}
