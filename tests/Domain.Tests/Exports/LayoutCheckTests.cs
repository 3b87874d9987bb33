using K12Sync.Domain.Exports;
using static K12Sync.Domain.Exports.LayoutField;

namespace K12Sync.Domain.Tests.Exports;

public sealed class LayoutCheckTests
{
    private static readonly LayoutColumn[] Key = [new("S", StudentNumber), new("D", Date), new("P", SisPeriodCode), new("C", ExternalCode, MaxLength: 3)];

    private static readonly LayoutDefinition Sound = new([new("School", SchoolCode), .. Key]);

    private static readonly LayoutDefinition ByPresentCode = Sound with { Semantics = FileSemantics.Upsert, Corrections = CorrectionMode.PresentCode };

    private static LayoutDefinition With(params LayoutColumn[] columns) => new([.. Key, .. columns]);

    private static LayoutDefinition Without(string header) => new([.. Key.Where(c => c.Header != header)]);

    [Fact]
    public void SoundLayouts_HaveNoContradiction()
    {
        LayoutCheck.Find(Sound).Should().BeEmpty();
        LayoutCheck.Find(ByPresentCode).Should().BeEmpty();
        LayoutCheck.Find(With(new("", Blank), new LayoutColumn("", Blank))).Should().BeEmpty("columns without a name may be several");
        LayoutCheck.Find(Sound with { Semantics = FileSemantics.InsertOnly, Corrections = CorrectionMode.ManualList }).Should().BeEmpty();
    }

    public static TheoryData<string, LayoutDefinition> Contradictions => new()
    {
        { "A layout has 1 to 200 columns.", new LayoutDefinition([]) },
        { "Two columns are called 'S'*", With(new LayoutColumn("S", Blank)) },
        { "*delimiter*tab or one ASCII punctuation*", Sound with { Delimiter = 'a' } },
        { "*delimiter*", Sound with { Delimiter = '"' } },
        { "*delimiter*", Sound with { Delimiter = '\n' } },
        { "*delimiter*", Sound with { Delimiter = '¦' } },
        { "US-ASCII has no byte order mark*", Sound with { Encoding = FileEncoding.Ascii, ByteOrderMark = true } },
        { "*HeaderOnly*no header line*", Sound with { Header = false, EmptyFile = EmptyFile.HeaderOnly } },
        { "\"fileName\": 'when' is no place*", Sound with { FileName = "{when}.csv" } },
        { "\"fileName\" is for the whole district*", Sound with { FileName = "{school}.csv" } },
        { "\"schoolFileName\" needs {school}*", Sound with { SchoolFileName = "x.csv" } },
        { "Column 'X' needs a \"text\"*", With(new LayoutColumn("X", Constant)) },
        { "Column 5 needs a \"text\"*", With(new LayoutColumn("", Comment)) },
        { "Column 'X': \"text\" belongs to*not to PassId.", With(new LayoutColumn("X", PassId, "x")) },
        { "Column 'X': \"format\" belongs to*not to MinutesLate.", With(new LayoutColumn("X", MinutesLate, Format: "HH")) },
        { "Column 'X': \"maxLength\"*1 or more*", With(new LayoutColumn("X", PassId, MaxLength: 0)) },
        { "Column 'X': 'nr' is no place*", With(new LayoutColumn("X", Comment, "{nr}")) },
        { "Column 'X': A brace*", With(new LayoutColumn("X", Comment, "{pass")) },
        { "Column 'X': 'Q' at position 1*", With(new LayoutColumn("X", Date, Format: "Q")) },
        { "Column 'X': A day has no 'HH'*", With(new LayoutColumn("X", Date, Format: "yyyy HH")) },
        { "Column 'X': the format can make 10 characters, but \"maxLength\" is 8.", With(new LayoutColumn("X", Date, Format: "M/d/yyyy", MaxLength: 8)) },
        { "Column 'é': the header holds*US-ASCII does not have*", With(new LayoutColumn("é", Blank)) with { Encoding = FileEncoding.Ascii } },
        { "Column 'a,b': the header holds*needs quotes*", With(new LayoutColumn("a,b", Blank)) with { Quoting = Quoting.None } },
        { "Column 'X': the text holds*needs quotes*", With(new LayoutColumn("X", Constant, "a,b")) with { Quoting = Quoting.None } },
        { "Column 'X': the text has 3 characters*", With(new LayoutColumn("X", Constant, "abc", MaxLength: 2)) },
        { "No column says which student*", Without("S") },
        { "No column says which day*", Without("D") },
        { "No column says what it is*", Without("C") },
        { "No column says which period*", Without("P") },
        { "PeriodName alone*", ByPresentCode with { Columns = [.. Without("P").Columns, new("P", PeriodName)] } },
        { "Corrections by Replace need*FullDayReplace*", Sound with { Semantics = FileSemantics.Upsert } },
        { "Corrections by PresentCode send changed rows alone*", Sound with { Corrections = CorrectionMode.PresentCode } },
        { "Corrections by PresentCode send a second row*", Sound with { Corrections = CorrectionMode.PresentCode, Semantics = FileSemantics.InsertOnly } },
        { "A manual list sends new rows alone*", Sound with { Corrections = CorrectionMode.ManualList } },
        { "A manual list is for a far side that only inserts*", Sound with { Corrections = CorrectionMode.ManualList, Semantics = FileSemantics.Upsert } },
        { "With one row for each student and day, Replace*", Without("P") with { Grain = RowGrain.StudentDay } },
        { "A row stands for a student's whole day*", ByPresentCode with { Grain = RowGrain.StudentDay } },
        { "\"presentCode\" is only for*", Sound with { PresentCode = "P" } },
        { "\"presentCode\" must not be empty.", ByPresentCode with { PresentCode = "" } },
        { "\"presentCode\" has a blank at the end*", ByPresentCode with { PresentCode = "P " } },
        { "\"presentCode\" has 4 characters; column 'C' takes at most 3.", ByPresentCode with { PresentCode = "PRES" } },
    };

    [Theory]
    [MemberData(nameof(Contradictions))]
    public void Contradiction_IsNamed(string sentence, LayoutDefinition layout) =>
        LayoutCheck.Find(layout).Should().ContainMatch(sentence);

    [Fact]
    public void Check_NamesEverythingAtOnce() =>
        LayoutCheck.Find(Sound with { Delimiter = 'a', FileName = "{when}", Corrections = CorrectionMode.ManualList }).Should().HaveCount(3);

    private static ConnectorDefinition Connector(string? presentCode = null, FileScope scope = FileScope.District, string? fileName = null, params string[] schools) =>
        new("ours", new FolderDestinationDefinition("out"), [.. schools], [], fileName, scope, PresentCode: presentCode);

    [Fact]
    public void Misfit_IsNamed()
    {
        LayoutCheck.FindMisfit(ByPresentCode, Connector()).Should().Contain("Give it as \"presentCode\"");
        LayoutCheck.FindMisfit(ByPresentCode, Connector("P")).Should().BeNull();
        LayoutCheck.FindMisfit(ByPresentCode with { PresentCode = "P" }, Connector()).Should().BeNull();
        LayoutCheck.FindMisfit(ByPresentCode, Connector("LONG")).Should().Contain("takes at most 3");
        LayoutCheck.FindMisfit(Sound, Connector("P")).Should().Contain("corrects by Replace");
        LayoutCheck.FindMisfit(Sound, Connector(fileName: "{school}.csv")).Should().Contain("no one school");
        LayoutCheck.FindMisfit(Sound, Connector(scope: FileScope.School, fileName: "{school}.csv")).Should().BeNull();
    }

    [Fact]
    public void LayoutWithoutSchool_HoldsOneSchoolToAFile()
    {
        LayoutCheck.FindMisfit(With(), Connector()).Should().Contain("no column for the school");
        LayoutCheck.FindMisfit(With(), Connector(schools: ["A", "B"])).Should().NotBeNull();
        LayoutCheck.FindMisfit(With(), Connector(schools: ["A"])).Should().BeNull();
        LayoutCheck.FindMisfit(With(), Connector(scope: FileScope.School)).Should().BeNull();
    }
}
