using System.Net;
using System.Text.Json;
using System.Xml;
using Microsoft.OData;
using Microsoft.OData.Edm;
using Microsoft.OData.Edm.Csdl;

namespace K12Sync.EndToEnd.OData;

[Collection("served on SQLite")]
public sealed class ReaderOnSqlite(ServedOnSqlite served) : ReaderTests(served);

[Collection("served on PostgreSQL")]
public sealed class ReaderOnPostgres(ServedOnPostgres served) : ReaderTests(served);

/// <summary>Every set of the product, its rows with all their links, read back by Microsoft.OData.Core with the model that <c>$metadata</c> shows.</summary>
public abstract class ReaderTests(ServedDistricts served)
{
    private static CancellationToken Now => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json;odata.metadata=full")]
    [InlineData("application/json;odata.metadata=full;IEEE754Compatible=true")]
    public async Task EverySet_IsReadByMicrosoftsReader(string accept)
    {
        var model = await ModelAsync();
        var root = new Uri(served.Root, "odata/");
        foreach (var set in model.EntityContainer.EntitySets())
        {
            using var answer = await served.GetAsync("it", new Uri(root, set.Name + "?$expand=*&$top=20&$count=true").ToString(), ("Accept", accept));
            var text = await answer.Content.ReadAsStringAsync(Now);
            answer.StatusCode.Should().Be(HttpStatusCode.OK, text);

            var (rows, values) = Read(model, text, answer.Content.Headers.ContentType!.ToString());

            rows.Should().Be(JsonDocument.Parse(text).RootElement.GetProperty("value").GetArrayLength(), set.Name);
            rows.Should().BePositive(set.Name);
            values.Should().BeGreaterThan(rows, set.Name);
        }
    }

    [Fact]
    public async Task TheModel_SaysWhatItClaims()
    {
        var model = await ModelAsync();

        model.FindVocabularyAnnotations(model.EntityContainer).Select(a => a.Term.FullName())
            .Should().Contain("Org.OData.Core.V1.ODataVersions").And.Contain("Org.OData.Capabilities.V1.ConformanceLevel");
    }

    private async Task<IEdmModel> ModelAsync()
    {
        using var answer = await served.GetAsync("it", new Uri(served.Root, "odata/$metadata").ToString());
        using var xml = XmlReader.Create(new StringReader(await answer.Content.ReadAsStringAsync(Now)));
        return CsdlReader.TryParse(xml, out var model, out var errors) ? model : throw new InvalidOperationException(string.Join("; ", errors.Select(e => e.ErrorMessage)));
    }

    /// <summary>Rows of the outermost set, and values in all rows.</summary>
    private static (int Rows, int Values) Read(IEdmModel model, string text, string contentType)
    {
        using var reader = new ODataMessageReader(new Message(text, contentType), new ODataMessageReaderSettings { MaxProtocolVersion = ODataVersion.V4 }, model);
        var resources = reader.CreateODataResourceSetReader();
        var (rows, values, depth) = (0, 0, 0);
        while (resources.Read())
        {
            if (resources.State == ODataReaderState.ResourceStart)
                rows += ++depth == 1 ? 1 : 0;
            if (resources.State == ODataReaderState.ResourceEnd)
            {
                depth--;
                values += (resources.Item as ODataResource)?.Properties.Count() ?? 0;
            }
        }
        return (rows, values);
    }

    private sealed class Message(string text, string contentType) : IODataResponseMessage
    {
        public IEnumerable<KeyValuePair<string, string>> Headers => [];
        public int StatusCode { get; set; } = 200;

        public string? GetHeader(string headerName) => headerName switch { "Content-Type" => contentType, "OData-Version" => "4.0", _ => null };

        public Stream GetStream() => new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text));

        public void SetHeader(string headerName, string headerValue)
        {
        }
    }
}
