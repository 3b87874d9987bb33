using System.Security.Cryptography;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Tests.Exports;

/// <summary>A far side in memory. It does what it should unless a script answers in its place.</summary>
internal sealed class ScriptedDestination(Failpoints failpoints) : IDestination, IDestinations
{
    private readonly Lock _gate = new();

    public Dictionary<string, byte[]> Temporary { get; } = [];
    public Dictionary<string, byte[]> Final { get; } = [];

    /// <summary>Every rename that happened, ever: what an SIS that takes each file at once would have read.</summary>
    public List<(string Name, byte[] Content)> Published { get; } = [];

    public int Calls { get; private set; }

    /// <summary>The SIS takes each file the moment it has its name.</summary>
    public bool TakesFilesAtOnce { get; set; }

    public Func<string, StageResult?> OnStage { get; set; } = _ => null;
    public Func<string, PublishResult?> OnPublish { get; set; } = _ => null;

    /// <summary>The answer to a rename that did happen.</summary>
    public Func<string, PublishResult?> AfterPublish { get; set; } = _ => null;
    public Func<LookResult?> OnLook { get; set; } = () => null;
    public Func<StageResult?> OnDiscard { get; set; } = () => null;

    public IDestination Open(Connector connector) => this;

    public async ValueTask<StageResult> StageAsync(string temporaryName, ReadOnlyMemory<byte> content, CancellationToken cancellation) =>
        await Step("stage", () =>
        {
            cancellation.ThrowIfCancellationRequested();
            if (OnStage(temporaryName) is { } scripted)
                return scripted;
            Temporary[temporaryName] = content.ToArray();
            return new StageResult.Staged();
        });

    public async ValueTask<PublishResult> PublishAsync(string temporaryName, string finalName, ExistingFile existing, CancellationToken cancellation) =>
        await Step("publish", () =>
        {
            if (OnPublish(finalName) is { } scripted)
                return scripted;
            if (finalName.EndsWith(".part", StringComparison.Ordinal))
                return TakeBack(temporaryName, finalName);
            if (Final.ContainsKey(finalName) && existing == ExistingFile.Refuse)
                return new PublishResult.NameTaken();
            if (!Temporary.Remove(temporaryName, out var content) && !Final.Remove(temporaryName, out content))
                return new PublishResult.TryAgain(new Trouble(TroubleKind.Unknown, "no such file"));
            Published.Add((finalName, content));
            if (!TakesFilesAtOnce)
                Final[finalName] = content;
            return AfterPublish(finalName) ?? new PublishResult.Published();
        });

    /// <summary>A published file gets a temporary name again: nobody has read it.</summary>
    private PublishResult TakeBack(string finalName, string aside)
    {
        if (Temporary.ContainsKey(aside))
            return new PublishResult.NameTaken();
        if (!Final.Remove(finalName, out var content))
            return new PublishResult.TryAgain(new Trouble(TroubleKind.Unknown, "no such file"));
        Temporary.Add(aside, content);
        Published.RemoveAll(p => p.Name == finalName);
        return new PublishResult.Published();
    }

    public async ValueTask<LookResult> LookAsync(string temporaryName, string finalName, CancellationToken cancellation) =>
        await Step("look", () => OnLook() ?? new LookResult.Seen(
            Temporary.ContainsKey(temporaryName) || Final.ContainsKey(temporaryName),
            Final.TryGetValue(finalName, out var content) || Temporary.TryGetValue(finalName, out content) ? new FileSighting(content.Length, Convert.ToHexString(SHA256.HashData(content))) : null));

    public async ValueTask<StageResult> DiscardAsync(string temporaryName, CancellationToken cancellation) =>
        await Step("discard", () =>
        {
            if (OnDiscard() is { } scripted)
                return scripted;
            Temporary.Remove(temporaryName);
            return new StageResult.Staged();
        });

    public IAsyncEnumerable<TestStep> TestAsync(CancellationToken cancellation) => AsyncEnumerable.Empty<TestStep>();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<T> Step<T>(string name, Func<T> effect)
    {
        await Task.Yield();
        // Calls for different files overlap; a far side in memory takes them one after the other.
        lock (_gate)
        {
            Calls++;
            failpoints.Pass("before " + name);
            var result = effect();
            failpoints.Pass("after " + name);
            return result;
        }
    }
}
