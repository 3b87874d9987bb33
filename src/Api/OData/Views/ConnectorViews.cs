using System.Text.Json;
using K12Sync.Data;
using K12Sync.Data.Access;
using K12Sync.Data.Exports;
using K12Sync.Domain.Childcare;
using K12Sync.Domain.Exports;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.OData.Views;

/// <summary>A connector: what it is to do, in the words of a connector file, and how it stands. Where exactly it delivers, and as whom, is for those who run connectors.</summary>
internal sealed class ConnectorView
{
    public long Id { get; init; }
    public string Name { get; init; } = "";
    public string Layout { get; init; } = "";
    public DestinationView Destination { get; init; } = new();
    public IReadOnlyList<string> Schools { get; init; } = [];
    public IReadOnlyList<string> Codes { get; init; } = [];
    public string? FileName { get; init; }
    public FileScope OneFilePer { get; init; }
    public int? MaxAgeDays { get; init; }
    public string? PresentCode { get; init; }
    public OnExistingFile ExistingFile { get; init; }
    public string? DoneFile { get; init; }
    public ScheduleView? Schedule { get; init; }
    public string? Zone { get; init; }
    public IReadOnlyList<DayRangeView> BlackOuts { get; init; } = [];
    public TimeOnly? DeliverBy { get; init; }
    public int? AlertAfterSchoolHours { get; init; }
    public int? MostTimesUsual { get; init; }
    public bool ExpectsRows { get; init; }
    public bool HasPassword { get; init; }
    public bool HasPrivateKey { get; init; }
    public bool HasPassphrase { get; init; }
    public DateTimeOffset AddedAt { get; init; }
    public DateTimeOffset? RemovedAt { get; init; }
    public DateTimeOffset? PausedAt { get; init; }
    public DateOnly? PausedUntil { get; init; }
    public ConnectorHoldKind? Hold { get; init; }
    public string? HoldReason { get; init; }
    public DateTimeOffset? HeldAt { get; init; }
    public DateTimeOffset? LastSuccessAt { get; init; }
    public int RecordsHeld { get; init; }
    public int CorrectionsOpen { get; init; }
    public int FilesUnconfirmed { get; init; }
    public long Version { get; init; }
    public long ChangeVersion { get; init; }

    /// <param name="db">The district.</param>
    /// <param name="schools">A caller of some schools sees none.</param>
    /// <param name="runs">The caller runs connectors, and so sees where they deliver.</param>
    public static IQueryable<ConnectorView> Of(K12SyncDb db, SchoolSet schools, bool runs) =>
        from c in db.Connectors.OnlyForDistrict(schools)
        let json = (string)(object)c.Definition
        // Lists of what is more than text are read from each row: what is the same for all rows is a constant, and EF refuses such constants.
        let shown = runs || c.Id < 0
        select new ConnectorView
        {
            Id = c.Id,
            Name = c.Name,
            Layout = StoredJson.Text(json, "layout")!,
            Destination = new DestinationView
            {
                Type = StoredJson.Text(json, "destination.type")!,
                Path = runs ? StoredJson.Text(json, "destination.path") : null,
                Host = runs ? StoredJson.Text(json, "destination.host") : null,
                Port = runs ? StoredJson.Number(json, "destination.port") : null,
                User = runs ? StoredJson.Text(json, "destination.user") : null,
                HostKeys = StoredLists.Texts(runs ? StoredJson.Text(json, "destination.hostKeys") : null),
                KeyFile = runs ? StoredJson.Text(json, "destination.keyFile") : null,
                Address = runs ? StoredJson.Text(json, "destination.address") : null,
                State = StoredJson.Text(json, "destination.state"),
                Providers = StoredLists.Texts(runs ? StoredJson.Text(json, "destination.providers") : null),
                Locations = StoredLists.Locations(shown ? StoredJson.Text(json, "destination.locations") : null),
                AbsenceCodes = StoredLists.AbsenceCodes(StoredJson.Text(json, "destination.absenceCodes")),
                CorrectionDays = StoredJson.Number(json, "destination.correctionDays"),
                OverMidnight = StoredJson.Text(json, "destination.overMidnight"),
                Language = StoredJson.Text(json, "destination.language"),
                StartsOn = StoredLists.Starts(shown ? StoredJson.Text(json, "destination.startsOn") : null),
                Records = StoredJson.Text(json, "destination.records"),
                Key = runs ? StoredJson.Text(json, "destination.key") : null,
                StudentId = StoredJson.Text(json, "destination.studentId"),
                SchoolIds = StoredLists.EdFiSchools(StoredJson.Text(json, "destination.schoolIds")),
                Sessions = StoredLists.EdFiSessions(StoredJson.Text(json, "destination.sessions")),
                Namespace = StoredJson.Text(json, "destination.namespace"),
                AttendedCategory = StoredJson.Text(json, "destination.categories.attended"),
                AbsenceCategories = StoredLists.EdFiAbsences(StoredJson.Text(json, "destination.categories.absences")),
                TardyCategories = StoredLists.EdFiTardies(StoredJson.Text(json, "destination.categories.tardies")),
                TokenPath = runs ? StoredJson.Text(json, "destination.tokenPath") : null,
                DataPath = runs ? StoredJson.Text(json, "destination.dataPath") : null,
                ReadBack = StoredJson.Text(json, "destination.readBack") == "true" || StoredJson.Text(json, "destination.readBack") == "1",
            },
            Schools = StoredLists.Texts(StoredJson.Text(json, "schools")),
            Codes = StoredLists.Texts(StoredJson.Text(json, "codes")),
            FileName = StoredJson.Text(json, "fileName"),
            OneFilePer = StoredJson.Scope(json, "oneFilePer"),
            MaxAgeDays = StoredJson.Number(json, "maxAgeDays"),
            PresentCode = StoredJson.Text(json, "presentCode"),
            ExistingFile = StoredJson.Existing(json, "existingFile"),
            DoneFile = StoredJson.Text(json, "doneFile"),
            Schedule = StoredLists.Schedule(StoredJson.Text(json, "schedule")),
            Zone = StoredJson.Text(json, "zone"),
            BlackOuts = StoredLists.Days(StoredJson.Text(json, "blackOuts")),
            DeliverBy = StoredJson.Time(json, "deliverBy"),
            AlertAfterSchoolHours = StoredJson.Number(json, "alertAfterSchoolHours"),
            MostTimesUsual = StoredJson.Number(json, "mostTimesUsual"),
            ExpectsRows = StoredJson.Text(json, "expectsRows") == "true" || StoredJson.Text(json, "expectsRows") == "1",
            HasPassword = db.ConnectorSecrets.Any(s => s.ConnectorId == c.Id && s.Kind == SecretKind.Password),
            HasPrivateKey = db.ConnectorSecrets.Any(s => s.ConnectorId == c.Id && s.Kind == SecretKind.PrivateKey),
            HasPassphrase = db.ConnectorSecrets.Any(s => s.ConnectorId == c.Id && s.Kind == SecretKind.Passphrase),
            AddedAt = c.AddedAt,
            RemovedAt = c.RemovedAt,
            PausedAt = c.PausedAt,
            PausedUntil = c.PausedUntil,
            Hold = c.Hold,
            HoldReason = c.HoldReason,
            HeldAt = c.HeldAt,
            LastSuccessAt = db.SyncRuns.Where(r => r.ConnectorId == c.Id && (r.Status == SyncRunStatus.Succeeded || r.Status == SyncRunStatus.SucceededWithHolds)).Max(r => r.FinishedAt),
            RecordsHeld = db.HeldRecords.Count(h => h.ConnectorId == c.Id),
            CorrectionsOpen = db.ManualCorrections.Count(m => m.ConnectorId == c.Id && m.OpenRecordId != null),
            FilesUnconfirmed = db.ExportBatches.Count(b => b.ConnectorId == c.Id && b.Status == BatchStatus.DeliveredUnconfirmed),
            Version = EF.Property<long>(c, Stamps.Version),
            // What is said here of its runs, secrets, records and corrections changes it too. What is deleted of these is deleted with a change of a run or of the connector.
            ChangeVersion = Math.Max(
                Math.Max(EF.Property<long>(c, Stamps.ChangeVersion), db.SyncRuns.Where(r => r.ConnectorId == c.Id).Max(r => (long?)EF.Property<long>(r, Stamps.ChangeVersion)) ?? 0),
                Math.Max(
                    db.ManualCorrections.Where(m => m.ConnectorId == c.Id).Max(m => (long?)EF.Property<long>(m, Stamps.ChangeVersion)) ?? 0,
                    db.ConnectorSecrets.Where(s => s.ConnectorId == c.Id).Max(s => (long?)EF.Property<long>(s, Stamps.ChangeVersion)) ?? 0)),
        };
}

/// <summary>Where a connector delivers, without its secrets. Type is <c>folder</c> (with Path), <c>sftp</c>, a childcare system (with Address and State), or <c>ed-fi</c> (with Address, Key, Records, SchoolIds and Sessions).</summary>
internal sealed class DestinationView
{
    public string Type { get; init; } = "";
    public string? Path { get; init; }
    public string? Host { get; init; }

    /// <summary>Null: 22.</summary>
    public int? Port { get; init; }

    public string? User { get; init; }
    public IReadOnlyList<string> HostKeys { get; init; } = [];
    public string? KeyFile { get; init; }
    public string? Address { get; init; }
    public string? State { get; init; }

    /// <summary>Empty: all that the owner has in the state.</summary>
    public IReadOnlyList<string> Providers { get; init; } = [];

    /// <summary>The agency's locations of our sites. A site that is not here is the location of its name, or the only one.</summary>
    public IReadOnlyList<SiteLocationView> Locations { get; init; } = [];

    /// <summary>The agency's codes of absences, where the state's profile has none.</summary>
    public IReadOnlyList<AgencyAbsenceCodeView> AbsenceCodes { get; init; } = [];

    /// <summary>Null: as the state's profile says.</summary>
    public int? CorrectionDays { get; init; }

    /// <summary>What becomes of stays over midnight: <c>split</c> or <c>carry</c>. Null: as another connector to the state says, else the state's profile.</summary>
    public string? OverMidnight { get; init; }

    /// <summary>Of what people are told: <c>en</c> or <c>es</c>. Null: English.</summary>
    public string? Language { get; init; }

    /// <summary>The days on which licences begin.</summary>
    public IReadOnlyList<ProviderStartView> StartsOn { get; init; } = [];

    public bool ReadBack { get; init; }

    /// <summary>What an Ed-Fi API is sent: <c>ChildDays</c> or <c>Tardies</c>.</summary>
    public string? Records { get; init; }

    /// <summary>The client id at an Ed-Fi API. Its secret is never shown.</summary>
    public string? Key { get; init; }

    /// <summary><c>StudentNumber</c> or <c>StateId</c>. Null: StudentNumber.</summary>
    public string? StudentId { get; init; }

    /// <summary>Of schools, or of sites; what is not here is not sent.</summary>
    public IReadOnlyList<EdFiSchoolView> SchoolIds { get; init; } = [];

    public IReadOnlyList<EdFiSessionView> Sessions { get; init; } = [];

    /// <summary>Of categories that are not whole URIs. Null: the Ed-Fi Alliance's.</summary>
    public string? Namespace { get; init; }

    /// <summary>Of a day in care. Null: the Ed-Fi Alliance's.</summary>
    public string? AttendedCategory { get; init; }

    /// <summary>An absence that is not here has the Ed-Fi Alliance's.</summary>
    public IReadOnlyList<EdFiAbsenceView> AbsenceCategories { get; init; } = [];

    /// <summary>By the SIS's code. A code that is not here stops the tardy.</summary>
    public IReadOnlyList<EdFiTardyView> TardyCategories { get; init; } = [];

    /// <summary>Null: where an Ed-Fi ODS/API has its tokens.</summary>
    public string? TokenPath { get; init; }

    /// <summary>Null: where an Ed-Fi ODS/API has its resources.</summary>
    public string? DataPath { get; init; }
}

/// <summary>A school or site, and its Ed-Fi id.</summary>
internal sealed class EdFiSchoolView
{
    public string Code { get; init; } = "";
    public long SchoolId { get; init; }
}

/// <summary>A session of a school year, as the Ed-Fi system names it.</summary>
internal sealed class EdFiSessionView
{
    public string Name { get; init; } = "";

    /// <summary>The year in which the school year ends.</summary>
    public int SchoolYear { get; init; }

    public DateOnly First { get; init; }
    public DateOnly Last { get; init; }

    /// <summary>Null: of all schools that have none of their own.</summary>
    public string? School { get; init; }
}

/// <summary>An absence as a site records it, and its Ed-Fi category.</summary>
internal sealed class EdFiAbsenceView
{
    public AbsenceCode Absence { get; init; }
    public string Category { get; init; } = "";
}

/// <summary>A code of the SIS, and its Ed-Fi category.</summary>
internal sealed class EdFiTardyView
{
    public string ExternalCode { get; init; } = "";
    public string Category { get; init; } = "";
}

/// <summary>A site, and the agency's id of it.</summary>
internal sealed class SiteLocationView
{
    public string SiteCode { get; init; } = "";
    public string Location { get; init; } = "";
}

/// <summary>An absence as a site records it, and the agency's code of it.</summary>
internal sealed class AgencyAbsenceCodeView
{
    public AbsenceCode Absence { get; init; }
    public string Code { get; init; } = "";
}

/// <summary>The day on which a connector begins to send for a provider.</summary>
internal sealed class ProviderStartView
{
    public string ProviderId { get; init; } = "";
    public DateOnly On { get; init; }
}

/// <summary>When a connector runs by itself: At, or EveryMinutes with From and To, each with On; or MonthEnd; or Cadence; or Cron.</summary>
internal sealed class ScheduleView
{
    public IReadOnlyList<TimeOnly> At { get; init; } = [];
    public int? EveryMinutes { get; init; }
    public TimeOnly? From { get; init; }
    public TimeOnly? To { get; init; }
    public IReadOnlyList<DayOfWeek> On { get; init; } = [];
    public TimeOnly? MonthEnd { get; init; }
    public string? Cron { get; init; }
    public CadenceView? Cadence { get; init; }
}

/// <summary>When an agency is told: see docs/childcare.md.</summary>
internal sealed class CadenceView
{
    public int? AfterCheckOutMinutes { get; init; }
    public TimeOnly? Nightly { get; init; }
    public TimeOnly? Mondays { get; init; }
    public TimeOnly? MonthEnd { get; init; }
}

/// <summary>Days, both included.</summary>
internal sealed class DayRangeView
{
    public DateOnly From { get; init; }
    public DateOnly To { get; init; }
}

/// <summary>Parts of a stored definition that are more than one value, read as the rows come in.</summary>
internal static class StoredLists
{
    /// <summary>The names are those of a connector file, and lists that are empty are left out.</summary>
    public static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
    };

    public static IReadOnlyList<string> Texts(string? json) => json is null ? [] : JsonSerializer.Deserialize<string[]>(json, Form)!;

    public static IReadOnlyList<SiteLocationView> Locations(string? json) => [.. Pairs<string>(json).Select(p => new SiteLocationView { SiteCode = p.Key, Location = p.Value })];

    public static IReadOnlyList<AgencyAbsenceCodeView> AbsenceCodes(string? json) =>
        [.. Pairs<string>(json).Select(p => new AgencyAbsenceCodeView { Absence = Enum.Parse<AbsenceCode>(p.Key, ignoreCase: true), Code = p.Value })];

    public static IReadOnlyList<ProviderStartView> Starts(string? json) => [.. Pairs<DateOnly>(json).Select(p => new ProviderStartView { ProviderId = p.Key, On = p.Value })];

    public static IReadOnlyList<EdFiSchoolView> EdFiSchools(string? json) => [.. Pairs<long>(json).Select(p => new EdFiSchoolView { Code = p.Key, SchoolId = p.Value })];

    public static IReadOnlyList<EdFiSessionView> EdFiSessions(string? json) => json is null ? [] : JsonSerializer.Deserialize<EdFiSessionView[]>(json, Form)!;

    public static IReadOnlyList<EdFiAbsenceView> EdFiAbsences(string? json) =>
        [.. Pairs<string>(json).Select(p => new EdFiAbsenceView { Absence = Enum.Parse<AbsenceCode>(p.Key, ignoreCase: true), Category = p.Value })];

    public static IReadOnlyList<EdFiTardyView> EdFiTardies(string? json) => [.. Pairs<string>(json).Select(p => new EdFiTardyView { ExternalCode = p.Key, Category = p.Value })];

    private static SortedDictionary<string, T> Pairs<T>(string? json) => json is null ? [] : new(JsonSerializer.Deserialize<Dictionary<string, T>>(json, Form)!, StringComparer.Ordinal);

    public static IReadOnlyList<DayRangeView> Days(string? json) => json is null ? [] : JsonSerializer.Deserialize<DayRangeView[]>(json, Form)!;

    public static ScheduleView? Schedule(string? json) => json is null ? null : JsonSerializer.Deserialize<ScheduleView>(json, Form);
}
