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

    /// <summary>The columns that must be there.</summary>
    internal static readonly string[] Required = ["EventId", "SiteCode", "ChildNumber", "Kind", "At"];

    /// <summary>The columns that may be.</summary>
    internal static readonly string[] Optional = ["Room", "Revision", "Deleted"];

    public string FileName => "attendance.csv";

    public async Task ReadAsync(string path, FileReport report, CancellationToken cancellation)
    {
        using var table = CsvTable.Open(path, report, Required, Optional);
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
        if (effect == EventEffect.NotKept)
        {
            report.Reject(line, EventRules.NotKept);
            return;
        }
        if (effect == EventEffect.Outdated)
            report.Note(line, EventRules.Outdated);
        report.Count(effect switch
        {
            EventEffect.Adds => Roster.Saved.Added,
            EventEffect.Replaces or EventEffect.Removes => Roster.Saved.Updated,
            _ => Roster.Saved.Unchanged,
        });
    }

    private AttendanceEvent? Read(CsvTable table, KnownSites known)
    {
        var (read, reason) = EventRules.Read(TextOf(table), known.Find, clock.GetUtcNow());
        if (reason is not null)
            table.Reject(reason);
        return read;
    }

    /// <summary>The present row.</summary>
    internal static EventText TextOf(CsvTable table) => new(
        table.Text("EventId"), table.Text("SiteCode"), table.Text("ChildNumber"), table.Text("Kind"), table.Text("At"), table.Text("Room"), table.Text("Revision"), table.Text("Deleted"));
}
