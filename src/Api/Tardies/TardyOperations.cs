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
    private const int LongestYear = 366;

    /// <summary>Maps every pending day and keeps the outcomes. Returns how many days there were.</summary>
    public async Task<int> MapPendingAsync(CancellationToken cancellation)
    {
        var pending = await new ResolutionStore(db).PendingAsync(cancellation);
        foreach (var school in pending.GroupBy(d => d.SchoolId))
        {
            var mapper = await SchoolMapper.LoadAsync(db, school.Key, cancellation);
            foreach (var days in school.Chunk(DaysPerTransaction))
                await MapDaysAsync(mapper, days, cancellation);
        }
        return pending.Count;
    }

    private async Task MapDaysAsync(SchoolMapper mapper, PendingDay[] days, CancellationToken cancellation)
    {
        var store = new ResolutionStore(db);
        var mapped = new List<MappedDay>();
        foreach (var day in days)
        {
            var passes = await store.PassesAsync(day.SchoolId, day.Date, day.Date, cancellation);
            var outcomes = mapper.Map([.. passes.Select(p => p.Pass)], day.Date, day.Date);
            mapped.Add(new MappedDay(day, [.. passes.Zip(outcomes, (stored, outcome) => (stored, outcome.Outcome))]));
        }
        await store.SaveAsync(mapped, cancellation);
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
