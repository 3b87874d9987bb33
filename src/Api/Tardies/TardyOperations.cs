using K12Sync.Data;
using K12Sync.Data.Tardies;
using K12Sync.Domain.Roster;
using K12Sync.TardyEngine;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Tardies;

/// <summary>Maps passes onto periods: the stored way, which keeps what it finds, and the asking way, which stores nothing.</summary>
public sealed class TardyOperations(K12SyncDb db)
{
    private const int DaysPerTransaction = 64;
    private const int LongestPause = 7;
    private const int LongestYear = 366;

    /// <summary>Maps every pending day and keeps the outcomes. Returns how many days there were.</summary>
    public async Task<int> MapPendingAsync(CancellationToken cancellation)
    {
        var pending = await new ResolutionStore(db).PendingAsync(cancellation);
        foreach (var school in pending.GroupBy(d => d.SchoolId))
        {
            var mapper = await SchoolMapper.LoadAsync(db, school.Key, cancellation);
            foreach (var days in Runs(school))
                await MapDaysAsync(mapper, days, cancellation);
        }
        return pending.Count;
    }

    /// <summary>Cuts days in order of date where a run gets long, or where reading on to the next one would mean reading much that is not pending.</summary>
    private static IEnumerable<List<PendingDay>> Runs(IEnumerable<PendingDay> days)
    {
        var run = new List<PendingDay>();
        foreach (var day in days)
        {
            if (run.Count == DaysPerTransaction || (run.Count > 0 && day.Date.DayNumber - run[^1].Date.DayNumber > LongestPause))
            {
                yield return run;
                run = [];
            }
            run.Add(day);
        }
        if (run.Count > 0)
            yield return run;
    }

    private async Task MapDaysAsync(SchoolMapper mapper, List<PendingDay> days, CancellationToken cancellation)
    {
        var store = new ResolutionStore(db);
        var (first, last) = (days[0].Date, days[^1].Date);
        var pending = days.Select(d => d.Date).ToHashSet();
        var passes = (await store.PassesAsync(mapper.School.Id, first, last, cancellation)).Where(p => pending.Contains(p.Date)).ToList();
        var outcomes = mapper.Map([.. passes.Select(p => p.Pass)], first, last);
        var byDay = passes.Zip(outcomes, (stored, outcome) => (Stored: stored, outcome.Outcome)).ToLookup(p => p.Stored.Date);
        await store.SaveAsync([.. days.Select(day => new MappedDay(day, [.. byDay[day.Date]]))], cancellation);
    }

    /// <summary>
    /// Maps stored passes afresh without storing anything; bounds are days at the school, inclusive, null: open. Results come by school
    /// and then in the order the passes were stored.
    /// </summary>
    public async IAsyncEnumerable<(School School, MappedPass Pass)> MapAsync(
        string? schoolCode, DateOnly? from, DateOnly? to, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var schools = await db.Schools.AsNoTracking().Where(s => schoolCode == null || s.Code == schoolCode).OrderBy(s => s.Code).ToListAsync(cancellation);
        foreach (var school in schools)
        {
            var mapper = await SchoolMapper.LoadAsync(db, school.Id, cancellation);
            var passes = await new ResolutionStore(db).PassesAsync(school.Id, from ?? DateOnly.MinValue, to ?? DateOnly.MaxValue, cancellation);
            foreach (var year in passes.GroupBy(p => p.Date.DayNumber / LongestYear))
                foreach (var pass in mapper.Map([.. year.Select(p => p.Pass)], year.Min(p => p.Date), year.Max(p => p.Date)))
                    yield return (school, pass);
        }
    }
}
