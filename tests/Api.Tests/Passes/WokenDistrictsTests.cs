using K12Sync.Api.Passes;
using K12Sync.Data.Access;

namespace K12Sync.Api.Tests.Passes;

/// <summary>When the days of what came in are mapped.</summary>
public sealed class WokenDistrictsTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly Stopwatch _clock = new();
    private readonly WokenDistricts _woken;

    public WokenDistrictsTests() => _woken = new WokenDistricts(new PassSettings { MapAfter = Second, MapAtLatest = 30 * Second }, _clock);

    [Fact]
    public void District_IsListedOnce_UntilItIsTaken()
    {
        _woken.Add(new DistrictId(1), isStream: false).Should().BeTrue();
        _woken.Add(new DistrictId(1), isStream: true).Should().BeFalse();
        _woken.Add(new DistrictId(2), isStream: false).Should().BeTrue();
        _woken.TryTake(new DistrictId(2)).Should().BeTrue();
        _woken.Add(new DistrictId(2), isStream: false).Should().BeTrue();
    }

    [Fact]
    public void SinglePass_IsDueAtOnce() => Due(isStream: false).Should().BeTrue();

    [Fact]
    public void Stream_IsWaitedFor_UntilItBringsNothingForASecond()
    {
        Due(isStream: true).Should().BeFalse();
        _clock.Advance(0.5 * Second);
        Due(isStream: true).Should().BeFalse();
        _clock.Advance(0.9 * Second);
        Due(isStream: false).Should().BeFalse("a single pass beside it changes nothing");
        _clock.Advance(0.1 * Second);
        _woken.TryTake(new DistrictId(1)).Should().BeTrue();
    }

    [Fact]
    public void Stream_IsWaitedForHalfAMinute_AndThenAgain()
    {
        for (var i = 0; i < 60; i++, _clock.Advance(0.5 * Second))
            Due(isStream: true).Should().BeFalse($"it has gone on for {i} half seconds");
        Due(isStream: true).Should().BeTrue();
        Due(isStream: true).Should().BeFalse();
    }

    private bool Due(bool isStream)
    {
        _woken.Add(new DistrictId(1), isStream);
        return _woken.TryTake(new DistrictId(1));
    }

    /// <summary>Only tells how much time has passed.</summary>
    private sealed class Stopwatch : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan time) => _ticks += time.Ticks;
    }
}
