using K12Sync.Domain.Exports;

namespace K12Sync.Api.Exports;

/// <summary>What became of a connector that was to be added.</summary>
public abstract record AddConnectorResult
{
    private AddConnectorResult()
    {
    }

    /// <summary>It is there now.</summary>
    public sealed record Added(Connector Connector) : AddConnectorResult;

    /// <summary>It was there already, just so.</summary>
    public sealed record AlreadyThere(Connector Connector) : AddConnectorResult;

    /// <summary>It cannot be added.</summary>
    public sealed record Refused(ConnectorFault Fault) : AddConnectorResult
    {
        /// <summary>In words.</summary>
        public string Reason => Fault.Reason;
    }
}

/// <summary>What became of a change to a connector.</summary>
public abstract record ChangeConnectorResult
{
    private ChangeConnectorResult()
    {
    }

    /// <summary>The next run goes by it.</summary>
    /// <param name="Connector">As it is now.</param>
    /// <param name="Settings">The settings that are different now, by their names in the file.</param>
    public sealed record Changed(Connector Connector, IReadOnlyList<string> Settings) : ChangeConnectorResult;

    /// <summary>It cannot be so.</summary>
    public sealed record Refused(ConnectorFault Fault) : ChangeConnectorResult
    {
        /// <summary>In words.</summary>
        public string Reason => Fault.Reason;
    }

    /// <summary>Somebody has changed it since it was looked at.</summary>
    public sealed record Stale : ChangeConnectorResult;
}

/// <summary>Why a connector cannot be so.</summary>
/// <param name="Setting">Which setting, by its name in the file.</param>
/// <param name="Reason">In words, with what to do.</param>
/// <param name="IsTaken">Another connector has what this one wants; by itself it could be so.</param>
public sealed record ConnectorFault(string Setting, string Reason, bool IsTaken = false);

/// <summary>What became of a secret that was to be stored.</summary>
public abstract record StoreSecretResult
{
    private StoreSecretResult()
    {
    }

    /// <summary>The next run uses it.</summary>
    /// <param name="Released">The connector was held because the server did not let it in, and may run again.</param>
    public sealed record Stored(bool Released) : StoreSecretResult;

    /// <summary>It can be none.</summary>
    public sealed record Refused(string Reason) : StoreSecretResult;
}
