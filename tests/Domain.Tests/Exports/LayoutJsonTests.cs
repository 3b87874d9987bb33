using K12Sync.Domain.Exports;

namespace K12Sync.Domain.Tests.Exports;

public sealed class LayoutJsonTests
{
    [Fact]
    public void Settings_ThatAreLeftOut_AreTheUsualOnes()
    {
        var (name, definition) = LayoutJson.ReadFile("""{"name": "ours", "columns": [{"header": "S", "field": "StudentNumber"}, {"field": "blank"},]} // a remark""");

        name.Should().Be("ours");
        definition.Should().BeEquivalentTo(new LayoutDefinition([new("S", LayoutField.StudentNumber), new("", LayoutField.Blank)]));
    }

    [Fact]
    public void EverySetting_IsRead()
    {
        var definition = LayoutJson.Read("""
            {"description": "d", "confirm": "c", "delimiter": "tab", "header": false, "quoting": "All", "lineEnd": "LF", "finalNewline": false, "encoding": "Windows-1252",
             "byteOrderMark": true, "fileName": "f", "schoolFileName": "s", "emptyFile": "HeaderOnly", "grain": "StudentDay", "semantics": "Upsert", "corrections": "PresentCode",
             "presentCode": "P", "columns": [{"header": "h", "field": "Date", "text": "t", "format": "yy", "maxLength": 4}]}
            """);

        definition.Should().BeEquivalentTo(new LayoutDefinition([new("h", LayoutField.Date, "t", "yy", 4)])
        {
            Description = "d", Confirm = "c", Delimiter = '\t', Header = false, Quoting = Quoting.All, LineEnd = LineEnd.Lf, FinalNewline = false, Encoding = FileEncoding.Windows1252,
            ByteOrderMark = true, FileName = "f", SchoolFileName = "s", EmptyFile = EmptyFile.HeaderOnly, Grain = RowGrain.StudentDay, Semantics = FileSemantics.Upsert,
            Corrections = CorrectionMode.PresentCode, PresentCode = "P",
        });
        LayoutJson.Read(LayoutJson.Write(definition)).Should().BeEquivalentTo(definition);
    }

    [Theory]
    [InlineData("""{"columns": []}""", "*\"columns\" is missing*")]
    [InlineData("""{"columns": [null]}""", "Column 1 is null.")]
    [InlineData("""{"columns": [{"header": "x"}]}""", "Column 1 needs a \"field\"*StudentNumber*")]
    [InlineData("""{"columns": [{"header": "x", "field": "Name"}]}""", "*value of \"field\"*Known are Blank, Constant*")]
    [InlineData("""{"columns": [{"header": "x", "field": 3}]}""", "*value of \"field\"*")]
    [InlineData("""{"columns": [{"header": "x", "field": "Date", "width": 3}]}""", "*\"width\" is not a setting of a column. Known are header, field, text, format, maxLength.")]
    [InlineData("""{"colums": []}""", "*\"colums\" is not a setting of a layout. Known are name*columns.")]
    [InlineData("""{"encoding": "utf8", "columns": []}""", "line 1, *Known are UTF-8, Windows-1252, ISO-8859-1, US-ASCII, UTF-16.")]
    [InlineData("""{"lineEnd": "CR", "columns": []}""", "*Known are CRLF, LF.")]
    [InlineData("""{"header": "yes", "columns": []}""", "*value of \"header\"*")]
    [InlineData("""{"delimiter": "||", "columns": [{"field": "Blank"}]}""", "*one character, or \"tab\".")]
    [InlineData("""[]""", "*A layout is a JSON object*")]
    [InlineData("null", "*not null*")]
    [InlineData("{", "*line 1*")]
    public void Fault_IsExplained(string json, string message)
    {
        var act = () => LayoutJson.Read(json);

        act.Should().Throw<FormatException>().WithMessage(message);
    }

    [Fact]
    public void File_NeedsAName()
    {
        var act = () => LayoutJson.ReadFile("""{"columns": [{"field": "Blank"}]}""");

        act.Should().Throw<FormatException>().WithMessage("*\"name\" is missing*");
    }

    [Fact]
    public void File_HasOneColumnToALine() =>
        LayoutJson.WriteFile("ours", new LayoutDefinition([new("Größe", LayoutField.StudentNumber), new("b", LayoutField.Constant, "x")])).Should().EndWith("""
              "columns": [
                {"header":"Größe","field":"StudentNumber"},
                {"header":"b","field":"Constant","text":"x"}
              ]
            }
            """.ReplaceLineEndings("\n"));
}
