using System.Collections.Immutable;
using System.Globalization;
using K12Sync.Domain.Childcare;
using K12Sync.Domain.Childcare.States;
using K12Sync.Domain.Childcare.Submissions;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Childcare.KinderConnect;

/// <summary>
/// KinderConnect in a run: customers, locations and agencies, then authorized children, then attendance; asked anew each time, so a child who was authorized today goes tonight.
/// A day sent again replaces the day. Source: seed (childcare rules 4 and 14).
/// </summary>
public sealed class KinderConnectSystem(HttpClient http, Uri address, StateProfile profile, AgencyLimits limits, TimeProvider clock) : IAgencySystem
{
    private const int DaysAround = 31;

    /// <inheritdoc/>
    public bool IsOnlyOnce => false;

    /// <summary>Times and absences; of other days it holds nothing.</summary>
    public bool Tells(AttendanceDay day) => day is AttendanceDay.Attended or AttendanceDay.Absence;

    /// <inheritdoc/>
    public async Task<AgencyLook> LookAsync(AgencyProvider provider, AgencyRun run, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(run);
        // A list of the days of one run alone would lack children who are paid for on others.
        var list = new DayRange(Min(run.Days.From, run.Now.AddDays(-DaysAround)), Max(run.Days.To, run.Now.AddDays(DaysAround)));
        var client = Client(provider);
        var authorized = await client.AuthorizedAsync(cancellation);
        if (authorized is not AgencyAnswer<KinderConnectAuthorized>.Answered(var who, _))
            return new AgencyLook.Failed(AgencyReplies.TroubleOf(authorized));
        var children = await client.ChildrenAsync(list.From, list.To, cancellation);
        if (children is not AgencyAnswer<KinderConnectChildren>.Answered(var listed, _))
            return new AgencyLook.Failed(AgencyReplies.TroubleOf(children));
        var locations = LocationsOf(who, run);
        var sites = locations.ToLookup(l => l.Value, l => l.Key, StringComparer.Ordinal);
        return new Known([.. listed.Children.Select(c => Child(c, sites))], list, locations);
    }

    /// <inheritdoc/>
    public AgencyPlan Plan(AgencyProvider provider, AgencyLook.Known look, IReadOnlyList<SiftedDay> days, AgencyRun run)
    {
        ArgumentNullException.ThrowIfNull(provider);
        ArgumentNullException.ThrowIfNull(run);
        var (lines, told, held) = (new List<SubmissionLine>(), new List<KinderConnectDay>(), new List<HeldDay>());
        var locations = ((Known)look).Locations;
        foreach (var (line, hindrance) in days)
        {
            if (!line.IsOwed || (line.Told is null && !Tells(line.Day)))
                continue;
            if ((hindrance ?? Unmapped(line, locations, run)) is { } hold)
                held.Add(hold);
            else if (run.IsAbout(line))
            {
                told.Add(Day(line, locations, run));
                lines.Add(new SubmissionLine(line, line.AgencyChildId!, Says(line, run)));
            }
        }
        return new AgencyPlan(told.Count == 0 ? [] :
            [new SubmissionDraft(provider.ProviderId, new DayRange(lines.Min(l => l.Line.Date), lines.Max(l => l.Line.Date)), KinderConnectClient.Write(new KinderConnectAttendance(told)), [.. lines])], [.. held]);
    }

    /// <inheritdoc/>
    public async Task<AgencyReply> SendAsync(AgencyProvider provider, ReadOnlyMemory<byte> content, CancellationToken cancellation) =>
        AgencyReplies.Of(await Client(provider).SendAsync(content, cancellation), profile, days => (days, null));

    /// <summary>Never needed: the same again does no harm.</summary>
    public Task<AgencyReply> AskAsync(AgencyProvider provider, OpenSubmission submission, ReadOnlyMemory<byte> content, CancellationToken cancellation) => SendAsync(provider, content, cancellation);

    private KinderConnectClient Client(AgencyProvider provider) => new(http, address, new KinderConnectCredentials(provider.ProviderId, provider.Secret!), limits, clock);

    /// <summary>The agency's location of each site: as the connector says, else the one of its name, else the only one.</summary>
    private static Dictionary<long, string> LocationsOf(KinderConnectAuthorized who, AgencyRun run)
    {
        var locations = new Dictionary<long, string>();
        foreach (var site in run.Sites.Values.Where(s => s.State == run.Agency.State))
            if ((run.Agency.Locations.GetValueOrDefault(site.Code) ?? who.Locations.FirstOrDefault(l => string.Equals(l.Name, site.Name, StringComparison.OrdinalIgnoreCase))?.LocationId
                ?? (who.Locations is [var only] && run.Sites.Values.Count(s => s.State == run.Agency.State) == 1 ? only.LocationId : null)) is { } location)
                locations[site.Id] = location;
        return locations;
    }

    private static AgencyRosterChild Child(KinderConnectChild child, ILookup<string, long> sites) => new(child.ChildId, new ChildFacts(child.FirstName, child.MiddleName, child.LastName, child.BirthDate),
        [.. child.Authorizations.SelectMany(a => sites[a.LocationId].Select(site => new AgencyAuthorization(site, a.From, a.To, new Weekdays([.. a.Weekdays]))))]);

    private static HeldDay? Unmapped(ChildDayLine line, Dictionary<long, string> locations, AgencyRun run) => line switch
    {
        { Site: { } site } when !locations.ContainsKey(site.Id) =>
            new HeldDay(line, HoldReason.NoAgencyCode, $"The agency has no location of the name of site {site.Code}. Say which it is in the connector's \"locations\"."),
        { Day: AttendanceDay.Absence(_, var code) } when CodeOf(code, run) is null =>
            new HeldDay(line, HoldReason.NoAgencyCode, $"The agency's code for the absence {code} is not known. Say it in the connector's \"absenceCodes\"."),
        { Names: null } => new HeldDay(line, HoldReason.Missing, "No child of the owner has this number."),
        _ => null,
    };

    private static string? CodeOf(AbsenceCode code, AgencyRun run) => run.Agency.AbsenceCodes.GetValueOrDefault(code) ?? run.Profile.Codes?.Absence(code);

    private static KinderConnectDay Day(ChildDayLine line, Dictionary<long, string> locations, AgencyRun run)
    {
        var names = line.Names!;
        var times = (line.Day as AttendanceDay.Attended)?.Care.Select(c => new KinderConnectTimes(Wall(c.From, c.SiteId, run), Wall(c.To!.Value, c.SiteId, run))).ToArray() ?? [];
        var code = line.Day is AttendanceDay.Absence(_, var absence) ? CodeOf(absence, run) : null;
        var location = (line.Site?.Id ?? line.ToldSiteId) is { } site && locations.TryGetValue(site, out var known) ? known : locations.Values.Order(StringComparer.Ordinal).First();
        return new KinderConnectDay(line.AgencyChildId!, names.FirstName, names.MiddleName, names.LastName, location, line.Date, times, code);
    }

    private static DateOnly Min(DateOnly day, DateTimeOffset other) => DateOnly.FromDateTime(other.UtcDateTime) is var limit && limit < day ? limit : day;

    private static DateOnly Max(DateOnly day, DateTimeOffset other) => DateOnly.FromDateTime(other.UtcDateTime) is var limit && limit > day ? limit : day;

    private static DateTimeOffset Wall(DateTimeOffset at, long site, AgencyRun run) => run.Sites[site].Zone.At(at).Instant;

    private static string Says(ChildDayLine line, AgencyRun run) => line.Day switch
    {
        AttendanceDay.Attended attended => attended.Minutes.ToString(CultureInfo.InvariantCulture) + " min",
        AttendanceDay.Absence(_, var code) => CodeOf(code, run)!,
        _ => "cleared",
    };

    /// <summary>With the locations, by site.</summary>
    private sealed record Known(IReadOnlyList<AgencyRosterChild> Children, DayRange Days, Dictionary<long, string> Locations) : AgencyLook.Known(Children, Days);
}
