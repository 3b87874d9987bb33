namespace K12Sync.Api.Simulators.EdFi;

/// <summary>Error answers in the form of the Ed-Fi ODS/API 7.</summary>
internal static class EdFiProblem
{
    /// <param name="status">Of HTTP.</param>
    /// <param name="type">After <c>urn:ed-fi:api:</c>.</param>
    /// <param name="detail">Real ones quote values of the request, so these do too: a client must not pass them on.</param>
    public static IResult Of(int status, string type, string detail) => TypedResults.Json(
        new { detail, type = "urn:ed-fi:api:" + type, title = "Simulated", status, correlationId = Guid.NewGuid().ToString() },
        contentType: "application/problem+json", statusCode: status);
}
