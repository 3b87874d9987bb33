using System.Text.RegularExpressions;
using K12Sync.EndToEnd.Clients;

namespace K12Sync.EndToEnd.OData.Plans;

public sealed class PlansOnSqlite(PlanStageOnSqlite stage) : PlanTests(stage), IClassFixture<PlanStageOnSqlite>;

public sealed class PlansOnPostgres(PlanStageOnPostgres stage) : PlanTests(stage), IClassFixture<PlanStageOnPostgres>;

/// <summary>What is asked often reads no large table from end to end, on either database, and never a row of another district.</summary>
public abstract partial class PlanTests(PlanStage stage)
{
    /// <summary>Questions about everything a district has, which nothing but everything answers.</summary>
    private static readonly string[] AboutEverything = ["filter(Outcome ne 'Tardy')", "filter(Status ne 'Delivered')"];

    public static TheoryData<string> Questions => [.. SupportQuestions(), .. Others];

    private static readonly string[] Others =
    [
        "SyncEntries(60000)", "Passes(30000)", "Passes(PassId='P-77')", "TardyRecords(15000)", "AttendanceDays(15000)", "AuditEntries(15000)",
        "SyncEntries?$orderby=Date desc&$top=50", "SyncEntries?$filter=Date eq 2026-02-03&$count=true", "SyncEntries?$filter=Date ge 2026-04-01 and Status eq 'Held'&$orderby=Date desc&$top=50&$count=true",
        "TardyRecords?$orderby=Date desc&$top=50", "TardyRecords?$filter=Date eq 2026-02-03&$expand=Student", "AttendanceDays?$orderby=Date desc&$top=50", "AttendanceDays?$filter=Date eq 2026-02-03",
        "AttendanceDays?$filter=ChildNumber eq 'K7'&$orderby=Date", "AuditEntries?$orderby=At desc&$top=50", "Passes?$filter=SchoolId eq 15 and StudentNumber eq '1000014'&$orderby=IssuedAt desc",
        "SyncRuns(150)?$expand=SyncEntries($orderby=Date)", "SyncRuns(150)/SyncEntries?$orderby=Date desc&$top=20", "SyncRuns(150)?$select=Id&$expand=SyncEntries",
        "SyncEntries?$filter=StudentNumber eq '1000014'&$top=0&$count=true", "TardyRecords?$filter=Date ge 2026-04-01&$top=0&$count=true", "SyncEntries?$filter=SyncRunId eq 150&$top=0&$count=true",
        "SyncEntries?$apply=filter(SyncRunId eq 150)/groupby((Reason),aggregate($count as N))", "Schools(15)/TardyRecords?$filter=Date eq 2026-02-03",
        "TardyRecords?$filter=ChangeVersion gt 9900&$orderby=ChangeVersion", "AttendanceDays?$filter=ChangeVersion gt 9900&$orderby=ChangeVersion",
    ];

    [Theory]
    [MemberData(nameof(Questions))]
    public async Task Question_ReadsByIndex_AndOnlyItsDistrict(string question)
    {
        var (_, plans) = await stage.AskAsync(question);

        plans.Should().NotBeEmpty().And.OnlyContain(p => p.Reads.Count > 0, "a plan whose words are not understood says nothing");
        foreach (var plan in plans)
        {
            plan.WithoutDistrict().Should().BeEmpty($"of {plan}");
            if (!AboutEverything.Any(question.Contains))
                plan.Reads.Should().NotContain(r => r.By == ReadBy.Everything, $"of {plan}");
        }
    }

    [Theory]
    [InlineData("SyncEntries")]
    [InlineData("SyncEntries?$orderby=Date")]
    [InlineData("SyncEntries?$orderby=Date desc")]
    [InlineData("SyncEntries?$filter=StudentNumber eq '1000014'")]
    [InlineData("Passes")]
    [InlineData("TardyRecords")]
    [InlineData("TardyRecords?$orderby=Date desc")]
    [InlineData("TardyRecords?$filter=ChangeVersion gt 100&$orderby=ChangeVersion")]
    [InlineData("AttendanceDays")]
    [InlineData("AttendanceDays?$orderby=Date desc")]
    [InlineData("AttendanceDays?$filter=ChangeVersion gt 100&$orderby=ChangeVersion")]
    [InlineData("Transfers")]
    [InlineData("AuditEntries")]
    [InlineData("AuditEntries?$orderby=At desc")]
    public async Task Page_IsReadFromItsPlaceOn_HoweverDeep(string rows)
    {
        var (first, firstPlans) = await stage.AskAsync(rows, pageSize: 20);
        var (middle, _) = await stage.AskAsync(rows + (rows.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "$skip=9", pageSize: 20);

        var (_, plans) = await stage.AskAsync(middle.GetProperty("@odata.nextLink").GetString()!, pageSize: 20);

        foreach (var plan in firstPlans.Concat(plans))
        {
            plan.WithoutDistrict().Should().BeEmpty($"of {plan}");
            plan.Reads.Should().NotContain(r => r.By == ReadBy.Everything, $"of {plan}");
        }
        plans.Should().ContainSingle().Which.Reads[0].By.Should().Be(ReadBy.Index, $"the place is where reading begins: {plans[0]}");
        first.GetProperty("value").GetArrayLength().Should().Be(20);
    }

    /// <summary>What the other tests look for is seen when it is there.</summary>
    [Theory]
    [InlineData("SyncEntries?$orderby=Date desc&$top=20", "IX_SyncEntries_DistrictId_Date")]
    [InlineData("TardyRecords?$filter=ChangeVersion gt 9900&$orderby=ChangeVersion", "IX_TardyRecords_DistrictId_ChangeVersion")]
    [InlineData("SyncEntries?$filter=StudentNumber eq '1000014'&$top=0&$count=true", "IX_SyncEntries_StudentNumber_DistrictId")]
    [InlineData("AttendanceDays?$filter=ChangeVersion gt 9900&$orderby=ChangeVersion", "IX_AttendanceDays_DistrictId_ChangeVersion")]
    public async Task WithoutItsIndex_AQuestionReadsEverything(string question, string index)
    {
        var (_, plans) = await stage.AskAsync(question, without: stage.IsSqlite || index.EndsWith("_DistrictId", StringComparison.Ordinal) ? index : index + "_Id");

        plans.Should().ContainSingle().Which.Reads.Should().Contain(r => r.By == ReadBy.Everything, $"of {plans[0]}");
    }

    /// <summary>The place is a day and an id, and both are found in the index.</summary>
    [Fact]
    public async Task Place_IsFoundByDayAndId()
    {
        var (first, _) = await stage.AskAsync("SyncEntries?$orderby=Date desc", pageSize: 20);

        var (_, plans) = await stage.AskAsync(first.GetProperty("@odata.nextLink").GetString()!, pageSize: 20);

        string.Concat(plans.Single().Lines).Should().Contain(stage.IsSqlite ? "(DistrictId=? AND (Date,rowid)<(?,?))" : "ROW(\\\"Date\\\", \\\"Id\\\") < ROW(");
    }

    [Fact]
    public async Task SchoolDays_AreCountedWithoutWhatDecidesAboutThem_UnlessThatIsAskedFor()
    {
        const string September = "SchoolId ge 15 and Date ge 2026-09-01 and Date le 2026-09-30";
        var days = (await stage.AskAsync($"SchoolDays?$filter={September} and Weekday eq 'Monday'")).Answer.GetProperty("value").GetArrayLength();
        var counts = new List<(long Count, string Sql)>();
        foreach (var condition in new[] { "Weekday eq 'Monday'", "Weekday eq 'Monday' and Source eq 'Unset'", "Weekday eq 'Monday' and School/Code ne 'x'" })
        {
            var (counted, _) = await stage.AskAsync($"SchoolDays?$top=0&$count=true&$filter={September} and {condition}");
            counts.Add((counted.GetProperty("@odata.count").GetInt64(), stage.Asked.Should().ContainSingle(sql => sql.Contains("COUNT(*)", StringComparison.OrdinalIgnoreCase)).Subject));
        }

        days.Should().BePositive();
        counts.Select(c => c.Count).Should().AllBeEquivalentTo((long)days);
        counts.Select(c => c.Sql.Contains("\"DatedDays\"", StringComparison.Ordinal)).Should().Equal(false, true, false);
    }

    private static IEnumerable<string> SupportQuestions() =>
        Question().Matches(File.ReadAllText(Path.GetFullPath(Path.Combine(NodeTools.Folder, "..", "..", "..", "docs", "for-support.md")))).Select(m => m.Groups[1].Value)
            // Not about large tables.
            .Where(q => !q.StartsWith("SyncRuns?", StringComparison.Ordinal) && !q.StartsWith("ManualCorrections", StringComparison.Ordinal))
            .Select(q => q.Replace("0004417", "1000014", StringComparison.Ordinal).Replace("SyncRuns(1)", "SyncRuns(150)", StringComparison.Ordinal).Replace("ChangeVersion gt 0", "ChangeVersion gt 9000", StringComparison.Ordinal));

    [GeneratedRegex("```\nGET /odata/(.*)\n```")]
    private static partial Regex Question();
}
