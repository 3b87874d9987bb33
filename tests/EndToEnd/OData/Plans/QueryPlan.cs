using System.Text.Json;
using System.Text.RegularExpressions;

namespace K12Sync.EndToEnd.OData.Plans;

/// <summary>How a statement reads a large table.</summary>
public enum ReadBy
{
    /// <summary>By an index that says more than the district, or by its key.</summary>
    Index,

    /// <summary>In an order, and no further than the page goes.</summary>
    OrderUntilThePageIsFull,

    /// <summary>All of it, or all that the district has of it.</summary>
    Everything,
}

/// <summary>A statement, its plan in the database's words, and how it reads each large table.</summary>
public sealed record QueryPlan(string Sql, IReadOnlyList<string> Lines, IReadOnlyList<(string Table, ReadBy By)> Reads)
{
    public override string ToString() => $"\n{Sql}\n  " + string.Join("\n  ", Lines);

    /// <summary>Each mention of a large table is narrowed to a district, by the name it has in the statement.</summary>
    public IEnumerable<string> WithoutDistrict() =>
        from Match table in Regex.Matches(Sql, "\"(\\w+)\" AS (\"?\\w+\"?)")
        where LargeDistricts.LargeTables.Contains(table.Groups[1].Value) && !Sql.Contains($"""{table.Groups[2].Value}."DistrictId" = @""", StringComparison.Ordinal)
        select table.Value;
}

/// <summary>Reads SQLite's <c>EXPLAIN QUERY PLAN</c>, where a table goes by the name it has in the statement.</summary>
internal static partial class SqlitePlan
{
    /// <param name="sql">The statement.</param>
    /// <param name="steps">The words of each step, and the step that it is a part of; 0 for the statement itself.</param>
    public static IReadOnlyList<(string Table, ReadBy By)> Reads(string sql, IReadOnlyList<(int Of, string Words)> steps)
    {
        var tables = TableName().Matches(sql).ToDictionary(m => m.Groups["alias"].Value, m => m.Groups["table"].Value);
        // A limit ends the reading, unless what was read is sorted or counted first.
        var isLimited = sql.Contains("LIMIT", StringComparison.Ordinal) && !sql.StartsWith("SELECT COUNT", StringComparison.Ordinal);
        return [.. from step in steps
            let read = Step().Match(step.Words)
            let stops = isLimited && !steps.Any(s => s.Of == step.Of && s.Words.StartsWith("USE TEMP B-TREE", StringComparison.Ordinal))
            where read.Success && tables.TryGetValue(read.Groups["alias"].Value, out var table) && LargeDistricts.LargeTables.Contains(table)
            select (tables[read.Groups["alias"].Value], By(read, stops))];
    }

    private static ReadBy By(Match read, bool stops) =>
        read.Groups["how"].Value == "SEARCH" && read.Groups["by"].Value is not ("" or "DistrictId=?") ? ReadBy.Index
        : stops ? ReadBy.OrderUntilThePageIsFull : ReadBy.Everything;

    [GeneratedRegex(@"(?<how>SCAN|SEARCH) (?<alias>\w+)(?: USING .*?(?:INDEX \w+|PRIMARY KEY))?(?: \((?<by>.*)\))?")]
    private static partial Regex Step();

    [GeneratedRegex(@"""(?<table>\w+)"" AS ""(?<alias>\w+)""")]
    private static partial Regex TableName();
}

/// <summary>Reads PostgreSQL's <c>EXPLAIN (FORMAT JSON)</c>.</summary>
internal static class PostgresPlan
{
    public static IReadOnlyList<(string Table, ReadBy By)> Reads(string json)
    {
        var reads = new List<(string, ReadBy)>();
        Walk(JsonDocument.Parse(json).RootElement[0].GetProperty("Plan"), null, false, reads);
        return reads;
    }

    private static void Walk(JsonElement node, string? table, bool stops, List<(string, ReadBy)> reads)
    {
        var kind = Text(node, "Node Type");
        table = Text(node, "Relation Name") is { Length: > 0 } name ? name : table;
        // A limit ends the reading below it, unless that has to be complete first.
        stops = kind switch { "Limit" => true, "Sort" or "Aggregate" or "Hash" or "Materialize" or "Bitmap Heap Scan" => false, _ => stops };
        if (kind is "Seq Scan" or "Index Scan" or "Index Only Scan" or "Bitmap Index Scan" && table is not null && LargeDistricts.LargeTables.Contains(table))
            reads.Add((table, By(Text(node, "Index Cond"), stops)));
        if (node.TryGetProperty("Plans", out var plans))
            foreach (var child in plans.EnumerateArray())
                Walk(child, kind == "Bitmap Heap Scan" ? table : null, stops, reads);
    }

    private static ReadBy By(string condition, bool stops) =>
        condition.Length > 0 && !System.Text.RegularExpressions.Regex.IsMatch(condition, """^\("DistrictId" = [^)]*\)$""") ? ReadBy.Index
        : stops ? ReadBy.OrderUntilThePageIsFull : ReadBy.Everything;

    private static string Text(JsonElement node, string name) => node.TryGetProperty(name, out var value) ? value.GetString()! : "";
}
