namespace K12Sync.Api.Access;

/// <summary>How much one key may ask: section <c>Access</c> of the settings.</summary>
internal sealed class AccessSettings
{
    /// <summary>Requests a key may make in a minute; 1 or more.</summary>
    public int RequestsPerMinute { get; init; } = 600;

    /// <summary>Requests of one key that are worked on at a time; 1 or more.</summary>
    public int AtOnce { get; init; } = 8;

    /// <summary>Requests of one key that may wait for their turn; 0 or more.</summary>
    public int Waiting { get; init; } = 32;

    /// <summary>The machines in front, see <see cref="Access.Proxies"/>. Default: none.</summary>
    public IReadOnlyList<string> Proxies { get; init; } = [];

    /// <summary>Requests without a good key that one address may make in a minute; 1 or more.</summary>
    public int RefusalsPerMinute { get; init; } = 120;
}
