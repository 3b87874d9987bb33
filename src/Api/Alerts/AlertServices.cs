namespace K12Sync.Api.Alerts;

/// <summary>The channels that the settings name.</summary>
internal static class AlertServices
{
    /// <summary>Adds the post and its channels.</summary>
    public static IServiceCollection AddAlerts(this IServiceCollection services, IConfiguration configuration)
    {
        var settings = configuration.GetSection("Alerts").Get<AlertSettings>() ?? new AlertSettings();
        if (settings.Webhook is { } webhook)
            services.AddSingleton<IAlertChannel>(new WebhookChannel(webhook, new HttpClient()));
        if (settings.Mail is { } mail)
            services.AddSingleton<IAlertChannel>(new MailChannel(mail));
        return services.AddSingleton<AlertPost>().AddHostedService(s => s.GetRequiredService<AlertPost>());
    }
}
