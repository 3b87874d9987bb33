using System.Collections.Concurrent;
using K12Sync.Data.Access;
using K12Sync.Domain.Exports;

namespace K12Sync.Api.Jobs;

/// <summary>What became of a run that a person wanted now.</summary>
internal abstract record ByHandResult
{
    private ByHandResult()
    {
    }

    /// <summary>It is under way, or over already.</summary>
    public sealed record Begun(long RunId) : ByHandResult;

    /// <summary>It was not made, and that is on record with the reason: somebody runs the connector, it is held or removed, or its secrets cannot be read.</summary>
    public sealed record NotMade(string Reason) : ByHandResult;

    /// <summary>It still maps what is pending and will begin by itself.</summary>
    public sealed record Waiting : ByHandResult;
}

/// <summary>
/// Makes runs that people want now, beside the scheduled ones and by the same rules: one of a connector at a time, with a deadline, measured, told when they go wrong.
/// They go on when whoever asked has gone, and are stopped when the program ends.
/// </summary>
internal sealed class RunsByHand(Districts districts, RunAttempt attempt, TimeProvider clock) : IHostedService, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<Task, byte> _going = new();

    /// <summary>Starts a run and returns once it has begun.</summary>
    public async Task<ByHandResult> StartAsync(DistrictId district, Connector connector, CancellationToken cancellation)
    {
        var begun = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        var run = Task.Run(() => MakeAsync(district, connector, begun), CancellationToken.None);
        _going.TryAdd(run, 0);
        _ = run.ContinueWith(done => _going.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        await Task.WhenAny(begun.Task, run, Task.Delay(Patience, clock, cancellation));
        return begun.Task.IsCompletedSuccessfully ? new ByHandResult.Begun(await begun.Task)
            : run.IsCompleted ? new ByHandResult.NotMade(await run)
            : new ByHandResult.Waiting();
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _end.CancelAsync();
        await Task.WhenAll(_going.Keys).WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _end.Dispose();

    /// <summary>Runs it. Returns why it was not made; of no meaning if it was.</summary>
    private async Task<string> MakeAsync(DistrictId district, Connector connector, TaskCompletionSource<long> begun)
    {
        try
        {
            await using var work = await districts.OpenAsync(district, _end.Token);
            var report = work is null ? null : await attempt.MakeByHandAsync(work, district, connector, id => begun.TrySetResult(id), _end.Token);
            return report?.Run.Error ?? "The run ended in an error of the program. The log says more.";
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            return "The program ends. What is owed goes with the next run.";
        }
    }
}
