using K12Sync.Benchmarks;

switch (args)
{
    case ["mapper"]:
        MapperBenchmark.Run();
        return 0;
    default:
        Console.Error.WriteLine("dotnet run -c Release --project benchmarks -- mapper");
        return 1;
}
