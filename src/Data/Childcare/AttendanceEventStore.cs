using System.Text.Json;
using K12Sync.Data.Storage;
using K12Sync.Domain.Childcare;

namespace K12Sync.Data.Childcare;

/// <summary>An event on its way in, with its day in the site's zone.</summary>
public readonly record struct IncomingEvent(AttendanceEvent Event, DateOnly Date);

/// <summary>
/// Takes check-ins and check-outs in. The unique index on the event id decides what is new; what is not is met with what is stored, see
/// <see cref="AttendanceEvent.Meet"/>. The child-days that are touched become pending in the same transaction.
/// </summary>
public sealed class AttendanceEventStore(K12SyncDb db, TimeProvider clock)
{
    private static readonly (string, Holds)[] Content =
    [
        ("site", Holds.Number), ("child", Holds.Text), ("kind", Holds.Text), ("at", Holds.Number), ("date", Holds.Day), ("room", Holds.Text),
        ("revision", Holds.Number), ("automatic", Holds.Number), ("deleted", Holds.Number), ("stamp", Holds.Number),
    ];

    /// <summary>Stores all events in one transaction and answers for each, in order.</summary>
    public async Task<IReadOnlyList<EventEffect>> StoreAsync(IReadOnlyList<IncomingEvent> events, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(events);
        if (events.Count == 0)
            return [];
        await using var transaction = await db.TransactAsync(cancellation);
        var (stamp, keptFrom) = await ChangeClock.TakeWithLineAsync(db, events.Count, cancellation);
        var line = keptFrom ?? DateOnly.MinValue;
        await InsertAsync(events, line, stamp, cancellation);
        var there = await ThereAsync(events, cancellation);
        var effects = new EventEffect[events.Count];
        var (changed, touched) = (new Dictionary<long, int>(), new HashSet<(string, DateOnly)>());
        for (var i = 0; i < effects.Length; i++)
        {
            var (given, date) = events[i];
            if (!there.TryGetValue(given.EventId, out var stored) || (date < line && stored.Date >= line))
            {
                effects[i] = EventEffect.NotKept;
                continue;
            }
            effects[i] = stored.Version == stamp + i ? EventEffect.Adds : stored.Event.Meet(given);
            if (effects[i] is EventEffect.Repeats or EventEffect.Outdated)
                continue;
            touched.Add((stored.Event.ChildNumber, stored.Date));
            touched.Add((given.ChildNumber, date));
            if (effects[i] == EventEffect.Adds)
                continue;
            changed[stored.Id] = i;
            there[given.EventId] = stored with { Event = given, Date = date };
        }
        await UpdateAsync(events, changed, stamp, cancellation);
        await new PendingChildDays(db).MarkAroundAsync(touched, cancellation);
        await transaction.CommitAsync(cancellation);
        await db.GrewAsync(effects.Length, cancellation, "AttendanceEvents", "PendingChildDays");
        return effects;
    }

    /// <summary>Each id once, the first time it is given; what is there already stays as it is, and what is of a day before the line is not inserted.</summary>
    private async Task InsertAsync(IReadOnlyList<IncomingEvent> events, DateOnly line, long stamp, CancellationToken cancellation)
    {
        await using var insert = db.RowWriter("""
            INSERT INTO "AttendanceEvents" ("DistrictId", "EventId", "SiteId", "ChildNumber", "Kind", "At", "Date", "Room", "Revision", "IsAutomatic", "IsDeleted", "RecordedAt", "Version", "ChangeVersion")
            SELECT @district, {id}, {site}, {child}, {kind}, {at}, {date}, {room}, {revision}, {automatic} <> 0, {deleted} <> 0, {recorded}, {stamp}, {stamp} {rows} WHERE TRUE
            ON CONFLICT ("DistrictId", "EventId") DO NOTHING;
            """, [("id", Holds.Text), ("recorded", Holds.Number), .. Content]);
        var given = new HashSet<string>(StringComparer.Ordinal);
        var now = clock.GetUtcNow().UtcTicks;
        for (var i = 0; i < events.Count; i++)
            if (events[i].Date >= line && given.Add(events[i].Event.EventId))
                await Add(insert.Add(events[i].Event.EventId).Add(now), events[i], stamp + i).EndRowAsync(cancellation);
        await insert.FlushAsync(cancellation);
    }

    private async Task UpdateAsync(IReadOnlyList<IncomingEvent> events, Dictionary<long, int> changed, long stamp, CancellationToken cancellation)
    {
        await using var update = db.RowWriter("""
            UPDATE "AttendanceEvents" SET "SiteId" = {site}, "ChildNumber" = {child}, "Kind" = {kind}, "At" = {at}, "Date" = {date}, "Room" = {room}, "Revision" = {revision},
                "IsAutomatic" = {automatic} <> 0, "IsDeleted" = {deleted} <> 0, "Version" = {stamp}, "ChangeVersion" = {stamp}
            {rows} WHERE "AttendanceEvents"."DistrictId" = @district AND "AttendanceEvents"."Id" = {id};
            """, [.. Content, ("id", Holds.Number)]);
        foreach (var (id, i) in changed)
            await Add(update, events[i], stamp + i).Add(id).EndRowAsync(cancellation);
        await update.FlushAsync(cancellation);
    }

    private static RowWriter Add(RowWriter row, in IncomingEvent incoming, long stamp)
    {
        var e = incoming.Event;
        return row.Add(e.SiteId).Add(e.ChildNumber).Add(e.Kind.ToString()).Add(e.At.UtcTicks).Add(incoming.Date).Add(e.Room)
            .Add(e.Revision).Add(e.IsAutomatic ? 1 : 0).Add(e.IsDeleted ? 1 : 0).Add(stamp);
    }

    /// <summary>The events that have the ids of these, as they are stored.</summary>
    private async Task<Dictionary<string, Stored>> ThereAsync(IReadOnlyList<IncomingEvent> events, CancellationToken cancellation)
    {
        var ids = JsonSerializer.Serialize(events.Select(e => e.Event.EventId).Distinct(StringComparer.Ordinal));
        await using var row = await db.ReadRowsAsync($"""
            SELECT {EventColumns.List}, "Id", "Version" FROM "AttendanceEvents" WHERE "DistrictId" = @district AND {db.IsOneOf("EventId", "@ids")};
            """, cancellation, ("@ids", ids));
        var there = new Dictionary<string, Stored>(StringComparer.Ordinal);
        while (await row.ReadAsync(cancellation))
        {
            var stored = new Stored(EventColumns.Read(row), row.Day(EventColumns.Date), row.Number(EventColumns.Count), row.Number(EventColumns.Count + 1));
            there.Add(stored.Event.EventId, stored);
        }
        return there;
    }

    private sealed record Stored(AttendanceEvent Event, DateOnly Date, long Id, long Version);
}

/// <summary>The columns of an event, in the order in which they are read.</summary>
internal static class EventColumns
{
    public const string List = """
        "EventId", "SiteId", "ChildNumber", "Kind", "At", "Room", "Revision", "IsAutomatic", "IsDeleted", "Date"
        """;

    public const int Date = 9;
    public const int Count = 10;

    public static AttendanceEvent Read(RowReader row) =>
        new(row.Text(0), row.Number(1), row.Shared(2), Enum.Parse<PunchKind>(row.Shared(3)), new DateTimeOffset(row.Number(4), TimeSpan.Zero))
        {
            Room = row.Shared(5), Revision = row.Number(6), IsAutomatic = row.Truth(7), IsDeleted = row.Truth(8),
        };
}
