using System.Globalization;
using K12Sync.Api.Childcare;
using K12Sync.Data;
using K12Sync.Domain.Childcare;

namespace K12Sync.Api.Imports.Childcare;

/// <summary>
/// <c>EventId,SiteCode,ChildNumber,Kind,At,Room,Revision,Deleted</c>. Kind is In or Out. At is ISO 8601 with offset or Z; without either it is the site's wall
/// clock: a time skipped in spring is rejected, and one repeated in autumn needs its offset.
/// </summary>
internal sealed class AttendanceFile(K12SyncDb db, TimeProvider clock) : IFileImport
{
    private const int RowsAtOnce = 10_000;
    private const int FirstYear = 2000;

    public string FileName => "attendance.csv";

    public async Task ReadAsync(string path, FileReport report, CancellationToken cancellation)
    {
        using var table = CsvTable.Open(path, report, ["EventId", "SiteCode", "ChildNumber", "Kind", "At"], ["Room", "Revision", "Deleted"]);
        var known = await KnownSites.LoadAsync(db, cancellation);
        var (events, lines) = (new List<AttendanceEvent>(), new List<long>());
        while (table?.Read() == true)
        {
            if (Read(table, known) is { } e)
            {
                events.Add(e);
                lines.Add(table.Line);
            }
            if (events.Count == RowsAtOnce)
                await SaveAsync();
        }
        await SaveAsync();

        async Task SaveAsync()
        {
            var effects = await new AttendanceOperations(db, clock).StoreAsync(events, cancellation);
            for (var i = 0; i < effects.Count; i++)
                Count(report, effects[i], lines[i]);
            events.Clear();
            lines.Clear();
        }
    }

    private static void Count(FileReport report, EventEffect effect, long line)
    {
        if (effect == EventEffect.Outdated)
            report.Note(line, "A newer revision of this event is stored, or it was deleted; nothing was changed. Give it a higher Revision if it is meant.");
        report.Count(effect switch
        {
            EventEffect.Adds => Roster.Saved.Added,
            EventEffect.Replaces or EventEffect.Removes => Roster.Saved.Updated,
            _ => Roster.Saved.Unchanged,
        });
    }

    private AttendanceEvent? Read(CsvTable table, KnownSites known)
    {
        if (!IsText(table, "EventId") || !IsText(table, "ChildNumber") || known.Find(table) is not { } site)
            return null;
        var (kind, revision, room) = (table.Text("Kind"), table.Text("Revision"), table.Text("Room"));
        var number = 0L;
        if (kind is not ("In" or "Out"))
            table.Reject($"Kind is '{kind}'. Write In or Out.");
        else if (revision.Length > 0 && !long.TryParse(revision, NumberStyles.None, CultureInfo.InvariantCulture, out number))
            table.Reject($"Revision is '{revision}'. Write a whole number, or leave it blank.");
        else if (room.Length > AttendanceEvent.MaxTextLength)
            table.Reject($"Room may have {AttendanceEvent.MaxTextLength} characters.");
        else if (!YesNo.TryRead(table.Text("Deleted"), whenBlank: false, out var deleted))
            table.Reject($"Deleted is '{table.Text("Deleted")}'. Write true or false.");
        else if (Moment(table, site) is { } at)
            return new AttendanceEvent(table.Text("EventId"), site.Id, table.Text("ChildNumber"), kind == "In" ? PunchKind.CheckIn : PunchKind.CheckOut, at)
            {
                Room = room, Revision = number, IsDeleted = deleted,
            };
        return null;
    }

    private static bool IsText(CsvTable table, string column)
    {
        var value = table.Text(column);
        if (!string.IsNullOrWhiteSpace(value) && value.Length <= AttendanceEvent.MaxTextLength)
            return true;
        table.Reject($"{column} must have 1 to {AttendanceEvent.MaxTextLength} characters.");
        return false;
    }

    private DateTimeOffset? Moment(CsvTable table, Site site)
    {
        if (!WallClock.TryMoment(table.Utf8Text(table.Column("At")), out var wall, out var offset) || wall.Year < FirstYear)
        {
            table.Reject($"At is '{table.Text("At")}'. Write it like 2026-09-15T08:05:00-05:00; without offset it is the site's wall clock.");
            return null;
        }
        switch (PunchTime.Read(site.Zone, wall, offset))
        {
            case PunchTime.At(var instant) when instant <= clock.GetUtcNow():
                return instant;
            case PunchTime.At:
                table.Reject($"{wall:yyyy-MM-dd HH:mm} lies in the future. Correct the time, or the clock of what sent it.");
                return null;
            case PunchTime.NeedsOffset(var earlier, var later):
                table.Reject($"{wall:yyyy-MM-dd HH:mm} happened twice in {site.Zone}, because the clocks went back. Give it with its offset, {Text(earlier)} or {Text(later)}.");
                return null;
            default:
                table.Reject($"{wall:yyyy-MM-dd HH:mm} did not exist in {site.Zone}: the clocks went forward over it. Correct the time.");
                return null;
        }
    }

    private static string Text(TimeSpan offset) => string.Create(CultureInfo.InvariantCulture, $"{(offset < TimeSpan.Zero ? '-' : '+')}{offset:hh\\:mm}");
}
