using System.Linq.Expressions;
using System.Text.Json;
using K12Sync.OData.Http;
using K12Sync.OData.Model;
using K12Sync.OData.Queries;
using K12Sync.OData.Translation;
using K12Sync.OData.Writing;

namespace K12Sync.OData.Changes;

/// <summary>Turns what the host says became of a write or an operation into an answer.</summary>
internal sealed class ResultAnswer(ODataRequest request, TranslationScope scope)
{
    /// <summary>The status of what was done; null for what was refused.</summary>
    public static int? StatusOf(ODataResult result) => result switch
    {
        ODataResult.Created => 201,
        ODataResult.Saved or ODataResult.Rows or ODataResult.Value { Content: not null } => 200,
        ODataResult.Done or ODataResult.Value => 204,
        ODataResult.Accepted => 202,
        _ => null,
    };

    public Task WriteAsync(ODataResult result, EntitySet? set, Operation? operation) => result switch
    {
        ODataResult.Created created => RowAsync(set!, created.Key, created.Row, 201, operation is null),
        ODataResult.Saved saved => RowAsync(set!, saved.Key, saved.Row, 200, operation is null),
        ODataResult.Done => Empty(204),
        ODataResult.Accepted accepted => AcceptedAsync(accepted),
        ODataResult.Value { Content: null } => Empty(204),
        ODataResult.Value value => ValueAsync(value.Content!, operation),
        ODataResult.Rows rows => RowsAsync(set!, rows.Query),
        ODataResult.NotFound => throw ODataFault.NotFound(set is null ? "There is no such thing." : $"There is no such row in {set.Name}."),
        ODataResult.Forbidden forbidden => throw new ODataFault(403, "Forbidden", forbidden.Message),
        ODataResult.Conflict conflict => throw new ODataFault(409, "Conflict", conflict.Message, conflict.Target),
        ODataResult.Invalid invalid => throw new ODataFault(422, "Invalid", invalid.Message, invalid.Properties.FirstOrDefault()?.Property) { Details = invalid.Properties },
        ODataResult.PreconditionFailed => throw Preconditions.Stale(),
        ODataResult.TooMany many => throw ODataFault.Later(429, "TooManyRequests", many.Message, many.RetryAfter),
        ODataResult.Unavailable away => throw ODataFault.Later(503, "Unavailable", away.Message, away.RetryAfter),
        _ => throw new InvalidOperationException($"{result} has no answer."),
    };

    private async Task RowAsync(EntitySet set, object[] key, object? known, int status, bool isWrite)
    {
        var response = request.Http.Response;
        var location = request.Root + "/" + RowWriter.RelativeUrl(set, key);
        var shape = RowShape.Whole(set);
        var row = known ?? await ReadAsync(set, key, shape).ConfigureAwait(false);
        if (status == 201)
            response.Headers.Location = location;
        if (row is not null && set.Version is { } version)
            response.Headers.ETag = RowWriter.ETag(version.Writer.Get(row));
        if (isWrite && request.Wants.ReturnRow is { } preferred)
            response.Headers["Preference-Applied"] = preferred ? "return=representation" : "return=minimal";
        if (row is null || (isWrite && request.Wants.ReturnRow == false))
        {
            response.Headers["OData-EntityId"] = location;
            response.StatusCode = 204;
            return;
        }
        response.StatusCode = status;
        await JsonAnswer.WriteAsync(request, json => new RowWriter(request).Write(json, shape, RowNode.Bare(row), ContextUrl.Row(request.Root, shape))).ConfigureAwait(false);
    }

    private Task<object?> ReadAsync(EntitySet set, object[] key, RowShape shape)
    {
        var (place, parameter) = Place.RowOf(set);
        var match = set.Key.Zip(key).Select(pair => NodeTranslator.SameType(
            Expression.Property(place.Row, pair.First.Clr), new Literals().Add(pair.Second, pair.Second.GetType()), Expression.Equal)).Aggregate(Expression.AndAlso);
        return Execution.FirstAsync(Query.Select(Query.Where(request.Rows(set), Expression.Lambda(match, parameter)), shape.Selector()), request.Stopped);
    }

    private async Task RowsAsync(EntitySet set, IQueryable rows)
    {
        var query = ParsedQuery.Read(request, scope, set);
        var page = PageReader.Make(request, scope, new Target.RowsOf(set, rows, false), query);
        request.Http.Response.ContentType = request.Wants.ContentType;
        await new RowsAnswer(request, scope).WriteAsync(page).ConfigureAwait(false);
    }

    private Task AcceptedAsync(ODataResult.Accepted accepted)
    {
        if (accepted.Location is { } location)
            request.Http.Response.Headers.Location = request.Root + "/" + location;
        return Empty(202);
    }

    private Task ValueAsync(object content, Operation? operation) => JsonAnswer.WriteAsync(request, json =>
    {
        var type = operation?.ReturnType ?? content.GetType();
        var element = ViewTypes.ElementOfCollection(type);
        var bare = element ?? Nullable.GetUnderlyingType(type) ?? type;
        var complex = ViewTypes.Primitive(bare) is null && !bare.IsEnum ? operation!.Structured(bare) : null;
        json.WriteStartObject();
        if (request.Wants.WritesContext)
            json.WriteString("@odata.context", ContextUrl.Of(request.Root, TypeName(bare, element is not null)));
        if (element is not null)
        {
            json.WriteStartArray("value");
            foreach (var item in (System.Collections.IEnumerable)content)
                WriteOne(json, complex, item);
            json.WriteEndArray();
        }
        else if (complex is not null)
        {
            WriteMembers(json, complex, content);
        }
        else
        {
            json.WritePropertyName("value");
            ColumnWriter.WriteValue(json, content, request.Wants.NumbersAsText);
        }
        json.WriteEndObject();
    });

    private void WriteOne(Utf8JsonWriter json, StructuredView? complex, object item)
    {
        if (complex is null)
            ColumnWriter.WriteValue(json, item, request.Wants.NumbersAsText);
        else
            ColumnWriter.WriteComplex(json, complex, item, request.Wants.NumbersAsText);
    }

    private void WriteMembers(Utf8JsonWriter json, StructuredView complex, object content)
    {
        foreach (var property in complex.Properties)
        {
            json.WritePropertyName(property.EncodedName);
            property.Writer.Write(json, content, request.Wants.NumbersAsText);
        }
    }

    private string TypeName(Type bare, bool many)
    {
        var name = ViewTypes.Primitive(bare) is { } kind ? "Edm." + kind : request.Model.Namespace + "." + (bare.Name.EndsWith("View", StringComparison.Ordinal) ? bare.Name[..^4] : bare.Name);
        return many ? $"Collection({name})" : name;
    }

    private Task Empty(int status)
    {
        request.Http.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
