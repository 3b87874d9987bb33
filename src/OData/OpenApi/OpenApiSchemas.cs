using System.Text.Json;
using K12Sync.OData.Model;

namespace K12Sync.OData.OpenApi;

/// <summary>The types of a model as JSON schemas.</summary>
internal sealed class OpenApiSchemas(ODataModel model, Utf8JsonWriter json)
{
    public void Write()
    {
        foreach (var view in model.Types.AllStructured)
        {
            json.WriteStartObject(view.Name);
            json.WriteString("type", "object");
            json.WriteStartObject("properties");
            foreach (var property in view.Properties)
            {
                json.WriteStartObject(property.Name);
                Inline(property.Type, property.IsNullable && !property.IsCollection);
                if (property.Description is { } description)
                    json.WriteString("description", description);
                if (property.IsReadOnly)
                    json.WriteBoolean("readOnly", true);
                json.WriteEndObject();
            }
            json.WriteEndObject();
            json.WriteEndObject();
        }
        WriteError();
    }

    /// <summary>Writes the members of a schema for a CLR type.</summary>
    public void Inline(Type type, bool nullable = false)
    {
        if (ViewTypes.ElementOfCollection(type) is { } element)
        {
            json.WriteString("type", "array");
            json.WriteStartObject("items");
            Inline(element);
            json.WriteEndObject();
            return;
        }
        var bare = Nullable.GetUnderlyingType(type) ?? type;
        if (bare.IsEnum)
        {
            Type("string", null, nullable);
            json.WriteStartArray("enum");
            foreach (var name in Enum.GetNames(bare))
                json.WriteStringValue(name);
            if (nullable)
                json.WriteNullValue();
            json.WriteEndArray();
            return;
        }
        if (ViewTypes.Primitive(bare) is null)
        {
            json.WriteString("$ref", "#/components/schemas/" + model.Types.Structured(bare).Name);
            return;
        }
        var (shown, format) = JsonType(bare);
        Type(shown, format, nullable);
    }

    public void Parameters(Operation operation)
    {
        json.WriteString("type", "object");
        json.WriteStartObject("properties");
        foreach (var parameter in operation.Parameters)
        {
            json.WriteStartObject(parameter.Name);
            Inline(parameter.Type, parameter.IsOptional);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteStartArray("required");
        foreach (var parameter in operation.Parameters.Where(p => !p.IsOptional))
            json.WriteStringValue(parameter.Name);
        json.WriteEndArray();
    }

    private void Type(string name, string? format, bool nullable)
    {
        if (nullable)
        {
            json.WriteStartArray("type");
            json.WriteStringValue(name);
            json.WriteStringValue("null");
            json.WriteEndArray();
        }
        else
        {
            json.WriteString("type", name);
        }
        if (format is not null)
            json.WriteString("format", format);
    }

    private static (string Name, string? Format) JsonType(Type type) => type switch
    {
        _ when type == typeof(bool) => ("boolean", null),
        _ when type == typeof(int) => ("integer", "int32"),
        _ when type == typeof(long) => ("integer", "int64"),
        _ when type == typeof(short) || type == typeof(byte) => ("integer", null),
        _ when type == typeof(decimal) => ("number", "decimal"),
        _ when type == typeof(double) || type == typeof(float) => ("number", "double"),
        _ when type == typeof(DateOnly) => ("string", "date"),
        _ when type == typeof(TimeOnly) => ("string", "time"),
        _ when type == typeof(DateTimeOffset) => ("string", "date-time"),
        _ when type == typeof(TimeSpan) => ("string", "duration"),
        _ when type == typeof(Guid) => ("string", "uuid"),
        _ when type == typeof(byte[]) => ("string", "base64url"),
        _ => ("string", null),
    };

    private void WriteError()
    {
        json.WritePropertyName("Error");
        json.WriteRawValue("""
            {"type":"object","properties":{"error":{"type":"object","required":["code","message"],"properties":{
            "code":{"type":"string"},"message":{"type":"string"},"target":{"type":"string"},
            "details":{"type":"array","items":{"type":"object","properties":{"code":{"type":"string"},"message":{"type":"string"},"target":{"type":"string"}}}},
            "innererror":{"type":"object","properties":{"supportId":{"type":"string"}}}}}}}
            """);
    }
}
