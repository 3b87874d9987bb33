using System.Text;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Exports;
using static K12Sync.Exporters.Tests.Exports.PipelineStage;

namespace K12Sync.Exporters.Tests.Exports;

public sealed class LayoutPresetTests
{
    /// <summary>A year's worth of what matters: both halves of a school year, morning and afternoon, leading zeros, a second period, a tardy taken back.</summary>
    private static readonly TardyLine[] Debt =
    [
        At(Tardy(1, "0042", issued: "2026-09-08 08:07:00")),
        At(Tardy(2, "0051", "02", issued: "2026-09-08 09:05:30") with { ExternalCode = "TL", MinutesLate = 15 }),
        At(Tardy(3, "0042", "02", issued: "2026-09-08 13:05:00") with { MinutesLate = 0 }),
        At(Tardy(4, "0007", issued: "2027-03-21 12:30:00")) with { IssuedAt = new DateTimeOffset(2027, 3, 21, 12, 30, 0, TimeSpan.FromHours(-5)) },
        At(Tardy(5, "0008", issued: "2027-03-21 08:04:00")) with { IsWithdrawn = true, Told = new Told(1, 1, "T", false) },
        At(Tardy(6, "0009", issued: "2027-07-01 00:05:00")),
    ];

    private static TardyLine At(TardyLine line) => line with { SisSchoolCode = "310" };

    public static TheoryData<string> Names => [.. LayoutPresets.All.Select(l => l.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task File_IsTheGoldenOne_ByteForByte(string name)
    {
        var layout = LayoutPresets.Find(name)!;
        var path = Path.Combine(AppContext.BaseDirectory, "Golden", $"{name}.year.txt");
        var presentCode = layout.Definition.Corrections == CorrectionMode.PresentCode ? "P" : null;

        var debt = await LayoutFile.RenderAsync(LayoutFile.Connector(layout, presentCode), Debt);

        debt.Held.Should().BeEmpty();
        var written = debt.Files.Should().ContainSingle().Subject.Content;
        var golden = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        Encoding.UTF8.GetString(written).Should().Be(Encoding.UTF8.GetString(golden));
        written.Should().Equal(golden);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Preset_DoesNotContradictItself_AndSurvivesItsJson(string name)
    {
        var definition = LayoutPresets.Find(name)!.Definition;

        LayoutCheck.Find(definition).Should().BeEmpty();
        var (readName, read) = LayoutJson.ReadFile(LayoutJson.WriteFile(name, definition));
        readName.Should().Be(name);
        read.Should().BeEquivalentTo(definition);
        LayoutJson.Read(LayoutJson.Write(definition)).Should().BeEquivalentTo(definition);
    }

    [Fact]
    public void PowerSchool_SaysThatItMustBeConfirmed()
    {
        LayoutPresets.PowerSchool.Definition.Description.Should().Contain("Confirm with your SIS");
        LayoutPresets.PowerSchool.Definition.Confirm.Should().NotBeNullOrEmpty();
    }
}
