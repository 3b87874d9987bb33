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
    case ["probe", "sqlite" or "postgres", var passes, .. var more]:
        await Probe.RunAsync(args[1], int.Parse(passes, CultureInfo.InvariantCulture), more is ["shuffled"]);
        return 0;
    default:
        Console.Error.WriteLine("dotnet run -c Release --project benchmarks -- mapper|layouts");
        return 1;
}
