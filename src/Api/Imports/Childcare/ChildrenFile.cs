using K12Sync.Api.Childcare;
using K12Sync.Api.Roster;
using K12Sync.Data;
using K12Sync.Domain;
using K12Sync.Domain.Childcare;
using K12Sync.Domain.Childcare.States;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Imports.Childcare;

/// <summary>
/// <c>SiteCode,ChildNumber,FirstName,MiddleName,LastName,BirthDate,EnrolledFrom,EnrolledTo,ScheduledDays,AgencyChildId</c>. ScheduledDays blank: whenever
/// the site opens. A later EnrolledFrom is another week from then on. AgencyChildId links the child by hand, at the agency of the site's state.
/// </summary>
internal sealed class ChildrenFile(K12SyncDb db, TimeProvider clock) : IFileImport
{
    private const int RowsAtOnce = 500;

    public string FileName => "children.csv";

    public async Task ReadAsync(string path, FileReport report, CancellationToken cancellation)
    {
        using var table = CsvTable.Open(path, report, ["SiteCode", "ChildNumber", "FirstName", "LastName", "EnrolledFrom"],
            ["MiddleName", "BirthDate", "EnrolledTo", "ScheduledDays", "AgencyChildId"]);
        var known = await KnownSites.LoadAsync(db, cancellation);
        var rows = new List<Row>();
        var given = new Dictionary<string, (ChildFacts Facts, long Line)>(StringComparer.Ordinal);
        while (table?.Read() == true)
        {
            if (Read(table, known) is not { } row)
                continue;
            if (given.TryGetValue(row.Child.Number, out var before) && before.Facts != row.Child.Facts)
                report.Note(table.Line, $"Line {before.Line} gives the same child other values; these were taken. Make the two rows agree.");
            given[row.Child.Number] = (row.Child.Facts, table.Line);
            rows.Add(row);
            if (rows.Count == RowsAtOnce)
                await SaveAsync(rows, report, cancellation);
        }
        await SaveAsync(rows, report, cancellation);
    }

    /// <summary>A row whose agency's child is another child's already is stored without the link, and says so.</summary>
    private async Task SaveAsync(List<Row> rows, FileReport report, CancellationToken cancellation)
    {
        var saved = await new ChildOperations(db).SaveChildrenAsync([.. rows.Select(r => r.Child)], cancellation);
        var linked = rows.Where(r => r.AgencyChildId is not null).ToList();
        var answers = await new ChildLinkOperations(db, clock).LinkAsync([.. linked.Select(r => new ChildLinkByHand(r.Child.Number, r.State, r.AgencyChildId!))], cancellation);
        var links = linked.Zip(answers).ToDictionary(l => l.First, l => l.Second);
        for (var i = 0; i < rows.Count; i++)
        {
            var link = links.GetValueOrDefault(rows[i]);
            if (link is ChildLinkAnswer.TakenByAnother)
                report.Note(rows[i].Line, "AgencyChildId belongs to another child already, so this child was not linked. Correct one of the two.");
            report.Count(saved[i] == Saved.Unchanged && link is ChildLinkAnswer.Done(IsChanged: true) ? Saved.Updated : saved[i]);
        }
        rows.Clear();
    }

    private static Row? Read(CsvTable table, KnownSites known)
    {
        if (known.Find(table) is not { } site || Number(table) is not { } number || KnownSites.Day(table, "EnrolledFrom") is not { } from
            || !KnownSites.TryDayOrBlank(table, "EnrolledTo", out var to) || KnownSites.Days(table, "ScheduledDays", OpenDays(site)) is not { } scheduled)
            return null;
        var (birth, agencyId) = (table.Text("BirthDate"), table.TextOrNull("AgencyChildId"));
        DateOnly born = default;
        if (birth.Length > 0 && !WallClock.TryDay(birth, out born))
            table.Reject("BirthDate must be written like 2022-04-30, or be blank.");
        else if (agencyId is not null && StateProfiles.Find(site.State)!.ChildIds.FaultOf(agencyId) is { } fault)
            table.Reject($"AgencyChildId: {fault}");
        else
            return new Row(new ChildLine(number, new ChildFacts(table.Text("FirstName"), table.Text("MiddleName"), table.Text("LastName"), birth.Length > 0 ? born : null),
                site.Id, from, to, scheduled), site.State, agencyId, table.Line);
        return null;
    }

    private static string? Number(CsvTable table)
    {
        var number = table.Text("ChildNumber");
        if (!string.IsNullOrWhiteSpace(number) && number.Length <= Child.MaxNumberLength && ExactText.FindFault(number) is null)
            return number;
        table.Reject($"ChildNumber must have 1 to {Child.MaxNumberLength} characters, and none that cannot be seen.");
        return null;
    }

    private static Weekdays OpenDays(Site site) => new([.. Enum.GetValues<DayOfWeek>().Where(site.OpensOn)]);

    private sealed record Row(ChildLine Child, string State, string? AgencyChildId, long Line);
}

/// <summary><c>SiteCode,ChildNumber,ProviderId,From,To,Days</c>. To blank: open; Days blank: every day. The provider is one of the site's state.</summary>
internal sealed class AuthorizationsFile(K12SyncDb db) : IFileImport
{
    private const int RowsAtOnce = 500;

    public string FileName => "authorizations.csv";

    public async Task ReadAsync(string path, FileReport report, CancellationToken cancellation)
    {
        using var table = CsvTable.Open(path, report, ["SiteCode", "ChildNumber", "ProviderId", "From"], ["To", "Days"]);
        var known = await KnownSites.LoadAsync(db, cancellation);
        var providers = await db.Providers.AsNoTracking().ToDictionaryAsync(p => (p.State, p.ProviderId), cancellation);
        var lines = new List<AuthorizationLine>();
        while (table?.Read() == true)
        {
            if (Read(table, known, providers) is { } line)
                lines.Add(line);
            if (lines.Count == RowsAtOnce)
                await SaveAsync();
        }
        await SaveAsync();

        async Task SaveAsync()
        {
            foreach (var saved in await new ChildOperations(db).SaveAuthorizationsAsync(lines, cancellation))
                report.Count(saved);
            lines.Clear();
        }
    }

    private static AuthorizationLine? Read(CsvTable table, KnownSites known, Dictionary<(string, string), Provider> providers)
    {
        if (known.Find(table) is not { } site || known.FindChild(table) is not { } child || KnownSites.Day(table, "From") is not { } from
            || !KnownSites.TryDayOrBlank(table, "To", out var to) || KnownSites.Days(table, "Days", Weekdays.All) is not { } days)
            return null;
        if (!providers.TryGetValue((site.State, table.Text("ProviderId")), out var provider))
            table.Reject($"Provider '{table.Text("ProviderId")}' of {site.State} is not in providers.csv.");
        else if (provider.SiteId is { } only && only != site.Id)
            table.Reject($"Provider '{provider.ProviderId}' stands for another site than {site.Code}.");
        else
            return new AuthorizationLine(provider.Id, site.Id, child, from, to, days);
        return null;
    }
}

/// <summary><c>SiteCode,ChildNumber,Date,Code</c>. Date is a day or <c>first..last</c>; Code blank: not absent after all.</summary>
internal sealed class AbsencesFile(K12SyncDb db) : IFileImport
{
    private const int RowsAtOnce = 500;

    public string FileName => "absences.csv";

    public async Task ReadAsync(string path, FileReport report, CancellationToken cancellation)
    {
        using var table = CsvTable.Open(path, report, ["SiteCode", "ChildNumber", "Date", "Code"], []);
        var known = await KnownSites.LoadAsync(db, cancellation);
        var rows = new List<IReadOnlyList<AbsenceLine>>();
        while (table?.Read() == true)
        {
            if (known.Find(table) is { } site && known.FindChild(table) is { } child && DayRange.Read(table, "Date") is { } days && KnownSites.TryCode<AbsenceCode>(table, out var code))
                rows.Add([.. days.Select(d => new AbsenceLine(site.Id, child, d, code))]);
            if (rows.Count == RowsAtOnce)
                await SaveAsync();
        }
        await SaveAsync();

        async Task SaveAsync()
        {
            var saved = await new ChildOperations(db).SaveAbsencesAsync([.. rows.SelectMany(r => r)], cancellation);
            var i = 0;
            foreach (var row in rows)
            {
                var all = saved.Skip(i).Take(row.Count).ToList();
                report.Count(all.Contains(Saved.Updated) ? Saved.Updated : all.Contains(Saved.Added) ? Saved.Added : Saved.Unchanged);
                i += row.Count;
            }
            rows.Clear();
        }
    }
}
