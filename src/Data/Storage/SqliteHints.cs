namespace K12Sync.Data.Storage;

/// <summary>
/// What SQLite is told of tables that grow large: how many rows share the first values of an index. Nobody has it count them, and left to itself it takes ten rows for
/// what one district has. Then a page of a whole set is found by district, all of it, and sorted, and a run's lines are looked for among the district's.
/// </summary>
/// <remarks>
/// The table <c>sqlite_stat1</c> is the documented place for it. Its rows go when an index is dropped, and so with a migration that rebuilds a table: such a one runs
/// <see cref="Tell"/> again. A test compares what is here with the indexes there are.
/// </remarks>
internal static class SqliteHints
{
    // Rows of the table, then rows that share the first column of the index (the district), the first two, and so on; and not to walk through an index leaving out its first column.
    private const string OneRow = "1000000 1000000 1 noskipscan";
    private const string AStudentsRows = "1000000 1000000 8 noskipscan";
    private const string ADaysRows = "1000000 1000000 5000 noskipscan";

    /// <summary>Each index that begins with the district, of the tables that grow with every day of school.</summary>
    public static IReadOnlyList<(string Table, string Index, string Rows)> All { get; } =
    [
        ("Passes", "IX_Passes_DistrictId_PassId", OneRow),
        ("Passes", "IX_Passes_DistrictId_StudentNumber", AStudentsRows),
        ("TardyRecords", "IX_TardyRecords_DistrictId_Date", ADaysRows),
        ("TardyRecords", "IX_TardyRecords_DistrictId_ChangeVersion", OneRow),
        ("SyncEntries", "IX_SyncEntries_DistrictId_Date", ADaysRows),
        ("AttendanceEvents", "IX_AttendanceEvents_DistrictId_EventId", OneRow),
        ("AttendanceEvents", "IX_AttendanceEvents_DistrictId_ChildNumber_Date", "1000000 1000000 300 2 noskipscan"),
        ("Absences", "IX_Absences_DistrictId_ChildNumber_Date_SiteId", "1000000 1000000 300 2 1 noskipscan"),
        ("AttendanceDays", "IX_AttendanceDays_DistrictId_ChildNumber_Date", "1000000 1000000 300 1 noskipscan"),
        ("AttendanceDays", "IX_AttendanceDays_DistrictId_Date", ADaysRows),
        ("AttendanceDays", "IX_AttendanceDays_DistrictId_ChangeVersion", OneRow),
        ("AuditEntries", "IX_AuditEntries_DistrictId_Node_Number", "1000000 1000000 1000000 1 noskipscan"),
        ("AuditEntries", "IX_AuditEntries_DistrictId_At", OneRow),
    ];

    /// <summary>SQL that tells it. The first line makes the table, the last has this connection read it; others do so when they are opened, or see that indexes have changed.</summary>
    public static string Tell { get; } =
        $"""
        ANALYZE sqlite_schema;
        DELETE FROM sqlite_stat1 WHERE tbl IN ({string.Join(", ", All.Select(h => h.Table).Distinct().Select(Quoted))});
        INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES {string.Join(", ", All.Select(h => $"({Quoted(h.Table)}, {Quoted(h.Index)}, {Quoted(h.Rows)})"))};
        ANALYZE sqlite_schema;
        """;

    private static string Quoted(string text) => $"'{text}'";
}
