using K12Sync.OData.Tests.Bookshop;
using Microsoft.OData;
using Microsoft.OData.Edm;

namespace K12Sync.OData.Tests.Formats;

/// <summary>One answer inside a batch, as Microsoft's reader takes it out.</summary>
internal sealed record BatchPartRead(int Status, IReadOnlyDictionary<string, string> Headers, string Body, string? ContentId);

/// <summary>Microsoft's own reader, as the judge of our payloads.</summary>
internal static class PayloadReader
{
    public static List<ODataResource> Resources(Answer answer, IEdmModel model, bool isSet)
    {
        using var reader = Open(answer, model);
        var resources = isSet ? reader.CreateODataResourceSetReader() : reader.CreateODataResourceReader();
        return [.. Items(resources).OfType<ODataResource>()];
    }

    /// <summary>Rows and removed rows of a delta, and the set around them at the end.</summary>
    public static List<ODataItem> Delta(Answer answer, IEdmModel model, string set)
    {
        using var reader = Open(answer, model);
        var found = model.EntityContainer.FindEntitySet(set);
        return Items(reader.CreateODataDeltaResourceSetReader(found, found.EntityType()));
    }

    public static ODataServiceDocument ServiceDocument(Answer answer, IEdmModel model) => Read(answer, model, r => r.ReadServiceDocument());

    public static ODataError Error(Answer answer, IEdmModel model) => Read(answer, model, r => r.ReadError());

    public static ODataProperty Property(Answer answer, IEdmModel model) => Read(answer, model, r => r.ReadProperty());

    public static object? Value(Answer answer, IEdmModel model) => Read(answer, model, r => r.ReadValue(EdmCoreModel.Instance.GetString(true)));

    public static List<object?> Collection(Answer answer, IEdmModel model) => Read(answer, model, r =>
    {
        var (collection, items) = (r.CreateODataCollectionReader(), new List<object?>());
        while (collection.Read())
        {
            if (collection.State == ODataCollectionReaderState.Value)
                items.Add(collection.Item);
        }
        return items;
    });

    public static List<BatchPartRead> Batch(Answer answer, IEdmModel model)
    {
        using var reader = Open(answer, model);
        var (batch, parts) = (reader.CreateODataBatchReader(), new List<BatchPartRead>());
        while (batch.Read())
        {
            if (batch.State != ODataBatchReaderState.Operation)
                continue;
            var part = batch.CreateOperationResponseMessage();
            using var body = new StreamReader(part.GetStream());
            parts.Add(new BatchPartRead(part.StatusCode, part.Headers.ToDictionary(h => h.Key, h => h.Value, StringComparer.OrdinalIgnoreCase), body.ReadToEnd(), part.ContentId));
        }
        return parts;
    }

    private static T Read<T>(Answer answer, IEdmModel model, Func<ODataMessageReader, T> read)
    {
        using var reader = Open(answer, model);
        return read(reader);
    }

    private static List<ODataItem> Items(ODataReader reader)
    {
        var read = new List<ODataItem>();
        while (reader.Read())
        {
            if (reader.State is ODataReaderState.ResourceEnd or ODataReaderState.ResourceSetEnd or ODataReaderState.DeltaResourceSetEnd or ODataReaderState.DeletedResourceEnd && reader.Item is { } item)
                read.Add(item);
        }
        return read;
    }

    private static ODataMessageReader Open(Answer answer, IEdmModel model) => new(
        new Message(answer), new ODataMessageReaderSettings { MaxProtocolVersion = ODataVersion.V4, EnableMessageStreamDisposal = true }, model);

    private sealed class Message(Answer answer) : IODataResponseMessage
    {
        public IEnumerable<KeyValuePair<string, string>> Headers => [];
        public int StatusCode { get; set; } = 200;

        public string? GetHeader(string headerName) => headerName switch
        {
            "Content-Type" => answer.Response.Content.Headers.ContentType!.ToString(),
            "OData-Version" => answer.Response.Headers.GetValues("OData-Version").Single(),
            _ => null,
        };

        public Stream GetStream() => new MemoryStream(System.Text.Encoding.UTF8.GetBytes(answer.Text));

        public void SetHeader(string headerName, string headerValue)
        {
        }
    }
}
