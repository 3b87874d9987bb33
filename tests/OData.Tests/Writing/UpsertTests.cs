using System.Net;
using K12Sync.OData.Tests.Bookshop;

namespace K12Sync.OData.Tests.Writing;

/// <summary>
/// Protocol, "Upsert an Entity", "Managing Values and Properties Directly" and the edges of "Data Modification": PUT or PATCH to a key that is not there creates
/// the row, unless If-Match says that it was seen. What a service need not have is refused before anything is changed.
/// </summary>
public sealed class UpsertTests : IAsyncLifetime
{
    private BookshopServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await BookshopServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    public async Task ARow_ThatIsNotThere_IsCreatedUnderItsKey(string method)
    {
        var answer = await _server.SendAsync(new HttpMethod(method), "Books(700)", new { Isbn = "new-700", Title = "Fresh" });

        answer.Status.Should().Be(HttpStatusCode.Created, answer.Text);
        answer.Response.Headers.Location.Should().Be(_server.Root + "Books(700)");
        (await _server.GetAsync("Books(700)/Title/$value")).Text.Should().Be("Fresh");
    }

    [Fact]
    public async Task AnUpsert_AnsweredWithoutTheRow_SaysItsId()
    {
        var answer = await _server.SendAsync(HttpMethod.Patch, "Books(700)", new { Isbn = "new-700", Title = "Fresh" }, ("Prefer", "return=minimal"));

        answer.Status.Should().Be(HttpStatusCode.NoContent);
        answer.Response.Headers.GetValues("OData-EntityId").Should().Equal(_server.Root + "Books(700)");
    }

    [Theory]
    [InlineData("Books(700)", "*")]
    [InlineData("Books(700)", "W/\"1\"")]
    [InlineData("Books(Isbn='none')", null)]
    [InlineData("Authors(700)", null)]
    [InlineData("Stocks(ShopId=1,Day=2030-01-01)", null)]
    public async Task NothingIsCreated_WhenTheRowWasSeen_OrItsKeyIsNotTheClientsToGive(string url, string? ifMatch)
    {
        var answer = ifMatch is null ? await _server.SendAsync(HttpMethod.Patch, url, new { }) : await _server.SendAsync(HttpMethod.Patch, url, new { }, ("If-Match", ifMatch));

        answer.Status.Should().Be(HttpStatusCode.NotFound, answer.Text);
    }

    [Fact]
    public async Task AKey_ThatContradictsTheUrl_IsRefused() =>
        (await _server.SendAsync(HttpMethod.Put, "Books(700)", new { Id = 701, Isbn = "x", Title = "x" })).Status.Should().Be(HttpStatusCode.BadRequest);

    [Theory]
    [InlineData("@odata.etag")]
    [InlineData("@etag")]
    public async Task TheVersion_MayComeInTheBody(string name)
    {
        var right = new Dictionary<string, object> { [name] = "W/\"5\"", ["Title"] = "x" };

        (await _server.SendAsync(HttpMethod.Patch, "Books(5)", right)).Status.Should().Be(HttpStatusCode.OK);
        (await _server.SendAsync(HttpMethod.Patch, "Books(5)", right)).Status.Should().Be(HttpStatusCode.PreconditionFailed);
        (await _server.SendAsync(HttpMethod.Patch, "Books(5)", right, ("If-Match", "*"))).Status.Should().Be(HttpStatusCode.PreconditionFailed, "the body is honoured too");
    }

    [Fact]
    public async Task AList_IsReplacedAsAWhole()
    {
        var put = await _server.SendAsync(HttpMethod.Put, "Books(5)/Editions", new { value = new[] { new { Language = "fr", Year = 2026 } } }, ("If-Match", "*"));
        var patch = await _server.SendAsync(HttpMethod.Patch, "Books(5)/Editions", new { value = Array.Empty<object>() }, ("If-Match", "*"));

        put.Status.Should().Be(HttpStatusCode.OK, put.Text);
        (await _server.GetAsync("Books(5)/Editions")).Rows.Should().ContainSingle().Which.GetProperty("Language").GetString().Should().Be("fr");
        patch.Status.Should().Be(HttpStatusCode.MethodNotAllowed);
    }

    [Theory]
    [InlineData("PATCH", "Books", "{\"value\":[]}")]
    [InlineData("DELETE", "Books", null)]
    [InlineData("DELETE", "Authors(1)/Books", null)]
    [InlineData("POST", "Authors(1)/Books", "{\"Id\":1}")]
    [InlineData("POST", "Books(5)/Editions", "{\"Year\":1}")]
    [InlineData("PUT", "Books(5)/Title/$value", "x")]
    [InlineData("POST", "Books(5)/Reviews/$ref", "{\"@odata.id\":\"Reviews(1)\"}")]
    [InlineData("PUT", "Books(5)/Author/$ref", "{\"@odata.id\":\"Authors(1)\"}")]
    [InlineData("DELETE", "Books(5)/Author/$ref", null)]
    [InlineData("DELETE", "Books(5)/Reviews(1)/$ref", null)]
    [InlineData("PATCH", "Books(5)", "{\"Author\":{\"Name\":\"x\"}}")]
    [InlineData("PATCH", "Books(5)", "{\"Reviews@odata.delta\":[]}")]
    [InlineData("POST", "Books", "{\"Id\":700,\"Author@odata.bind\":\"Authors(1)\"}")]
    [InlineData("POST", "Books?$select=Id", "{\"Id\":700}")]
    [InlineData("PATCH", "Books(5)?$expand=Author", "{\"Title\":\"x\"}")]
    public async Task WhatIsNotHad_IsNotImplemented(string method, string url, string? body)
    {
        var before = (await _server.GetAsync("Books")).Text;

        var answer = await _server.SendAsync(new HttpMethod(method), url, body, ("If-Match", "*"));

        answer.Status.Should().Be(HttpStatusCode.NotImplemented, answer.Text);
        (await _server.GetAsync("Books")).Text.Should().Be(before);
    }

    [Fact]
    public async Task AnAction_ThatReturnsARow_DoesNotSayThatAPreferenceWasApplied()
    {
        var answer = await _server.SendAsync(HttpMethod.Post, "Books(5)/Discount", new { percent = 5 }, ("Prefer", "return=minimal"));

        answer.Status.Should().Be(HttpStatusCode.OK);
        answer.Response.Headers.Contains("Preference-Applied").Should().BeFalse();
    }
}
