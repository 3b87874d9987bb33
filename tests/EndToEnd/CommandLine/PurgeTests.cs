using K12Sync.EndToEnd.Serving;

namespace K12Sync.EndToEnd.CommandLine;

/// <summary>A district lets go of contents of files, and of nothing else.</summary>
public sealed class PurgeTests(SampleDistrict sample) : IDisposable
{
    private readonly Desk _desk = new Desk().WithSample(sample);

    public void Dispose() => _desk.Dispose();

    [Fact]
    public async Task Contents_GoAfterTheirDays_AndTheirNumbersStay()
    {
        (await _desk.RunAsync("purge")).Out.Should().Contain("for ever");
        (await _desk.RunAsync("district", "retention", "--file-days", "29")).ExitCode.Should().Be(64);
        (await _desk.RunAsync("district", "retention", "--file-days", "30")).Out.Should().Contain("for 30 days");
        (await _desk.RunAsync("district", "contact", "--contact", "Pat Doe", "--mail", "nobody")).ExitCode.Should().Be(64);
        (await _desk.RunAsync("district", "contact", "--contact", "Pat Doe", "--mail", "privacy@district.example")).ExitCode.Should().Be(0);
        (await _desk.RunAsync("district", "show")).Out.Should().Contain("Pat Doe <privacy@district.example>").And.Contain("for 30 days");
        var all = (long)_desk.Sql("SELECT COUNT(*) FROM ExportContents")!;
        all.Should().BePositive();
        (await _desk.RunAsync("purge")).Out.Should().Contain("of 0 files", "they are young");
        var longAgo = TimeProvider.System.GetUtcNow().AddDays(-31).UtcTicks;
        _desk.Sql($"UPDATE ExportBatches SET FrozenAt = {longAgo}, DeliveredAt = {longAgo}");
        _desk.Sql("UPDATE ExportBatches SET Status = 'DeliveredUnconfirmed', DeliveredAt = NULL WHERE Id = (SELECT MAX(Id) FROM ExportBatches)");

        (await _desk.RunAsync("purge", "--dry-run")).Out.Should().Contain($"Would delete the contents of {all - 1} ");
        _desk.Sql("SELECT COUNT(*) FROM ExportContents").Should().Be(all);
        (await _desk.RunAsync("purge")).Out.Should().Contain($"Deleted the contents of {all - 1} ");

        _desk.Sql("SELECT COUNT(*) FROM ExportContents").Should().Be(1L, "somebody still has to decide about that one");
        _desk.Sql("SELECT COUNT(*) FROM ExportBatches WHERE Sha256 <> '' AND Rows > 0").Should().Be(all);
        if (all > 1)
            (await _desk.RunAsync("files", "show", "1")).Err.Should().Contain("purged");
        _desk.Sql("UPDATE ExportBatches SET Status = 'Delivered'");
        await using var server = await Server.StartAsync(_desk.Data);
        await Eventually.IsTrueAsync(() => Equals(_desk.Sql("SELECT COUNT(*) FROM ExportContents"), 0L), "serve purges by itself");
        await Eventually.IsTrueAsync(() => Equals(_desk.Sql("SELECT Rows FROM AuditEntries WHERE Target = 'serve: daily purge'"), 1L), "it is audited");
        (await _desk.RunAsync("audit", "verify")).ExitCode.Should().Be(0);
    }

    [Fact]
    public async Task Days_GoAfterTheirDays_AndWhatWentIsNeverSentAgain()
    {
        (await _desk.RunAsync("district", "retention", "--record-days", "399")).ExitCode.Should().Be(64);
        (await _desk.RunAsync("district", "retention")).ExitCode.Should().Be(64);
        (await _desk.RunAsync("district", "retention", "--record-days", "400", "--audit-days", "400")).Out.Should().Contain("for 400 days");
        foreach (var table in new[] { "Passes", "TardyRecords", "SyncEntries" })
            _desk.Sql($"UPDATE {table} SET Date = date(Date, '-3 years')");
        foreach (var table in new[] { "Passes", "TardyRecords" })
            _desk.Sql($"UPDATE {table} SET IssuedAt = IssuedAt - {1096 * TimeSpan.TicksPerDay}");
        var (passes, runs, sent) = (Count("Passes"), Count("SyncRuns"), _desk.Delivered.ToList());
        var waits = (long)_desk.Sql("SELECT COUNT(DISTINCT SchoolId || Date) FROM Passes WHERE Outcome = 'NoScheduleSet'")!;

        var dry = await _desk.RunAsync("purge", "--dry-run");
        Count("Passes").Should().Be(passes);
        var done = await _desk.RunAsync("purge");

        done.Out.Replace("Deleted", "Would delete", StringComparison.Ordinal).Should().Be(dry.Out);
        if (waits > 0)
            done.Out.Should().Contain($"Kept {waits} older day");
        var left = Count("Passes");
        left.Should().BeLessThan(passes);
        Count("SyncRuns").Should().Be(runs);
        Count("SyncEntries").Should().Be((long)_desk.Sql("SELECT COUNT(*) FROM SyncEntries e WHERE e.ChildDayId IS NOT NULL OR e.RecordId IN (SELECT Id FROM TardyRecords)")!);
        ((long)_desk.Sql("SELECT SUM(Number) FROM DayCounts WHERE SchoolId IS NOT NULL")!).Should().Be(passes - left, "how many there were is kept");
        (await _desk.RunAsync("district", "show")).Out.Should().Contain("nothing is taken of days before");

        var again = _desk.Write("passes.csv", "PassId,SchoolCode,StudentNumber,Code,IssuedAt,Voided", "P-0001,LHS,0004401,TDY,2023-09-15T06:58:00-04:00,false");
        var import = await _desk.RunAsync("import", again);
        (import.ExitCode, import.Out + import.Err).Should().Match<(int Code, string Text)>(r => r.Code == 2 && r.Text.Contains("keeps no passes of this day any more"));
        (await _desk.RunAsync("map")).ExitCode.Should().Be(0);
        (await _desk.RunAsync("export", "--connector", "sis")).ExitCode.Should().BeOneOf(0, 2);
        _desk.Delivered.Should().Equal(sent, "nothing is sent once more");
        (await _desk.RunAsync("audit", "verify")).ExitCode.Should().Be(0);

        long Count(string table) => (long)_desk.Sql($"SELECT COUNT(*) FROM {table}")!;
    }
}
