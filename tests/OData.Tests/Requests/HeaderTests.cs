using System.Net;
using K12Sync.OData.Tests.Bookshop;

namespace K12Sync.OData.Tests.Requests;

/// <summary>
/// Protocol, "Header Fields": what a client may say about the version it understands, the format it wants and what it prefers.
/// Answers are OData 4.0, also for clients of 4.01 and later. Preferences are understood with the prefix <c>odata.</c> and without.
/// </summary>
public sealed class HeaderTests(BookshopServer server)
{
    private const string One = "Books?$top=1&$select=Id";

    [Theory]
    [InlineData(One)]
    [InlineData("Books(999)")]
    [InlineData("$metadata")]
    [InlineData("")]
    [InlineData("Books(5)/Title/$value")]
    public async Task EveryAnswer_SaysItsVersion(string url) =>
        (await server.GetAsync(url)).Response.Headers.GetValues("OData-Version").Should().Equal("4.0");

    [Theory]
    [InlineData("4.0", HttpStatusCode.OK)]
    [InlineData("4.0;NetFx", HttpStatusCode.OK)]
    [InlineData("4.01", HttpStatusCode.OK)]
    [InlineData("5.0", HttpStatusCode.OK)]
    [InlineData("3.0", HttpStatusCode.BadRequest)]
    [InlineData("four", HttpStatusCode.BadRequest)]
    public async Task MaxVersion_IsTheHighestTheClientUnderstands(string version, HttpStatusCode status)
    {
        var rows = await server.GetAsync(One, ("OData-MaxVersion", version));
        var metadata = await server.GetAsync("$metadata", ("OData-MaxVersion", version));

        rows.Status.Should().Be(status, rows.Text);
        metadata.Status.Should().Be(status);
        rows.Response.Headers.GetValues("OData-Version").Should().Equal("4.0");
    }

    [Theory]
    [InlineData("4.0")]
    [InlineData("4.01")]
    public async Task MaxVersion_ChangesNothingInWhatAUrlMayBe(string version)
    {
        var older = await server.GetAsync("Books?$filter=Genre eq Bookshop.Genre'Poetry' and SoldOutAt sub AddedAt gt duration'P25D'&$select=Id", ("OData-MaxVersion", version));
        var newer = await server.GetAsync("Books?FILTER=Genre EQ 'Poetry' AND SoldOutAt sub AddedAt gt 'P25D'&select=Id", ("OData-MaxVersion", version));

        older.Status.Should().Be(HttpStatusCode.OK, older.Text);
        older.Ids.Should().NotBeEmpty();
        newer.Text.Should().Be(older.Text);
    }

    [Theory]
    [InlineData("4.0", HttpStatusCode.OK)]
    [InlineData("4.01", HttpStatusCode.OK)]
    [InlineData("3.0", HttpStatusCode.BadRequest)]
    [InlineData("5.0", HttpStatusCode.BadRequest)]
    public async Task Version_OfARequest_IsOneTheServiceReads(string version, HttpStatusCode status) =>
        (await server.GetAsync(One, ("OData-Version", version))).Status.Should().Be(status);

    [Theory]
    [InlineData("Isolation")]
    [InlineData("OData-Isolation")]
    public async Task Isolation_WhichNobodyCanHaveHere_FailsTheRequest(string header) =>
        (await server.GetAsync(One, (header, "snapshot"))).Status.Should().Be(HttpStatusCode.PreconditionFailed);

    [Theory]
    [InlineData("maxpagesize=3")]
    [InlineData("odata.maxpagesize=3")]
    [InlineData("odata.maxpagesize=\"3\", return=minimal")]
    [InlineData("respond-async, MaxPageSize=3")]
    public async Task PageSize_IsAPreference_WithOrWithoutPrefix(string prefer) =>
        (await server.GetAsync("Books?$select=Id", ("Prefer", prefer))).Rows.Should().HaveCount(3);

    [Theory]
    [InlineData("track-changes")]
    [InlineData("odata.track-changes")]
    public async Task TrackingChanges_IsAPreference_WithOrWithoutPrefix(string prefer) =>
        (await server.GetAsync("Books?$select=Id", ("Prefer", prefer))).Json.TryGetProperty("@odata.deltaLink", out _).Should().BeTrue();

    [Theory]
    [InlineData("respond-async")]
    [InlineData("respond-async,wait=10")]
    [InlineData("odata.include-annotations=\"*\"")]
    [InlineData("omit-values=nulls")]
    [InlineData("something=else")]
    public async Task APreference_ThatIsNotHad_IsPassedOver_AndNotSaidToBeApplied(string prefer)
    {
        var answer = await server.GetAsync("Books(3)", ("Prefer", prefer));

        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
        answer.Response.Headers.Contains("Preference-Applied").Should().BeFalse();
        answer.Json.GetProperty("Subtitle").ValueKind.Should().Be(System.Text.Json.JsonValueKind.Null, "no value may be left out unasked");
    }

    [Theory]
    [InlineData(null, "application/xml")]
    [InlineData("*/*", "application/xml")]
    [InlineData("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/xml")]
    [InlineData("application/json", "application/json")]
    [InlineData("application/json;odata.metadata=minimal", "application/json")]
    [InlineData("application/xml;q=0.5,application/json", "application/json")]
    public async Task Metadata_IsHadInTheFormatAskedFor(string? accept, string type)
    {
        var answer = accept is null ? await server.GetAsync("$metadata") : await server.GetAsync("$metadata", ("Accept", accept));

        answer.Response.Content.Headers.ContentType!.MediaType.Should().Be(type);
    }

    [Fact]
    public async Task Metadata_IsNotHadInAnyOther()
    {
        (await server.GetAsync("$metadata", ("Accept", "image/png"))).Status.Should().Be(HttpStatusCode.NotAcceptable);
        (await server.GetAsync("$metadata?$format=atom")).Status.Should().Be(HttpStatusCode.NotAcceptable);
        (await server.GetAsync("$metadata?$format=application/json")).Response.Content.Headers.ContentType!.MediaType.Should().Be("application/json");
    }

    [Theory]
    [InlineData("Books?$schemaversion=*&$top=1", HttpStatusCode.OK)]
    [InlineData("$metadata?$schemaversion=*", HttpStatusCode.OK)]
    [InlineData("Books?$schemaversion=2&$top=1", HttpStatusCode.NotFound)]
    [InlineData("$metadata?$schemaversion=2", HttpStatusCode.NotFound)]
    public async Task SchemaVersion_IsTheOneThereIs(string url, HttpStatusCode status) => (await server.GetAsync(url)).Status.Should().Be(status);
}
