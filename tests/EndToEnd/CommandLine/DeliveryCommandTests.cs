namespace K12Sync.EndToEnd.CommandLine;

/// <summary>What district IT does with a connector that is there: change, pause, let in, look, restore.</summary>
public sealed class DeliveryCommandTests(SampleDistrict sample) : IDisposable
{
    private readonly Desk _desk = new Desk().WithSample(sample);

    public void Dispose() => _desk.Dispose();

    private async Task<string> SayAsync(params string[] args)
    {
        var ran = await _desk.RunAsync(args);
        ran.ExitCode.Should().Be(0, ran.Err);
        return ran.Out;
    }

    [Fact]
    public async Task Connector_IsChanged_AndSaysWhat()
    {
        var file = _desk.Write("c.json", """{"name":"sis","layout":"k12sync-csv","destination":{"type":"folder","path":"elsewhere"},"schedule":{"at":["06:30"]}}""");

        (await SayAsync("connector", "change", file)).Should().Match("Changed connector sis: *destination*schedule*It writes layout k12sync-csv to folder elsewhere.*");
        (await SayAsync("connector", "change", file)).Should().Contain("nothing was changed");
        (await SayAsync("connector", "list")).Should().Contain("folder elsewhere");

        var wrong = await _desk.RunAsync("connector", "change", _desk.Write("d.json", """{"name":"siss","layout":"k12sync-csv","destination":{"type":"folder","path":"o"}}"""));
        (wrong.ExitCode, wrong.Err.Contains("There is no connector 'siss'", StringComparison.Ordinal)).Should().Be((1, true));
    }

    [Fact]
    public async Task Connector_IsRemoved_ItsFilesStayOnRecord_AndItsNameIsFree()
    {
        (await SayAsync("connector", "remove", "sis")).Should().StartWith("Removed connector sis.");

        (await _desk.RunAsync("export", "--connector", "sis")).ExitCode.Should().Be(1);
        _desk.Sql("""SELECT COUNT(*) FROM "ExportBatches" WHERE "FileName" = 'tardies_0001.csv';""").Should().Be(1L);
        (await SayAsync("connector", "add", _desk.Write("c.json", """{"name":"sis","layout":"k12sync-csv","destination":{"type":"folder","path":"o"}}"""))).Should().StartWith("Added connector sis");
    }

    [Fact]
    public async Task Connector_IsPausedAndResumed_AndSaysSo()
    {
        (await SayAsync("connector", "pause", "sis", "--until", "2027-01-03")).Should().Contain("until the end of 2027-01-03");
        (await SayAsync("connector", "list")).Should().Contain("paused until 2027-01-03");
        (await SayAsync("connector", "resume", "sis")).Should().Contain("runs by its schedule again");
        (await SayAsync("connector", "list")).Should().MatchRegex(@"\| sis +\|.*\| ready ").And.NotContain("paused until");
    }

    [Fact]
    public async Task Secret_IsTakenFromStandardInput_AndNeverShown()
    {
        // The demo has stored a secret already; here it is the first.
        File.Delete(Path.Combine(_desk.Data, "secrets.key"));
        _desk.Sql("""DELETE FROM "ConnectorSecrets";""");

        var stored = await _desk.RunWithInputAsync("hunter2-and-more\n", "connector", "secret", "sis");

        (stored.ExitCode, stored.Out.StartsWith("Stored the Password of connector sis.", StringComparison.Ordinal)).Should().Be((0, true));
        stored.Err.Should().Contain("Made the key file");
        foreach (var said in (string[])[stored.Out, stored.Err, await SayAsync("connector", "list", "--json"), await SayAsync("files", "list", "--connector", "sis")])
            said.Should().NotContain("hunter2");
        foreach (var file in Directory.EnumerateFiles(_desk.Data, "k12sync.db*"))
            (await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken)).AsSpan().IndexOf("hunter2"u8).Should().Be(-1);
        (await _desk.RunWithInputAsync("\n", "connector", "secret", "sis")).Err.Should().Contain("Nothing was stored");
    }

    [Fact]
    public async Task Test_TriesTheDestination_AndLeavesNothing()
    {
        var before = _desk.Delivered.ToList();

        (await SayAsync("connector", "test", "sis")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().OnlyContain(l => l.StartsWith("ok ", StringComparison.Ordinal)).And.HaveCountGreaterThan(3);

        _desk.Delivered.Should().Equal(before);
        Directory.Delete(_desk.Outbox, recursive: true);
        await File.WriteAllTextAsync(_desk.Outbox, "a file", TestContext.Current.CancellationToken);
        var failed = await _desk.RunAsync("connector", "test", "sis");
        (failed.ExitCode, failed.Out.StartsWith("FAILED", StringComparison.Ordinal)).Should().Be((1, true));
    }

    [Fact]
    public async Task Files_AreListedAndShownByteForByte()
    {
        (await SayAsync("files", "list", "--connector", "sis")).Should().MatchRegex(@"\| 1 +\| tardies_0001.csv +\| Delivered");
        (await _desk.RunAsync("files", "show", "1")).Bytes.Should().Equal(_desk.Sent("tardies_0001.csv"));
        (await _desk.RunAsync("files", "show", "99")).Err.Should().Contain("There is no file 99.");
        (await _desk.RunAsync("files", "show", "1", "--answer")).Err.Should().Contain("No answer to 1 is kept");
        (await _desk.RunAsync("files", "confirm", "1")).Err.Should().Contain("there is nothing to decide");
    }

    [Theory]
    [InlineData("confirm")]
    [InlineData("resend")]
    public async Task AnUnconfirmedFile_IsDecidedByAPerson(string decision)
    {
        _desk.Sql("""UPDATE "ExportBatches" SET "Status" = 'DeliveredUnconfirmed'; UPDATE "SyncEntries" SET "Status" = 'Unconfirmed' WHERE "BatchId" = 1;""");
        var sent = _desk.Sent("tardies_0001.csv");
        File.Delete(Path.Combine(_desk.Outbox, "tardies_0001.csv"));

        (await SayAsync("files", decision, "1")).Should().StartWith("File 1 ");
        var export = await _desk.RunAsync("export", "--connector", "sis");

        if (decision == "resend")
            _desk.Sent("tardies_0001.csv").Should().Equal(sent);
        else
            _desk.Delivered.Should().BeEmpty();
        export.Out.Should().Contain(decision == "resend" ? "Delivered tardies_0001.csv" : "Nothing new is owed");
    }

    [Fact]
    public async Task Restore_HoldsEveryConnector_UntilAPersonReleasesIt()
    {
        var backup = Path.Combine(_desk.Import, "b.db");
        (await SayAsync("backup", backup)).Should().StartWith("Copied the database");
        (await _desk.RunAsync("backup", backup)).Err.Should().Contain("is not overwritten");
        if (!OperatingSystem.IsWindows())
            foreach (var file in (string[])[backup, .. Directory.EnumerateFiles(Path.GetDirectoryName(sample.Data)!, "k12sync.db", SearchOption.AllDirectories)])
                File.GetUnixFileMode(file).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite, "students' data is for its owner only");
        _desk.Sql("""UPDATE "BehaviorCodes" SET "ExternalCode" = 'XX';""");

        var restored = await SayAsync("restore", backup);

        restored.Should().Contain("Held 2 connectors:").And.Contain("before-restore.db");
        _desk.Sql("""SELECT COUNT(*) FROM "BehaviorCodes" WHERE "ExternalCode" = 'XX';""").Should().Be(0L);
        var export = await _desk.RunAsync("export", "--connector", "sis");
        export.ExitCode.Should().Be(2);
        export.Err.Should().Contain("Skipped: The connector is held since").And.Contain("restored from a backup");
        (await SayAsync("connector", "list")).Should().Contain("held: restored from a backup");
        (await SayAsync("connector", "release", "sis")).Should().StartWith("Released connector sis. It was held: The database was restored");
        (await _desk.RunAsync("export", "--connector", "sis")).Out.Should().Contain("Nothing new is owed");
    }

    [Theory]
    [InlineData("not a database")]
    [InlineData("")]
    public async Task Restore_ChangesNothing_WhenTheFileIsNoBackup(string content)
    {
        var ran = await _desk.RunAsync("restore", _desk.Write("b.db", content));

        ran.ExitCode.Should().Be(1, ran.Out);
        _desk.Sql("""SELECT COUNT(*) FROM "ExportBatches";""").Should().Be(3L, "the file and two submissions of the demo");
        Directory.Exists(Path.Combine(_desk.Data, "restoring")).Should().BeFalse();
    }
}
