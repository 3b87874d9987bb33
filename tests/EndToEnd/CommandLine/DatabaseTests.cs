namespace K12Sync.EndToEnd.CommandLine;

public sealed class DatabaseTests(SampleDistrict sample) : IDisposable
{
    private readonly Desk _desk = new();

    public void Dispose() => _desk.Dispose();

    public static TheoryData<string, string> Damages { get; } = new()
    {
        { "cut in half", "map" }, { "cut in half", "migrate" }, { "garbage in the middle", "import" }, { "garbage in the middle", "export" },
        { "garbage in the middle", "demo" }, { "not a database", "import" }, { "not a database", "migrate" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task Command_RefusesAndTouchesNothing_WhenTheDatabaseIsDamaged(string damage, string command)
    {
        _desk.WithSample(sample);
        var bytes = await File.ReadAllBytesAsync(_desk.Database, TestContext.Current.CancellationToken);
        bytes = damage switch
        {
            "cut in half" => bytes[..(bytes.Length / 2)],
            "not a database" => "Dear diary,\n"u8.ToArray(),
            _ => [.. bytes[..(bytes.Length / 3)], .. Enumerable.Repeat((byte)0xA5, bytes.Length / 3), .. bytes[(bytes.Length / 3 * 2)..]],
        };
        await RefusesAsync(command, bytes, "*is damaged*Nothing was changed. Restore a backup*");
    }

    [Theory]
    [InlineData("map")]
    [InlineData("import")]
    [InlineData("migrate")]
    [InlineData("demo")]
    public async Task Command_RefusesAndTouchesNothing_WhenANewerVersionWroteTheDatabase(string command)
    {
        _desk.WithSample(sample);
        _desk.Sql("INSERT INTO \"__EFMigrationsHistory\" VALUES ('29990101000000_Tomorrow', '99.0.0'); PRAGMA wal_checkpoint(TRUNCATE);");
        await RefusesAsync(command, await File.ReadAllBytesAsync(_desk.Database, TestContext.Current.CancellationToken), "*newer K12Sync (schema 29990101000000_Tomorrow). Nothing was changed.*");
    }

    [Fact]
    public async Task Command_RefusesAndTouchesNothing_WhenTheDatabaseIsAnotherProgram()
    {
        Directory.CreateDirectory(_desk.Data);
        _desk.Sql("CREATE TABLE Songs (Title TEXT);");
        await RefusesAsync("import", await File.ReadAllBytesAsync(_desk.Database, TestContext.Current.CancellationToken), "*but not K12Sync's. Nothing was changed.*");
    }

    [Fact]
    public async Task Migrate_MakesTheDatabaseOnceAndThenChangesNothing_WhenThereIsNone()
    {
        (await _desk.RunAsync("migrate")).Out.Should().EndWith("was made.\n");
        var again = await _desk.RunAsync("migrate");
        (again.ExitCode, again.Err).Should().Be((0, ""));
        again.Out.Should().EndWith("is up to date; nothing was changed.\n");
        (await _desk.RunAsync("map")).Err.Should().Contain("has no district yet");
    }

    [Theory]
    [InlineData("map")]
    [InlineData("connector list")]
    [InlineData("export --connector sis")]
    [InlineData("why --student 1 --date 2026-09-15")]
    public async Task Command_SaysHowToMakeOne_WhenThereIsNoDatabase(string command)
    {
        var ran = await _desk.RunAsync(command.Split(' '));
        (ran.ExitCode, ran.Out, Directory.Exists(_desk.Data)).Should().Be((1, "", false));
        ran.Err.Should().Contain("There is no K12Sync database in").And.Contain("k12sync import PATH");
    }

    private async Task RefusesAsync(string command, byte[] bytes, string message)
    {
        await File.WriteAllBytesAsync(_desk.Database, bytes, TestContext.Current.CancellationToken);
        var ran = await _desk.RunAsync(command switch
        {
            "import" => ["import", Desk.Sample],
            "export" => ["export", "--connector", "sis"],
            "demo" => ["demo", "--once"],
            _ => [command],
        });
        ran.ExitCode.Should().Be(1, ran.Err);
        ran.Err.Should().Match($"k12sync: {message}").And.NotContain("   at ");
        ran.Out.Should().BeEmpty();
        (await File.ReadAllBytesAsync(_desk.Database, TestContext.Current.CancellationToken)).Should().Equal(bytes);
    }
}
