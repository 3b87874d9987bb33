using System.Text.Json;
using K12Sync.OData.Http;
using K12Sync.OData.Model;
using K12Sync.OData.Writing;
using Microsoft.AspNetCore.Http;

namespace K12Sync.OData.Changes;

/// <summary>Reads the JSON body of a write into typed values, and says which property is wrong when one is.</summary>
internal static class BodyReader
{
    /// <summary>Reads the whole body, as far as the limit allows.</summary>
    public static async Task<JsonDocument> ReadAsync(HttpRequest request, ODataOptions options, CancellationToken stopped)
    {
        if (request.ContentType is { Length: > 0 } type && !type.StartsWith("application/json", StringComparison.OrdinalIgnoreCase))
            throw new ODataFault(415, "UnsupportedMediaType", "Bodies are read as application/json only.", "Content-Type");
        var bytes = await BytesAsync(request, options, stopped).ConfigureAwait(false);
        try
        {
            return JsonDocument.Parse(bytes.Length == 0 ? "{}"u8.ToArray() : bytes, new JsonDocumentOptions { MaxDepth = 16 });
        }
        catch (JsonException failure)
        {
            throw ODataFault.Malformed(string.Create(System.Globalization.CultureInfo.InvariantCulture,
                $"The body is no JSON: line {failure.LineNumber + 1}, position {failure.BytePositionInLine + 1}."), "body");
        }
    }

    public static async Task<byte[]> BytesAsync(HttpRequest request, ODataOptions options, CancellationToken stopped)
    {
        if (request.ContentLength > options.BodyBytes)
            throw TooLarge(options);
        using var memory = new MemoryStream();
        var buffer = new byte[8192];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, stopped).ConfigureAwait(false)) > 0)
        {
            if (memory.Length + read > options.BodyBytes)
                throw TooLarge(options);
            memory.Write(buffer, 0, read);
        }
        return memory.ToArray();
    }

    /// <summary>The properties given. Control information and read-only properties are passed over: a client may send back what it was given.</summary>
    public static Dictionary<string, object?> Properties(JsonElement body, EntitySet set, bool isCreation)
    {
        if (body.ValueKind != JsonValueKind.Object)
            throw ODataFault.Malformed("The body must be a JSON object.", "body");
        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var member in body.EnumerateObject())
        {
            if (member.Name.EndsWith("@odata.bind", StringComparison.Ordinal) || set.FindLink(member.Name) is not null || IsDelta(member.Name))
                throw ODataFault.Unsupported("Writing related rows together with a row", member.Name);
            if (member.Name.Contains('@', StringComparison.Ordinal))
                continue;
            var property = set.View.Find(member.Name)
                ?? throw ODataFault.UnknownProperty(member.Name, set.View.Name, set.View.Properties.Select(p => p.Name));
            if (property.IsReadOnly || (property.IsKey && !isCreation))
                continue;
            if (!values.TryAdd(member.Name, Value(member.Value, property, member.Name)))
                throw ODataFault.Malformed($"{member.Name} is given twice.", member.Name);
        }
        return values;
    }

    /// <summary>The version the client says the row in the body has; null when it does not say.</summary>
    public static string? ETag(JsonElement body) =>
        body.ValueKind == JsonValueKind.Object && (body.TryGetProperty("@odata.etag", out var tag) || body.TryGetProperty("@etag", out tag)) && tag.ValueKind == JsonValueKind.String
            ? tag.GetString() : null;

    private static bool IsDelta(string name) => name.EndsWith("@odata.delta", StringComparison.Ordinal) || name.EndsWith("@delta", StringComparison.Ordinal);

    public static object? Value(JsonElement json, ViewProperty property, string path)
    {
        if (property.IsCollection)
            return List(json, property.Type, property.ElementType, property.Complex, path);
        if (json.ValueKind == JsonValueKind.Null)
            return property.IsNullable ? null : throw Wrong(path, "must not be null");
        return property.Complex is { } complex ? Complex(json, complex, path) : Scalar(json, property.ElementType, path);
    }

    /// <summary>A value of any type of the model: for the parameters of operations.</summary>
    public static object? Value(JsonElement json, Type type, bool nullable, ViewTypes types, string path)
    {
        if (json.ValueKind == JsonValueKind.Null)
            return nullable ? null : throw Wrong(path, "must not be null");
        var bare = Nullable.GetUnderlyingType(type) ?? type;
        if (ViewTypes.ElementOfCollection(bare) is { } element)
            return List(json, bare, element, ViewTypes.Primitive(element) is null && !element.IsEnum ? types.Structured(element) : null, path);
        return ViewTypes.Primitive(bare) is null && !bare.IsEnum ? Complex(json, types.Structured(bare), path) : Scalar(json, bare, path);
    }

    private static object List(JsonElement json, Type type, Type element, StructuredView? complex, string path)
    {
        if (json.ValueKind != JsonValueKind.Array)
            throw Wrong(path, "must be a list");
        var items = json.EnumerateArray().Select((item, i) =>
        {
            var at = $"{path}[{i.ToString(System.Globalization.CultureInfo.InvariantCulture)}]";
            return complex is null ? Scalar(item, element, at) : Complex(item, complex, at);
        }).ToArray();
        var array = Array.CreateInstance(element, items.Length);
        items.CopyTo(array, 0);
        return type.IsInstanceOfType(array) ? array : Activator.CreateInstance(typeof(List<>).MakeGenericType(element), array)!;
    }

    private static object Complex(JsonElement json, StructuredView view, string path)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw Wrong(path, "must be an object");
        var value = Activator.CreateInstance(view.Type)!;
        foreach (var member in json.EnumerateObject().Where(m => !m.Name.Contains('@', StringComparison.Ordinal)))
        {
            var property = view.Find(member.Name)
                ?? throw ODataFault.UnknownProperty(member.Name, view.Name, view.Properties.Select(p => p.Name), $"{path}/{member.Name}");
            property.Clr.SetValue(value, Value(member.Value, property, $"{path}/{member.Name}"));
        }
        return value;
    }

    private static object Scalar(JsonElement json, Type type, string path)
    {
        try
        {
            if (type == typeof(string))
                return json.ValueKind == JsonValueKind.String ? json.GetString()! : throw Wrong(path, "must be a text");
            if (type == typeof(bool))
                return json.ValueKind is JsonValueKind.True or JsonValueKind.False ? json.GetBoolean() : throw Wrong(path, "must be true or false");
            var isNumber = type.IsPrimitive || type == typeof(decimal);
            var text = json.ValueKind switch
            {
                JsonValueKind.Number when isNumber => json.GetRawText(),
                JsonValueKind.String => json.GetString()!,
                _ => throw Wrong(path, isNumber ? "must be a number" : $"must be a text holding a {type.Name}"),
            };
            if (isNumber && type != typeof(double) && type != typeof(float))
                return Number(text, type, path);
            return type.IsEnum ? UriLiteral.Convert(text, type)! : ScalarText.Read(text, type);
        }
        catch (InvalidOperationException)
        {
            throw Wrong(path, "holds half of a surrogate pair, which is no character");
        }
        catch (Exception failure) when (failure is FormatException or OverflowException || failure is ODataFault { Target: null })
        {
            throw Wrong(path, type.IsEnum ? $"must be one of {string.Join(", ", Enum.GetNames(type))}" : $"is no {type.Name}");
        }
    }

    private static object Number(string text, Type type, string path)
    {
        var exact = decimal.Parse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture);
        if (type != typeof(decimal) && decimal.Truncate(exact) != exact)
            throw Wrong(path, "must be a whole number");
        return Convert.ChangeType(exact, type, System.Globalization.CultureInfo.InvariantCulture);
    }

    private static ODataFault Wrong(string path, string what) => ODataFault.Malformed($"{path} {what}.", path);

    private static ODataFault TooLarge(ODataOptions options) => new(413, "LimitExceeded",
        $"The body is too large. The limit is {options.BodyBytes.ToString("N0", System.Globalization.CultureInfo.InvariantCulture)} bytes.");
}
