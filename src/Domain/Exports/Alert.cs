namespace K12Sync.Domain.Exports;

/// <summary>What somebody is told about without asking.</summary>
public enum AlertKind
{
    /// <summary>A run failed; what it was to send waits.</summary>
    RunFailed,

    /// <summary>No run has succeeded for as many hours of school as the connector may be silent.</summary>
    NoSuccess,

    /// <summary>The SIS reads its files now, and the last delivery before that did not succeed.</summary>
    DeliverByMissed,

    /// <summary>A run would send far more rows than usual and waits for a person.</summary>
    HeldTooManyRows,

    /// <summary>A school day is over and there is not one tardy.</summary>
    NoRowsOnSchoolDay,

    /// <summary>A file may or may not have arrived; a person decides.</summary>
    DeliveryUnconfirmed,

    /// <summary>The server refuses to let us in; trying on would lock the account.</summary>
    AuthenticationStopped,

    /// <summary>The server is not the one that was pinned.</summary>
    HostKeyChanged,

    /// <summary>The database was restored from a backup; nothing is sent until a person has compared what the SIS has.</summary>
    HeldAfterRestore,

    /// <summary>A run did not come to an end in its time and was given up.</summary>
    RunOverran,
}

/// <summary>Something that somebody should know. Never holds anything of a student.</summary>
/// <param name="Kind">The sort.</param>
/// <param name="District">Whose.</param>
/// <param name="Connector">Which.</param>
/// <param name="Text">What is wrong and what to do, for people.</param>
/// <param name="At">Since when.</param>
/// <param name="IsOver">False: it has begun. True: it is over.</param>
public sealed record Alert(AlertKind Kind, string District, string Connector, string Text, DateTimeOffset At, bool IsOver);
