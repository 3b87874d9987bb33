using System.Collections.Immutable;

namespace K12Sync.Exporters.Sftp;

/// <summary>The host keys a connector trusts: whole keys, or fingerprints of keys.</summary>
internal sealed class PinnedKeys
{
    private readonly ImmutableArray<string> _fingerprints;

    private PinnedKeys(ImmutableArray<HostKey> keys, ImmutableArray<string> fingerprints, string? fault) =>
        (Keys, _fingerprints, Fault) = (keys, fingerprints, fault);

    /// <summary>Those that are pinned as whole keys.</summary>
    public ImmutableArray<HostKey> Keys { get; }

    /// <summary>An entry that is neither a key nor a fingerprint, if there is one.</summary>
    public string? Fault { get; }

    public bool IsEmpty => Keys.IsEmpty && _fingerprints.IsEmpty;

    /// <summary>Some are known by their fingerprint only, so the server has to be asked for the keys first.</summary>
    public bool HasFingerprints => !_fingerprints.IsEmpty;

    public static PinnedKeys Parse(ImmutableArray<string> entries)
    {
        var keys = ImmutableArray.CreateBuilder<HostKey>();
        var fingerprints = ImmutableArray.CreateBuilder<string>();
        string? fault = null;
        foreach (var entry in entries.IsDefault ? [] : entries)
            if (HostKey.Parse(entry) is { } key)
                keys.Add(key);
            else if (entry.Trim() is ['S', 'H', 'A', '2', '5', '6', ':', ..] fingerprint && fingerprint.TrimEnd('=').Length == "SHA256:".Length + 43)
                fingerprints.Add(fingerprint.TrimEnd('='));
            else
                fault ??= ForeignText.OneLine(entry);
        return new PinnedKeys(keys.ToImmutable(), fingerprints.ToImmutable(), fault);
    }

    public bool Trust(HostKey key) => Keys.Contains(key) || _fingerprints.Contains(key.Fingerprint);

    /// <summary>For people: the fingerprints of all that is pinned.</summary>
    public string Describe() => string.Join(" or ", Keys.Select(k => k.Fingerprint).Concat(_fingerprints).Distinct(StringComparer.Ordinal));
}
