using System.Net;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using K12Sync.Exporters.Childcare.Indiana;
using K12Sync.Exporters.Childcare.KinderConnect;
using K12Sync.Exporters.Childcare.KinderTrack;

namespace K12Sync.Api.Tests.Simulators;

/// <summary>The contract files say what the clients send and the simulators take: the same routes, shapes, fields, values.</summary>
public sealed class ContractTests
{
    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public static TheoryData<string> Agencies => ["kinderconnect", "kindertrack", "indiana"];

    [Theory]
    [MemberData(nameof(Agencies))]
    public void Paths_AreThoseOfTheClient(string agency) =>
        ContractFile.Read(agency).Map("paths").Keys.Should().BeEquivalentTo(
            Of(agency).Routes.GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetValue(null)!).Where(r => r.Contains('/', StringComparison.Ordinal)).Select(r => "/" + r));

    [Theory]
    [MemberData(nameof(Agencies))]
    public async Task Paths_AreAnsweredByTheSimulator_WithTheMethodsThatTheContractNames(string agency)
    {
        await using var stage = await StartAsync(agency);
        foreach (var (path, operations) in ContractFile.Read(agency).Map("paths"))
            foreach (var method in new[] { HttpMethod.Get, HttpMethod.Post, HttpMethod.Put, HttpMethod.Delete })
            {
                var address = new Uri(stage.Address, path.Replace("{providerId}", "0040217", StringComparison.Ordinal).Replace("{licenseNumber}", "1", StringComparison.Ordinal));
                using var request = new HttpRequestMessage(method, address);
                using var answer = await stage.Http.SendAsync(request, Now);

                var isNamed = ((IReadOnlyDictionary<string, object>)operations).ContainsKey(method.Method.ToLowerInvariant());
                answer.StatusCode.Should().Be(isNamed ? HttpStatusCode.Unauthorized : HttpStatusCode.MethodNotAllowed, $"{method} {path}");
            }
    }

    [Theory]
    [MemberData(nameof(Agencies))]
    public void Shapes_AreThoseOfTheClient(string agency)
    {
        var (routes, json) = Of(agency);
        var prefix = routes.Name.Replace("Routes", "", StringComparison.Ordinal);
        var mine = routes.Assembly.GetTypes().Where(t => t.Namespace == routes.Namespace && t.IsPublic && t.Name.StartsWith(prefix, StringComparison.Ordinal) && json.Options.TryGetTypeInfo(t, out _))
            .Select(t => t.Name[prefix.Length..]);

        ContractFile.Read(agency).Map("components").Map("schemas").Keys.Except(["Weekday"]).Should().BeEquivalentTo(mine);
    }

    [Theory]
    [MemberData(nameof(Agencies))]
    public void Fields_AreThoseOfTheClient_AndTheSameOnesAreRequired(string agency)
    {
        var (routes, json) = Of(agency);
        foreach (var (name, schema) in Schemas(agency).Where(s => s.Value.ContainsKey("properties")))
        {
            var shape = json.Options.GetTypeInfo(TypeOf(routes, name));
            shape.Properties.Select(p => p.Name).Should().Equal(schema.Map("properties").Keys, name);
            shape.Properties.Where(p => p.AssociatedParameter is { HasDefaultValue: false }).Select(p => p.Name).Should().Equal(schema.List("required"), name);
            foreach (var property in shape.Properties)
                Described(property.PropertyType, routes).Should().Be(Described(schema.Map("properties").Map(property.Name)), $"{name}.{property.Name}");
        }
    }

    [Theory]
    [MemberData(nameof(Agencies))]
    public void Values_AreThoseOfTheClient(string agency)
    {
        var (routes, json) = Of(agency);
        var lists = Schemas(agency).Where(s => s.Value.ContainsKey("enum")).ToList();
        lists.Should().NotBeEmpty();
        foreach (var (name, schema) in lists)
        {
            var type = TypeOf(routes, name);
            Enum.GetValues(type).Cast<object>().Select(v => JsonSerializer.Serialize(v, type, json.Options).Trim('"')).Should().Equal(schema.List("enum"), name);
        }
    }

    [Theory]
    [MemberData(nameof(Agencies))]
    public void Contract_SaysThatItIsSimulated(string agency)
    {
        ContractFile.Read(agency).Map("info")["description"].Should().Match<string>(d => d.StartsWith("Simulated contract: confirm with the agency", StringComparison.Ordinal));
        ContractFile.Read(agency)["openapi"].Should().Be("3.1.0");
    }

    [Fact]
    public void WhatIsSentToIndiana_HasNoTimeOfDay() =>
        Encoding.UTF8.GetString(IndianaClient.Write(new IndianaSubmission(new DateOnly(2026, 9, 13), new DateOnly(2026, 9, 26), ["1"], [new IndianaDay("1", new DateOnly(2026, 9, 14), "AB")])))
            .Should().Be("""{"from":"2026-09-13","to":"2026-09-26","roster":["1"],"days":[{"childId":"1","date":"2026-09-14","code":"AB"}]}""");

    private static IEnumerable<KeyValuePair<string, IReadOnlyDictionary<string, object>>> Schemas(string agency) =>
        ContractFile.Read(agency).Map("components").Map("schemas").Select(s => KeyValuePair.Create(s.Key, (IReadOnlyDictionary<string, object>)s.Value));

    private static Type TypeOf(Type routes, string schema) =>
        schema == "Weekday" ? typeof(DayOfWeek) : routes.Assembly.GetType($"{routes.Namespace}.{routes.Name.Replace("Routes", "", StringComparison.Ordinal)}{schema}", throwOnError: true)!;

    /// <summary>A field of the contract as one word: <c>date</c>, <c>[Day]</c>, <c>ErrorCode</c>.</summary>
    private static string Described(IReadOnlyDictionary<string, object> field) =>
        field.TryGetValue("$ref", out var reference) ? ((string)reference)["#/components/schemas/".Length..]
        : field["type"] is "array" ? $"[{Described(field.Map("items"))}]"
        : (string)(field.TryGetValue("format", out var format) ? format : field["type"]);

    private static string Described(Type type, Type routes)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type == typeof(string) ? "string" : type == typeof(DateOnly) ? "date" : type == typeof(DateTimeOffset) ? "date-time" : type == typeof(int) ? "integer" : type == typeof(bool) ? "boolean"
            : type == typeof(DayOfWeek) ? "Weekday"
            : type.IsGenericType ? $"[{Described(type.GetGenericArguments()[0], routes)}]"
            : type.Name[routes.Name.Replace("Routes", "", StringComparison.Ordinal).Length..];
    }

    private static (Type Routes, JsonSerializerContext Json) Of(string agency) => agency switch
    {
        "kinderconnect" => (typeof(KinderConnectRoutes), KinderConnectJson.Default),
        "kindertrack" => (typeof(KinderTrackRoutes), KinderTrackJson.Default),
        _ => (typeof(IndianaRoutes), IndianaJson.Default),
    };

    private static Task<AgencyStage> StartAsync(string agency) => agency switch
    {
        "kinderconnect" => AgencyStage.KinderConnectAsync(),
        "kindertrack" => AgencyStage.KinderTrackAsync(),
        _ => AgencyStage.IndianaAsync(),
    };
}
