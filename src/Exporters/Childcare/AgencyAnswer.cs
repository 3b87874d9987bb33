namespace K12Sync.Exporters.Childcare;

/// <summary>What went over the wire in one call, byte for byte, for the ledger. Holds no credentials: they travel in a header.</summary>
/// <param name="Method">GET or POST.</param>
/// <param name="Address">Whole. Holds ids of providers and days, never a child's.</param>
/// <param name="Request">The body; empty where there is none.</param>
/// <param name="Status">HTTP status; null: no answer came.</param>
/// <param name="Response">The body as far as it came, at most the limit of the connection.</param>
public sealed record AgencyExchange(string Method, Uri Address, ReadOnlyMemory<byte> Request, int? Status, ReadOnlyMemory<byte> Response);

/// <summary>How one call to an agency ended. Exactly one of the nested cases.</summary>
/// <remarks>
/// Texts called <c>Says</c> are the agency's own: one line, cut off at <see cref="AgencyText.MaxLength"/>. They may name a child, so they belong beside the child's record and
/// never into a log.
/// </remarks>
public abstract record AgencyAnswer<T>
{
    private AgencyAnswer(AgencyExchange exchange) => Exchange = exchange;

    /// <summary>What was sent and what came back.</summary>
    public AgencyExchange Exchange { get; }

    /// <summary>The agency did as it was asked. What it says of each child-day is in <paramref name="Value"/>.</summary>
    public sealed record Answered(T Value, AgencyExchange Exchange) : AgencyAnswer<T>(Exchange);

    /// <summary>The password or key is wrong. Not to be tried again before a person has entered another: agencies lock accounts.</summary>
    public sealed record CredentialsRefused(string Says, AgencyExchange Exchange) : AgencyAnswer<T>(Exchange);

    /// <summary>The agency knows no such provider, or no longer.</summary>
    public sealed record InactiveProvider(string Says, AgencyExchange Exchange) : AgencyAnswer<T>(Exchange);

    /// <summary>The agency took nothing of it, because of what it says. The same again would be refused again. <paramref name="Days"/>: the child-days it names.</summary>
    public sealed record Rejected(string Code, string Says, IReadOnlyList<DayAnswer> Days, AgencyExchange Exchange) : AgencyAnswer<T>(Exchange);

    /// <summary>It was submitted before, and can be only once. Terminal.</summary>
    public sealed record AlreadySubmitted(string Says, AgencyExchange Exchange) : AgencyAnswer<T>(Exchange);

    /// <summary>The agency has closed what was to be written: passed on to the state, past its deadline, or not this connection's to write.</summary>
    public sealed record LockedByState(string Says, AgencyExchange Exchange) : AgencyAnswer<T>(Exchange);

    /// <summary>Something was sent, and it is not known whether it was taken. What can be sent only once is asked after before anything else.</summary>
    public sealed record Unknown(string Reason, AgencyExchange Exchange) : AgencyAnswer<T>(Exchange);

    /// <summary>Surely nothing was taken; the world may mend itself. <paramref name="After"/>: how long the agency asks to be left alone, if it says.</summary>
    public sealed record TryAgain(string Reason, TimeSpan? After, AgencyExchange Exchange) : AgencyAnswer<T>(Exchange);

    /// <summary>An answer came that cannot be read, or does not fit what was asked. Of a submission it is as unknown as after <see cref="Unknown"/> whether it was taken.</summary>
    public sealed record Garbled(string Reason, AgencyExchange Exchange) : AgencyAnswer<T>(Exchange);
}

/// <summary>What became of one child-day, or of one child of a period where the agency answers so.</summary>
/// <param name="ChildId">The agency's.</param>
/// <param name="Date">Null: the whole period.</param>
/// <param name="Verdict">What the agency did.</param>
/// <param name="Says">The agency's own text; empty where it says none.</param>
public sealed record DayAnswer(string ChildId, DateOnly? Date, DayVerdict Verdict, string Says);

/// <summary>What an agency did with a child-day.</summary>
public enum DayVerdict
{
    /// <summary>It holds what was sent.</summary>
    Accepted,

    /// <summary>It took nothing of this child-day, for a reason that it gives.</summary>
    Rejected,

    /// <summary>The names sent are not those it knows the child by.</summary>
    NameMismatch,

    /// <summary>No authorization covers the day.</summary>
    NotAuthorized,

    /// <summary>Submitted before, and can be only once. Terminal.</summary>
    AlreadySubmitted,

    /// <summary>Passed on to the state, so read-only.</summary>
    LockedByState,
}

/// <summary>Agencies' own texts, before they meet people.</summary>
public static class AgencyText
{
    /// <summary>Longer texts are cut off here, in UTF-16 code units.</summary>
    public const int MaxLength = 500;

    /// <summary>The text in one line of visible characters, cut off at <see cref="MaxLength"/>; empty for null.</summary>
    public static string Tidy(string? text)
    {
        var line = string.Concat((text ?? "").Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        return line.Length <= MaxLength ? line : string.Concat(line.AsSpan(0, MaxLength - 1), "…");
    }
}
