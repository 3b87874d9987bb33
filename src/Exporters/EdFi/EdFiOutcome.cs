using System.Collections.Immutable;

namespace K12Sync.Exporters.EdFi;

/// <summary>What became of an event at an Ed-Fi API. Exactly one of the nested cases. No sentence holds anything of the student, nor any text of the answer.</summary>
public abstract record EdFiOutcome
{
    private EdFiOutcome()
    {
    }

    /// <summary>It was not there; now it is.</summary>
    /// <param name="Id">By which it is deleted.</param>
    public sealed record Created(string Id) : EdFiOutcome;

    /// <summary>It was there; now it says what was sent.</summary>
    /// <param name="Id">As in <see cref="Created"/>.</param>
    public sealed record Updated(string Id) : EdFiOutcome;

    /// <summary>It is not there: it was deleted now, or had been.</summary>
    public sealed record Deleted : EdFiOutcome;

    /// <summary>Nothing was wanted and nothing was there: nothing was sent.</summary>
    public sealed record Unneeded : EdFiOutcome;

    /// <summary>This event, and it will be refused again until a person has mended something. Others may pass.</summary>
    /// <param name="Reason">What, and what to do.</param>
    public sealed record Refused(string Reason) : EdFiOutcome;

    /// <summary>The world may mend itself.</summary>
    /// <param name="Reason">What stood in the way.</param>
    /// <param name="NotBefore">When the API asks to be left alone until; null: it does not say.</param>
    public sealed record TryAgain(string Reason, DateTimeOffset? NotBefore = null) : EdFiOutcome;

    /// <summary>Key and secret are not accepted, or may not write attendance at all: every other event would be refused too. A run stops here.</summary>
    /// <param name="Reason">What to do.</param>
    public sealed record CredentialsRefused(string Reason) : EdFiOutcome;

    /// <summary>It was sent, and no answer came that could be understood: it may be there or not. Bringing it in line again finds out.</summary>
    /// <param name="Reason">What happened.</param>
    public sealed record Unknown(string Reason) : EdFiOutcome;
}

/// <summary>An event that is, or may be, at the API by our doing.</summary>
/// <param name="Key">Which.</param>
/// <param name="Id">The API's id of it; null: it was sent, and whether it arrived is not known.</param>
public sealed record EdFiHeld(EdFiEventKey Key, string? Id)
{
    /// <summary>What has to be stored before an event is sent, so that a crash at any point leaves nothing at the API that nobody knows of.</summary>
    /// <param name="held">What is stored.</param>
    /// <param name="wanted">What is about to be sent; null: nothing, only deletions.</param>
    public static ImmutableArray<EdFiHeld> Before(ImmutableArray<EdFiHeld> held, EdFiEvent? wanted) =>
        wanted is null || held.Any(h => h.Key == wanted.Key) ? held : held.Add(new EdFiHeld(wanted.Key, null));

    /// <summary>Shows nothing of the student.</summary>
    public override string ToString() => Key.ToString();
}

/// <summary>Where things stand after an attempt.</summary>
/// <param name="Outcome">What became of it; of several events the last that was touched.</param>
/// <param name="Held">What is to be stored now, in place of what was.</param>
public sealed record EdFiSettlement(EdFiOutcome Outcome, ImmutableArray<EdFiHeld> Held);
