using System.Collections.Immutable;

namespace K12Sync.Domain.Childcare.States;

/// <summary>Every state there is a profile of. The next state is a file beside this one, and a line here.</summary>
public static class StateProfiles
{
    /// <summary>By postal code.</summary>
    public static ImmutableArray<StateProfile> All { get; } =
    [
        California.Profile, Indiana.Profile, Iowa.Profile, Louisiana.Profile, Missouri.Profile, NewYork.Profile, Texas.Profile,
    ];

    /// <summary>The profile of a state by its postal code, in upper case; null: there is none.</summary>
    public static StateProfile? Find(string state) => All.FirstOrDefault(p => string.Equals(p.State, state, StringComparison.Ordinal));
}
