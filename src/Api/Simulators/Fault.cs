namespace K12Sync.Api.Simulators;

/// <summary>How a simulated agency misbehaves.</summary>
internal enum FaultKind
{
    /// <summary>Credentials are refused, whatever they are.</summary>
    WrongCredentials,

    /// <summary>The provider is told to be inactive.</summary>
    InactiveProvider,

    /// <summary>Names are found to differ; KinderConnect only, for nothing else compares them.</summary>
    NamesDoNotMatch,

    /// <summary>At once and for good: the child's authorizations end on <see cref="Fault.To"/>, or are gone where it says nothing.</summary>
    AuthorizationsChange,

    /// <summary>What comes is told to have come before.</summary>
    AlreadySubmitted,

    /// <summary>What comes is told to be closed.</summary>
    LockedByState,

    /// <summary>The call is carried out, and never answered.</summary>
    TimeOutAfterAccepting,

    /// <summary>The answer comes after <see cref="Fault.Delay"/>.</summary>
    Slow,

    /// <summary>The call is carried out, and half of the answer comes.</summary>
    Garbled,

    /// <summary>HTTP 500, and nothing was carried out.</summary>
    ServerError,

    /// <summary>HTTP 502, and the call was carried out.</summary>
    ServerErrorAfterAccepting,

    /// <summary>HTTP 503 with Retry-After, and nothing was carried out.</summary>
    Unavailable,
}

/// <summary>A misbehaviour that was asked for.</summary>
/// <param name="Kind">What.</param>
/// <param name="Times">For how many calls.</param>
/// <param name="Call">Only calls whose path ends so, such as <c>attendance</c>; null: any.</param>
/// <param name="Method">Only GET or only POST; null: any.</param>
/// <param name="ProviderId">Only this provider or licence; null: any.</param>
/// <param name="ChildIds">Only these children, where the misbehaviour is about children; null: all.</param>
/// <param name="To">For <see cref="FaultKind.AuthorizationsChange"/>.</param>
/// <param name="Delay">For <see cref="FaultKind.Slow"/>.</param>
internal sealed record Fault(
    FaultKind Kind, int Times = 1, string? Call = null, string? Method = null, string? ProviderId = null, IReadOnlyList<string>? ChildIds = null, DateOnly? To = null, TimeSpan? Delay = null)
{
    /// <summary>Whether it is about this child.</summary>
    public bool Hits(string childId) => ChildIds is null || ChildIds.Contains(childId, StringComparer.Ordinal);

    /// <summary>Whether it is about a call with these segments of path: <c>v1, providers, ID, CALL</c>.</summary>
    public bool Hits(string method, string[] path) =>
        (Method is null || Method.Equals(method, StringComparison.OrdinalIgnoreCase)) && (Call is null || Call == path[^1])
        && (ProviderId is null || (path.Length > 2 && path[2] == ProviderId));
}

/// <summary>The misbehaviours that are still to come, in the order in which they were asked for.</summary>
internal sealed class FaultQueue
{
    private readonly Lock _gate = new();
    private readonly List<Fault> _waiting = [];

    /// <summary>What is still to come.</summary>
    public IReadOnlyList<Fault> Waiting
    {
        get
        {
            lock (_gate)
                return [.. _waiting];
        }
    }

    public void Add(Fault fault)
    {
        lock (_gate)
            _waiting.Add(fault);
    }

    public void Clear()
    {
        lock (_gate)
            _waiting.Clear();
    }

    /// <summary>The first one that is about this call, used up once; null: the agency behaves.</summary>
    public Fault? TakeFor(string method, string path)
    {
        var segments = path.Trim('/').Split('/');
        lock (_gate)
        {
            var at = _waiting.FindIndex(f => f.Hits(method, segments));
            if (at < 0)
                return null;
            var fault = _waiting[at];
            if (fault.Times > 1)
                _waiting[at] = fault with { Times = fault.Times - 1 };
            else
                _waiting.RemoveAt(at);
            return fault;
        }
    }
}
