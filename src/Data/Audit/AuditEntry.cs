namespace K12Sync.Data.Audit;

/// <summary>Somebody looked at students or changed something: what is known of it before it has its place in a chain. Of students it holds record keys at most.</summary>
public sealed record AuditEntry
{
    /// <summary>When it was answered, or the command ended.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The key that asked; null: a person or a command did.</summary>
    public long? KeyId { get; init; }

    /// <summary>The person who was signed in, or tried to be; null: a key or a command asked.</summary>
    public long? PersonId { get; init; }

    /// <summary>The role of the key or the person.</summary>
    public string? Role { get; init; }

    /// <summary>The operating system's user who ran the command; null: it was none.</summary>
    public string? Person { get; init; }

    /// <summary>The address it came from; null for commands.</summary>
    public string? Address { get; init; }

    /// <summary><c>GET</c>, <c>POST</c>, ... or <c>RUN</c> for a command.</summary>
    public required string Method { get; init; }

    /// <summary>The set, row or operation as in a URL, with record keys and without other values; or the command's words.</summary>
    public required string Target { get; init; }

    /// <summary>What was asked for, each value written as <c>?</c>; for a command the names of its options.</summary>
    public string? Query { get; init; }

    /// <summary>The sets with students that were asked about, by name with commas between; null: none.</summary>
    public string? Students { get; init; }

    /// <summary>The properties that were given, by name with commas between.</summary>
    public string? Properties { get; init; }

    /// <summary>The status of the answer, or the command's exit code.</summary>
    public required int Status { get; init; }

    /// <summary>Rows in the answer, without rows within rows; null: they were not counted.</summary>
    public long? Rows { get; init; }

    /// <summary>What the answer told the client to quote.</summary>
    public string? SupportId { get; init; }
}
