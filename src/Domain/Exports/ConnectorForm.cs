using System.Collections.Immutable;
using K12Sync.Domain.SchoolCalendar;

namespace K12Sync.Domain.Exports;

/// <summary>The JSON of a connector, property by property. Unset ones are left out.</summary>
internal sealed record ConnectorForm
{
    private const string DestinationLike =
        "\"destination\" must be like {\"type\": \"folder\", \"path\": \"outbox\"} or {\"type\": \"sftp\", \"host\": \"sftp.sis.example\", \"user\": \"k12sync\", \"path\": \"incoming\"}.";

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
        if (string.IsNullOrWhiteSpace(Layout))
            throw new FormatException("\"layout\" is missing, for example \"k12sync-csv\".");
        CheckNumbers();
        if (FileName is not null && FileNamePattern.Parse(FileName, out var reason) is null)
            throw new FormatException($"\"fileName\": {reason}");
        if (DoneFile is not null && !DoneFile.Contains("{file}", StringComparison.Ordinal))
            throw new FormatException("\"doneFile\" must hold {file}, the name of the file that is done, like \"{file}.done\".");
        return new ConnectorDefinition(Layout, (Destination ?? throw new FormatException(DestinationLike)).Definition(DestinationLike),
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
        _ => throw new InvalidOperationException($"No JSON for {destination.GetType().Name}."),
    };

    public DestinationDefinition Definition(string like) => this switch
    {
        { Type: "folder", Path: { Length: > 0 } path, Host: null, Port: null, User: null, HostKeys: null, KeyFile: null, ReadBack: null } => new FolderDestinationDefinition(path),
        { Type: "sftp" } => Sftp(),
        _ => throw new FormatException(like),
    };

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

/// <summary>A schedule in JSON: <c>{"at": ["06:30"]}</c>, <c>{"everyMinutes": 15, "from": "08:00", "to": "16:00"}</c>, <c>{"monthEnd": "18:00"}</c> or <c>{"cron": "..."}</c>.</summary>
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

    public static ScheduleForm Of(DeliverySchedule schedule) => schedule switch
    {
        DeliverySchedule.Times times => new() { At = times.At, On = times.On },
        DeliverySchedule.Interval interval => new() { EveryMinutes = interval.EveryMinutes, From = interval.From, To = interval.To, On = interval.On },
        DeliverySchedule.MonthEnd end => new() { MonthEnd = end.At },
        DeliverySchedule.Cron cron => new() { Cron = cron.Expression },
        _ => throw new InvalidOperationException($"No JSON for {schedule.GetType().Name}."),
    };

    public DeliverySchedule Schedule() => this switch
    {
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
