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
}
