using K12Sync.Data;
using K12Sync.Data.Tardies;
using K12Sync.Domain.Roster;
using K12Sync.TardyEngine;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Tardies;

/// <summary>Maps passes onto periods: the stored way, which keeps what it finds, and the asking way, which stores nothing.</summary>
public sealed class TardyOperations(K12SyncDb db)
{
    // A day for which a pass arrives while it is mapped is mapped again. Where passes never stop arriving, the next run goes on.
    private const int MostRounds = 5;
    private const int DaysPerTransaction = 256;
    private const int LongestHole = 5;
    private const int LongestYear = 366;

    /// <summary>Maps every pending day and keeps the outcomes. Returns how many days there were.</summary>
    /// <remarks>
    /// Goes through the year and not through the schools: passes arrive by time, so those of a few days lie together on the disk, and those
    /// of one school everywhere.
    /// </remarks>
    public async Task<int> MapPendingAsync(CancellationToken cancellation)
    {
        var days = 0;
        for (var round = 0; round < MostRounds && await MapOnceAsync(cancellation) is > 0 and var mapped; round++)
            days += mapped;
        return days;
    }

    private async Task<int> MapOnceAsync(CancellationToken cancellation)
    {
        var pending = await new ResolutionStore(db).PendingAsync(cancellation);
        if (pending.Count == 0)
            return 0;
        var district = await DistrictFacts.LoadAsync(db, cancellation);
        var mappers = new Dictionary<long, SchoolMapper>();
        foreach (var school in pending.Select(d => d.SchoolId).Distinct())
            mappers.Add(school, await SchoolMapper.LoadAsync(db, district, school, cancellation));
        foreach (var days in pending.OrderBy(d => d.Date).ThenBy(d => d.SchoolId).Chunk(DaysPerTransaction))
        {
            var mapped = new List<MappedDay>();
            foreach (var school in days.GroupBy(d => d.SchoolId))
                foreach (var stretch in Stretches(school))
                    mapped.AddRange(await MapDaysAsync(mappers[school.Key], stretch, cancellation));
            await new ResolutionStore(db).SaveAsync(mapped, cancellation);
        }
        return pending.Count;
    }

    /// <summary>The days of one school, ascending, in parts without a long hole: a part is read at once, and little is read that is not pending.</summary>
    private static IEnumerable<List<PendingDay>> Stretches(IEnumerable<PendingDay> days)
    {
        var stretch = new List<PendingDay>();
        foreach (var day in days)
        {
            if (stretch.Count > 0 && day.Date.DayNumber - stretch[^1].Date.DayNumber > LongestHole)
            {
                yield return stretch;
                stretch = [];
            }
            stretch.Add(day);
        }
        yield return stretch;
    }

    private async Task<IEnumerable<MappedDay>> MapDaysAsync(SchoolMapper mapper, List<PendingDay> days, CancellationToken cancellation)
    {
        var (first, last) = (days[0].Date, days[^1].Date);
        var stored = (await new ResolutionStore(db).PassesAsync(mapper.School.Id, first, last, cancellation)).ToLookup(p => p.Date);
        var passes = days.SelectMany(day => stored[day.Date]).ToList();
        var mapped = mapper.Map([.. passes.Select(p => p.Pass)], first, last);
        var outcomes = passes.Zip(mapped, (pass, outcome) => (pass, outcome.Outcome)).ToLookup(p => p.pass.Date);
        return days.Select(day => new MappedDay(day, [.. outcomes[day.Date]]));
    }

    /// <summary>
    /// Maps stored passes afresh without storing anything; bounds are days at the school, inclusive, null: open. Results come by school
    /// by day and then in the order the passes were stored.
    /// </summary>
    public async IAsyncEnumerable<(School School, MappedPass Pass)> MapAsync(
        string? schoolCode, DateOnly? from, DateOnly? to, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var schools = await db.Schools.AsNoTracking().Where(s => schoolCode == null || s.Code == schoolCode).OrderBy(s => s.Code).ToListAsync(cancellation);
        var district = await DistrictFacts.LoadAsync(db, cancellation);
        foreach (var school in schools)
        {
            var mapper = await SchoolMapper.LoadAsync(db, district, school.Id, cancellation);
            var passes = await new ResolutionStore(db).PassesAsync(school.Id, from ?? DateOnly.MinValue, to ?? DateOnly.MaxValue, cancellation);
            foreach (var year in passes.GroupBy(p => p.Date.DayNumber / LongestYear))
                foreach (var pass in mapper.Map([.. year.Select(p => p.Pass)], year.Min(p => p.Date), year.Max(p => p.Date)))
                    yield return (school, pass);
        }
    }
}
