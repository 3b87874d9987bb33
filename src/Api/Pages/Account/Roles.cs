using K12Sync.Data.Access;

namespace K12Sync.Api.Pages.Account;

/// <summary>Roles in words.</summary>
internal static class Roles
{
    public static string Title(KeyRole role) => role switch
    {
        KeyRole.DistrictIT => "District IT",
        KeyRole.SchoolAdmin => "School administrator",
        KeyRole.Office => "School office",
        KeyRole.Support => "Support",
        KeyRole.ChildcareDirector => "Childcare director",
        KeyRole.Kiosk => "Kiosk",
        KeyRole.Reporter => "Reporter",
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "It has no words."),
    };

    public static string Means(KeyRole role) => role switch
    {
        KeyRole.DistrictIT => "Sees and sets up everything.",
        KeyRole.SchoolAdmin => "Edits codes, bell schedules and the calendar of their schools.",
        KeyRole.Office => "Hands in passes of their schools and sees what became of them.",
        KeyRole.Support => "Looks for causes. Names and numbers of students are masked.",
        KeyRole.ChildcareDirector => "Everything of childcare, and nothing of schools.",
        KeyRole.Kiosk => "Hands in passes, and reads nothing.",
        KeyRole.Reporter => "Reads for reports.",
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "It has no words."),
    };
}
