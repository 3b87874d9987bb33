using System.Collections.Immutable;
using K12Sync.Domain.Childcare;
using K12Sync.Domain.Childcare.States;
using K12Sync.Domain.SchoolCalendar;

namespace K12Sync.Domain.Exports;

/// <summary>The JSON of a connector, property by property. Unset ones are left out.</summary>
internal sealed record ConnectorForm
{
    private const string DestinationLike =
        "\"destination\" must be like {\"type\": \"folder\", \"path\": \"outbox\"} or {\"type\": \"sftp\", \"host\": \"sftp.sis.example\", \"user\": \"k12sync\", \"path\": \"incoming\"}.";

    private const string LayoutMissing = "\"layout\" is missing, for example \"k12sync-csv\".";

    public string? Name { get; init; }
    public string? Layout { get; init; }
    public DestinationForm? Destination { get; init; }
    public ImmutableArray<string>? Schools { get; init; }
    public ImmutableArray<string>? Codes { get; init; }
    public string? FileName { get; init; }
    public FileScope? OneFilePer { get; init; }
    public int? MaxAgeDays { get; init; }
    public string? PresentCode { get; init; }
    public OnExistingFile? ExistingFile { get; init; }
    public string? DoneFile { get; init; }
    public ScheduleForm? Schedule { get; init; }
    public string? Zone { get; init; }
    public ImmutableArray<DayRange>? BlackOuts { get; init; }
    public TimeOnly? DeliverBy { get; init; }
    public int? AlertAfterSchoolHours { get; init; }
    public int? MostTimesUsual { get; init; }
    public bool? ExpectsRows { get; init; }

    public static ConnectorForm Of(ConnectorDefinition d) => new()
    {
        Layout = d.Layout,
        Destination = DestinationForm.Of(d.Destination),
        Schools = d.Schools,
        Codes = d.Codes,
        FileName = d.FileName,
        OneFilePer = d.OneFilePer,
        MaxAgeDays = d.MaxAgeDays,
        PresentCode = d.PresentCode,
        ExistingFile = d.ExistingFile == OnExistingFile.Hold ? null : d.ExistingFile,
        DoneFile = d.DoneFile,
        Schedule = d.Schedule is null ? null : ScheduleForm.Of(d.Schedule),
        Zone = d.Zone?.Id,
        BlackOuts = d.BlackOuts.IsEmpty ? null : d.BlackOuts,
        DeliverBy = d.DeliverBy,
        AlertAfterSchoolHours = d.AlertAfterSchoolHours,
        MostTimesUsual = d.MostTimesUsual,
        ExpectsRows = d.ExpectsRows ? true : null,
    };

    /// <exception cref="FormatException">A value is missing or cannot be; the message says which and why.</exception>
    public ConnectorDefinition Definition()
    {
        if (Destination is null)
            throw new FormatException(string.IsNullOrWhiteSpace(Layout) ? LayoutMissing : DestinationLike);
        var destination = Destination.Definition(DestinationLike);
        if (destination.OwnLayout is { } own && Layout is not null && Layout != own)
            throw new FormatException($"\"layout\": what goes to {own} is written by its contract. Leave \"layout\" out.");
        var layout = destination.OwnLayout ?? Layout;
        if (string.IsNullOrWhiteSpace(layout))
            throw new FormatException(LayoutMissing);
        CheckNumbers();
        if (destination.Sends == RecordKind.ChildDay)
            CheckOfTardies();
        else if (destination.OwnLayout is not null)
            CheckOfFiles();
        if (FileName is not null && FileNamePattern.Parse(FileName, out var reason) is null)
            throw new FormatException($"\"fileName\": {reason}");
        if (DoneFile is not null && !DoneFile.Contains("{file}", StringComparison.Ordinal))
            throw new FormatException("\"doneFile\" must hold {file}, the name of the file that is done, like \"{file}.done\".");
        return new ConnectorDefinition(layout, destination,
            Schools ?? [], Codes ?? [], FileName, OneFilePer ?? FileScope.District, MaxAgeDays, PresentCode)
        {
            ExistingFile = ExistingFile ?? OnExistingFile.Hold,
            DoneFile = DoneFile,
            Schedule = Schedule?.Schedule(),
            Zone = Zone is null ? null : SchoolZone.Find(Zone) ?? throw new FormatException($"\"zone\": '{Zone}' is no IANA time zone. Write it like America/Chicago."),
            BlackOuts = BlackOuts ?? [],
            DeliverBy = DeliverBy,
            AlertAfterSchoolHours = AlertAfterSchoolHours,
            MostTimesUsual = MostTimesUsual,
            ExpectsRows = ExpectsRows ?? false,
        };
    }

    /// <summary>Settings that are about files and tardies say nothing to a state; who writes them means something else.</summary>
    private void CheckOfTardies()
    {
        (string Name, bool IsSet)[] given =
        [
            ("schools", Schools is { IsEmpty: false }), ("codes", Codes is { IsEmpty: false }), ("fileName", FileName is not null), ("oneFilePer", OneFilePer is not (null or FileScope.District)), ("maxAgeDays", MaxAgeDays is not null),
            ("presentCode", PresentCode is not null), ("existingFile", ExistingFile is not null), ("doneFile", DoneFile is not null), ("deliverBy", DeliverBy is not null),
            ("alertAfterSchoolHours", AlertAfterSchoolHours is not null), ("expectsRows", ExpectsRows is true),
        ];
        if (given.FirstOrDefault(g => g.IsSet).Name is { } name)
            throw new FormatException($"\"{name}\" is about tardies. A connector of child-days does not have it; leave it out.");
    }

    /// <summary>Where no file is written, settings of files say nothing.</summary>
    private void CheckOfFiles()
    {
        (string Name, bool IsSet)[] given =
        [
            ("fileName", FileName is not null), ("oneFilePer", OneFilePer is not (null or FileScope.District)), ("presentCode", PresentCode is not null),
            ("existingFile", ExistingFile is not null), ("doneFile", DoneFile is not null),
        ];
        if (given.FirstOrDefault(g => g.IsSet).Name is { } name)
            throw new FormatException($"\"{name}\" is about files. What goes to an API does not have it; leave it out.");
    }

    private void CheckNumbers()
    {
        if (MaxAgeDays is < 0)
            throw new FormatException("\"maxAgeDays\" is a number of days, 0 or more.");
        if (AlertAfterSchoolHours is < 1)
            throw new FormatException("\"alertAfterSchoolHours\" is a number of hours, 1 or more.");
        if (MostTimesUsual is < 2)
            throw new FormatException("\"mostTimesUsual\" is how many times the usual number of rows a run may send, 2 or more.");
        if (BlackOuts is { } ranges && ranges.Any(r => r.To < r.From))
            throw new FormatException("\"blackOuts\": a range ends before it begins.");
    }
}

/// <summary>A destination in JSON; which properties belong there is up to the type.</summary>
internal sealed record DestinationForm
{
    public string? Type { get; init; }
    public string? Path { get; init; }
    public string? Host { get; init; }
    public int? Port { get; init; }
    public string? User { get; init; }
    public ImmutableArray<string>? HostKeys { get; init; }
    public string? KeyFile { get; init; }
    public bool? ReadBack { get; init; }
    public Uri? Address { get; init; }
    public string? State { get; init; }
    public ImmutableArray<string>? Providers { get; init; }
    public ImmutableSortedDictionary<string, string>? Locations { get; init; }
    public ImmutableSortedDictionary<AbsenceCode, string>? AbsenceCodes { get; init; }
    public int? CorrectionDays { get; init; }
    public string? Records { get; init; }
    public string? Key { get; init; }
    public EdFiStudentId? StudentId { get; init; }
    public ImmutableSortedDictionary<string, long>? SchoolIds { get; init; }
    public ImmutableArray<EdFiSessionSetting>? Sessions { get; init; }
    public string? Namespace { get; init; }
    public EdFiCategoriesForm? Categories { get; init; }
    public string? TokenPath { get; init; }
    public string? DataPath { get; init; }
    public string? Language { get; init; }
    public ImmutableSortedDictionary<string, DateOnly>? StartsOn { get; init; }

    public static DestinationForm Of(DestinationDefinition destination) => destination switch
    {
        FolderDestinationDefinition folder => new() { Type = "folder", Path = folder.Path },
        SftpDestinationDefinition sftp => new()
        {
            Type = "sftp",
            Host = sftp.Host,
            Port = sftp.Port == 22 ? null : sftp.Port,
            User = sftp.User,
            Path = sftp.Path,
            HostKeys = sftp.HostKeys.IsEmpty ? null : sftp.HostKeys,
            KeyFile = sftp.KeyFile,
            ReadBack = sftp.ReadBack ? true : null,
        },
        AgencyDestinationDefinition agency => new()
        {
            Type = AgencyDestinationDefinition.NameOf(agency.System),
            Address = agency.Address,
            State = agency.State,
            Providers = agency.Providers.IsEmpty ? null : agency.Providers,
            Locations = agency.Locations.IsEmpty ? null : agency.Locations,
            AbsenceCodes = agency.AbsenceCodes.IsEmpty ? null : agency.AbsenceCodes,
            CorrectionDays = agency.CorrectionDays,
            Language = agency.Language == SpokenLanguage.English ? null : SpokenLanguages.CodeOf(agency.Language),
            StartsOn = agency.StartsOn.IsEmpty ? null : agency.StartsOn,
        },
        EdFiDestinationDefinition edFi => EdFiCategoriesForm.Of(edFi),
        _ => throw new InvalidOperationException($"No JSON for {destination.GetType().Name}."),
    };

    public DestinationDefinition Definition(string like) => this switch
    {
        { Type: "ed-fi" } => EdFiCategoriesForm.Definition(this),
        _ when Records is not null || Key is not null || SchoolIds is not null || Sessions is not null || Categories is not null || StudentId is not null || Namespace is not null || TokenPath is not null || DataPath is not null =>
            throw new FormatException("\"destination\": only one of the type ed-fi has records, key, studentId, schoolIds, sessions, namespace, categories, tokenPath and dataPath."),
        { Type: "folder", Path: { Length: > 0 } path, Host: null, Port: null, User: null, HostKeys: null, KeyFile: null, ReadBack: null } => new FolderDestinationDefinition(path),
        { Type: "sftp" } => Sftp(),
        _ when Enum.GetValues<AgencySystem>().Cast<AgencySystem?>().FirstOrDefault(s => AgencyDestinationDefinition.NameOf(s!.Value) == Type) is { } system => Agency(system),
        _ => throw new FormatException(like),
    };

    /// <summary>Whether the address is one that data of children may go to is looked at where the settings of the machine are known.</summary>
    private AgencyDestinationDefinition Agency(AgencySystem system)
    {
        if (this is not { Path: null, Host: null, Port: null, User: null, HostKeys: null, KeyFile: null, ReadBack: null })
            throw new FormatException("\"destination\": an agency has \"address\", \"state\" and \"providers\", and neither path nor host, port, user or keys.");
        if (Address is not { IsAbsoluteUri: true })
            throw new FormatException("\"address\" is missing or no web address. Write it like \"https://agency.example/\".");
        if (StateProfiles.Find(State ?? "") is not { } profile || profile.System != system)
            throw new FormatException($"\"state\" is the postal code of a state that uses {Type}: {string.Join(", ", StateProfiles.All.Where(p => p.System == system).Select(p => p.State))}.");
        if ((Providers ?? []).Select(p => profile.ProviderIds.FaultOf(p)).FirstOrDefault(fault => fault is not null) is { } wrong)
            throw new FormatException($"\"providers\": {wrong}");
        if (CorrectionDays is < 1)
            throw new FormatException("\"correctionDays\" is a number of days, 1 or more.");
        return new AgencyDestinationDefinition(system, Address, profile.State, Providers ?? [])
        {
            Locations = Locations ?? ImmutableSortedDictionary<string, string>.Empty,
            AbsenceCodes = AbsenceCodes ?? ImmutableSortedDictionary<AbsenceCode, string>.Empty,
            CorrectionDays = CorrectionDays,
            Language = LanguageOf(system),
            StartsOn = StartsOf(system),
        };
    }

    /// <summary>Only systems all of whose texts are there in a language may be asked for it.</summary>
    private SpokenLanguage LanguageOf(AgencySystem system) =>
        (Language is null ? SpokenLanguage.English : SpokenLanguages.Find(Language)) is { } language && (language == SpokenLanguage.English || system == AgencySystem.IndianaCcms)
            ? language
            : throw new FormatException($"\"language\": what {Type} tells people is there in {(system == AgencySystem.IndianaCcms ? "\"en\" and \"es\"" : "\"en\" only")}.");

    private ImmutableSortedDictionary<string, DateOnly> StartsOf(AgencySystem system)
    {
        var starts = StartsOn ?? ImmutableSortedDictionary<string, DateOnly>.Empty;
        if (!starts.IsEmpty && system != AgencySystem.IndianaCcms)
            throw new FormatException("\"startsOn\" is for Indiana, where a connection begins with a service period.");
        return starts.Values.All(day => day.DayOfWeek == DayOfWeek.Sunday) ? starts.WithComparers(StringComparer.Ordinal)
            : throw new FormatException("\"startsOn\": a service period begins on a Sunday. Choose the start with 'k12sync indiana start'.");
    }

    private SftpDestinationDefinition Sftp()
    {
        // These become arguments of a program and lines of its files.
        var (host, user) = (Plain(Host, "host", "sftp.sis.example"), Plain(User, "user", "k12sync"));
        if (Port is < 1 or > 65535)
            throw new FormatException("\"port\" is 1 to 65535; SFTP servers usually listen on 22.");
        if (string.IsNullOrEmpty(Path) || Path.Any(char.IsControl))
            throw new FormatException("\"path\" is the directory on the server, such as \"incoming\", or \".\" for where the server lets the user in.");
        if ((HostKeys ?? []).FirstOrDefault(k => !IsKey(k)) is { } odd)
            throw new FormatException($"\"hostKeys\": '{odd}' is neither a fingerprint like SHA256:... nor a key like ssh-ed25519 AAAA....");
        return new SftpDestinationDefinition(host, Port ?? 22, user, Path, HostKeys ?? [], KeyFile, ReadBack ?? false);
    }

    private static string Plain(string? value, string name, string like) =>
        string.IsNullOrEmpty(value) || value[0] == '-' || value.Any(c => c is ' ' or '"' or '\'' or '\\' or ',' or '#' || char.IsControl(c))
            ? throw new FormatException($"\"{name}\" is missing or holds a character that cannot be there. Write it like \"{like}\".")
            : value;

    private static bool IsKey(string key) => !key.Any(char.IsControl)
        && (key.StartsWith("SHA256:", StringComparison.Ordinal) || key.Split(' ') is [{ Length: > 0 }, { Length: > 40 }, ..]);
}

/// <summary>A schedule in JSON: <c>{"at": ["06:30"]}</c>, <c>{"everyMinutes": 15, "from": "08:00", "to": "16:00"}</c>, <c>{"monthEnd": "18:00"}</c>, <c>{"cadence": {...}}</c> or <c>{"cron": "..."}</c>.</summary>
internal sealed record ScheduleForm
{
    private static readonly ImmutableArray<DayOfWeek> Weekdays = [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday];

    public ImmutableArray<TimeOnly>? At { get; init; }
    public int? EveryMinutes { get; init; }
    public TimeOnly? From { get; init; }
    public TimeOnly? To { get; init; }
    public ImmutableArray<DayOfWeek>? On { get; init; }
    public TimeOnly? MonthEnd { get; init; }
    public string? Cron { get; init; }
    public CadenceForm? Cadence { get; init; }

    public static ScheduleForm Of(DeliverySchedule schedule) => schedule switch
    {
        DeliverySchedule.Times times => new() { At = times.At, On = times.On },
        DeliverySchedule.Interval interval => new() { EveryMinutes = interval.EveryMinutes, From = interval.From, To = interval.To, On = interval.On },
        DeliverySchedule.MonthEnd end => new() { MonthEnd = end.At },
        DeliverySchedule.Cron cron => new() { Cron = cron.Expression },
        DeliverySchedule.Cadence cadence => new() { Cadence = new CadenceForm(cadence.AfterCheckOutMinutes, cadence.Nightly, cadence.Mondays, cadence.AtMonthEnd) },
        _ => throw new InvalidOperationException($"No JSON for {schedule.GetType().Name}."),
    };

    public DeliverySchedule Schedule() => this switch
    {
        { Cadence: { } cadence, At: null, EveryMinutes: null, From: null, To: null, On: null, MonthEnd: null, Cron: null } => cadence.Schedule(),
        { Cadence: not null } => throw new FormatException("\"schedule\": \"cadence\" stands alone."),
        { At: { IsEmpty: false } at, EveryMinutes: null, From: null, To: null, MonthEnd: null, Cron: null } => new DeliverySchedule.Times([.. at.Distinct().Order()], Days()),
        { EveryMinutes: >= 1 and <= 1440 and var every, From: var from, To: var to, At: null, MonthEnd: null, Cron: null }
            when (from ?? TimeOnly.MinValue) <= (to ?? new TimeOnly(23, 59)) =>
            new DeliverySchedule.Interval(every, from ?? TimeOnly.MinValue, to ?? new TimeOnly(23, 59), Days()),
        { MonthEnd: { } end, At: null, EveryMinutes: null, From: null, To: null, On: null, Cron: null } => new DeliverySchedule.MonthEnd(end),
        { Cron: { Length: > 0 } cron, At: null, EveryMinutes: null, From: null, To: null, On: null, MonthEnd: null } => new DeliverySchedule.Cron(cron),
        _ => throw new FormatException("\"schedule\" is one of {\"at\": [\"06:30\", \"15:45\"]}, {\"everyMinutes\": 15, \"from\": \"08:00\", \"to\": \"16:00\"}, {\"monthEnd\": \"18:00\"} and {\"cron\": \"0 30 6 ? * MON-FRI\"}; the first two take \"on\": [\"Monday\", ...], Monday to Friday where it is left out."),
    };

    private ImmutableArray<DayOfWeek> Days() => On is null or { IsEmpty: true } ? Weekdays : [.. On.Value.Distinct().Order()];
}

/// <summary>A cadence in JSON: <c>{"afterCheckOutMinutes": 5, "nightly": "00:15", "mondays": "01:00", "monthEnd": "23:30"}</c>; what is left out is not done.</summary>
internal sealed record CadenceForm(int? AfterCheckOutMinutes = null, TimeOnly? Nightly = null, TimeOnly? Mondays = null, TimeOnly? MonthEnd = null)
{
    public DeliverySchedule.Cadence Schedule() => this is { AfterCheckOutMinutes: null, Nightly: null, Mondays: null, MonthEnd: null } || AfterCheckOutMinutes is < 1 or > 60
        ? throw new FormatException("\"cadence\" is like {\"afterCheckOutMinutes\": 5, \"nightly\": \"00:15\", \"mondays\": \"01:00\", \"monthEnd\": \"23:30\"}; at least one of them, and 1 to 60 minutes.")
        : new DeliverySchedule.Cadence(AfterCheckOutMinutes, Nightly, Mondays, MonthEnd);
}
