using System.Text.RegularExpressions;
using K12Sync.Domain.Exports;

namespace K12Sync.Api.Alerts;

/// <summary>Words of alerts.</summary>
internal static partial class AlertText
{
    /// <summary>One line. Names come from people, so line breaks and other control characters do not get into the head of a mail.</summary>
    public static string Subject(Alert alert) =>
        Control().Replace($"K12Sync, {alert.District}, {alert.Connector}: {Title(alert.Kind)}{(alert.IsOver ? " is over" : "")}", " ");

    private static string Title(AlertKind kind) => kind switch
    {
        AlertKind.RunFailed => "delivery failed",
        AlertKind.NoSuccess => "no successful delivery for too long",
        AlertKind.DeliverByMissed => "delivery missed its time",
        AlertKind.HeldTooManyRows => "far more rows than usual, held",
        AlertKind.NoRowsOnSchoolDay => "a school day without a tardy",
        AlertKind.DeliveryUnconfirmed => "a file may or may not have arrived",
        AlertKind.AuthenticationStopped => "the server refuses to let us in",
        AlertKind.HostKeyChanged => "the server is not the one that was pinned",
        AlertKind.HeldAfterRestore => "held after a restore",
        AlertKind.RunOverran => "a run was given up",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    [GeneratedRegex(@"\p{C}+")]
    private static partial Regex Control();
}
