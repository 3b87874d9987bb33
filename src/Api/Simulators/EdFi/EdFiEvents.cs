using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace K12Sync.Api.Simulators.EdFi;

/// <summary>The events that a simulated API holds: one for each natural key.</summary>
internal sealed class EdFiEvents(EdFiSimulation simulation)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Held> _byKey = new(StringComparer.OrdinalIgnoreCase);

    private sealed record Held(EdFiCollection Collection, string Id, string ETag, JsonObject Event);

    /// <summary>Every event, with its id and its collection.</summary>
    public IReadOnlyList<(string Collection, string Id, JsonObject Event)> All
    {
        get
        {
            lock (_gate)
                return [.. _byKey.Values.Select(h => (h.Collection.Name, h.Id, h.Event))];
        }
    }

    public async Task<IResult> PostAsync(EdFiCollection collection, HttpContext http)
    {
        JsonElement e;
        try
        {
            e = await JsonSerializer.DeserializeAsync<JsonElement>(http.Request.Body, cancellationToken: http.RequestAborted);
        }
        catch (JsonException)
        {
            return EdFiProblem.Of(400, "bad-request:data-validation-failed", "The request body is no JSON.");
        }
        if (e.ValueKind != JsonValueKind.Object || e.TryGetProperty("id", out _) || collection.FindFault(e, out var key) is not null)
            return EdFiProblem.Of(400, "bad-request:data-validation-failed", $"Data validation failed: {e}");
        return Refuse(e, key) ?? Upsert(collection, string.Join('\n', key.Prepend(collection.Name)), JsonObject.Create(e)!, http);
    }

    private IResult? Refuse(JsonElement e, string[] key)
    {
        var (student, school) = (key[0], long.Parse(key[1], CultureInfo.InvariantCulture));
        if ((!simulation.Schools.IsEmpty && !simulation.Schools.Contains(school)) || (!simulation.Students.IsEmpty && !simulation.Students.Contains(student)))
            return EdFiProblem.Of(403, "security:authorization:", $"No relationships have been established for student '{student}' and school '{school}'.");
        if (!simulation.Categories.IsEmpty && !simulation.Categories.Contains(EdFiCollection.Text(e, "attendanceEventCategoryDescriptor")!, StringComparer.OrdinalIgnoreCase))
            return EdFiProblem.Of(400, "bad-request:data-validation-failed", "AttendanceEventCategoryDescriptor value does not exist.");
        var session = EdFiCollection.Text(e, "sessionReference.sessionName") ?? EdFiCollection.Text(e, "sectionReference.sessionName");
        return simulation.Sessions.IsEmpty || simulation.Sessions.Contains(session!) ? null
            : EdFiProblem.Of(409, "data-conflict:unresolved-reference", "The referenced 'Session' item does not exist.");
    }

    private IResult Upsert(EdFiCollection collection, string key, JsonObject e, HttpContext http)
    {
        lock (_gate)
        {
            var before = _byKey.GetValueOrDefault(key);
            if (before is not null && IsOutdated(before, http))
                return EdFiProblem.Of(412, "optimistic-lock-failed", "The item has been modified by another user.");
            var held = new Held(collection, before?.Id ?? Guid.NewGuid().ToString("N"), Guid.NewGuid().ToString("N"), e);
            _byKey[key] = held;
            http.Response.Headers.Location = $"{http.Request.Scheme}://{http.Request.Host}/data/v3/ed-fi/{collection.Name}/{held.Id}";
            http.Response.Headers.ETag = $"\"{held.ETag}\"";
            return TypedResults.StatusCode(before is null ? 201 : 200);
        }
    }

    private static bool IsOutdated(Held held, HttpContext http) => http.Request.Headers.IfMatch is [{ } tag] && tag.Trim('"') != held.ETag;

    /// <summary>What a query names of the key must be so; a parameter that is no part of it is 400.</summary>
    public IResult Find(EdFiCollection collection, HttpContext http)
    {
        var asked = http.Request.Query.ToDictionary(q => Array.Find(collection.Key, k => k.Split('.')[^1] == q.Key) ?? "", q => q.Value.ToString());
        if (asked.ContainsKey(""))
            return EdFiProblem.Of(400, "bad-request:parameter", "A parameter is not known.");
        return TypedResults.Json(In(collection).Where(h => asked.All(a =>
            string.Equals(EdFiCollection.Text(JsonSerializer.SerializeToElement(h.Event), a.Key), a.Value, StringComparison.OrdinalIgnoreCase))).Select(WithId));
    }

    public IResult Get(EdFiCollection collection, string id) => In(collection).Find(h => h.Id == id) is { } held
        ? TypedResults.Json(WithId(held))
        : EdFiProblem.Of(404, "not-found", "The specified item could not be found.");

    public IResult Delete(EdFiCollection collection, string id, HttpContext http)
    {
        lock (_gate)
        {
            var (key, held) = _byKey.FirstOrDefault(h => h.Value.Collection == collection && h.Value.Id == id);
            if (held is null)
                return EdFiProblem.Of(404, "not-found", "The specified item could not be found.");
            if (IsOutdated(held, http))
                return EdFiProblem.Of(412, "optimistic-lock-failed", "The item has been modified by another user.");
            _byKey.Remove(key);
            return TypedResults.NoContent();
        }
    }

    private List<Held> In(EdFiCollection collection)
    {
        lock (_gate)
            return [.. _byKey.Values.Where(h => h.Collection == collection)];
    }

    private static JsonObject WithId(Held held)
    {
        var e = held.Event.DeepClone().AsObject();
        e["id"] = held.Id;
        e["_etag"] = held.ETag;
        return e;
    }
}
