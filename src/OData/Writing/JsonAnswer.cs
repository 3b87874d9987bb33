using System.Text.Json;
using K12Sync.OData.Http;

namespace K12Sync.OData.Writing;

/// <summary>Answers with one small JSON document.</summary>
internal static class JsonAnswer
{
    public static async Task WriteAsync(ODataRequest request, Action<Utf8JsonWriter> write)
    {
        var response = request.Http.Response;
        response.ContentType = request.Wants.Format == BodyFormat.Json ? request.Wants.ContentType : (request.Wants with { Format = BodyFormat.Json }).ContentType;
        var buffer = new ResponseBuffer(response);
        await using var json = new Utf8JsonWriter(buffer, RowsAnswer.JsonOptions);
        write(json);
        await json.FlushAsync(request.Stopped).ConfigureAwait(false);
        await buffer.EndAsync(request.Stopped).ConfigureAwait(false);
    }
}
