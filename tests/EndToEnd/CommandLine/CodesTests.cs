namespace K12Sync.EndToEnd.CommandLine;

/// <summary>The SIS's own list of codes, from pasting it to the file that is refused by it.</summary>
public sealed class CodesTests(SampleDistrict sample) : IDisposable
{
    private const string Header = "SchoolCode,Code,Name,Type,ExternalCode";
    private readonly Desk _desk = new Desk().WithSample(sample);

    public void Dispose() => _desk.Dispose();

    [Fact]
    public async Task SisList_NamesWhatIsNotInIt_AndFilesAreComparedWithIt()
    {
        (await _desk.RunAsync("codes", "sis-list")).Err.Should().Contain("There is no list");
        var list = _desk.Write("sis.txt", "T\tTardy", "TL\tTardy late\r", "UA", "", "TB");
        var taken = await _desk.RunAsync("codes", "sis-list", list);
        taken.ExitCode.Should().Be(0, taken.Err);
        taken.Out.Should().Contain("| RMS    | TDY  | Ta ").And.NotContain("TBUS");
        taken.Err.Should().Contain("The SIS's list has 4 codes. 1 tardy code is not in it");
        (await _desk.RunAsync("codes", "sis-list")).Lines.Should().Equal("T", "TB", "TL", "UA");

        _desk.Write("behavior-codes.csv", Header, ",NEW,New,Tardy,tb", ",NEWER,Newer,Tardy,ZZ");
        var imported = await _desk.RunAsync("import", _desk.Import);
        imported.ExitCode.Should().Be(2);
        imported.Out.Should().Contain("behavior-codes.csv:2: rejected: The external code 'tb' differs from the SIS's 'TB' at position 1: 't', where the SIS's has 'T'.");
        _desk.Sql("SELECT Listing FROM BehaviorCodes WHERE Code = 'NEWER'").Should().Be("NotListed");
        _desk.Sql("SELECT Listing FROM BehaviorCodes WHERE Code = 'TBUS'").Should().Be("Listed");
        (await _desk.RunAsync("codes", "sis-list", _desk.Write("wide.txt", [0xFF, 0xFE, 0x54, 0x00]))).Err.Should().Contain("not UTF-8");
        (await _desk.RunAsync("codes", "sis-list", _desk.Write("long.txt", new string('T', 41)))).Err.Should().Contain("Code 1 of the list has 41 characters").And.Contain("stays");
    }

    [Fact]
    public async Task Import_LeavesACodeRetired_AndTheDistrictsDecidesInItsPlace()
    {
        _desk.Sql("SELECT COUNT(*) FROM TardyRecords WHERE NOT Withdrawn AND ExternalCode = 'Ta'").Should().NotBe(0L);
        _desk.Sql("UPDATE BehaviorCodes SET IsActive = 0 WHERE SchoolId IS NOT NULL AND Code = 'TDY'; SELECT 1");
        (await _desk.RunAsync("import", Desk.Sample, "--close-gaps", "NextOpensEarly")).ExitCode.Should().Be(0);
        _desk.Sql("SELECT IsActive FROM BehaviorCodes WHERE SchoolId IS NOT NULL AND Code = 'TDY'").Should().Be(0L);

        var mapped = (await _desk.RunAsync("map", "--format", "csv", "--school", "RMS")).Out;
        mapped.Should().NotContain(",Ta,").And.Contain(",T,Tardy,");
        _desk.Sql("UPDATE BehaviorCodes SET IsActive = 0 WHERE Code = 'TDY'; SELECT 1");
        (await _desk.RunAsync("map", "--format", "csv", "--school", "RMS")).Out.Should().Contain(",Ta,", "a retired code decides about the passes that name it when there is no other");
    }
}
