namespace K12Sync.Api.Alerts;

/// <summary>Where alerts go besides the log: section <c>Alerts</c> of the settings.</summary>
internal sealed class AlertSettings
{
    /// <summary>Each alert is posted here as JSON; null: nowhere.</summary>
    public Uri? Webhook { get; init; }

    /// <summary>Mail; null: none.</summary>
    public MailSettings? Mail { get; init; }
}

/// <summary>How alerts are mailed.</summary>
internal sealed class MailSettings
{
    /// <summary>The SMTP server.</summary>
    public required string Host { get; init; }

    public int Port { get; init; } = 25;

    /// <summary>STARTTLS.</summary>
    public bool Tls { get; init; }

    /// <summary>Null: no authentication.</summary>
    public string? User { get; init; }

    public string? Password { get; init; }

    public required string From { get; init; }

    /// <summary>One address or several, separated by commas.</summary>
    public required string To { get; init; }
}
