using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace K12Sync.Notation;

/// <summary>
/// Runs a property. A failure says "Replay directly at failing step with (123,457,67)"; with those numbers in the environment variable
/// <c>K12SYNC_REPLAY=123,457,67</c> exactly that case runs again.
/// </summary>
public static class Properties
{
    public static void Hold<T>(Gen<T> cases, Action<T> assert, int runs = 300)
    {
        var config = Config.QuickThrowOnFailure.WithMaxTest(runs).WithQuietOnSuccess(true);
        if (Environment.GetEnvironmentVariable("K12SYNC_REPLAY")?.Split(',') is [var seed, var gamma, var size])
            config = config.WithMaxTest(1).WithReplay(
                ulong.Parse(seed, CultureInfo.InvariantCulture),
                ulong.Parse(gamma, CultureInfo.InvariantCulture),
                int.Parse(size, CultureInfo.InvariantCulture));
        Prop.ForAll(cases.ToArbitrary(), assert).Check(config);
    }
}
