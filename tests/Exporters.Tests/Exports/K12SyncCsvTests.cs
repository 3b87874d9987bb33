using System.Text;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Exports;
using static K12Sync.Exporters.Tests.Exports.PipelineStage;

namespace K12Sync.Exporters.Tests.Exports;

public sealed class K12SyncCsvTests
{
    private static readonly Dictionary<string, TardyLine[][]> Days = new()
    {
        ["empty-day"] =
        [
            [Withdrawn(1, "0042"), Withdrawn(2, "0051")],
            [Tardy(3, "0042", issued: "2026-09-09 08:01:00"), Withdrawn(4, "0051", "2026-09-09 08:01:00")],
        ],
        ["two-schools"] =
        [
            [Tardy(1, "0042"), Tardy(2, "000"), Tardy(3, "0042", "02")],
            [Tardy(4, "0042", issued: "2026-12-01 08:00:00") with { IssuedAt = new(2026, 12, 1, 8, 0, 0, TimeSpan.FromHours(-6)) }],
            [Tardy(5, "9", school: "007", schoolId: 2) with { IssuedAt = new(2026, 9, 8, 22, 7, 0, TimeSpan.FromHours(10)) }],
        ],
        ["difficult-values"] =
        [
            [
                Tardy(1, "0001") with { PassId = "comma, in the middle" },
                Tardy(2, "0002") with { PassId = "a \"quoted\" word" },
                Tardy(3, "0003") with { PassId = "two\r\nlines", PeriodName = "a\nb" },
                Tardy(4, "0004") with { PassId = "\"", PeriodName = "\r" },
                Tardy(5, "0005") with { PassId = "😀👩‍👩‍👧", PeriodName = "שיעור ראשון" },
                Tardy(6, "0006") with { PassId = "=cmd|' /C calc'!A0", PeriodName = "+1", SisPeriodCode = "-1", ExternalCode = "@T" },
                Tardy(7, " 0007 ") with { PassId = "\tTab\t", PeriodName = " blank at both ends " },
                Tardy(8, "0008") with { PassId = "\uFEFFBOM", PeriodName = "e\u0301 and é", MinutesLate = 0 },
                Tardy(9, "0009") with { PeriodName = "", IssuedAt = new DateTimeOffset(2026, 9, 8, 8, 7, 0, 120, TimeSpan.FromHours(-5)) },
                Tardy(10, "0010") with { MinutesLate = 1440, IssuedAt = new DateTimeOffset(2026, 9, 8, 0, 0, 0, TimeSpan.FromMinutes(345)).AddTicks(1) },
                Tardy(11, "#11") with { SchoolCode = "#LHS", SisSchoolCode = "not written", IssuedAt = new DateTimeOffset(2026, 9, 8, 13, 7, 0, TimeSpan.Zero) },
            ],
        ],
    };

    private static TardyLine Withdrawn(long id, string student, string issued = "2026-09-08 08:01:00") =>
        Tardy(id, student, issued: issued) with { IsWithdrawn = true, Told = new Told(1, 1, "T", false) };

    private static Task<byte[]> WriteAsync(TardyLine[][] days) => LayoutFile.WriteAsync(LayoutPresets.K12SyncCsv, [.. days.SelectMany(d => d)]);

    [Theory]
    [InlineData("empty-day")]
    [InlineData("two-schools")]
    [InlineData("difficult-values")]
    public async Task File_IsTheGoldenOne_ByteForByte(string name)
    {
        var golden = await File.ReadAllBytesAsync(
            Path.Combine(AppContext.BaseDirectory, "Golden", $"k12sync-csv.{name}.csv"), TestContext.Current.CancellationToken);

        var written = await WriteAsync(Days[name]);

        Encoding.UTF8.GetString(written).Should().Be(Encoding.UTF8.GetString(golden));
        written.Should().Equal(golden);
    }

    [Fact]
    public async Task Values_AreNeverAltered_WhenTheyCanBeEncoded() =>
        (await LayoutFile.RenderAsync(LayoutPresets.K12SyncCsv, Days["difficult-values"][0])).Held.Should().BeEmpty();

    [Theory]
    [InlineData("school code")]
    [InlineData("student number")]
    [InlineData("period name")]
    [InlineData("SIS period code")]
    [InlineData("external code")]
    [InlineData("pass id")]
    public async Task Fault_NamesTheField_WhateverFieldItIs(string field)
    {
        string Of(string name) => name == field ? "\0" : "x";
        var line = Tardy(1, Of("student number")) with
        {
            SchoolCode = Of("school code"),
            PeriodName = Of("period name"),
            SisPeriodCode = Of("SIS period code"),
            ExternalCode = Of("external code"),
            PassId = Of("pass id"),
        };

        var held = (await LayoutFile.RenderAsync(LayoutPresets.K12SyncCsv, line)).Held.Should().ContainSingle().Subject;

        (held.Reason, held.Explanation).Should().Be(
            (HoldReason.NotEncodable, $"The {field} holds a NUL character at position 1, which the file cannot carry unaltered."));
    }

    [Theory]
    [InlineData("k12sync-csv", true)]
    [InlineData("K12Sync-csv", false)]
    [InlineData("", false)]
    public void Presets_AreFoundByExactName(string name, bool found) => (LayoutPresets.Find(name) is not null).Should().Be(found);
}
