using System.Collections.Concurrent;
using K12Sync.Api.Access;
using K12Sync.Api.CommandLine;
using K12Sync.Data.Access;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.SignIn;

/// <summary>
/// Tells whether who signed in may still come in, and as what. What is known of a person is a second old at most, so a reset, a lock or another role counts a second later, on every node.
/// </summary>
internal sealed class PersonDoor(Premises premises)
{
    private static readonly TimeSpan IsKnownFor = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<PersonKey, Known> _known = new();

    /// <summary>Who it is; null: not any more.</summary>
    /// <param name="key">Of the session.</param>
    /// <param name="stamp">The one the session began with.</param>
    /// <param name="cancellation">Nobody waits any more.</param>
    public async Task<Caller?> FindAsync(PersonKey key, string stamp, CancellationToken cancellation)
    {
        if (!_known.TryGetValue(key, out var known) || premises.Clock.GetElapsedTime(known.Since) >= IsKnownFor)
        {
            var since = premises.Clock.GetTimestamp();
            await using var db = premises.Database.Open(key.District);
            if (await db.People.AsNoTracking().SingleOrDefaultAsync(p => p.Id == key.Id, cancellation) is not { IsWelcome: true } person)
            {
                _known.TryRemove(key, out _);
                return null;
            }
            _known[key] = known = new Known(person, since);
        }
        return known.Person.Stamp == stamp ? CallerOf(known.Person, key.District, premises.Clock.GetUtcNow()) : null;
    }

    /// <summary>Whether any district has somebody.</summary>
    public async Task<bool> HasAnyAsync(CancellationToken cancellation)
    {
        foreach (var (id, _) in await new DistrictDirectory(premises.Database).ListAsync(cancellation))
        {
            await using var db = premises.Database.Open(id);
            if (await db.People.AnyAsync(p => p.RemovedAt == null, cancellation))
                return true;
        }
        return false;
    }

    /// <summary>This node has changed the person just now: what it knows is out of date.</summary>
    public void Forget(PersonKey key) => _known.TryRemove(key, out _);

    /// <summary>What a person is to whatever is asked for.</summary>
    public static Caller CallerOf(PersonRow person, DistrictId district, DateTimeOffset now) =>
        new(new Admission.ByPerson(person.Id, person.Name), district, person.Role, person.Schools, person.MaySeeStudentsAt(now));

    private sealed record Known(PersonRow Person, long Since);
}
