using K12Sync.OData.Http;
using K12Sync.OData.Queries;
using K12Sync.OData.Writing;
using Microsoft.AspNetCore.Http;

namespace K12Sync.OData.Changes;

/// <summary>If-Match and If-None-Match against a row's version.</summary>
internal static class Preconditions
{
    /// <summary>The row as stored for this caller, with key and version loaded; null when it is not there.</summary>
    public static Task<object?> LoadAsync(ODataRequest request, Target.RowOf row) =>
        Execution.FirstAsync(Translation.Query.Select(row.Source, RowShape.Whole(row.Set).Selector()), request.Stopped);

    /// <summary>Whether a read can be answered with 304.</summary>
    public static bool IsUnchanged(ODataRequest request, EntitySet set, object row) =>
        set.Version is { } version && request.Http.Request.Headers.IfNoneMatch is { Count: > 0 } tags && Matches(tags.ToString(), version.Writer.Get(row));

    /// <summary>The version the client saw, or null for <c>*</c> and for sets without versions. 428 when it said nothing, 412 when it saw another.</summary>
    /// <remarks>An ETag in the body counts too: a client may send back the row as it was given.</remarks>
    public static object? Expected(ODataRequest request, EntitySet set, object row, bool required, string? inBody = null)
    {
        if (set.Version is not { } version)
            return null;
        var tags = request.Http.Request.Headers.IfMatch.ToString();
        if (inBody is not null && !Matches(inBody, version.Writer.Get(row)))
            throw Stale(RowWriter.ETag(version.Writer.Get(row)));
        tags = tags.Length == 0 ? inBody ?? "" : tags;
        if (tags.Length == 0)
        {
            return required
                ? throw new ODataFault(428, "PreconditionRequired", "Send If-Match with the row's ETag, so that nobody's change is overwritten unseen.", "If-Match")
                : null;
        }
        var stored = version.Writer.Get(row);
        if (!Matches(tags, stored))
            throw Stale(RowWriter.ETag(stored));
        return tags.Trim() == "*" ? null : stored;
    }

    public static bool AsksForNew(HttpRequest request) => request.Headers.IfNoneMatch.ToString().Trim() == "*";

    public static ODataFault Stale(string? current = null) => new(412, "PreconditionFailed",
        "The row has changed since you read it. Read it again, and decide again.", "If-Match")
    {
        Headers = current is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["ETag"] = current },
    };

    private static bool Matches(string tags, object? version)
    {
        if (tags.Trim() == "*")
            return true;
        var own = Opaque(RowWriter.ETag(version));
        return tags.Split(',', StringSplitOptions.TrimEntries).Any(tag => Opaque(tag) == own);
    }

    // Weak and strong tags are compared alike: the version counts changes of the row, not of its bytes.
    private static string Opaque(string tag) => tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : tag;
}
