using K12Sync.Domain.Exports.Schedules;
using Quartz;

namespace K12Sync.Api.Jobs;

/// <summary>Cron expressions as Quartz reads them, evaluated on a wall clock that nobody ever changes; what a change does is up to <see cref="DeliverySlots"/>.</summary>
internal sealed class CronTimes : ICronTimes
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, CronExpression> _read = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public DateTime? Next(string expression, DateTime after) =>
        _read.GetOrAdd(expression, Read).GetNextValidTimeAfter(new DateTimeOffset(after, TimeSpan.Zero)) is { } next ? DateTime.SpecifyKind(next.UtcDateTime, DateTimeKind.Unspecified) : null;

    private static CronExpression Read(string expression)
    {
        try
        {
            return new CronExpression(expression, TimeZoneInfo.Utc);
        }
        catch (FormatException e)
        {
            throw new FormatException($"'{expression}' is no cron expression: {e.Message}", e);
        }
    }
}
