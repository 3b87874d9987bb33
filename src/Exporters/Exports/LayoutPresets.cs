using System.Collections.Immutable;
using K12Sync.Domain.Exports;
using static K12Sync.Domain.Exports.LayoutField;

namespace K12Sync.Exporters.Exports;

/// <summary>The layouts that come with the product. A district's own layout of the same name comes before one of these.</summary>
/// <remarks>Names are for ever: connectors name them. What a preset does not know for certain stands in its <see cref="LayoutDefinition.Confirm"/>.</remarks>
public static class LayoutPresets
{
    /// <summary>
    /// The product's own layout and the default: RFC 4180, UTF-8, one row for each tardy. The rows of a school and date are all its tardies; a
    /// school-day left without any is one row with school and date and every other field empty. A school-day that is not in the file has not changed.
    /// </summary>
    public static Layout K12SyncCsv { get; } = Preset("k12sync-csv", new LayoutDefinition(
    [
        new("SchoolCode", SchoolCode), new("StudentNumber", StudentNumber), new("Date", Date), new("Period", PeriodName),
        new("SisPeriodCode", SisPeriodCode), new("ExternalCode", ExternalCode), new("MinutesLate", MinutesLate), new("PassId", PassId), new("IssuedAt", IssuedAt),
    ])
    {
        Description = "K12Sync's own: a readable CSV for programs. Whoever reads it replaces each school and day that it mentions.",
    });

    private static readonly ImmutableArray<LayoutColumn> ESchoolPlusColumns =
    [
        new("STUDENT_ID", StudentNumber, MaxLength: 10), new("BUILDING", SisSchoolCode), new("ATTENDANCE_CODE", ExternalCode, MaxLength: 5),
        new("ATTENDANCE_DATE", Date, Format: "M/d/yyyy"), new("ATTENDANCE_PERIOD", SisPeriodCode, MaxLength: 5),
        new("ATT_COMMENT", Constant, "K12Sync", MaxLength: 255), new("SCHOOL_YEAR", SchoolYearEnding), new("SOURCE", Constant, "O"),
        new("SEQUENCE_NUM", Constant, "1"), new("SUMMER_SCHOOL", Constant, "N"), new("MINUTES_ABSENT", MinutesLate),
    ];

    /// <summary>
    /// eSchoolPlus, upload into ATT_BOTTOMLINE. Source: the columns, their order, no header, quotes as needed, line ends, the ending school year and
    /// "insert new, do not update existing" are those of a script in production at an Arkansas district
    /// (https://github.com/AR-k12code/RTI_Scheduler, RTIScheduler_Upload_Att_to_eSchool.ps1); lengths are those of the database's columns.
    /// </summary>
    public static Layout ESchoolPlus { get; } = Preset("eschoolplus", new LayoutDefinition(ESchoolPlusColumns)
    {
        Description = "PowerSchool eSchoolPlus: an upload definition that loads ATT_BOTTOMLINE, inserting new rows and leaving those that are there.",
        Confirm = "That your upload definition has these columns in this order, and what MINUTES_ABSENT counts for: here it is the minutes late.",
        Header = false,
        FileName = "attendance_upload_{date:yyyyMMdd}_{run}.csv",
        SchoolFileName = "{school}_attendance_upload_{date:yyyyMMdd}_{run}.csv",
        Semantics = FileSemantics.InsertOnly,
        Corrections = CorrectionMode.ManualList,
    });

    /// <summary>
    /// The same with the four columns that a second load, into ATT_AUDIT_TRAIL, takes. Source: as <see cref="ESchoolPlus"/>; the form of
    /// ENTRY_DATE_TIME and who ENTRY_USER may be are not public.
    /// </summary>
    public static Layout ESchoolPlusAudit { get; } = Preset("eschoolplus-audit", ESchoolPlus.Definition with
    {
        Description = "PowerSchool eSchoolPlus with the audit trail: loaded twice, columns 1 to 11 into ATT_BOTTOMLINE and all 15 into ATT_AUDIT_TRAIL.",
        Confirm = "Everything eschoolplus asks for; the form of ENTRY_DATE_TIME; and which user ENTRY_USER must be (put it into the column's text).",
        Columns =
        [
            .. ESchoolPlusColumns, new("ENTRY_DATE_TIME", IssuedAt, Format: "M/d/yyyy HH:mm:ss"), new("ENTRY_USER", Constant, "K12SYNC"),
            new("ENTRY_ORDER_NUM", Constant, "1"), new("BOTTOMLINE", Constant, "Y"),
        ],
    });

    /// <summary>
    /// Genesis, the Swipe K12 import: the daily attendance record of a student, without periods. Source: columns, tab, the form of time and date,
    /// and "each record will update an attendance daily record" are in the vendor's help
    /// (https://support-sis.genesisedu.com/support/solutions/articles/151000094144-swipe-k12-import). Header, line end and encoding are not.
    /// </summary>
    public static Layout GenesisDaily { get; } = Preset("genesis-daily", new LayoutDefinition(
    [
        new("School #", SisSchoolCode), new("Student #", StudentNumber), new("Attendance Status", ExternalCode), new("Time In", IssuedAt, Format: "hh:mmtt"),
        new("Date", Date, Format: "M/d/yyyy"), new("Reason Code", Blank),
    ])
    {
        Description = "Genesis, Swipe K12 Import, attendance file: one row for each student and day, the earliest pass.",
        Confirm = "Whether your import wants a header line (here: none), and that a row with the present code and no time takes a tardy back. Genesis' Test Mode shows both without changing anything.",
        Delimiter = '\t',
        Header = false,
        Quoting = Quoting.None,
        FileName = "attendance_{date:yyyyMMdd}_{run}.txt",
        SchoolFileName = "{school}_attendance_{date:yyyyMMdd}_{run}.txt",
        Grain = RowGrain.StudentDay,
        Semantics = FileSemantics.Upsert,
        Corrections = CorrectionMode.PresentCode,
    });

    /// <summary>
    /// Aeries, "Import Data to Aeries" into ATT. Source: the user maps columns, so headers are free; on a key that is there the import either updates
    /// or skips, and never deletes (https://support.aeries.com/support/solutions/articles/14000111225-import-attendance-data-aeries-web).
    /// </summary>
    public static Layout Aeries { get; } = Preset("aeries", new LayoutDefinition(
    [
        new("School", SisSchoolCode), new("Student ID", StudentNumber), new("Date", Date, Format: "MM/dd/yyyy"), new("Period", SisPeriodCode),
        new("Code", ExternalCode), new("Reason", Blank),
    ])
    {
        Description = "Aeries, Import Data to Aeries, table ATT: map the columns once and save the mapping.",
        Confirm = "That the saved import updates rows that are there (not: skips them), how it takes the period column at your kind of school, and which code stands for present.",
        FileName = "aeries_attendance_{date:yyyyMMdd}_{run}.csv",
        SchoolFileName = "{school}_aeries_attendance_{date:yyyyMMdd}_{run}.csv",
        Semantics = FileSemantics.Upsert,
        Corrections = CorrectionMode.PresentCode,
    });

    /// <summary>
    /// A starting point for PowerSchool SIS. Source: only the lengths (Att_Code 7, Period_Abbreviation 3) are in the public data dictionary
    /// (https://ps.powerschool-docs.com/pssis-data-dictionary/latest/attendance-157-ver4-0-0); which columns AutoComm takes is not public.
    /// </summary>
    public static Layout PowerSchool { get; } = Preset("powerschool", new LayoutDefinition(
    [
        new("Student_Number", StudentNumber), new("Att_Date", Date, Format: "MM/dd/yyyy"), new("Period_Abbreviation", SisPeriodCode, MaxLength: 3),
        new("Att_Code", ExternalCode, MaxLength: 7), new("Att_Comment", Comment, "Tardy {minutes} min"),
    ])
    {
        Description = "PowerSchool SIS: a starting point for AutoComm, one file for each school. Confirm with your SIS before the first send.",
        Confirm = "Everything: the exact AutoComm column list is not public. Ask for the import definition, and whether a row with a key that is there updates it.",
        Delimiter = '\t',
        Quoting = Quoting.None,
        FileName = "attendance_{date:yyyyMMdd}_{run}.txt",
        SchoolFileName = "{school}_attendance_{date:yyyyMMdd}_{run}.txt",
        Semantics = FileSemantics.Upsert,
        Corrections = CorrectionMode.PresentCode,
    });

    /// <summary>Every preset, the default first.</summary>
    public static ImmutableArray<Layout> All { get; } = [K12SyncCsv, ESchoolPlus, ESchoolPlusAudit, GenesisDaily, Aeries, PowerSchool];

    /// <summary>The preset of this name, compared byte for byte, or null.</summary>
    public static Layout? Find(string name) => All.FirstOrDefault(layout => string.Equals(layout.Name, name, StringComparison.Ordinal));

    private static Layout Preset(string name, LayoutDefinition definition) => new(name, 0, definition);
}
