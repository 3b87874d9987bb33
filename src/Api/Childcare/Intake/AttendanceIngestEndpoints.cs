using System.Globalization;
using System.IO.Pipelines;
using K12Sync.Api.Access;
using K12Sync.Api.Audit;
using K12Sync.Api.Passes;

namespace K12Sync.Api.Childcare.Intake;

/// <summary><c>POST /ingest/attendance</c>: any number of check-ins and check-outs in one request, as lines of JSON or as CSV, with an answer for each row while they are stored.</summary>
internal static class AttendanceIngestEndpoints
{
    private const string Target = "ingest/attendance";

    public static void MapAttendanceIngest(this IEndpointRouteBuilder app) => app.MapPost("/ingest/attendance", TakeAsync).RequireAuthorization(AccessServices.AttendanceGivers);

    private static async Task TakeAsync(HttpContext http, AttendanceIntake intake)
    {
        if (PassIngestEndpoints.WhyNot(http.Request, "attendance.csv") is { } why)
        {
            await Refusal.WriteAsync(http, StatusCodes.Status415UnsupportedMediaType, "UnsupportedMediaType", why);
            return;
        }
        PassIngestEndpoints.LiftLimits(http);
        // Before the first row, so that nothing is stored of which there is no entry; and once more when it is known how many there were.
        await AuditedRequests.ChangedAsync(http, Target, StatusCodes.Status202Accepted, null);
        await using var unpacked = PassIngestEndpoints.Unpacked(http.Request);
        var body = unpacked is null ? http.Request.BodyReader : PipeReader.Create(unpacked);
        switch (await intake.TakeAsync(Caller.Of(http.User)!, body, PassIngestEndpoints.IsCsv(http.Request), http.Response, http.RequestAborted))
        {
            case IntakeResult.Answered(var stored):
                await AuditedRequests.ChangedAsync(http, Target, StatusCodes.Status200OK, stored);
                break;
            case IntakeResult.Unreadable(var reason):
                await Refusal.WriteAsync(http, StatusCodes.Status400BadRequest, "BadRequest", reason);
                break;
            case IntakeResult.Away:
                http.Response.Headers.RetryAfter = PassDesk.RetryAfter.TotalSeconds.ToString(CultureInfo.InvariantCulture);
                await Refusal.WriteAsync(http, StatusCodes.Status503ServiceUnavailable, "Unavailable", "The database cannot take check-ins at the moment. Send the same rows again after Retry-After; none will be doubled.");
                break;
        }
    }
}
