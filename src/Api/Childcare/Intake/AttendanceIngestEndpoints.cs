using K12Sync.Api.Access;
using K12Sync.Api.Passes;

namespace K12Sync.Api.Childcare.Intake;

/// <summary><c>POST /ingest/attendance</c>: any number of check-ins and check-outs in one request, as lines of JSON or as CSV, with an answer for each row while they are stored.</summary>
internal static class AttendanceIngestEndpoints
{
    private static readonly StreamKind CheckIns = new("ingest/attendance", "attendance.csv", "check-ins");

    public static void MapAttendanceIngest(this IEndpointRouteBuilder app) => app.MapPost("/ingest/attendance", TakeAsync).RequireAuthorization(AccessServices.AttendanceGivers);

    private static Task TakeAsync(HttpContext http, AttendanceIntake intake) => PassIngestEndpoints.TakeStreamAsync(http, CheckIns, intake.TakeAsync);
}
