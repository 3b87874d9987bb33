using K12Sync.Data.Access;

namespace K12Sync.Api.Passes;

/// <summary>
/// Districts whose days are to be mapped. While a stream brings more, and for no longer than <see cref="PassSettings.MapAtLatest"/>, its district is not due: each day is mapped once, and the stream
/// has the machine for itself. Safe for many threads.
/// </summary>
internal sealed class WokenDistricts(PassSettings settings, TimeProvider clock)
{
    private readonly Dictionary<DistrictId, Asked> _asked = [];

    /// <summary>Something of a district came in. True: it was not among these.</summary>
    public bool Add(DistrictId district, bool isStream)
    {
        var now = clock.GetTimestamp();
        lock (_asked)
        {
            var isNew = !_asked.TryGetValue(district, out var asked);
            _asked[district] = new Asked(isNew ? now : asked.Since, isStream ? now : asked.Streamed);
            return isNew;
        }
    }

    /// <summary>Takes a district out, or says that more of its stream is to be waited for.</summary>
    public bool TryTake(DistrictId district)
    {
        lock (_asked)
        {
            var (since, streamed) = _asked[district];
            if (streamed is { } last && clock.GetElapsedTime(last) < settings.MapAfter && clock.GetElapsedTime(since) < settings.MapAtLatest)
                return false;
            return _asked.Remove(district);
        }
    }

    /// <summary>When a district was added, and when a stream last brought something of it.</summary>
    private readonly record struct Asked(long Since, long? Streamed);
}
