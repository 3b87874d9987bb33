using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace K12Sync.Data.SchoolCalendar;

/// <summary>
/// A date. Every date from <see cref="First"/> to <see cref="Last"/> is in the table once, the same for everybody, so that a query can ask for
/// the days of a school that nobody has said anything about. The migration that made the table filled it.
/// </summary>
public sealed class DateRow
{
    /// <summary>The first date in the table.</summary>
    public static readonly DateOnly First = new(2010, 7, 1);

    /// <summary>The last date in the table.</summary>
    public static readonly DateOnly Last = new(2070, 6, 30);

    private DateRow()
    {
    }

    public DateOnly Date { get; private set; }
    public DayOfWeek Day { get; private set; }
}

internal sealed class DateTable : IEntityTypeConfiguration<DateRow>
{
    public void Configure(EntityTypeBuilder<DateRow> builder)
    {
        builder.ToTable("Dates");
        builder.HasKey(d => d.Date);
        builder.Property(d => d.Date).ValueGeneratedNever();
    }
}
