namespace K12Sync.Exporters.EdFi;

/// <summary>An Ed-Fi API and how to behave towards it.</summary>
public sealed record EdFiApi
{
    /// <exception cref="ArgumentException">The address will not do; <see cref="Check"/> says why without throwing.</exception>
    public EdFiApi(Uri address)
    {
        if (Check(address) is { } fault)
            throw new ArgumentException(fault);
        Address = new Uri(address.AbsoluteUri.TrimEnd('/') + '/');
    }

    /// <summary>The base address, as the host of the API gives it out; ends with a slash.</summary>
    public Uri Address { get; }

    /// <summary>Where tokens are, from <see cref="Address"/>.</summary>
    /// <remarks>Source: public (Ed-Fi ODS/API). The Ed-Fi Data Management Service has <c>connect/token</c>; an API lists its own under its base address.</remarks>
    public string TokenPath { get; init; } = "oauth/token";

    /// <summary>Where the resources of the data standard are, from <see cref="Address"/>.</summary>
    public string DataPath { get; init; } = "data/v3/ed-fi/";

    /// <summary>How long an answer may take.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Why an address will not do, or null. Key and secret travel in the clear inside the connection, so it is https, but for this machine.</summary>
    public static string? Check(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address is { IsAbsoluteUri: true, Query: "", Fragment: "", UserInfo: "" } && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))
            ? null
            : "The address of an Ed-Fi API is like https://api.example.org/edfi, without a query and without a password.";
    }

    internal Uri Token => new(Address, TokenPath);

    internal Uri Collection(EdFiEventKey key) => new(Address, DataPath + key.Resource);
}

/// <summary>What an Ed-Fi API lets a client in by.</summary>
/// <param name="Key">The client id.</param>
/// <param name="Secret">The client secret.</param>
public sealed record EdFiCredentials(string Key, string Secret)
{
    /// <summary>Shows nothing of them.</summary>
    public override string ToString() => "key and secret";
}
