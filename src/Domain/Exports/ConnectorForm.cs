using System.Collections.Immutable;
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
