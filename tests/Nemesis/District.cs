using K12Sync.Api.BehaviorCodes;
using K12Sync.Api.BellSchedules;
using K12Sync.Api.Exports;
using K12Sync.Api.Roster;
using K12Sync.Api.SchoolCalendar;
using K12Sync.Data;
using K12Sync.Data.Access;
using K12Sync.Data.Passes;
using K12Sync.Data.Storage;
using K12Sync.Domain.BehaviorCodes;
using K12Sync.Domain.BellSchedules;
using K12Sync.Domain.Exports;
using K12Sync.Domain.Passes;
using K12Sync.Domain.Roster;
using K12Sync.Domain.SchoolCalendar;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Nemesis;

/// <summary>A connector of a district, with the folder it delivers into.</summary>
internal sealed record NemesisConnector(string Name, string FileName, OnExistingFile ExistingFile, Appetite Appetite, string? DoneFile = null)
{
    public static NemesisConnector[] North { get; } =
    [
        new("numbered", "tardies_{run:00000}.csv", OnExistingFile.Hold, Appetite.WaitsForDone, "{file}.done"),
        new("fixed", "tardies.csv", OnExistingFile.Hold, Appetite.ReadsThenDeletes),
    ];

    public static NemesisConnector[] South { get; } =
    [
        new("cumulative", "tardies.csv", OnExistingFile.Cumulative, Appetite.ClaimsThenReads),
        new("aside", "tardies.csv", OnExistingFile.MoveAside, Appetite.ClaimsThenReads),
    ];
}

/// <summary>One district and its life: passes come and are voided, days and codes change, while runs go on. Whatever is its own begins with its letter.</summary>
internal sealed class District(DataFolder data, string name, NemesisConnector[] connectors, int seed)
{
    private static readonly DateOnly[] Days = [new(2026, 9, 15), new(2026, 9, 16), new(2026, 9, 17)];
    private static readonly SchoolZone Zone = SchoolZone.Find("America/New_York")!;
    private readonly Random _random = new(seed);
    private readonly List<HallPass> _passes = [];
    private readonly Dictionary<long, List<long>> _schedules = [];
    private List<long> _schools = [];

    public string Name => name;

    public DistrictId Id { get; private set; }

    public NemesisConnector[] Connectors => connectors;

    private string[] Students => [.. Enumerable.Range(1, 9).Select(i => FormattableString.Invariant($"{name[0]}0{i}"))];

    public string FolderOf(string connector) => $"{name}-{connector}";

    public async Task BeginAsync(Func<string, DestinationDefinition> destination, CancellationToken cancellation)
    {
        Id = await new DistrictDirectory(data).AddAsync(name, cancellation);
        await using var db = data.Open(Id);
        foreach (var code in (string[])[$"{name[0]}HS", $"{name[0]}MS"])
            await new RosterOperations(db).SaveSchoolAsync(code, new SchoolFacts(code, Zone, null, null), cancellation);
        _schools = await db.Schools.OrderBy(s => s.Code).Select(s => s.Id).ToListAsync(cancellation);
        foreach (var school in _schools)
        {
            await ScheduleAsync(db, school, "Regular", new TimeOnly(8, 0), cancellation);
            await ScheduleAsync(db, school, "Late start", new TimeOnly(8, 20), cancellation);
            _schedules[school] = await db.BellSchedules.Where(s => s.SchoolId == school).Select(s => s.Id).ToListAsync(cancellation);
            await new CalendarOperations(db).SetAsync(school, Days, TimeOnly.MinValue, new DayChoice.Schedule(_schedules[school][0]), cancellation);
            await new RosterOperations(db).SaveStudentsAsync([.. Students.Select(s => new RosterLine(s, new StudentFacts(null, "A", "", "B", null, "9"), school))], cancellation);
        }
        await CodeAsync(db, "T", cancellation);
        foreach (var connector in connectors)
        {
            var definition = new ConnectorDefinition("k12sync-csv", destination(FolderOf(connector.Name)), [], [], connector.FileName) { ExistingFile = connector.ExistingFile, DoneFile = connector.DoneFile };
            if (await new ConnectorOperations(db, new LayoutOperations(db), TimeProvider.System).AddAsync(connector.Name, definition, cancellation) is AddConnectorResult.Refused refused)
                throw new InvalidOperationException(refused.Reason);
        }
    }

    /// <summary>One thing happens.</summary>
    public async Task StepAsync(Story story, CancellationToken cancellation)
    {
        await using var db = data.Open(Id);
        var school = _schools[_random.Next(_schools.Count)];
        try
        {
            await (_random.Next(12) switch
            {
                < 8 => PassAsync(db, school, cancellation),
                < 10 => VoidAsync(db, cancellation),
                10 => DayAsync(db, school, cancellation),
                _ => CodeAsync(db, _random.Next(2) == 0 ? "T" : "TL", cancellation),
            });
        }
        catch (DbUpdateConcurrencyException)
        {
            story.Tell($"{name}: somebody else saved first; the person gives up");
        }
        catch (Exception e) when (Runner.IsLocked(e))
        {
            story.Tell($"{name}: {e.Message} The person gives up");
        }
    }

    /// <summary>The next day's tardies: a file that a late rename took from the SIS is sent again with what is owed next.</summary>
    public async Task EndAsync(CancellationToken cancellation)
    {
        await using var db = data.Open(Id);
        foreach (var school in _schools)
            for (var i = 0; i < 3; i++)
                await PassAsync(db, school, cancellation);
    }

    private Task PassAsync(K12SyncDb db, long school, CancellationToken cancellation)
    {
        var minute = _random.Next(8 * 60, 10 * 60);
        var issued = new DateTimeOffset(Days[_random.Next(Days.Length)].ToDateTime(new TimeOnly(minute / 60, minute % 60)), TimeSpan.FromHours(-4));
        var pass = new HallPass(FormattableString.Invariant($"{name[0]}-{_passes.Count:0000}"), school, Students[_random.Next(9)], "TARDY", issued, false);
        _passes.Add(pass);
        return StoreAsync(db, pass, cancellation);
    }

    private Task VoidAsync(K12SyncDb db, CancellationToken cancellation) =>
        _passes.Count == 0 ? Task.CompletedTask : StoreAsync(db, _passes[_random.Next(_passes.Count)] with { Voided = true }, cancellation);

    private static Task StoreAsync(K12SyncDb db, HallPass pass, CancellationToken cancellation) =>
        new PassStore(db, TimeProvider.System).StoreAsync([new IncomingPass(pass, Zone.At(pass.IssuedAt).Day)], cancellation);

    private Task DayAsync(K12SyncDb db, long school, CancellationToken cancellation) => new CalendarOperations(db).SetAsync(
        school, [Days[_random.Next(Days.Length)]], TimeOnly.MinValue,
        _random.Next(4) == 0 ? new DayChoice.NoSchool() : new DayChoice.Schedule(_schedules[school][_random.Next(2)]), cancellation);

    private static Task ScheduleAsync(K12SyncDb db, long school, string schedule, TimeOnly start, CancellationToken cancellation) =>
        new BellScheduleOperations(db).SaveAsync(school, BellSchedule.Create(schedule, Enumerable.Range(0, 3).Select(i => new ClassPeriod(
            FormattableString.Invariant($"Period {i + 1}"), FormattableString.Invariant($"{i + 1}"), start.AddMinutes(i * 40), start.AddMinutes(i * 40), start.AddMinutes(i * 40 + 40), true))), Days[0], cancellation);

    private static Task CodeAsync(K12SyncDb db, string external, CancellationToken cancellation) =>
        new BehaviorCodeOperations(db).SaveAsync(null, "TARDY", new BehaviorCodeText("Tardy", "", "", BehaviorType.Tardy, external, null), cancellation);
}
