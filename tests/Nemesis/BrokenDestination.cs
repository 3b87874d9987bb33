using System.Globalization;
using K12Sync.Domain.Exports;

namespace K12Sync.Nemesis;

/// <summary>What a broken destination does. Each must be caught by the checker, or the checker is worth nothing.</summary>
internal enum Deed
{
    None,

    /// <summary>Nothing: for showing that it is the deed that is caught.</summary>
    Harmless,

    /// <summary>Half of each file gets the final name.</summary>
    PublishHalf,

    /// <summary>Each file is sent a second time under another name.</summary>
    SendTwice,

    /// <summary>Every third file is said to be published and is not.</summary>
    Swallow,

    /// <summary>A row that nobody knows is added.</summary>
    AddARow,

    /// <summary>Files go into another connector's folder.</summary>
    WrongFolder,
}

/// <summary>Does what its deed says, and answers as if all were well.</summary>
internal sealed class BrokenDestination(IDestination destination, Deed deed, Connector connector, IDestinations destinations) : IDestination
{
    private readonly Dictionary<string, byte[]> _staged = [];

    public ValueTask<StageResult> StageAsync(string temporaryName, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        _staged[temporaryName] = content.ToArray();
        return destination.StageAsync(temporaryName, deed switch
        {
            Deed.PublishHalf => content[..(content.Length / 2)],
            Deed.AddARow => (byte[])[.. content.Span, .. "AHS,001,2026-09-15,Period 1,1,T,3,NOBODY,\r\n"u8],
            _ => content,
        }, cancellation);
    }

    public async ValueTask<PublishResult> PublishAsync(string temporaryName, string finalName, ExistingFile existing, CancellationToken cancellation)
    {
        var content = _staged.GetValueOrDefault(temporaryName, []);
        switch (deed)
        {
            case Deed.Swallow when content.Length % 3 == 0:
                await destination.DiscardAsync(temporaryName, cancellation);
                return new PublishResult.Published();
            case Deed.SendTwice:
                await destination.StageAsync(temporaryName + "2", content, cancellation);
                await destination.PublishAsync(temporaryName + "2", string.Create(CultureInfo.InvariantCulture, $"again-{content.Length}-{finalName}"), existing, cancellation);
                break;
            case Deed.WrongFolder:
                await using (var other = destinations.Open(Elsewhere()))
                {
                    await other.StageAsync(temporaryName, content, cancellation);
                    return await other.PublishAsync(temporaryName, finalName, existing, cancellation);
                }
        }
        return await destination.PublishAsync(temporaryName, finalName, existing, cancellation);
    }

    public ValueTask<LookResult> LookAsync(string temporaryName, string finalName, CancellationToken cancellation) =>
        destination.LookAsync(temporaryName, finalName, cancellation);

    public ValueTask<StageResult> DiscardAsync(string temporaryName, CancellationToken cancellation) => destination.DiscardAsync(temporaryName, cancellation);

    public IAsyncEnumerable<TestStep> TestAsync(CancellationToken cancellation) => destination.TestAsync(cancellation);

    public ValueTask DisposeAsync() => destination.DisposeAsync();

    private Connector Elsewhere()
    {
        var folder = (FolderDestinationDefinition)connector.Definition.Destination;
        var path = Path.Combine(Path.GetDirectoryName(folder.Path)!, Path.GetFileName(folder.Path).StartsWith("north", StringComparison.Ordinal) ? "south-aside" : "north-numbered");
        return connector with { Definition = connector.Definition with { Destination = folder with { Path = path } } };
    }
}
