using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Exports;

/// <summary>What became of a batch in an attempt.</summary>
internal abstract record BatchEnd
{
    private BatchEnd()
    {
    }

    /// <summary>It is there and settled.</summary>
    /// <param name="Warning">What was not as safe as it should be; usually null.</param>
    public sealed record Delivered(string? Warning = null) : BatchEnd;

    /// <summary>It may be there; a person decides.</summary>
    public sealed record Unconfirmed(string Reason) : BatchEnd;

    /// <summary>It waits.</summary>
    /// <param name="Trouble">Why.</param>
    /// <param name="MayMend">Trying again soon makes sense.</param>
    /// <param name="OnlyThisFile">False: others would meet the same trouble, and trying them could lock an account or wait for every time-out.</param>
    public sealed record Stuck(Trouble Trouble, bool MayMend, bool OnlyThisFile = false) : BatchEnd;
}
