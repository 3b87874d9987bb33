using System.Diagnostics;
using K12Sync.Domain.Exports;

namespace K12Sync.CrashHost;

/// <summary>Counts the moments before and after each step, and kills the process at one of them as an operator or the kernel would.</summary>
internal sealed class Steps(int fatal)
{
    public int Taken { get; private set; }

    public void Pass()
    {
        if (++Taken != fatal)
            return;
        Process.GetCurrentProcess().Kill();
#pragma warning disable RS0030 // The process is already dead; it only has not noticed.
        Thread.Sleep(Timeout.Infinite);
#pragma warning restore RS0030
    }

    public async Task<T> AroundAsync<T>(Func<Task<T>> step)
    {
        Pass();
        var result = await step();
        Pass();
        return result;
    }

    public async Task AroundAsync(Func<Task> step)
    {
        Pass();
        await step();
        Pass();
    }
}

/// <summary>A ledger whose every call may be the process's last.</summary>
internal sealed class MortalLedger(IExportLedger ledger, Steps steps) : IExportLedger
{
    public Task<RunStart> BeginRunAsync(Connector connector, RunRequest request, CancellationToken cancellation) =>
        steps.AroundAsync(() => ledger.BeginRunAsync(connector, request, cancellation));

    public Task<long> NextRunNumberAsync(Connector connector, CancellationToken cancellation) => ledger.NextRunNumberAsync(connector, cancellation);

    public Task<IReadOnlyList<UnfinishedBatch>> UnfinishedAsync(Connector connector, CancellationToken cancellation) => ledger.UnfinishedAsync(connector, cancellation);

    public IAsyncEnumerable<TardyLine> OwedAsync(Connector connector, CancellationToken cancellation) => ledger.OwedAsync(connector, cancellation);

    public Task<FreezeResult> FreezeAsync(long runId, RenderedDebt debt, CancellationToken cancellation) =>
        steps.AroundAsync(() => ledger.FreezeAsync(runId, debt, cancellation));

    public Task<byte[]> ContentAsync(long batchId, CancellationToken cancellation) => ledger.ContentAsync(batchId, cancellation);

    public Task UploadingAsync(IReadOnlyList<UploadStart> uploads, string destination, CancellationToken cancellation) =>
        steps.AroundAsync(() => ledger.UploadingAsync(uploads, destination, cancellation));

    public Task PublishingAsync(IReadOnlyList<long> batchIds, CancellationToken cancellation) => steps.AroundAsync(() => ledger.PublishingAsync(batchIds, cancellation));

    public Task SettleAsync(IReadOnlyList<long> batchIds, CancellationToken cancellation) => steps.AroundAsync(() => ledger.SettleAsync(batchIds, cancellation));

    public Task UnconfirmedAsync(long batchId, string reason, CancellationToken cancellation) =>
        steps.AroundAsync(() => ledger.UnconfirmedAsync(batchId, reason, cancellation));

    public Task<IReadOnlyList<UnfinishedBatch>> LastDeliveredAsync(Connector connector, IReadOnlyCollection<string> fileNames, CancellationToken cancellation) =>
        ledger.LastDeliveredAsync(connector, fileNames, cancellation);

    public Task TakingBackAsync(long batchId, string temporaryName, CancellationToken cancellation) =>
        steps.AroundAsync(() => ledger.TakingBackAsync(batchId, temporaryName, cancellation));

    public Task TakenBackAsync(long batchId, CancellationToken cancellation) => steps.AroundAsync(() => ledger.TakenBackAsync(batchId, cancellation));

    public Task NotTakenBackAsync(long batchId, CancellationToken cancellation) => steps.AroundAsync(() => ledger.NotTakenBackAsync(batchId, cancellation));

    public Task<int?> UsualRowsAsync(Connector connector, CancellationToken cancellation) => ledger.UsualRowsAsync(connector, cancellation);

    public Task FinishRunAsync(long runId, RunEnd end, CancellationToken cancellation) => steps.AroundAsync(() => ledger.FinishRunAsync(runId, end, cancellation));
}

/// <summary>Destinations whose every call may be the process's last; staging may also die half-way, with part of the bytes written.</summary>
internal sealed class MortalDestinations(IDestinations destinations, Steps steps) : IDestinations
{
    public IDestination Open(Connector connector) => new Mortal(destinations.Open(connector), steps);

    private sealed class Mortal(IDestination destination, Steps steps) : IDestination
    {
        public async ValueTask<StageResult> StageAsync(string temporaryName, ReadOnlyMemory<byte> content, CancellationToken cancellation)
        {
            await destination.StageAsync(temporaryName, content[..(content.Length / 2)], cancellation);
            steps.Pass();
            await destination.DiscardAsync(temporaryName, cancellation);
            return await steps.AroundAsync(() => destination.StageAsync(temporaryName, content, cancellation).AsTask());
        }

        public async ValueTask<PublishResult> PublishAsync(string temporaryName, string finalName, ExistingFile existing, CancellationToken cancellation) =>
            await steps.AroundAsync(() => destination.PublishAsync(temporaryName, finalName, existing, cancellation).AsTask());

        public async ValueTask<LookResult> LookAsync(string temporaryName, string finalName, CancellationToken cancellation) =>
            await steps.AroundAsync(() => destination.LookAsync(temporaryName, finalName, cancellation).AsTask());

        public async ValueTask<StageResult> DiscardAsync(string temporaryName, CancellationToken cancellation) =>
            await steps.AroundAsync(() => destination.DiscardAsync(temporaryName, cancellation).AsTask());

        public IAsyncEnumerable<TestStep> TestAsync(CancellationToken cancellation) => destination.TestAsync(cancellation);

        public ValueTask DisposeAsync() => destination.DisposeAsync();
    }
}
