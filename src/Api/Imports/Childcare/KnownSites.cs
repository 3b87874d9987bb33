using K12Sync.Data;
using K12Sync.Domain.Childcare;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Imports.Childcare;

/// <summary>The sites and children that rows may name.</summary>
internal sealed class KnownSites
{
    private readonly Dictionary<string, Site> _sites;
    private readonly HashSet<string> _children;

    private KnownSites(Dictionary<string, Site> sites, HashSet<string> children) => (_sites, _children) = (sites, children);

    public static async Task<KnownSites> LoadAsync(K12SyncDb db, CancellationToken cancellation) => new(
        await db.Sites.AsNoTracking().ToDictionaryAsync(s => s.Code, StringComparer.Ordinal, cancellation),
        await db.Children.AsNoTracking().Select(c => c.Number).ToHashSetAsync(StringComparer.Ordinal, cancellation));

    /// <summary>The site that the present row names; null, with the row rejected, if there is none.</summary>
    public Site? Find(CsvTable table)
    {
        var (site, reason) = Find(table.Text("SiteCode"));
        if (reason is not null)
            table.Reject(reason);
        return site;
    }

    /// <summary>The site of a code, or why there is none.</summary>
    public (Site? Site, string? Reason) Find(string code) => _sites.TryGetValue(code, out var site) ? (site, null) : (null, $"Site '{code}' is not in sites.csv.");

    /// <summary>The child number of the present row, which children.csv must have; null, with the row rejected, otherwise.</summary>
    public string? FindChild(CsvTable table)
    {
        if (_children.Contains(table.Text("ChildNumber")))
            return table.Text("ChildNumber");
        table.Reject("ChildNumber is not in children.csv. Numbers are text: leading zeros count.");
        return null;
    }

    /// <summary>A day that must be there; null, with the row rejected, if it is not.</summary>
    public static DateOnly? Day(CsvTable table, string column)
    {
        if (WallClock.TryDay(table.Text(column), out var day))
            return day;
        table.Reject($"{column} must be written like 2026-09-15.");
        return null;
    }

    /// <summary>A day that may be blank; false, with the row rejected, if it is neither.</summary>
    public static bool TryDayOrBlank(CsvTable table, string column, out DateOnly? day)
    {
        day = table.TextOrNull(column) is null ? null : Day(table, column);
        return day is not null || table.TextOrNull(column) is null;
    }

    /// <summary>Weekdays; blank is <paramref name="blank"/>. Null, with the row rejected, if they cannot be read.</summary>
    public static Weekdays? Days(CsvTable table, string column, Weekdays blank)
    {
        if (!Weekdays.TryParse(table.Text(column), out var days))
        {
            table.Reject($"{column} is '{table.Text(column)}'. Write weekdays like Mon-Fri or Mon Wed Fri.");
            return null;
        }
        return days.IsEmpty ? blank : days;
    }

    /// <summary>A code of ours by its exact name; blank is null. False, with the row rejected, for any other text.</summary>
    public static bool TryCode<TCode>(CsvTable table, out TCode? code)
        where TCode : struct, Enum
    {
        var text = table.Text("Code");
        code = Enum.GetNames<TCode>().Contains(text, StringComparer.Ordinal) ? Enum.Parse<TCode>(text) : null;
        if (code is not null || text.Length == 0)
            return true;
        table.Reject($"Code is '{text}'. Write {string.Join(", ", Enum.GetNames<TCode>())}, exactly so, or leave it blank to take the day back.");
        return false;
    }
}
