using K12Sync.Data;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Exports;

/// <summary>A mark that a clerk is to change in the SIS by hand.</summary>
/// <param name="Id">For ticking off. A change that comes later has an id of its own.</param>
/// <param name="SchoolCode">As the district knows the school.</param>
/// <param name="StudentNumber">Text: leading zeros count.</param>
/// <param name="Date">In the school's zone.</param>
/// <param name="PeriodName">For people.</param>
/// <param name="SisPeriodCode">The SIS's code of the period.</param>
/// <param name="SisHas">The code that is there; null: none.</param>
/// <param name="ShouldBe">The code that should be there; null: the mark is to be removed.</param>
/// <param name="MinutesLate">Null where the mark is to be removed.</param>
/// <param name="Since">When the last run found it.</param>
public sealed record Correction(
    long Id, string SchoolCode, string StudentNumber, DateOnly Date, string PeriodName, string SisPeriodCode, string? SisHas, string? ShouldBe, int? MinutesLate,
    DateTimeOffset Since);

/// <summary>What became of a list that was ticked off.</summary>
public abstract record TickOffResult
{
    private TickOffResult()
    {
    }

    /// <summary>All are done now; so many were before.</summary>
    public sealed record Done(int Now, int Before) : TickOffResult;

    /// <summary>Nothing was ticked off: these were never on the list, or a later change has replaced them or taken them off.</summary>
    public sealed record NotOnTheList(IReadOnlyList<long> Ids) : TickOffResult;
}

/// <summary>The list of what clerks change in the SIS by hand.</summary>
public sealed class CorrectionOperations(K12SyncDb db, TimeProvider clock)
{
    /// <summary>What is open, by school, day, student and period.</summary>
    public async Task<IReadOnlyList<Correction>> ListAsync(long connectorId, CancellationToken cancellation) =>
        await (from c in db.ManualCorrections.AsNoTracking()
               join s in db.Schools on c.SchoolId equals s.Id
               where c.ConnectorId == connectorId && c.OpenRecordId != null
               orderby s.Code, c.Date, c.StudentNumber, c.SisPeriodCode
               select new Correction(c.Id, s.Code, c.StudentNumber, c.Date, c.PeriodName, c.SisPeriodCode, c.SisHas, c.ShouldBe, c.MinutesLate, c.Since))
            .ToListAsync(cancellation);

    /// <summary>Says that a clerk has done these. All or none.</summary>
    public async Task<TickOffResult> TickOffAsync(IReadOnlyCollection<long> ids, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var rows = await db.ManualCorrections.Where(c => ids.Contains(c.Id)).ToListAsync(cancellation);
        var missing = ids.Except(rows.Select(r => r.Id)).Order().ToList();
        if (missing.Count > 0)
            return new TickOffResult.NotOnTheList(missing);
        var now = rows.Count(r => r.TickOff(clock.GetUtcNow()));
        await db.SaveChangesAsync(cancellation);
        db.ChangeTracker.Clear();
        return new TickOffResult.Done(now, rows.Count - now);
    }
}
