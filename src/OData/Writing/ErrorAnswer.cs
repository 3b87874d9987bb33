using System.Text.Json;
using K12Sync.OData.Http;
using Microsoft.AspNetCore.Http;

namespace K12Sync.OData.Writing;

/// <summary>The OData error format: code, message, target, details, and the support id that the log has too.</summary>
internal static class ErrorAnswer
{
    public static async Task WriteAsync(HttpContext http, ODataFault fault, string supportId)
    {
        var response = http.Response;
        response.StatusCode = fault.Status;
        response.ContentType = "application/json;charset=utf-8";
        foreach (var (name, value) in fault.Headers)
            response.Headers[name] = value;
        var buffer = new ResponseBuffer(response);
        await using var json = new Utf8JsonWriter(buffer, RowsAnswer.JsonOptions);
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteString("code", fault.Code);
        json.WriteString("message", fault.Message);
        if (fault.Target is { } target)
            json.WriteString("target", target);
        if (fault.Details.Count > 0)
            WriteDetails(json, fault.Details);
        json.WriteStartObject("innererror");
        json.WriteString("supportId", supportId);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        await json.FlushAsync().ConfigureAwait(false);
        await buffer.EndAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private static void WriteDetails(Utf8JsonWriter json, IReadOnlyList<InvalidProperty> details)
    {
        json.WriteStartArray("details");
        foreach (var detail in details)
        {
            json.WriteStartObject();
            json.WriteString("code", detail.Code);
            json.WriteString("message", detail.Message);
            json.WriteString("target", detail.Property);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
