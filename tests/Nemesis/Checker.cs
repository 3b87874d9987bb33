using System.Text;
using K12Sync.Api.Tardies;
using K12Sync.Data;
using K12Sync.Domain.Exports;
using K12Sync.Domain.Tardies;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Nemesis;

/// <summary>What must not be.</summary>
internal enum Sin
{
    /// <summary>The ledger calls a file delivered that the SIS never read.</summary>
    Lost,

    /// <summary>The SIS read a file more often than it was sent, or one that was taken back.</summary>
    Duplicated,

    /// <summary>The SIS read bytes that the ledger does not know.</summary>
    Phantom,

    /// <summary>The SIS read a part of a file.</summary>
    Partial,

    /// <summary>The SIS read what is of another connector or district.</summary>
    Crossed,

    /// <summary>With all faults off, something is still on its way, or the SIS does not hold what a fresh mapping says.</summary>
    NotConverged,

    /// <summary>The program ended by itself.</summary>
    Crashed,
}

/// <summary>One finding.</summary>
internal sealed record Finding(Sin Sin, string Says)
{
    public override string ToString() => $"{Sin}: {Says}";
}

/// <summary>A frozen file, as the ledger has it at the end.</summary>
internal sealed record LedgerFile(string Folder, long Id, BatchStatus Status, string Name, string Sha256, byte[] Content);

/// <summary>Compares what the SIS read, file by file, with what the ledger says. Knows nothing of how files came there.</summary>
internal static class Checker
{
    /// <summary>Bytes: of each folder, what was read against what was frozen.</summary>
    public static IEnumerable<Finding> CheckFiles(IReadOnlyList<LedgerFile> ledger, IReadOnlyList<Consumed> consumed)
    {
        foreach (var folder in ledger.Select(f => f.Folder).Union(consumed.Select(c => c.Folder)))
        {
            var frozen = ledger.Where(f => f.Folder == folder).ToList();
            var read = consumed.Where(c => c.Folder == folder).ToList();
            foreach (var same in read.GroupBy(c => c.Sha256))
            {
                if (Explain(same.First(), frozen, ledger) is { } unknown)
                    yield return unknown;
                else if (same.Count() > frozen.Count(f => f.Sha256 == same.Key && f.Status != BatchStatus.TakenBack))
                    yield return new Finding(Sin.Duplicated, $"{folder}: {string.Join(", ", same.Select(c => c.Name))}={same.Key[..6]} was read {same.Count()} times; batches {Describe(frozen.Where(f => f.Sha256 == same.Key))}");
            }
            foreach (var same in frozen.Where(f => f.Status == BatchStatus.Delivered).GroupBy(f => f.Sha256))
                if (read.Count(c => c.Sha256 == same.Key) < same.Count())
                    yield return new Finding(Sin.Lost, $"{folder}: {same.Key[..6]} was delivered by batches {Describe(same)}, and read {read.Count(c => c.Sha256 == same.Key)} times");
            foreach (var open in frozen.Where(f => f.Status is not (BatchStatus.Delivered or BatchStatus.TakenBack)))
                yield return new Finding(Sin.NotConverged, $"{folder}: batch {open.Id} is still {open.Status}");
        }
    }

    /// <summary>Rows: nothing of one district in a file for another. Whatever is a district's own begins with its letter.</summary>
    public static IEnumerable<Finding> CheckRows(IEnumerable<Consumed> consumed) =>
        from file in consumed
        from row in Rows(file.Content)
        where row[0][0] != file.Folder[0] || (row[1].Length > 0 && row[1][0] != file.Folder[0])
        select new Finding(Sin.Crossed, $"{file.Folder}: {file.Name} holds a row of school {row[0]}");

    /// <summary>What the SIS holds after all files, in the order in which they count, against a fresh mapping.</summary>
    public static async Task<IReadOnlyList<Finding>> CheckMarksAsync(K12SyncDb db, string folder, IEnumerable<Consumed> inOrder, CancellationToken cancellation)
    {
        var holds = new Dictionary<string, string>();
        foreach (var rows in inOrder.Select(f => Rows(f.Content)))
        {
            foreach (var day in rows.Select(r => $"{r[0]} {r[2]} ").ToHashSet())
                foreach (var key in holds.Keys.Where(k => k.StartsWith(day, StringComparison.Ordinal)).ToList())
                    holds.Remove(key);
            foreach (var row in rows.Where(r => r[1].Length > 0))
                holds[$"{row[0]} {row[2]} {row[1]} {row[4]}"] = $"{row[5]} {row[6]} {row[7]}";
        }
        var expected = new Dictionary<string, (DateTimeOffset IssuedAt, string PassId, string Says)>();
        await foreach (var (school, mapped) in new TardyOperations(db).MapAsync(null, null, null, cancellation))
        {
            if (mapped.Outcome is not TardyOutcome.Tardy { Hit: { } hit } tardy)
                continue;
            var key = $"{school.Code} {mapped.Date:yyyy-MM-dd} {mapped.Pass.StudentNumber} {hit.Period.SisPeriodCode}";
            var says = (mapped.Pass.IssuedAt, mapped.Pass.PassId, FormattableString.Invariant($"{tardy.ExternalCode} {hit.MinutesLate} {mapped.Pass.PassId}"));
            if (!expected.TryGetValue(key, out var other) || (says.IssuedAt, says.PassId).CompareTo((other.IssuedAt, other.PassId)) < 0)
                expected[key] = says;
        }
        return
        [
            .. from key in holds.Keys.Union(expected.Keys).Order(StringComparer.Ordinal)
               let sis = holds.GetValueOrDefault(key, "nothing")
               let fresh = expected.TryGetValue(key, out var e) ? e.Says : "nothing"
               where sis != fresh
               select new Finding(Sin.NotConverged, $"{folder}: of {key} the SIS holds {sis}, a fresh mapping says {fresh}"),
        ];
    }

    private static Finding? Explain(Consumed read, List<LedgerFile> frozen, IReadOnlyList<LedgerFile> everywhere)
    {
        if (frozen.Exists(f => f.Sha256 == read.Sha256))
            return null;
        var what = $"{read.Folder}: {read.Name}={read.Sha256[..6]}, {read.Content.Length} bytes";
        if (everywhere.FirstOrDefault(f => f.Sha256 == read.Sha256) is { } other)
            return new Finding(Sin.Crossed, $"{what}, is a file of {other.Folder}");
        return frozen.Find(f => f.Content.AsSpan().StartsWith(read.Content)) is { } whole
            ? new Finding(Sin.Partial, $"{what}, is a part of batch {whole.Id}, {whole.Content.Length} bytes")
            : new Finding(Sin.Phantom, $"{what}, is no file of the ledger");
    }

    private static string Describe(IEnumerable<LedgerFile> files) => string.Join(", ", files.Select(f => $"{f.Id} {f.Status} ({f.Name})"));

    /// <summary>The whole ones; no value of these districts needs quotes.</summary>
    private static List<string[]> Rows(byte[] content) =>
        [.. Encoding.UTF8.GetString(content).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(l => l.Split(',')).Where(r => r.Length == 9)];
}
