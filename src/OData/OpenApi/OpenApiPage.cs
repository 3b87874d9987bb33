using System.Text.Json;
using K12Sync.OData.Model;

namespace K12Sync.OData.OpenApi;

/// <summary>Writes a model as OpenAPI 3.1, from the same declarations as $metadata.</summary>
internal sealed class OpenApiPage(ODataModel model, Utf8JsonWriter json)
{
    private static readonly (string Name, string Type, string Description)[] QueryParameters =
    [
        ("$filter", "string", "Which rows: Pages gt 5 and startswith(Title,'A')"),
        ("$orderby", "string", "In which order: Title desc,Id"),
        ("$select", "string", "Which properties: Id,Title"),
        ("$expand", "string", "Which related rows come along"),
        ("$top", "integer", "At most so many rows"),
        ("$skip", "integer", "Leave out so many rows"),
        ("$count", "boolean", "Whether to count all rows that match"),
        ("$search", "string", "Words to look for"),
        ("$apply", "string", "Aggregation: groupby((Genre),aggregate($count as N))"),
        ("$format", "string", "json or csv"),
    ];

    public void Write(string title, string version, string root)
    {
        json.WriteStartObject();
        json.WriteString("openapi", "3.1.0");
        Object("info", () =>
        {
            json.WriteString("title", title);
            json.WriteString("version", version);
        });
        Array("servers", () => Item(() => json.WriteString("url", root)));
        Object("paths", () =>
        {
            foreach (var set in model.Sets)
                WriteSet(set);
            foreach (var operation in model.Operations)
                WriteOperation(operation, "/" + operation.Name);
        });
        Object("components", () =>
        {
            Object("schemas", () => new OpenApiSchemas(model, json).Write());
            Object("parameters", WriteParameters);
        });
        json.WriteEndObject();
    }

    private void WriteParameters()
    {
        foreach (var (name, type, description) in QueryParameters)
        {
            Object(name.TrimStart('$'), () =>
            {
                json.WriteString("name", name);
                json.WriteString("in", "query");
                json.WriteString("description", description);
                Object("schema", () => json.WriteString("type", type));
            });
        }
    }

    private void WriteSet(EntitySet set)
    {
        Object("/" + set.Name, () =>
        {
            Operation("get", set, "list", set.Summary ?? $"Rows of {set.Name}", QueryParameters.Select(p => p.Name.TrimStart('$')), null, "200", () => Rows(set));
            if (set.CanInsert)
                Operation("post", set, "create", $"Adds a row to {set.Name}", [], set.View, "201", () => Reference(set.View));
        });
        var row = "/" + set.Name + "(" + string.Join(',', set.Key.Select(k => (set.Key.Count == 1 ? "" : k.Name + "=") + Quoted(k))) + ")";
        Object(row, () =>
        {
            Array("parameters", () => WriteKeys(set));
            Operation("get", set, "read", $"One row of {set.Name}", ["select", "expand"], null, "200", () => Reference(set.View));
            if (set.CanUpdate)
            {
                Operation("patch", set, "change", "Changes what is given; needs If-Match", [], set.View, "200", () => Reference(set.View));
                Operation("put", set, "replace", "Replaces the row; needs If-Match", [], set.View, "200", () => Reference(set.View));
            }
            if (set.CanDelete)
                Operation("delete", set, "delete", "Deletes the row; needs If-Match", [], null, "204", null);
        });
        foreach (var link in set.Links)
        {
            Object(row + "/" + link.Name, () =>
            {
                Array("parameters", () => WriteKeys(set));
                Operation("get", set, "follow" + link.Name, $"{link.Name} of the row", [], null, "200", () =>
                {
                    if (link.ToMany)
                        Rows(link.To);
                    else
                        Reference(link.To.View);
                });
            });
        }
        foreach (var operation in set.Operations)
            WriteOperation(operation, (operation.BoundToSet ? "/" + set.Name : row) + "/" + model.Namespace + "." + operation.Name);
    }

    private void WriteOperation(Operation operation, string path)
    {
        var arguments = operation.IsAction ? "" : "(" + string.Join(',', operation.Parameters.Select(p => p.Name + "={" + p.Name + "}")) + ")";
        Object(path + arguments, () =>
        {
            var keys = operation is { BoundTo: { } set, BoundToSet: false } ? set : null;
            Array("parameters", () =>
            {
                if (keys is not null)
                    WriteKeys(keys);
                foreach (var parameter in operation.Parameters.Where(_ => !operation.IsAction))
                    Item(() => PathParameter(parameter.Name, () => new OpenApiSchemas(model, json).Inline(parameter.Type)));
            });
            Object(operation.IsAction ? "post" : "get", () =>
            {
                json.WriteString("operationId", (operation.BoundTo?.Name ?? "Service") + "." + operation.Name);
                json.WriteString("summary", operation.Summary ?? operation.Name);
                if (operation.IsAction && operation.Parameters.Count > 0)
                    Body(() => new OpenApiSchemas(model, json).Parameters(operation));
                Responses("200", operation.ReturnSet is { } returned ? () => { if (operation.ReturnsManyRows) Rows(returned); else Reference(returned.View); }
                    : operation.ReturnType is { } type ? () => new OpenApiSchemas(model, json).Inline(type) : null);
            });
        });
    }

    private void Operation(string method, EntitySet set, string verb, string summary, IEnumerable<string> parameters, StructuredView? body, string status, Action? answer) => Object(method, () =>
    {
        json.WriteString("operationId", set.Name + "." + verb);
        json.WriteString("summary", summary);
        Array("tags", () => json.WriteStringValue(set.Name));
        Array("parameters", () =>
        {
            foreach (var name in parameters)
                Item(() => json.WriteString("$ref", "#/components/parameters/" + name));
        });
        if (body is not null)
            Body(() => Reference(body));
        Responses(status, answer);
    });

    private void Body(Action schema) => Object("requestBody", () => Object("content", () => Object("application/json", () => Object("schema", schema))));

    private void Responses(string status, Action? schema) => Object("responses", () =>
    {
        Object(status, () => Content("Done", schema));
        Object("default", () => Content("An error in the OData format", () => json.WriteString("$ref", "#/components/schemas/Error")));
    });

    private void Content(string description, Action? schema)
    {
        json.WriteString("description", description);
        if (schema is not null)
            Object("content", () => Object("application/json", () => Object("schema", schema)));
    }

    private void Rows(EntitySet set)
    {
        json.WriteString("type", "object");
        Object("properties", () =>
        {
            Object("value", () =>
            {
                json.WriteString("type", "array");
                Object("items", () => Reference(set.View));
            });
            Object("@odata.count", () => json.WriteString("type", "integer"));
            Object("@odata.nextLink", () => json.WriteString("type", "string"));
        });
    }

    private void WriteKeys(EntitySet set)
    {
        foreach (var key in set.Key)
            Item(() => PathParameter(key.Name, () => new OpenApiSchemas(model, json).Inline(key.Type)));
    }

    private void PathParameter(string name, Action schema)
    {
        json.WriteString("name", name);
        json.WriteString("in", "path");
        json.WriteBoolean("required", true);
        Object("schema", schema);
    }

    private static string Quoted(ViewProperty key) => key.ElementType == typeof(string) || key.ElementType.IsEnum ? "'{" + key.Name + "}'" : "{" + key.Name + "}";

    private void Reference(StructuredView view) => json.WriteString("$ref", "#/components/schemas/" + view.Name);

    private void Object(string name, Action write)
    {
        json.WriteStartObject(name);
        write();
        json.WriteEndObject();
    }

    private void Array(string name, Action write)
    {
        json.WriteStartArray(name);
        write();
        json.WriteEndArray();
    }

    private void Item(Action write)
    {
        json.WriteStartObject();
        write();
        json.WriteEndObject();
    }
}
