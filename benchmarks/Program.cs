using K12Sync.Benchmarks;

switch (args)
{
    case ["mapper"]:
        MapperBenchmark.Run();
        return 0;
    case ["layouts"]:
        LayoutBenchmark.Run();
        return 0;
    default:
        Console.Error.WriteLine("dotnet run -c Release --project benchmarks -- mapper|layouts");
        return 1;
}
