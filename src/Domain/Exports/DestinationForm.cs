using System.Collections.Immutable;
using K12Sync.Domain.Childcare;
using K12Sync.Domain.Childcare.States;

namespace K12Sync.Domain.Exports;

/// <summary>A destination in JSON; which properties belong there is up to the type.</summary>
internal sealed record DestinationForm
{
    private const string Split = "split", Carry = "carry";

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
    public string? OverMidnight { get; init; }
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
            OverMidnight = agency.OverMidnight switch { null => null, MidnightRule.Split => Split, _ => Carry },
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
            OverMidnight = MidnightOf(system),
            Language = LanguageOf(system),
            StartsOn = StartsOf(system),
        };
    }

    private MidnightRule? MidnightOf(AgencySystem system) => (OverMidnight, system) switch
    {
        (null, _) => null,
        (_, AgencySystem.IndianaCcms) => throw new FormatException("\"overMidnight\": Indiana is told no times. Leave it out."),
        (Split, _) => MidnightRule.Split,
        (Carry, _) => MidnightRule.Carry,
        _ => throw new FormatException("\"overMidnight\" is \"split\", each date its own part of a stay, or \"carry\", all of it on the date of the check-in. Left out: as the state's profile says."),
    };

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
