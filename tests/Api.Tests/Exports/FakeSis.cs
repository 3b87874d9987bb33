using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using K12Sync.Domain.Exports;

namespace K12Sync.Api.Tests.Exports;

/// <summary>What an SIS holds of a tardy.</summary>
public sealed record Mark(string Code, int Minutes);

/// <summary>Which tardy; a daily SIS has no period.</summary>
public readonly record struct MarkKey(string School, string Student, string Date, string Period);

/// <summary>
/// A far side that does with every file what its layout says an SIS does, and nothing else. Files arrive over a line that may break, before or
/// after a step has had its effect, and in the middle of which the sender may die.
/// </summary>
internal sealed class FakeSis(FileSemantics semantics, string presentCode, Random random) : IDestination, IDestinations
{
    private readonly Dictionary<string, byte[]> _temporary = [];
    private readonly Dictionary<string, byte[]> _final = [];
    private readonly HashSet<MarkKey> _everInserted = [];

    public Dictionary<MarkKey, Mark> Marks { get; } = [];

    /// <summary>How many of a hundred steps go wrong.</summary>
    public int TroublePercent { get; set; }

    /// <summary>The sender dies here.</summary>
    internal sealed class PowerCut : Exception;

    public IDestination Open(Connector connector) => this;

    public ValueTask<StageResult> StageAsync(string temporaryName, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        if (Fails())
            return new(new StageResult.TryAgain(new Trouble(TroubleKind.Unknown, "The line broke.")));
        _temporary[temporaryName] = content.ToArray();
        return new(Fails() ? new StageResult.TryAgain(new Trouble(TroubleKind.Unknown, "The line broke.")) : new StageResult.Staged());
    }

    public ValueTask<PublishResult> PublishAsync(string temporaryName, string finalName, ExistingFile existing, CancellationToken cancellation)
    {
        if (Fails())
            return new(new PublishResult.TryAgain(new Trouble(TroubleKind.Unknown, "The line broke.")));
        if (_final.ContainsKey(finalName))
            return new(new PublishResult.NameTaken());
        if (!_temporary.Remove(temporaryName, out var content))
            return new(new PublishResult.TryAgain(new Trouble(TroubleKind.Unknown, "There is no such file.")));
        _final.Add(finalName, content);
        Take(content);
        return new(Fails() ? new PublishResult.TryAgain(new Trouble(TroubleKind.Unknown, "The answer got lost.")) : new PublishResult.Published());
    }

    public ValueTask<LookResult> LookAsync(string temporaryName, string finalName, CancellationToken cancellation) => new(Fails()
        ? new LookResult.Unreachable(new Trouble(TroubleKind.Unknown, "The line broke."))
        : new LookResult.Seen(_temporary.ContainsKey(temporaryName),
            _final.TryGetValue(finalName, out var content) ? new FileSighting(content.Length, Convert.ToHexString(SHA256.HashData(content))) : null));

    public ValueTask<StageResult> DiscardAsync(string temporaryName, CancellationToken cancellation)
    {
        _temporary.Remove(temporaryName);
        return new(new StageResult.Staged());
    }

    public IAsyncEnumerable<TestStep> TestAsync(CancellationToken cancellation) => AsyncEnumerable.Empty<TestStep>();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private bool Fails()
    {
        if (random.Next(100) >= TroublePercent)
            return false;
        return random.Next(3) == 0 ? throw new PowerCut() : true;
    }

    /// <summary>Reads a file by its header, as the layouts of these tests have one; no value of theirs needs quotes.</summary>
    private void Take(byte[] content)
    {
        var lines = Encoding.UTF8.GetString(content).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var columns = lines[0].Split(',');
        var rows = lines[1..].Select(l => columns.Zip(l.Split(',')).ToDictionary(c => c.First, c => c.Second)).ToList();
        if (semantics == FileSemantics.FullDayReplace)
        {
            foreach (var (school, date) in rows.Select(r => (r["School"], r["Date"])).ToHashSet())
                foreach (var key in Marks.Keys.Where(k => k.School == school && k.Date == date).ToList())
                    Marks.Remove(key);
        }
        foreach (var row in rows.Where(r => r["Student"].Length > 0))
        {
            var key = new MarkKey(row["School"], row["Student"], row["Date"], row.GetValueOrDefault("Period", ""));
            if (semantics != FileSemantics.Upsert)
                Marks.Should().NotContainKey(key, "a file must not say a key twice to an SIS that does not update");
            if (semantics == FileSemantics.InsertOnly)
                _everInserted.Add(key).Should().BeTrue("an insert-only SIS must be given a key once, whatever became of it since");
            if (row["Code"] == presentCode)
                Marks.Remove(key);
            else
                Marks[key] = new Mark(row["Code"], int.Parse(row.GetValueOrDefault("Minutes", "0"), CultureInfo.InvariantCulture));
        }
    }
}
