using System.Diagnostics;
using System.Globalization;
using K12Sync.EndToEnd.CommandLine;

namespace K12Sync.EndToEnd.Crashes;

/// <summary>A real process, killed with SIGKILL at a step of the pipeline, and started again.</summary>
public sealed class CrashTests(SampleDistrict sample)
{
    private const int Killed = 128 + 9;

    [Fact]
    public async Task Export_KilledBeforeAndAfterEveryStep_DeliversEveryRowOnce_AfterARestart()
    {
        var steps = await StepsOfARunAsync();
        steps.Should().BeGreaterThan(12);

        await Parallel.ForEachAsync(Enumerable.Range(1, steps), TestContext.Current.CancellationToken, async (step, _) =>
        {
            using var desk = ReadyToSend();
            (await RunAsync(desk, step)).ExitCode.Should().Be(Killed, $"step {step} is fatal");
            desk.Delivered.Where(f => !f.StartsWith('.')).Should().BeSubsetOf(["tardies_0001.csv"], $"no half file has a name of its own after step {step}");

            (await RunAsync(desk, fatalStep: int.MaxValue)).ExitCode.Should().Be(0);
            AssertOnce(desk, $"killed at step {step} of {steps}");
        });
    }

    [Fact]
    public async Task Export_KilledTwice_DeliversEveryRowOnce_AfterTheSecondRestart()
    {
        var steps = await StepsOfARunAsync();
        var random = new Random(20260915);
        for (var round = 0; round < 4; round++)
        {
            var (first, second) = (random.Next(1, steps + 1), random.Next(1, steps + 1));
            using var desk = ReadyToSend();
            await RunAsync(desk, first);
            await RunAsync(desk, second);

            (await desk.RunAsync("export", "--connector", "sis")).ExitCode.Should().Be(2, "passes wait for a person, and nothing else is wrong");
            AssertOnce(desk, $"killed at step {first} and then at step {second}");
        }
    }

    [Fact]
    public async Task Import_KilledAtAnyMoment_LosesAndDoublesNothing_WhenRunAgain()
    {
        var passes = Enumerable.Range(0, 60_000).Select(i => string.Create(CultureInfo.InvariantCulture,
            $"X-{i:00000},LHS,{4401 + i % 20:0000000},TDY,2026-10-{1 + i % 28:00}T{8 + i % 6:00}:{i % 60:00}:{i / 60 % 60:00}-04:00,"));
        using var desk = new Desk().WithSample(sample);
        var file = desk.Write("passes.csv", ["PassId,SchoolCode,StudentNumber,Code,IssuedAt,Voided", .. passes]);
        foreach (var patience in (int[])[700, 1200, 1700, 2400])
        {
            using var process = Desk.Start("import", file, "--data", desk.Data);
            await Task.Delay(patience, TestContext.Current.CancellationToken);
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        (await desk.RunAsync("import", file)).ExitCode.Should().Be(0);

        desk.Sql("""SELECT COUNT(*) FROM "Passes" WHERE "PassId" LIKE 'X-%';""").Should().Be(60_000L);
        desk.Sql("""SELECT COUNT(*) FROM "Passes" WHERE "Outcome" IS NULL;""").Should().Be(0L, "every accepted pass is mapped");
        desk.Sql("""SELECT COUNT(*) FROM "PendingDays";""").Should().Be(0L);
        desk.Sql("""SELECT (SELECT COUNT(*) FROM "Passes" WHERE "Outcome" = 'Tardy') - (SELECT COUNT(*) FROM "TardyRecords" WHERE NOT "Withdrawn");""")
            .Should().Be(0L, "each tardy has its record");
    }

    /// <summary>The sample district before its first export: delivered files and the ledger are put back.</summary>
    private Desk ReadyToSend()
    {
        var desk = new Desk().WithSample(sample);
        foreach (var table in (string[])["SyncEntries", "ExportContents", "ExportBatches", "HeldRecords", "SyncRuns"])
            desk.Sql($"""DELETE FROM "{table}";""");
        Directory.Delete(desk.Outbox, recursive: true);
        return desk;
    }

    private async Task<int> StepsOfARunAsync()
    {
        using var desk = ReadyToSend();
        var ran = await RunAsync(desk, fatalStep: int.MaxValue);
        ran.ExitCode.Should().Be(0, ran.Err);
        return int.Parse(ran.Out, CultureInfo.InvariantCulture);
    }

    private static void AssertOnce(Desk desk, string because)
    {
        var file = desk.Delivered.Should().ContainSingle(because).Subject;
        desk.Sent(file).Should().Equal(File.ReadAllBytes(Path.Combine(Desk.Sample, "expected", "tardies_0001.csv")), because);
        desk.Sql("""SELECT COUNT(*) FROM "SyncEntries" WHERE "Status" <> 'Delivered';""").Should().Be(0L, because);
        desk.Sql("""SELECT COUNT(*) - COUNT(DISTINCT "RecordId") FROM "SyncEntries";""").Should().Be(0L, because);
        desk.Sql("""SELECT COUNT(*) FROM "SyncRuns" WHERE "Status" = 'Running';""").Should().Be(0L, because);
    }

    private static async Task<Ran> RunAsync(Desk desk, int fatalStep)
    {
        var host = Path.Combine(AppContext.BaseDirectory, "K12Sync.CrashHost.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [host, desk.Data, "sis", fatalStep.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        return await Desk.EndAsync(process);
    }
}
