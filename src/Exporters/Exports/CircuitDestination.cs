using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Exports;

/// <summary>A destination that is not tried while its circuit is open.</summary>
public sealed class CircuitDestination(IDestination destination, Circuit circuit) : IDestination
{
    public async ValueTask<StageResult> StageAsync(string temporaryName, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        if (circuit.Refusal() is { } refusal)
            return new StageResult.TryAgain(refusal);
        var result = await destination.StageAsync(temporaryName, content, cancellation);
        circuit.Saw((result as StageResult.TryAgain)?.Trouble);
        return result;
    }

    public async ValueTask<PublishResult> PublishAsync(string temporaryName, string finalName, ExistingFile existing, CancellationToken cancellation)
    {
        if (circuit.Refusal() is { } refusal)
            return new PublishResult.TryAgain(refusal);
        var result = await destination.PublishAsync(temporaryName, finalName, existing, cancellation);
        circuit.Saw((result as PublishResult.TryAgain)?.Trouble);
        return result;
    }

    public async ValueTask<LookResult> LookAsync(string temporaryName, string finalName, CancellationToken cancellation)
    {
        if (circuit.Refusal() is { } refusal)
            return new LookResult.Unreachable(refusal);
        var result = await destination.LookAsync(temporaryName, finalName, cancellation);
        circuit.Saw((result as LookResult.Unreachable)?.Trouble);
        return result;
    }

    public async ValueTask<StageResult> DiscardAsync(string temporaryName, CancellationToken cancellation)
    {
        if (circuit.Refusal() is { } refusal)
            return new StageResult.TryAgain(refusal);
        var result = await destination.DiscardAsync(temporaryName, cancellation);
        circuit.Saw((result as StageResult.TryAgain)?.Trouble);
        return result;
    }

    /// <summary>A person who tests wants to know how it is now.</summary>
    public IAsyncEnumerable<TestStep> TestAsync(CancellationToken cancellation) => destination.TestAsync(cancellation);

    public ValueTask DisposeAsync() => destination.DisposeAsync();
}
