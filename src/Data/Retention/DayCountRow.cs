using K12Sync.Domain.Childcare;
using K12Sync.Domain.Roster;
using K12Sync.Data.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace K12Sync.Data.Retention;

/// <summary>What is left of a day whose passes or child-days were let go of: how many came to what. Of students and children it holds nothing.</summary>
public sealed class DayCountRow
{
    private DayCountRow()
    {
    }

    internal static DayCountRow OfPasses(long schoolId, DateOnly date, string outcome, int number) => new() { SchoolId = schoolId, Date = date, Outcome = outcome, Number = number };

    internal static DayCountRow OfChildDays(long? siteId, DateOnly date, string state, int number) => new() { SiteId = siteId, Date = date, Outcome = state, Number = number };

    public long Id { get; private set; }

    /// <summary>Of passes; null: child-days are counted.</summary>
    public long? SchoolId { get; private set; }

    /// <summary>Of child-days; null: passes are counted, or nobody could say which site a child-day was about.</summary>
    public long? SiteId { get; private set; }

    public DateOnly Date { get; private set; }

    /// <summary>The name of the passes' outcome, or of the child-days' state.</summary>
    public string Outcome { get; private set; } = "";

    public int Number { get; private set; }

    /// <summary>More of the same day went later than the rest.</summary>
    internal void Add(int number) => Number += number;
}

internal sealed class DayCountTable : IEntityTypeConfiguration<DayCountRow>
{
    public void Configure(EntityTypeBuilder<DayCountRow> builder)
    {
        builder.ToTable("DayCounts");
        builder.BelongsTo<DayCountRow, School>(c => c.SchoolId);
        builder.BelongsTo<DayCountRow, Site>(c => c.SiteId);
        builder.Property<long>(Columns.DistrictId);
        builder.HasIndex(Columns.DistrictId, nameof(DayCountRow.Date), nameof(DayCountRow.Id));
    }
}
