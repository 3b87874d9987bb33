using System.Text.Json;

namespace K12Sync.EndToEnd.OData;

[Collection("served on SQLite")]
public sealed class TenancyOnSqlite(ServedOnSqlite served) : TenancyTests(served);

[Collection("served on PostgreSQL")]
public sealed class TenancyOnPostgres(ServedOnPostgres served) : TenancyTests(served);

/// <summary>A key tries every kind of path to every row that is not its own.</summary>
public abstract class TenancyTests(ServedDistricts served)
{
    private const int LargestBatch = 100;

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Key_FindsNothingOfAnotherDistrict_ByAnyPath()
    {
        foreach (var (thief, owner) in new[] { ("other", "it"), ("it", "other") })
        {
            var loot = await LootAsync(thief, owner);
            loot.Should().HaveCount(served.Sets.Count, "every set has rows that are not the thief's");
            foreach (var (set, rows) in loot)
                rows.Should().HaveSameCount((await served.RowsAsync(owner, Steady(set))).Where(r => !IsPreset(r)), $"no row of {set} is of two districts");
            await TryAllAsync(thief, owner, [owner], loot);
        }
    }

    [Fact]
    public async Task Key_FindsNothingOfAnotherSchool_ByAnyPath()
    {
        var schools = (await served.RowsAsync("it", "Schools")).ToDictionary(s => s.GetProperty("Code").GetString()!, s => s.GetProperty("Id").GetInt64());
        foreach (var (thief, own) in new[] { ("lhs", ["LHS"]), ("rms", ["RMS"]), ("both", new[] { "LHS", "RMS" }) })
        {
            var loot = await LootAsync(thief, "it");
            if (own.Length == 1)
                loot.Keys.Should().Contain(served.Sets.Keys.Except(["Districts", "BehaviorCodes"]), "of these every school has its own");
            else
            {
                loot.Keys.Should().Contain(["Schools", "Students", "BehaviorCodes", "Passes", "Connectors", "AuditEntries"], "the third school is none of theirs").And.NotContain("TardyRecords");
                loot["SyncEntries"].Should().OnlyContain(e => e.GetProperty("RecordKind").GetString() == "AttendanceDay", "sites are no schools");
            }
            (await served.RowsAsync(thief, "Schools")).Select(s => s.GetProperty("Code").GetString()).Should().BeEquivalentTo(own);
            foreach (var set in served.Sets.Keys)
                foreach (var row in await served.RowsAsync(thief, set))
                    if (row.TryGetProperty("SchoolId", out var school) && school.ValueKind != JsonValueKind.Null)
                        own.Select(o => schools[o]).Should().Contain(school.GetInt64(), set);
            foreach (var set in new[] { "Connectors", "SyncRuns", "Layouts", "AuditEntries" })
                (await served.RowsAsync(thief, set)).Should().BeEmpty();
            (await served.RowsAsync(thief, "Passes")).Should().NotBeEmpty();
            await TryAllAsync(thief, "it", ["it", thief == "lhs" ? "rms" : "lhs"], loot);
        }
    }

    [Fact]
    public async Task DirectorOfChildcare_FindsNothingOfSchools_ByAnyPath()
    {
        var loot = await LootAsync("childcare", "it");
        loot.Keys.Should().Contain(["Schools", "Students", "Passes", "TardyRecords", "Connectors", "SyncRuns", "SyncEntries", "HeldRecords"]).And.NotContain(["Sites", "Children", "Transfers", "Submissions"]);
        (await served.RowsAsync("childcare", "SyncRuns")).Should().OnlyContain(r => r.GetProperty("ConnectorName").GetString() == "ccms");
        (await served.RowsAsync("childcare", "SyncEntries")).Should().OnlyContain(e => e.GetProperty("RecordKind").GetString() == "AttendanceDay");
        await TryAllAsync("childcare", "it", ["it"], loot);
    }

    /// <summary>Somebody who has signed in meets the same borders as a key of the same role and schools.</summary>
    [Fact]
    public async Task Person_SeesJustWhatAKeyOfTheSameRoleAndSchoolsDoes()
    {
        var other = (await new Data.Access.DistrictDirectory(served.Rows).ListAsync(Now)).Single(d => d.Id != served.District).Id;
        await served.SignInAsync("person: other", other, Data.Access.KeyRole.DistrictIT);
        await served.SignInAsync("person: lhs", served.District, Data.Access.KeyRole.Office, "LHS");
        await served.SignInAsync("person: childcare", served.District, Data.Access.KeyRole.ChildcareDirector);
        await served.SignInAsync("person: support", served.District, Data.Access.KeyRole.Support);

        foreach (var (person, key, owner) in new[] { ("person: other", "other", "it"), ("person: lhs", "lhs", "it"), ("person: childcare", "childcare", "it"), ("person: support", "support", "other") })
        {
            foreach (var set in served.Sets.Keys)
                (await served.RowsAsync(person, Steady(set))).Select(r => r.GetRawText()).Should().Equal((await served.RowsAsync(key, Steady(set))).Select(r => r.GetRawText()), $"{set} for {person}");
            foreach (var (set, rows) in await LootAsync(person, owner))
            {
                var (path, filter) = ServedDistricts.KeyOf(set, rows[^1]);
                using var one = await served.GetAsync(person, path);
                ((int)one.StatusCode).Should().Be(404, $"{path} for {person}");
                (await served.RowsAsync(person, $"{set}?$filter={filter}")).Should().BeEmpty();
            }
        }
        (await served.RowsAsync("person: support", "Students")).Should().OnlyContain(s => s.GetProperty("StudentNumber").GetString() == "***");
    }

    /// <summary>Presets are the program's.</summary>
    private static bool IsPreset(JsonElement row) => row.TryGetProperty("IsPreset", out var preset) && preset.GetBoolean();

    /// <summary>What of a set does not grow while others are read: of the audit the commands that made the place.</summary>
    private static string Steady(string set) => set == "AuditEntries" ? "AuditEntries?$filter=Method eq 'RUN'" : set;

    /// <summary>The owner's rows that are not the thief's too, by set.</summary>
    private async Task<Dictionary<string, List<JsonElement>>> LootAsync(string thief, string owner)
    {
        var loot = new Dictionary<string, List<JsonElement>>();
        foreach (var set in served.Sets.Keys)
        {
            var own = (await served.RowsAsync(thief, Steady(set))).Select(r => ServedDistricts.KeyOf(set, r).Path).ToHashSet();
            if ((await served.RowsAsync(owner, Steady(set))).Where(r => !own.Contains(ServedDistricts.KeyOf(set, r).Path)).ToList() is { Count: > 0 } rows)
                loot.Add(set, rows);
        }
        return loot;
    }

    private async Task TryAllAsync(string thief, string owner, string[] others, Dictionary<string, List<JsonElement>> loot)
    {
        var hot = await served.PreparedAsync();
        var forbidden = loot.ToDictionary(l => l.Key, l => l.Value.Select(r => ServedDistricts.KeyOf(l.Key, r).Path).ToHashSet());
        var (missing, empty) = (new List<string>(), new List<string>());
        foreach (var (set, rows) in loot)
        {
            var (path, filter) = ServedDistricts.KeyOf(set, rows[^1]);
            var links = ServedDistricts.Links(served.Sets[set]).ToList();
            missing.AddRange([path, $"{path}/Version", $"{path}/Version/$value", $"{path}?$select=Version", .. links.Select(l => $"{path}/{l.Name}"), .. links.Select(l => $"{path}?$expand={l.Name}"), .. links.Select(l => $"{path}?$select=Version&$expand={l.Name}($select=Version)")]);
            empty.AddRange([$"{set}?$filter={filter}", $"{set}?$filter={filter}&$count=true&$top=5", $"{set}?$filter={filter}&$select=Version&$count=true&$top=5", $"{set}?$filter={filter}&$select=Version&$orderby=Version desc", $"{set}?$apply=filter({filter})/groupby((Version))", $"{set}?$filter=({filter}) or ({filter})&$orderby=Version desc"]);
            empty.AddRange(LinksTo(set).Select(l => l.IsMany ? $"{l.From}?$filter={l.Name}/any(x:{Of(filter, "x/")})" : $"{l.From}?$filter={Of(filter, l.Name + "/")}"));
            await CountAsync(thief, set);
            await ListsAsync(thief, owner, set, forbidden);
        }
        await ExpectAsync(thief, others, missing, (url, status, body) => status.Should().Be(404, $"{url}: {body}"));
        await ExpectAsync(thief, others, empty, (url, status, body) =>
        {
            status.Should().Be(200, $"{url}: {body}");
            JsonDocument.Parse(body).RootElement.GetProperty("value").GetArrayLength().Should().Be(0, url);
        });
        (await served.PreparedAsync() - hot).Should().BeGreaterThan(loot.Count * 8, "the shapes were hot when the thief came");
    }

    /// <summary>Counting and aggregating see what listing sees.</summary>
    private async Task CountAsync(string thief, string set)
    {
        // Of who may read it, it grows while it is read.
        if (set == "AuditEntries" && thief is "it" or "other")
            return;
        var own = (await served.RowsAsync(thief, set)).Count;
        (await (await served.GetAsync(thief, $"{set}/$count")).Content.ReadAsStringAsync(Now)).TrimStart('\uFEFF').Should().Be($"{own}", set);
        (await served.JsonAsync(thief, $"{set}?$count=true&$top=0")).GetProperty("@odata.count").GetInt32().Should().Be(own, set);
        (await served.JsonAsync(thief, $"{set}?$apply=aggregate($count as N)")).GetProperty("value")[0].GetProperty("N").GetInt32().Should().Be(own, set);
    }

    /// <summary>Whatever comes along in $expand, and behind a link for the owner's next page, is the thief's own.</summary>
    private async Task ListsAsync(string thief, string owner, string set, Dictionary<string, HashSet<string>> forbidden)
    {
        foreach (var (name, type) in ServedDistricts.Links(served.Sets[set]))
        {
            var target = served.Sets.Single(s => type.TrimEnd(')').EndsWith("K12Sync." + s.Value.Attribute("Name")!.Value, StringComparison.Ordinal)).Key;
            foreach (var row in await served.RowsAsync(thief, $"{set}?$expand={name}"))
            {
                var along = row.GetProperty(name);
                foreach (var other in along.ValueKind switch { JsonValueKind.Array => along.EnumerateArray().ToList(), JsonValueKind.Object => [along], _ => [] })
                    forbidden.GetValueOrDefault(target, []).Should().NotContain(ServedDistricts.KeyOf(target, other).Path, $"{set} expands {name}");
            }
        }
        if ((await served.JsonAsync(owner, set, ("Prefer", "odata.maxpagesize=1"))).TryGetProperty("@odata.nextLink", out var next))
            foreach (var row in await served.RowsAsync(thief, next.GetString()!))
                forbidden[set].Should().NotContain(ServedDistricts.KeyOf(set, row).Path, $"the owner's next page of {set}");
    }

    /// <summary>
    /// Asks each by itself and all in batches. Others ask the very same before, three times, so that the thief meets statements prepared for them.
    /// </summary>
    private async Task ExpectAsync(string thief, string[] others, IReadOnlyList<string> urls, Action<string, int, string> check)
    {
        foreach (var url in urls)
        {
            foreach (var other in others.SelectMany(o => Enumerable.Repeat(o, 3)))
                (await served.GetAsync(other, url)).Dispose();
            for (var time = 0; time < 3; time++)
            {
                using var answer = await served.GetAsync(thief, url);
                check(url, (int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Now));
            }
        }
        foreach (var some in urls.Chunk(LargestBatch))
        {
            var body = JsonSerializer.Serialize(new { requests = some.Select((url, i) => new { id = $"{i}", method = "GET", url }) });
            using var answer = await served.SendAsync(HttpMethod.Post, "Bearer " + served.Keys[thief], "$batch", body, ("Prefer", "odata.continue-on-error"));
            var responses = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Now)).RootElement.GetProperty("responses").EnumerateArray().ToList();
            responses.Should().HaveSameCount(some);
            foreach (var response in responses)
                check("batch: " + some[int.Parse(response.GetProperty("id").GetString()!, System.Globalization.CultureInfo.InvariantCulture)], response.GetProperty("status").GetInt32(), response.GetProperty("body").GetRawText());
        }
    }

    private IEnumerable<(string From, string Name, bool IsMany)> LinksTo(string set)
    {
        var type = "K12Sync." + served.Sets[set].Attribute("Name")!.Value;
        return served.Sets.SelectMany(s => ServedDistricts.Links(s.Value).Where(l => l.Type == type || l.Type == $"Collection({type})").Select(l => (s.Key, l.Name, l.Type != type)));
    }

    private static string Of(string filter, string place) => string.Join(" and ", filter.Split(" and ").Select(f => place + f));
}
