using K12Sync.Domain.Exports;

namespace K12Sync.Data.Exports;

/// <summary>A connector: a name, a definition, and whether it may run.</summary>
public sealed class ConnectorRow
{
    private ConnectorRow() => Definition = null!;

    public ConnectorRow(string name, ConnectorDefinition definition, DateTimeOffset addedAt = default) => (Name, Definition, AddedAt) = (name, definition, addedAt);

    public long Id { get; private set; }

    /// <summary>Unique in the district among those that were not removed, compared ordinally.</summary>
    public string Name { get; private set; } = "";

    public ConnectorDefinition Definition { get; private set; }

    /// <summary>Scheduled times before this are not caught up on.</summary>
    public DateTimeOffset AddedAt { get; private set; }

    /// <summary>Removed connectors stay, because runs point at them.</summary>
    public DateTimeOffset? RemovedAt { get; private set; }

    /// <summary>Since when it does not run by itself; null: it does.</summary>
    public DateTimeOffset? PausedAt { get; private set; }

    /// <summary>The last day of the pause, in the connector's zone; null: until somebody ends it.</summary>
    public DateOnly? PausedUntil { get; private set; }

    /// <summary>Why it sends nothing at all until a person has released it; null: it may.</summary>
    public ConnectorHoldKind? Hold { get; private set; }

    public string? HoldReason { get; private set; }
    public DateTimeOffset? HeldAt { get; private set; }

    /// <summary>So many rows a person has let go, however unusual; forgotten with the next success.</summary>
    public int? AllowedRows { get; private set; }

    /// <summary>The next run uses this definition.</summary>
    public void Change(ConnectorDefinition definition) => Definition = definition;

    /// <summary>It does not run by itself until after <paramref name="until"/>, or until it is resumed.</summary>
    public void Pause(DateOnly? until, DateTimeOffset at) => (PausedAt, PausedUntil) = (PausedAt ?? at, until);

    /// <summary>Ends the pause. What was missed is one run, not many.</summary>
    public void Resume() => (PausedAt, PausedUntil) = (null, null);

    /// <summary>True on a day of a pause, in the connector's zone.</summary>
    public bool IsPausedOn(DateOnly day) => PausedAt is not null && (PausedUntil is not { } until || day <= until);

    /// <summary>It sends nothing until a person has released it. The first reason stays.</summary>
    public void HoldBack(ConnectorHold hold, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(hold);
        if (Hold is null)
            (Hold, HoldReason, HeldAt) = (hold.Kind, hold.Reason, at);
    }

    /// <summary>A person has looked. Returns false if it was not held.</summary>
    /// <param name="allowedRows">So many rows may go, however unusual; counts only after a hold for too many: nobody has looked at rows for another reason.</param>
    public bool Release(int? allowedRows)
    {
        if (Hold is null)
            return false;
        (AllowedRows, Hold, HoldReason, HeldAt) = (Hold == ConnectorHoldKind.TooManyRows ? allowedRows : null, null, null, null);
        return true;
    }

    /// <summary>A run has succeeded: what was let go once is not let go again.</summary>
    public void ForgetAllowance() => AllowedRows = null;

    /// <summary>It runs no more and gives its name free.</summary>
    public void Remove(DateTimeOffset at) => RemovedAt = at;
}

/// <summary>What a secret of a connector is for.</summary>
public enum SecretKind
{
    Password,
    PrivateKey,
    Passphrase,
}

/// <summary>One secret of a connector. Only who holds the keys can read it.</summary>
public sealed class ConnectorSecretRow
{
    private ConnectorSecretRow()
    {
    }

    public ConnectorSecretRow(long connectorId, SecretKind kind, string providerId, string protectedValue) => (ConnectorId, Kind, ProviderId, ProtectedValue) = (connectorId, kind, providerId, protectedValue);

    public long Id { get; private set; }
    public long ConnectorId { get; private set; }
    public SecretKind Kind { get; private set; }

    /// <summary>The Provider ID that it is for; blank: all that have none of their own.</summary>
    public string ProviderId { get; private set; } = "";

    /// <summary>Encrypted.</summary>
    public string ProtectedValue { get; private set; } = "";

    /// <summary>The new secret is in force from the next run on.</summary>
    public void Replace(string protectedValue) => ProtectedValue = protectedValue;
}

/// <summary>A key that secrets are encrypted with, itself encrypted by a key file or certificate.</summary>
public sealed class SecretKeyRow
{
    private SecretKeyRow()
    {
    }

    public SecretKeyRow(string name, string xml) => (Name, Xml) = (name, xml);

    public long Id { get; private set; }
    public string Name { get; private set; } = "";
    public string Xml { get; private set; } = "";
}

/// <summary>Who may run a connector now. See <see cref="RunLeases"/>.</summary>
public sealed class LeaseRow
{
    private LeaseRow()
    {
    }

    public long Id { get; private set; }
    public long ConnectorId { get; private set; }

    /// <summary>Which process, for people.</summary>
    public string Holder { get; private set; } = "";

    /// <summary>Counts up with each holder: what an earlier one still tries to write is refused.</summary>
    public long Token { get; private set; }

    public DateTimeOffset TakenAt { get; private set; }
    public DateTimeOffset ExpiresAt { get; private set; }
}
