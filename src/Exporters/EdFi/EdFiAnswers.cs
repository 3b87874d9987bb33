using System.Net;

namespace K12Sync.Exporters.EdFi;

/// <summary>What the answers of an Ed-Fi API mean. The only place that knows its status codes.</summary>
/// <remarks>Source: public (Ed-Fi ODS/API 7: its data management controller, and its guide to error responses).</remarks>
internal static class EdFiAnswers
{
    private const string NotFound = "urn:ed-fi:api:not-found";
    private const string ActionDenied = "urn:ed-fi:api:security:authorization:access-denied:";

    /// <summary>The answer to a POST. Success without an id is none: some other program answers there.</summary>
    public static EdFiOutcome ToPost(EdFiExchange exchange, TimeProvider clock) => exchange switch
    {
        EdFiExchange.Answered { Status: HttpStatusCode.Created, Id: { } id } => new EdFiOutcome.Created(id),
        EdFiExchange.Answered { Status: HttpStatusCode.OK, Id: { } id } => new EdFiOutcome.Updated(id),
        EdFiExchange.Answered answer when (int)answer.Status is >= 200 and < 300 =>
            new EdFiOutcome.Unknown($"The Ed-Fi API answered {(int)answer.Status} without the id of the event. Check the address; what answers there may be another program."),
        _ => Otherwise(exchange, clock),
    };

    /// <summary>The answer to a DELETE. That an event is not there counts only if it is Ed-Fi that says so: a wrong address has nothing either.</summary>
    public static EdFiOutcome ToDelete(EdFiExchange exchange, TimeProvider clock) => exchange switch
    {
        EdFiExchange.Answered { Status: HttpStatusCode.NoContent or HttpStatusCode.Gone } => new EdFiOutcome.Deleted(),
        EdFiExchange.Answered { Status: HttpStatusCode.NotFound, Problem: NotFound } => new EdFiOutcome.Deleted(),
        EdFiExchange.Answered answer when (int)answer.Status is >= 200 and < 300 =>
            new EdFiOutcome.Unknown($"The Ed-Fi API answered a deletion with {(int)answer.Status} instead of 204. Check the address; what answers there may be another program."),
        _ => Otherwise(exchange, clock),
    };

    /// <summary>The answer to a question for one event: null and its id, or null and no id where it is not there; otherwise what stood in the way.</summary>
    public static EdFiOutcome? ToGet(EdFiExchange exchange, EdFiEventKey key, TimeProvider clock, out string? id)
    {
        id = null;
        if (exchange is not EdFiExchange.Answered { Status: HttpStatusCode.OK } found)
            return Otherwise(exchange, clock) switch { EdFiOutcome.Unknown(var reason) => new EdFiOutcome.TryAgain(reason), var trouble => trouble };
        try
        {
            id = EdFiJson.ReadFound(found.Body, key);
            return null;
        }
        catch (FormatException)
        {
            return new EdFiOutcome.Refused("The Ed-Fi API was asked for one event and answered with something else, so nothing is deleted. Look for the event there by hand, and check the address.");
        }
    }

    /// <summary>The answer to a question for any events: null where it was answered with a list.</summary>
    public static EdFiOutcome? ToQuestion(EdFiExchange exchange, TimeProvider clock) => exchange switch
    {
        EdFiExchange.Answered { Status: HttpStatusCode.OK, Body: [(byte)'[', ..] } => null,
        EdFiExchange.Answered { Status: HttpStatusCode.OK } => new EdFiOutcome.Refused("What answers there is no Ed-Fi API. Check the address; some need a school year or a district in it."),
        _ => Otherwise(exchange, clock),
    };

    /// <summary>Whether a request that had this answer may have been carried out.</summary>
    public static bool MayHaveArrived(EdFiExchange exchange) => exchange switch
    {
        EdFiExchange.Silence silence => silence.MayHaveArrived,
        EdFiExchange.Answered { Status: var status } => (int)status is < 400 or 408 or (>= 500 and not 503),
        _ => true,
    };

    private static EdFiOutcome Otherwise(EdFiExchange exchange, TimeProvider clock) => exchange switch
    {
        EdFiExchange.Silence { MayHaveArrived: true } silence => new EdFiOutcome.Unknown(silence.Reason),
        EdFiExchange.Silence silence => new EdFiOutcome.TryAgain(silence.Reason),
        EdFiExchange.Answered answer => Otherwise(answer, clock),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static EdFiOutcome Otherwise(EdFiExchange.Answered answer, TimeProvider clock) => (int)answer.Status switch
    {
        400 => new EdFiOutcome.Refused($"The Ed-Fi API takes the event for invalid (400). Check that the category is one of the API's descriptors.{answer.Trace}"),
        401 => new EdFiOutcome.CredentialsRefused($"The Ed-Fi API gives out tokens for the key and secret, and then does not accept them (401). Ask its host.{answer.Trace}"),
        403 when answer.Problem.StartsWith(ActionDenied, StringComparison.Ordinal) =>
            new EdFiOutcome.CredentialsRefused($"The key may not write attendance events (403). Ask the host of the Ed-Fi API for a claim set that may.{answer.Trace}"),
        403 => new EdFiOutcome.Refused($"The key has no access to this student at this school (403). Check the student's Ed-Fi id and that Ed-Fi has the student enrolled there.{answer.Trace}"),
        404 => new EdFiOutcome.Refused($"There are no attendance events at this address (404). Correct the address of the Ed-Fi API; some need a school year or a district in it.{answer.Trace}"),
        408 or 502 or 504 => new EdFiOutcome.Unknown($"Something between here and the Ed-Fi API gave up waiting ({(int)answer.Status})."),
        409 => new EdFiOutcome.Refused(
            $"Ed-Fi does not have the student, the school, the session or the section that the event names (409). Load it there first, or correct the session in the connector.{answer.Trace}"),
        412 => new EdFiOutcome.TryAgain("Somebody else changed the event at the same time (412).", answer.NotBefore(clock)),
        429 => new EdFiOutcome.TryAgain("The Ed-Fi API asks for fewer requests (429).", answer.NotBefore(clock)),
        >= 500 => new EdFiOutcome.TryAgain($"The Ed-Fi API has a fault ({(int)answer.Status}).{answer.Trace}", answer.NotBefore(clock)),
        var status => new EdFiOutcome.Refused($"The Ed-Fi API refuses the event ({status}). Ask its host.{answer.Trace}"),
    };
}
