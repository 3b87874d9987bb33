using System.Text.Json;

namespace K12Sync.EndToEnd.CommandLine;

/// <summary>What a change would do is shown before it is done, and is what it then does.</summary>
public sealed class PreviewTests(SampleDistrict sample)
{
    private static readonly string[] EarlyRelease = ["SchoolCode,Date,Schedule,From", "LHS,2026-09-15,Early Release,"];

    [Fact]
    public async Task DryRun_StoresNothing()
    {
        using var desk = new Desk().WithSample(sample);
        var file = desk.Write("calendar.csv", EarlyRelease);
        var (records, clock) = (Records(desk), desk.Sql("""SELECT "Clock" FROM "Districts";"""));

        var ran = await desk.RunAsync("import", file, "--dry-run");

        ran.ExitCode.Should().Be(0, ran.Err);
        ran.Err.Should().Contain("Nothing was stored");
        Records(desk).Should().Equal(records);
        foreach (var table in new[] { "DatedDays", "TardyRecords", "Passes", "BellSchedules" })
            desk.Sql($"""SELECT COUNT(*) FROM "{table}" WHERE "ChangeVersion" > {clock};""").Should().Be(0L, $"of {table} nothing was touched; only the audit has an entry");
        desk.Sql("""SELECT COUNT(*) FROM "PendingDays";""").Should().Be(0L);
        (await desk.RunAsync("export", "--connector", "sis")).Out.Should().Contain("nothing was sent");
    }

    [Fact]
    public async Task DryRun_ShowsExactlyWhatTheImportThenChanges()
    {
        using var desk = new Desk().WithSample(sample);
        var file = desk.Write("calendar.csv", EarlyRelease);
        var shown = JsonDocument.Parse((await desk.RunAsync("import", file, "--dry-run", "--json")).Out).RootElement.GetProperty("wouldChange").EnumerateArray().ToList();
        var before = Records(desk);

        await desk.RunAsync("import", file);

        var after = Records(desk);
        shown.Should().NotBeEmpty();
        shown.Where(c => c.GetProperty("before").ValueKind != JsonValueKind.Null).Select(c => Line(c, "before")).Should().BeEquivalentTo(before.Except(after));
        shown.Where(c => c.GetProperty("after").ValueKind != JsonValueKind.Null).Select(c => Line(c, "after")).Should().BeEquivalentTo(after.Except(before));
        shown.Where(c => c.GetProperty("before").ValueKind != JsonValueKind.Null)
            .Should().OnlyContain(c => c.GetProperty("sentBy").EnumerateArray().Single().GetString() == "sis", "the sample was delivered");
    }

    [Fact]
    public async Task DryRun_IsRefused_WhereThereIsNoDatabase()
    {
        using var desk = new Desk();

        var ran = await desk.RunAsync("import", desk.Write("calendar.csv", EarlyRelease), "--dry-run");

        ran.ExitCode.Should().Be(1);
        Directory.Exists(desk.Data).Should().BeFalse();
    }

    private static string Line(JsonElement change, string side)
    {
        var state = change.GetProperty(side);
        return string.Join('|', change.GetProperty("studentNumber").GetString(), change.GetProperty("date").GetString(), state.GetProperty("sisPeriodCode").GetString(),
            state.GetProperty("externalCode").GetString(), state.GetProperty("minutesLate").GetInt32(), state.GetProperty("passId").GetString());
    }

    private static string[] Records(Desk desk) => ((string)desk.Sql("""
        SELECT COALESCE(group_concat("StudentNumber" || '|' || "Date" || '|' || "SisPeriodCode" || '|' || "ExternalCode" || '|' || "MinutesLate" || '|' || "PassId", char(10)), '')
        FROM (SELECT * FROM "TardyRecords" WHERE NOT "Withdrawn" ORDER BY "Id");
        """)!).Split('\n');
}
