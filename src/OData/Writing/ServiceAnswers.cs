using System.Text.Json;
using System.Xml;
using K12Sync.OData.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.OData.Edm.Csdl;

namespace K12Sync.OData.Writing;

/// <summary>The service document and $metadata.</summary>
internal static class ServiceAnswers
{
    public static Task ServiceDocumentAsync(ODataRequest request) => JsonAnswer.WriteAsync(request, json =>
    {
        json.WriteStartObject();
        if (request.Wants.WritesContext)
            json.WriteString("@odata.context", request.Root + "/$metadata");
        json.WriteStartArray("value");
        foreach (var set in request.Model.Sets)
        {
            json.WriteStartObject();
            json.WriteString("name", set.Name);
            json.WriteString("kind", "EntitySet");
            json.WriteString("url", set.Name);
            if (set.Summary is { } summary)
                json.WriteString("title", summary);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    });

    public static async Task MetadataAsync(HttpContext http, ODataModel model, string? format)
    {
        Negotiation.CheckHeaders(http.Request.Headers);
        var wantsJson = Negotiation.WantsJsonMetadata(http.Request.Headers, format);
        using var memory = new MemoryStream();
        if (wantsJson)
        {
            await using var json = new Utf8JsonWriter(memory);
            if (!CsdlWriter.TryWriteCsdl(model.Edm, json, out var errors))
                throw ODataFault.Unsupported("CSDL as JSON: " + string.Join("; ", errors.Select(e => e.ErrorMessage)));
            await json.FlushAsync(http.RequestAborted).ConfigureAwait(false);
        }
        else
        {
            await memory.WriteAsync(System.Text.Encoding.UTF8.GetBytes(Xml(model)), http.RequestAborted).ConfigureAwait(false);
        }
        http.Response.ContentType = wantsJson ? "application/json;charset=utf-8" : "application/xml;charset=utf-8";
        http.Response.ContentLength = memory.Length;
        await http.Response.Body.WriteAsync(memory.GetBuffer().AsMemory(0, (int)memory.Length), http.RequestAborted).ConfigureAwait(false);
    }

    private static string Xml(ODataModel model)
    {
        using var memory = new MemoryStream();
        using (var xml = XmlWriter.Create(memory, new XmlWriterSettings { Encoding = new System.Text.UTF8Encoding(false), Indent = true }))
        {
            if (!CsdlWriter.TryWriteCsdl(model.Edm, xml, CsdlTarget.OData, out var errors))
                throw new InvalidOperationException("The model cannot be written: " + string.Join("; ", errors.Select(e => e.ErrorMessage)));
        }
        // The standard spells it in lower case, and some generators of clients read it that way only.
        return System.Text.Encoding.UTF8.GetString(memory.ToArray()).Replace("Scale=\"Variable\"", "Scale=\"variable\"", StringComparison.Ordinal);
    }
}
