using System.Diagnostics;
using System.Globalization;

namespace K12Sync.EndToEnd.CommandLine;

/// <summary>A disk that takes no more, as the program meets it.</summary>
public sealed class StorageTests(SampleDistrict sample)
{
    /// <summary>The limit on the size of files stands for the full disk: it needs no rights, and the kernel refuses the write in the same place.</summary>
    [Fact]
    public async Task Import_SaysWhy_AndAcceptsNothingByHalf_WhenTheDiskIsFull()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs ulimit.");
        using var desk = new Desk().WithSample(sample);
        var before = desk.Sql("""SELECT COUNT(*) FROM "Passes";""");
        var passes = Enumerable.Range(0, 20_000).Select(i => string.Create(CultureInfo.InvariantCulture, $"X-{i:00000},LHS,{4401 + i % 20:0000000},TDY,2026-10-{1 + i % 28:00}T08:{i % 60:00}:00-04:00,"));
        var file = desk.Write("passes.csv", ["PassId,SchoolCode,StudentNumber,Code,IssuedAt,Voided", .. passes]);

        var ran = await ImportOnAFullDiskAsync(desk, file);

        ran.ExitCode.Should().Be(1, ran.Out + ran.Err);
        ran.Err.Should().Contain("the database did not take it").And.Contain("that the disk has room");
        desk.Sql("""SELECT COUNT(*) FROM "Passes";""").Should().Be(before, "passes of a file are taken whole or not at all");
        var again = await desk.RunAsync("import", file);
        again.ExitCode.Should().Be(0, again.Err);
        desk.Sql("""SELECT COUNT(*) FROM "Passes" WHERE "PassId" LIKE 'X-%';""").Should().Be(20_000L);
    }

    private static async Task<Ran> ImportOnAFullDiskAsync(Desk desk, string file)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", "trap '' XFSZ; ulimit -f 1000; exec \"$@\"", "sh", Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            Path.Combine(AppContext.BaseDirectory, "k12sync.dll"), "import", file, "--data", desk.Data])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // The runtime would reserve memory by a file larger than the limit.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        using var process = Process.Start(start)!;
        return await Desk.EndAsync(process);
    }
}
