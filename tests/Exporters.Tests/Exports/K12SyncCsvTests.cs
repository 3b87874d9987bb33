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
            [Tardy(1, "0042") with { IsWithdrawn = true }, Tardy(2, "0051") with { IsWithdrawn = true }],
            [Tardy(3, "0042", issued: "2026-09-09 08:01:00"), Tardy(4, "0051", issued: "2026-09-09 08:01:00") with { IsWithdrawn = true }],
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

    private static byte[] Write(TardyLine[][] days)
    {
        using var bytes = new MemoryStream();
        using (var writer = K12SyncCsv.Instance.Begin(bytes))
        {
            foreach (var day in days)
                writer.Write(day).Should().Be(Math.Max(1, day.Count(line => !line.IsWithdrawn)));
        }
        return bytes.ToArray();
    }

    [Theory]
    [InlineData("empty-day")]
    [InlineData("two-schools")]
    [InlineData("difficult-values")]
    public async Task File_IsTheGoldenOne_ByteForByte(string name)
    {
        var golden = await File.ReadAllBytesAsync(
            Path.Combine(AppContext.BaseDirectory, "Golden", $"k12sync-csv.{name}.csv"), TestContext.Current.CancellationToken);

        var written = Write(Days[name]);

        Encoding.UTF8.GetString(written).Should().Be(Encoding.UTF8.GetString(golden));
        written.Should().Equal(golden);
    }

    [Fact]
    public void File_IsTheHeaderAlone_WhenNoDayIsWritten() =>
        Encoding.UTF8.GetString(Write([])).Should().Be("SchoolCode,StudentNumber,Date,Period,SisPeriodCode,ExternalCode,MinutesLate,PassId,IssuedAt\r\n");

    [Fact]
    public void Values_AreNeverAltered_WhenTheyCanBeEncoded()
    {
        foreach (var line in Days["difficult-values"][0])
            K12SyncCsv.Instance.FindFault(line).Should().BeNull();
    }

    [Theory]
    [InlineData("school code")]
    [InlineData("student number")]
    [InlineData("period name")]
    [InlineData("SIS period code")]
    [InlineData("external code")]
    [InlineData("pass id")]
    public void FindFault_NamesTheField_WhateverFieldItIs(string field)
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

        K12SyncCsv.Instance.FindFault(line).Should().Be(
            new LineFault(HoldReason.NotEncodable, $"The {field} holds a NUL character at position 1, which the file cannot carry unaltered."));
    }

    [Theory]
    [InlineData("k12sync-csv", true)]
    [InlineData("K12Sync-csv", false)]
    [InlineData("", false)]
    public void Layouts_FindsByExactName(string name, bool found) => (Layouts.Find(name) is not null).Should().Be(found);
}
