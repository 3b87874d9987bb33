using System.Globalization;
using K12Sync.Benchmarks;

switch (args)
{
    case ["mapper"]:
        MapperBenchmark.Run();
        return 0;
    case ["layouts"]:
        LayoutBenchmark.Run();
        return 0;
    case ["sftp", .. var turns]:
        await SftpBenchmark.RunAsync(turns is [var many] ? int.Parse(many, CultureInfo.InvariantCulture) : 3);
        return 0;
    case ["passes", "sqlite" or "postgres", .. var more]:
        using (BenchDatabase at = args[1] == "sqlite" ? new BenchSqlite() : new BenchPostgres())
            await PassesBenchmark.RunAsync(at, more is [var seconds] ? int.Parse(seconds, CultureInfo.InvariantCulture) : 10);
        return 0;
    case ["plain-passes", var connection, var port]:
        await PlainPasses.RunAsync(connection, int.Parse(port, CultureInfo.InvariantCulture));
        return 0;
    case ["nemesis", .. var options]:
        return await NemesisSeries.RunAsync(options);
    case ["import" or "export" or "probe", "sqlite" or "postgres", .. var more]:
        var passes = more is [var count, ..] ? int.Parse(count, CultureInfo.InvariantCulture) : 1_000_000;
        using (BenchDatabase at = args[1] == "sqlite" ? new BenchSqlite() : new BenchPostgres())
            await (args[0] switch
            {
                "import" => ImportBenchmark.RunAsync(at, passes, more is [_, "shuffled"]),
                "export" => ExportBenchmark.RunAsync(at, passes),
                _ => Probe.RunAsync(at, passes),
            });
        return 0;
    case ["queries", "sqlite" or "postgres", .. var numbers]:
        using (BenchDatabase at = args[1] == "sqlite" ? new BenchSqlite() : new BenchPostgres())
            await QueryBenchmark.RunAsync(at.Make(), Number(numbers, 0, 1_000_000), Number(numbers, 1, 7), Number(numbers, 2, 2), numbers is [_, _, _, var only] ? only : "");
        return 0;
    default:
        Console.Error.WriteLine("""
            dotnet run -c Release --project benchmarks -- mapper|layouts
                sftp [TURNS]                         needs OpenSSH's server
                nemesis [--minutes N] [--seed S] [--tell]   random faults against a real server; needs OpenSSH's server
                import sqlite|postgres [PASSES [shuffled]]
                export sqlite|postgres [PASSES]
                passes sqlite|postgres [SECONDS]     posts and streams against a real serve, beside a plain API
                queries sqlite|postgres [LINES [ROUNDS [SECONDS [QUESTION]]]]   the OData service against what one would write by hand
                probe sqlite|postgres [PASSES]       one import and one mapping with their processor time and memory
            """);
        return 1;
}

static int Number(string[] numbers, int at, int usual) => numbers.Length > at ? int.Parse(numbers[at], CultureInfo.InvariantCulture) : usual;
