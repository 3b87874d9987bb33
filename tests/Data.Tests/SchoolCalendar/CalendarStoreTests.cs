using System.Data.Common;
using K12Sync.Data.BellSchedules;
using K12Sync.Data.SchoolCalendar;
using K12Sync.Data.Storage;
using K12Sync.Domain.BellSchedules;
using K12Sync.Domain.SchoolCalendar;
using K12Sync.Tests.Servers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace K12Sync.Data.Tests.SchoolCalendar;

public sealed class CalendarStoreTests(PostgresServer server)
{
    private static readonly CancellationToken Now = TestContext.Current.CancellationToken;
    private static readonly DateOnly Tuesday = new(2026, 9, 15);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Calendar_IsWhole_WhenAScheduleAndADayAreSetWhileItIsRead(int afterQuery)
    {
        await using var place = await new Places(On.Sqlite, server).MakeAsync();
        var (district, school) = await place.DistrictAsync();
        var meanwhile = new Meanwhile(afterQuery, () => SetAsync(place.Open(district), school));
        var connection = place.Open(district).Database.GetConnectionString();
        await using var db = new SqliteDb(new DbContextOptionsBuilder<SqliteDb>().UseSqlite(connection).AddInterceptors(meanwhile).Options, district);

        (await new CalendarStore(db).LoadAsync(school, Now)).On(Tuesday).Source.Should().Be(DaySource.Nothing, "the day was read before it was set");

        meanwhile.Done.Should().BeTrue();
        (await new CalendarStore(db).LoadAsync(school, Now)).On(Tuesday).Source.Should().Be(DaySource.DatedDay);
    }

    private static async Task SetAsync(K12SyncDb db, long school)
    {
        var schedule = new ScheduleRow(school, "Regular");
        db.Add(schedule);
        await db.SaveChangesAsync(Now);
        db.Add(new ScheduleVersionRow(schedule.Id, 1, DateOnly.MinValue,
            BellSchedule.Create("Regular", [new ClassPeriod("Period 1", "1", new TimeOnly(8, 0), new TimeOnly(8, 0), new TimeOnly(9, 0), true)])));
        db.Add(new DatedDayRow(school, Tuesday, TimeOnly.MinValue, new DayChoice.Schedule(schedule.Id)));
        await db.SaveChangesAsync(Now);
    }

    /// <summary>What somebody else does once a reader has made so many queries.</summary>
    private sealed class Meanwhile(int queries, Func<Task> act) : DbCommandInterceptor
    {
        private int _left = queries;

        public bool Done => _left <= 0;

        public override async ValueTask<InterceptionResult> DataReaderClosingAsync(DbCommand command, DataReaderClosingEventData eventData, InterceptionResult result)
        {
            if (--_left == 0)
                await act();
            return result;
        }
    }
}
