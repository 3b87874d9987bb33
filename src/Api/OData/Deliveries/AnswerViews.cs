using K12Sync.Domain.Exports;
using K12Sync.Exporters.Exports;
using K12Sync.OData;

namespace K12Sync.Api.OData.Deliveries;

/// <summary>One step of trying out a destination.</summary>
internal sealed class TestStepView
{
    public string Name { get; init; } = "";
    public TestOutcome Outcome { get; init; }
    public string Says { get; init; } = "";

    /// <summary>The key the server showed, as OpenSSH writes it, where the step found one.</summary>
    public string? HostKey { get; init; }
}

/// <summary>When a connector runs by itself.</summary>
internal sealed class NextRunView
{
    public DateTimeOffset At { get; init; }

    /// <summary>What the clock on the wall of <see cref="Zone"/> shows then, with its offset.</summary>
    public string Local { get; init; } = "";

    public string Zone { get; init; } = "";
}

/// <summary>What a connector owes.</summary>
internal sealed class WaitingTardiesView
{
    public long Rows { get; init; }

    /// <summary>Null: nothing waits.</summary>
    public DateTimeOffset? Oldest { get; init; }
}

/// <summary>What would be sent.</summary>
internal sealed class NextFilesView
{
    private const int FewLines = 100;
    private const int MostLines = 10_000;
    private const int MostBytes = 4 << 20;

    /// <summary>Frozen by an earlier run: these go first, as they are.</summary>
    public IReadOnlyList<FilePreviewView> Waiting { get; init; } = [];

    public IReadOnlyList<FilePreviewView> Files { get; init; } = [];
    public IReadOnlyList<HoldPreviewView> Held { get; init; } = [];

    /// <summary>Goes on the list of what is changed by hand, or comes off it.</summary>
    public int ByHand { get; init; }

    /// <summary>A rendering as the answer of an operation that takes <c>Lines</c>.</summary>
    public static ODataResult Of(OperationCall call, Layout layout, Rendering rendering, IReadOnlyList<UnfinishedBatch> waiting)
    {
        var lines = call.Get<int?>("Lines") ?? FewLines;
        if (lines is < 0 or > MostLines)
            return new ODataResult.Invalid("Lines is 0 to 10000.", new InvalidProperty("Lines", "0 to 10000."));
        if (rendering is not Rendering.Ready(var debt))
            return new ODataResult.Conflict(((Rendering.Refused)rendering).Reason);
        return new ODataResult.Value(new NextFilesView
        {
            Waiting = [.. waiting.Select(b => new FilePreviewView { FileName = b.FileName, Rows = b.Rows, Bytes = b.Length, Sha256 = b.Sha256 })],
            Files = [.. debt.Files.Select(f => new FilePreviewView { FileName = f.FileName, Rows = f.Rows, Bytes = f.Content.LongLength, Sha256 = f.Sha256, Lines = LinesOf(f.Content, layout, lines) })],
            Held = [.. debt.Held.GroupBy(h => (h.Reason, h.Explanation)).Select(g => new HoldPreviewView { Reason = g.Key.Reason, Explanation = g.Key.Explanation, Records = g.Count() })],
            ByHand = debt.WithoutRow.Count(l => l.Role == LineRole.ByHand),
        });
    }

    private static List<string> LinesOf(byte[] content, Layout layout, int most)
    {
        using var reader = new StringReader(layout.Definition.Encoding.Decode(content.AsSpan(0, Math.Min(content.Length, MostBytes))));
        var lines = new List<string>();
        while (lines.Count < most && reader.ReadLine() is { } line)
            lines.Add(line);
        return lines;
    }
}

/// <summary>A file that would be sent; its exact bytes are those with this length and hash.</summary>
internal sealed class FilePreviewView
{
    public string FileName { get; init; } = "";
    public int Rows { get; init; }
    public long Bytes { get; init; }
    public string Sha256 { get; init; } = "";

    /// <summary>The first lines.</summary>
    public IReadOnlyList<string> Lines { get; init; } = [];
}

/// <summary>Records that would be held for one reason.</summary>
internal sealed class HoldPreviewView
{
    public HoldReason Reason { get; init; }
    public string Explanation { get; init; } = "";
    public int Records { get; init; }
}
