using System.Data.Common;
using K12Sync.Api.CommandLine;
using K12Sync.Data.Access;

namespace K12Sync.Api.SignIn;

/// <summary>Where a database has nobody yet, a start of the server makes a one-time link for the first person of each district. There is no password to begin with, and none that everybody knows.</summary>
internal static class FirstLinks
{
    private static readonly TimeSpan AreGoodFor = TimeSpan.FromHours(24);

    /// <summary>Makes the links, and says what each is for. Empty: there are people.</summary>
    public static async Task<IReadOnlyList<string>> MakeAsync(Premises premises, Uri served, CancellationToken cancellation)
    {
        if (await new PersonDoor(premises).HasAnyAsync(cancellation))
            return [];
        var told = new List<string>();
        foreach (var (id, name) in await new DistrictDirectory(premises.Database).ListAsync(cancellation))
        {
            await using var work = Workplace.In(premises, id, name);
            try
            {
                if (await work.People.FirstLinkAsync(AreGoodFor, cancellation) is { } link)
                    told.Add($"Nobody signs in at {name} yet. The first person is set up at {work.LinkTo(link, served)} (for one time, within {AreGoodFor.TotalHours:0} hours).");
            }
            catch (Exception e) when ((e as DbException ?? e.InnerException as DbException) is not null)
            {
                // What programs ask for can be answered all the same.
                told.Add($"Nobody signs in at {name} yet, and the database does not take a link for the first person. Make one with 'k12sync user add' when it does.");
            }
        }
        return told;
    }
}
