using System.Globalization;
using K12Sync.Api.Childcare;
using K12Sync.Data;
using K12Sync.Domain;
using K12Sync.Domain.Childcare;
using K12Sync.Domain.Childcare.States;
using K12Sync.Domain.SchoolCalendar;

namespace K12Sync.Api.Imports.Childcare;

/// <summary><c>SiteCode,Name,TimeZone,State,Hours,TwentyFourHours</c>. Hours like <c>Mon-Fri 06:30-18:00</c>; blank only for 24-hour care.</summary>
internal sealed class SitesFile(K12SyncDb db) : IFileImport
{
    public string FileName => "sites.csv";

    public async Task ReadAsync(string path, FileReport report, CancellationToken cancellation)
    {
        using var table = CsvTable.Open(path, report, ["SiteCode", "Name", "TimeZone", "State", "Hours"], ["TwentyFourHours"]);
        var sites = new SiteOperations(db);
        while (table?.Read() == true)
            if (Facts(table) is { } facts)
                report.Count(await sites.SaveSiteAsync(table.Text("SiteCode"), facts, cancellation));
    }

    private static SiteFacts? Facts(CsvTable table)
    {
        var (code, zoneId, state) = (table.Text("SiteCode"), table.Text("TimeZone"), table.Text("State"));
        if (string.IsNullOrWhiteSpace(code) || code.Length > Site.MaxCodeLength)
            table.Reject($"SiteCode must have 1 to {Site.MaxCodeLength} characters.");
        else if (ExactText.FindFault(code) is { } fault)
            table.Reject($"SiteCode has {fault}. Other files name the site by exactly this code; retype it.");
        else if (SchoolZone.Find(zoneId) is not { } zone)
            table.Reject($"'{zoneId}' is not an IANA time zone. Write one like America/Chicago or America/Indiana/Indianapolis.");
        else if (StateProfiles.Find(state) is null)
            table.Reject($"State is '{state}'. There are profiles of {string.Join(", ", StateProfiles.All.Select(p => p.State))}.");
        else if (!YesNo.TryRead(table.Text("TwentyFourHours"), whenBlank: false, out var allDay))
            table.Reject($"TwentyFourHours is '{table.Text("TwentyFourHours")}'. Write yes or no.");
        else if (SiteHours.Parse(table.Text("Hours"), out var reason) is not { } hours)
            table.Reject($"Hours: {reason}");
        else if (hours.ToString().Length == 0 && !allDay)
            table.Reject("Hours is blank. Write hours like Mon-Fri 06:30-18:00, or TwentyFourHours yes for a site where children stay over night.");
        else
            return new SiteFacts(table.Text("Name"), zone, state, hours, allDay);
        return null;
    }
}

/// <summary>
/// <c>State,ProviderId,Name,SiteCode,AllowedAbsences</c>. SiteCode blank: any site of the owner, where the state allows that. AllowedAbsences blank: what the state's rule says.
/// </summary>
internal sealed class ProvidersFile(K12SyncDb db) : IFileImport
{
    public string FileName => "providers.csv";

    public async Task ReadAsync(string path, FileReport report, CancellationToken cancellation)
    {
        using var table = CsvTable.Open(path, report, ["State", "ProviderId"], ["Name", "SiteCode", "AllowedAbsences"]);
        var known = await KnownSites.LoadAsync(db, cancellation);
        while (table?.Read() == true)
        {
            var (state, id) = (table.Text("State"), table.Text("ProviderId"));
            var site = table.TextOrNull("SiteCode") is null ? null : known.Find(table);
            if (site is null && table.TextOrNull("SiteCode") is not null)
                continue;
            if (StateProfiles.Find(state) is not { } profile)
                table.Reject($"State is '{state}'. There are profiles of {string.Join(", ", StateProfiles.All.Select(p => p.State))}.");
            else if (profile.ProviderIds.FaultOf(id) is { } fault)
                table.Reject($"ProviderId: {fault}");
            else if (site is null && profile.IsOneProviderOneSite)
                table.Reject($"A provider of {profile.Name} is one site. Give its SiteCode.");
            else if (site is not null && site.State != state)
                table.Reject($"Site {site.Code} is in {site.State}, not in {state}.");
            else if (!TryAllowed(table, profile, out var allowed))
                continue;
            else if (await new SiteOperations(db).SaveProviderAsync(state, id, table.Text("Name"), site?.Id, allowed, cancellation) is ProviderSaved.Done(var saved))
                report.Count(saved);
            else
                table.Reject($"Site {site!.Code} has another provider of {profile.Name} already, and there is one for each site. Correct one of the two.");
        }
    }

    private static bool TryAllowed(CsvTable table, StateProfile profile, out int? allowed)
    {
        allowed = null;
        if (table.TextOrNull("AllowedAbsences") is not { } text)
            return true;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            table.Reject($"AllowedAbsences is '{text}'. Write a number of days, or leave it blank.");
        else if (profile.WhyNotAllowed(number) is { } fault)
            table.Reject($"AllowedAbsences is '{text}'. {fault}");
        else
            allowed = number;
        return allowed is not null;
    }
}

/// <summary><c>SiteCode,Date,Code</c>. Date is a day or <c>first..last</c>; Code is Paid or Unpaid, or blank: not closed after all.</summary>
internal sealed class ClosuresFile(K12SyncDb db) : IFileImport
{
    public string FileName => "closures.csv";

    public async Task ReadAsync(string path, FileReport report, CancellationToken cancellation)
    {
        using var table = CsvTable.Open(path, report, ["SiteCode", "Date", "Code"], []);
        var known = await KnownSites.LoadAsync(db, cancellation);
        var given = new Dictionary<(long, DateOnly), long>();
        while (table?.Read() == true)
        {
            if (known.Find(table) is not { } site || DayRange.Read(table, "Date") is not { } days || !KnownSites.TryCode<ClosureCode>(table, out var code))
                continue;
            if (days.Find(d => given.ContainsKey((site.Id, d))) is var twice && given.TryGetValue((site.Id, twice), out var line))
                table.Reject($"{twice:yyyy-MM-dd} was given on line {line} already.");
            else
            {
                days.ForEach(d => given.Add((site.Id, d), table.Line));
                report.Count(await new SiteOperations(db).SetClosedAsync(site.Id, days, code, cancellation));
            }
        }
    }
}
