using K12Sync.Data;
using K12Sync.Data.SchoolCalendar;
using K12Sync.Domain.Roster;
using K12Sync.Domain.SchoolCalendar;
using K12Sync.OData;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.OData.Writes;

/// <summary>What a body says a day is set to: a schedule by name, or a setting that needs none. A name alone is enough.</summary>
internal sealed record ChoiceGiven(DayChoiceKind? Setting, string? ScheduleName, string SettingProperty, string NameProperty)
{
    /// <summary>The choice; null with a refusal if it is none, and without one if nothing is said.</summary>
    public async Task<(DayChoice? Choice, ODataResult? Refusal)> ReadAsync(K12SyncDb db, School school, CancellationToken stop)
    {
        switch (Setting)
        {
            case null or DayChoiceKind.Schedule when ScheduleName is not null:
                var names = await db.BellSchedules.AsNoTracking().Where(s => s.SchoolId == school.Id).Select(s => new { s.Id, s.Name }).ToListAsync(stop);
                return names.Find(s => s.Name == ScheduleName) is { } found
                    ? (new DayChoice.Schedule(found.Id), null)
                    : (null, Writing.Invalid(NameProperty, $"School {school.Code} has no bell schedule '{ScheduleName}'. It has {string.Join(", ", names.Select(s => s.Name).Order(StringComparer.Ordinal).DefaultIfEmpty("none yet"))}."));
            case DayChoiceKind.Schedule:
                return (null, Writing.Invalid(NameProperty, $"Say which schedule: {NameProperty}."));
            case { } kind when ScheduleName is not null:
                return (null, Writing.Invalid(SettingProperty, $"{kind} and the schedule '{ScheduleName}' contradict each other. Leave one of them out."));
            case DayChoiceKind.NoSchool:
                return (new DayChoice.NoSchool(), null);
            case DayChoiceKind.Unset:
                return (new DayChoice.Unset(), null);
            case DayChoiceKind.Default:
                return (new DayChoice.Default(), null);
            default:
                return (null, null);
        }
    }
}
