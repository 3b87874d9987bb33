using System.Net;
using System.Net.Mail;
using K12Sync.Domain.Exports;

namespace K12Sync.Api.Alerts;

/// <summary>Mails an alert.</summary>
internal sealed class MailChannel(MailSettings settings) : IAlertChannel
{
    /// <inheritdoc/>
    public string Name => $"mail by {settings.Host}";

    /// <inheritdoc/>
    public async Task SendAsync(Alert alert, CancellationToken cancellation)
    {
        using var smtp = new SmtpClient(settings.Host, settings.Port) { EnableSsl = settings.Tls };
        if (settings.User is { Length: > 0 } user)
            smtp.Credentials = new NetworkCredential(user, settings.Password);
        using var mail = new MailMessage { From = new MailAddress(settings.From), Subject = AlertText.Subject(alert), Body = alert.Text };
        mail.To.Add(settings.To);
        await smtp.SendMailAsync(mail, cancellation);
    }
}
