namespace K12Sync.Api.SignIn;

/// <summary>How people sign in: section <c>Access:SignIn</c> of the settings.</summary>
internal sealed class SignInSettings
{
    /// <summary>Tries to sign in that one address may make in a minute; 1 or more. A whole school may share an address.</summary>
    public int TriesPerMinute { get; init; } = 60;

    /// <summary>Who asks for nothing for so long has to sign in again.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromHours(2);

    /// <summary>After so long everybody has to sign in again.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromHours(12);

    /// <summary>Google, for who works at a district that uses its accounts.</summary>
    public ProviderSettings? Google { get; init; }

    /// <summary>Microsoft Entra ID.</summary>
    public ProviderSettings? Entra { get; init; }

    /// <summary>Clever.</summary>
    public ProviderSettings? Clever { get; init; }

    /// <summary>ClassLink.</summary>
    public ProviderSettings? ClassLink { get; init; }
}

/// <summary>A provider that says who somebody is: what it gave for this service, and what is different from what is known of it.</summary>
internal sealed class ProviderSettings
{
    public string ClientId { get; init; } = "";
    public string ClientSecret { get; init; } = "";

    /// <summary>Which directory of Entra: its id or domain.</summary>
    public string? Tenant { get; init; }

    public Uri? AuthorizationEndpoint { get; init; }
    public Uri? TokenEndpoint { get; init; }
    public Uri? UserInformationEndpoint { get; init; }

    /// <summary>What is asked for, with blanks between.</summary>
    public string? Scope { get; init; }

    /// <summary>The property of the user's information that never becomes another's.</summary>
    public string? SubjectProperty { get; init; }

    /// <summary>The property with the address.</summary>
    public string? EmailProperty { get; init; }

    /// <summary>Whether an address is taken for theirs without the provider saying that it has verified it. Only for a provider at which people cannot choose theirs.</summary>
    public bool? TrustsEmail { get; init; }
}
