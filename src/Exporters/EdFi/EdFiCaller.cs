using System.Collections.Immutable;
using K12Sync.Domain.Childcare.Submissions;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Exports;

namespace K12Sync.Exporters.EdFi;

/// <summary>Makes calls, and remembers whether it makes sense to go on.</summary>
/// <param name="client">Makes single requests, and tries again what may mend itself.</param>
/// <param name="clock">For waits.</param>
/// <param name="retries">A request whose end is not known is made again.</param>
internal sealed class EdFiCaller(EdFiClient client, TimeProvider clock, RetryPolicy retries)
{
    /// <summary>So many calls in a row that came to no end: the API is away, and not an event at fault.</summary>
    private const int MostInARow = 3;

    private readonly Lock _gate = new();
    private int _inARow;

    /// <summary>Why calls came to no end; null: all did.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Key and secret are not accepted; null: they are, as far as is known.</summary>
    public string? NotLetIn { get; private set; }

    /// <summary>No further call makes sense in this run.</summary>
    public bool MustStop
    {
        get
        {
            lock (_gate)
                return NotLetIn is not null || _inARow >= MostInARow;
        }
    }

    /// <summary>Makes the API hold the events of the call, and no other of its subject.</summary>
    /// <exception cref="OperationCanceledException">Stopped. What was under way may have arrived; it was remembered before.</exception>
    public async Task<CallEnd> MakeAsync(EdFiCall call, IReadOnlyList<HeldEvent> held, CancellationToken cancellation)
    {
        var keys = call.Events.Select(e => EdFiJson.KeyText(e.Key)).ToHashSet(StringComparer.Ordinal);
        var known = held.Where(h => keys.Contains(h.Key)).ToDictionary(h => h.Key, StringComparer.Ordinal);
        EdFiSettlement settlement = new(new EdFiOutcome.Unneeded(), [.. held.Where(h => !keys.Contains(h.Key)).Select(ToHeld)]);
        if (!settlement.Held.IsEmpty)
            settlement = await PersistAsync(settlement.Held, null, cancellation);
        var others = settlement.Held.Select(h => new HeldEvent(call.Subject, EdFiJson.KeyText(h.Key), h.Id, null)).ToList();
        if (others.Count > 0)
            return End(call, settlement.Outcome, [.. others, .. known.Values]);
        foreach (var e in call.Events)
        {
            var (key, sha256) = (EdFiJson.KeyText(e.Key), EdFiCall.Sha256(e));
            if (known.TryGetValue(key, out var there) && there.EventId is not null && there.Sha256 == sha256)
                continue;
            settlement = await PersistAsync(there is null ? [] : [ToHeld(there)], e, cancellation);
            known.Remove(key);
            var isTold = settlement.Outcome is EdFiOutcome.Created or EdFiOutcome.Updated;
            if (settlement.Held is [var one])
                known[key] = new HeldEvent(call.Subject, key, one.Id, isTold ? sha256 : null);
            if (!isTold)
                break;
        }
        return End(call, settlement.Outcome, [.. known.Values]);
    }

    private static EdFiHeld ToHeld(HeldEvent held) => new(EdFiJson.ReadKey(held.Key), held.EventId);

    private async Task<EdFiSettlement> PersistAsync(ImmutableArray<EdFiHeld> held, EdFiEvent? wanted, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var settlement = await client.BringInLineAsync(held, wanted, cancellation);
            if (settlement.Outcome is not EdFiOutcome.Unknown(var reason) || attempt >= retries.Attempts)
                return settlement;
            held = settlement.Held;
            await retries.WaitAsync(attempt, reason, null, clock, cancellation);
        }
    }

    private CallEnd End(EdFiCall call, EdFiOutcome outcome, ImmutableArray<HeldEvent> held)
    {
        var (kind, says, reason) = outcome switch
        {
            EdFiOutcome.Created(var id) => (DayEndKind.Accepted, $"Created {id}", (string?)null),
            EdFiOutcome.Updated(var id) => (DayEndKind.Accepted, $"Updated {id}", null),
            EdFiOutcome.Deleted => (DayEndKind.Accepted, "Deleted", null),
            EdFiOutcome.Unneeded => (DayEndKind.Accepted, "Unneeded", null),
            EdFiOutcome.Refused(var why) => (DayEndKind.Rejected, "Refused", why),
            EdFiOutcome.TryAgain(var why, _) => ((DayEndKind?)null, "TryAgain", why),
            EdFiOutcome.Unknown(var why) => (null, "Unknown", why),
            EdFiOutcome.CredentialsRefused(var why) => (null, "CredentialsRefused", why),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        lock (_gate)
        {
            _inARow = kind is null ? _inARow + 1 : 0;
            Trouble ??= kind is null ? reason : null;
            NotLetIn ??= outcome is EdFiOutcome.CredentialsRefused ? reason : null;
        }
        return new CallEnd(call.Subject, call.Records, held, kind, says, reason);
    }
}
