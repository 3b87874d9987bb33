using System.Globalization;
using CsvHelper;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Exports;

namespace K12Sync.Benchmarks;

/// <summary>Two hundred thousand tardies into K12Sync CSV, by the writer of any layout and by a CSV library, on one thread. The bytes must agree.</summary>
public static class LayoutBenchmark
{
    private const int Rows = 200_000;
    private const int Distinct = 2_000;
    private const string Ours = "RowWriter, any layout, with hash";
    private const string Library = "CsvHelper 34, this layout only";

    public static void Run()
    {
        var lines = Lines();
        using var writer = new RowWriter(LayoutPresets.K12SyncCsv.Definition, null);
        using var stream = new MemoryStream();
        var timings = Rounds.Run([new(Ours, 3, () => Write(writer, lines)), new(Library, 1, () => Write(stream, lines))], rounds: 9);
        if (!writer.Bytes.Written.SequenceEqual(stream.GetBuffer().AsSpan(0, (int)stream.Length)))
            throw new InvalidOperationException("The two do not write the same bytes: the figures mean nothing.");
        var before = GC.GetAllocatedBytesForCurrentThread();
        Write(writer, lines);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Rows:N0} rows, {stream.Length:N0} bytes, the same from both; the row writer allocated {GC.GetAllocatedBytesForCurrentThread() - before:N0} bytes"));
        Console.WriteLine($"{"",-34}{"median ms",12}{"best ms",10}{"ns/row",10}{"MB/s",8}");
        foreach (var (name, (median, best)) in timings)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name,-34}{median.TotalMilliseconds,12:0.0}{best.TotalMilliseconds,10:0.0}{median.TotalNanoseconds / Rows,10:0}{stream.Length / median.TotalSeconds / 1e6,8:0}"));
    }

    /// <summary>A debt is read row by row, so a line is in the cache when it is written: two thousand lines, again and again.</summary>
    private static TardyLine[] Lines()
    {
        var start = new DateTimeOffset(2026, 9, 8, 8, 0, 0, TimeSpan.FromHours(-5));
        var distinct = Enumerable.Range(0, Distinct).Select(i =>
        {
            var issued = start.AddDays(i / 1200).AddSeconds(i % 25_000);
            return new TardyLine(
                i, 1, true, false, 1, "LHS", "310", $"{i % 1800:000000}", null, DateOnly.FromDateTime(issued.DateTime), $"Period {i % 7 + 1}", $"{i % 7 + 1}", "T", i % 30,
                $"kiosk-1-{i:00000000}", issued);
        }).ToArray();
        return [.. Enumerable.Range(0, Rows).Select(i => distinct[i % Distinct])];
    }

    private static void Write(RowWriter writer, TardyLine[] lines)
    {
        writer.Bytes.TakeBackTo(0);
        writer.WriteStart();
        foreach (var line in lines)
        {
            if (writer.TryWrite(line, RowKind.Tardy, out _) is { } fault)
                throw new InvalidOperationException(fault.Explanation);
        }
    }

    private static void Write(MemoryStream stream, TardyLine[] lines)
    {
        stream.SetLength(0);
        using var csv = CsvWriter.Create(stream, CsvWriterOptions.Default, leaveOpen: true);
        csv.WriteHeader([.. LayoutPresets.K12SyncCsv.Definition.Columns.Select(c => c.Header)]);
        foreach (var line in lines)
        {
            csv.WriteField(line.SchoolCode);
            csv.WriteField(line.StudentNumber);
            csv.WriteField(line.Date, "yyyy-MM-dd");
            csv.WriteField(line.PeriodName);
            csv.WriteField(line.SisPeriodCode);
            csv.WriteField(line.ExternalCode);
            csv.WriteField(line.MinutesLate, default);
            csv.WriteField(line.PassId);
            csv.WriteField(line.IssuedAt, "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz");
            csv.EndRecord();
        }
    }
}
