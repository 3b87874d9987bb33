using System.Globalization;
using System.Security.Claims;
using K12Sync.Data.Access;

namespace K12Sync.Api.Access;

/// <summary>What a caller is let in by.</summary>
internal abstract record Admission
{
    private Admission()
    {
    }

    /// <summary>A key, which a program holds.</summary>
    public sealed record ByKey(long Id) : Admission;

    /// <summary>Somebody who has signed in.</summary>
    public sealed record ByPerson(long Id, string Name) : Admission;
}

/// <summary>Who asks, as far as answers depend on it: the holder of a key, or a person who has signed in. What either may do is the same question.</summary>
/// <param name="Admission">What it is let in by.</param>
/// <param name="District">The only district whose rows there are.</param>
/// <param name="Role">What it is good for.</param>
/// <param name="Schools">The schools whose rows there are.</param>
/// <param name="StudentsAreShown">The district lets this holder see students for now, though the role does not.</param>
internal sealed record Caller(Admission Admission, DistrictId District, KeyRole Role, SchoolSet Schools, bool StudentsAreShown = false)
{
    /// <summary>Which key; null: a person.</summary>
    public long? KeyId => (Admission as Admission.ByKey)?.Id;

    /// <summary>Which person; null: a key.</summary>
    public long? PersonId => (Admission as Admission.ByPerson)?.Id;

    /// <summary>As counters tell callers apart.</summary>
    public string Name => Admission switch
    {
        Admission.ByKey key => string.Create(CultureInfo.InvariantCulture, $"key {key.Id}"),
        Admission.ByPerson person => string.Create(CultureInfo.InvariantCulture, $"person {person.Id}"),
        _ => throw new InvalidOperationException($"{Admission} has no name."),
    };

    /// <summary>It may read of schools: a kiosk only posts, and a director of childcare has nothing to do with them.</summary>
    public bool Reads => Role is KeyRole.DistrictIT or KeyRole.SchoolAdmin or KeyRole.Office or KeyRole.Support or KeyRole.Reporter;

    /// <summary>It may read of childcare. Sites are no schools: a key of some schools is a key of no site.</summary>
    public bool ReadsChildcare => Schools.IsAll && Role is (KeyRole.DistrictIT or KeyRole.ChildcareDirector or KeyRole.Support or KeyRole.Reporter);

    /// <summary>May correct check-ins, and enter absences, closures and links of children.</summary>
    public bool EditsChildcare => Schools.IsAll && Role is (KeyRole.DistrictIT or KeyRole.ChildcareDirector);

    /// <summary>It may read something.</summary>
    public bool ReadsSomething => Reads || ReadsChildcare;

    /// <summary>May hand in check-ins and check-outs.</summary>
    public bool GivesAttendance => Schools.IsAll && (Gives || Role == KeyRole.ChildcareDirector);

    /// <summary>Sets, runs, pauses and tests connectors, and settles what waits for a person there. They are of the whole district.</summary>
    public bool RunsConnectors => Role == KeyRole.DistrictIT && Schools.IsAll;

    /// <summary>Says that the SIS has been changed by hand, where the correction is among the rows it may see.</summary>
    public bool TicksOffCorrections => Role is KeyRole.DistrictIT or KeyRole.SchoolAdmin or KeyRole.Office;

    /// <summary>May edit what belongs to some school at least.</summary>
    public bool EditsSomething => Role == KeyRole.DistrictIT || (Role == KeyRole.SchoolAdmin && !Schools.IsAll);

    /// <summary>May edit what belongs to <paramref name="school"/>: its codes, bell schedules and calendar. Null: what belongs to the whole district.</summary>
    public bool Edits(long? school) => Role switch
    {
        KeyRole.DistrictIT => Schools.IsAll || (school is { } one && Schools.Contains(one)),
        KeyRole.SchoolAdmin => school is { } own && !Schools.IsAll && Schools.Contains(own),
        _ => false,
    };

    /// <summary>May hand in passes, of some school at least.</summary>
    public bool Gives => Role is KeyRole.DistrictIT or KeyRole.SchoolAdmin or KeyRole.Office or KeyRole.Kiosk;

    /// <summary>May hand in passes of <paramref name="school"/>, and void them.</summary>
    public bool GivesPasses(long school) => Gives && Schools.Contains(school);

    /// <summary>Reads who did and saw what: that is about the whole district.</summary>
    public bool ReadsAudit => Role == KeyRole.DistrictIT && Schools.IsAll;

    /// <summary>Students' numbers and names are masked.</summary>
    public bool SeesStudentsMasked => Role == KeyRole.Support && !StudentsAreShown;

    /// <summary>The caller behind a request; null: it came without a good key, and nobody has signed in.</summary>
    public static Caller? Of(ClaimsPrincipal user) => (user.Identity as CallerIdentity)?.Caller;

    /// <summary>What <see cref="Of"/> reads.</summary>
    /// <param name="scheme">How it was found out.</param>
    /// <param name="claims">What else is to be kept of it.</param>
    public ClaimsPrincipal ToPrincipal(string scheme, params IEnumerable<Claim> claims) => new(new CallerIdentity(this, scheme, claims));

    /// <summary>Carries the caller as it is: a request asks for it a dozen times, and claims would be read anew each time.</summary>
    private sealed class CallerIdentity(Caller caller, string scheme, IEnumerable<Claim> claims) : ClaimsIdentity(claims, scheme)
    {
        public Caller Caller => caller;
    }
}
