using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace K12Sync.Domain.Exports;

/// <summary>A layout as a connector uses it: a name, the version of it, and what it says.</summary>
/// <param name="Name">As connectors name it, compared byte for byte.</param>
/// <param name="Number">1, 2, 3 ... for a layout that the district wrote; 0 for a preset.</param>
/// <param name="Definition">What it says.</param>
public sealed record Layout(string Name, int Number, LayoutDefinition Definition)
{
    /// <inheritdoc/>
    public override string ToString() => Number == 0 ? Name : $"{Name} version {Number}";
}

/// <summary>
/// The shape of an SIS file: which columns, how written, and what the far side makes of a row. Data, not code: a district edits it as JSON, see
/// <see cref="LayoutJson"/>. What contradicts itself is named by <see cref="LayoutCheck"/>.
/// </summary>
/// <param name="Columns">In the order of the file.</param>
public sealed record LayoutDefinition(ImmutableArray<LayoutColumn> Columns)
{
    /// <summary>For people: what the layout is for.</summary>
    public string Description { get; init; } = "";

    /// <summary>For people: what is not known for certain and must be asked of whoever runs the SIS; null where nothing is.</summary>
    public string? Confirm { get; init; }

    /// <summary>Between two values: a tab or one ASCII punctuation character.</summary>
    public char Delimiter { get; init; } = ',';

    /// <summary>The first line names the columns.</summary>
    public bool Header { get; init; } = true;

    /// <summary>Which values stand in quotes.</summary>
    public Quoting Quoting { get; init; }

    /// <summary>What ends a line. Values may hold either, where they are quoted.</summary>
    public LineEnd LineEnd { get; init; }

    /// <summary>The last line has a line end too.</summary>
    public bool FinalNewline { get; init; } = true;

    /// <summary>How characters become bytes.</summary>
    public FileEncoding Encoding { get; init; }

    /// <summary>The file starts with the encoding's byte order mark.</summary>
    public bool ByteOrderMark { get; init; }

    /// <summary>The pattern of names of files for the whole district, see <see cref="FileNamePattern"/>.</summary>
    public string FileName { get; init; } = "tardies_{date:yyyyMMdd}_{run}.csv";

    /// <summary>The pattern of names where each school has a file.</summary>
    public string SchoolFileName { get; init; } = "{school}_tardies_{date:yyyyMMdd}_{run}.csv";

    /// <summary>What a run does that has no row to send.</summary>
    public EmptyFile EmptyFile { get; init; }

    /// <summary>What a row stands for.</summary>
    public RowGrain Grain { get; init; }

    /// <summary>What the far side does with a row.</summary>
    public FileSemantics Semantics { get; init; }

    /// <summary>How a tardy that was sent is changed or taken back.</summary>
    public CorrectionMode Corrections { get; init; }

    /// <summary>The SIS's code for "was there on time", byte for byte. A connector's own comes before it.</summary>
    public string? PresentCode { get; init; }
}

/// <summary>A column of a file.</summary>
/// <param name="Header">Any text; unique in the layout unless empty. Without a header line it only serves people.</param>
/// <param name="Field">What is in it.</param>
/// <param name="Text">For <see cref="LayoutField.Constant"/> the text; for <see cref="LayoutField.Comment"/> the text with places, see <see cref="CommentTemplate"/>.</param>
/// <param name="Format">For <see cref="LayoutField.Date"/> and <see cref="LayoutField.IssuedAt"/> a <see cref="TimePattern"/>; null: ISO 8601.</param>
/// <param name="MaxLength">The most UTF-16 units that the far side takes; a longer value holds its record. Null: no limit.</param>
public sealed record LayoutColumn(string Header, LayoutField Field, string? Text = null, string? Format = null, int? MaxLength = null);

/// <summary>What a column holds.</summary>
public enum LayoutField
{
    /// <summary>Nothing.</summary>
    Blank,

    /// <summary>The same text in every row.</summary>
    Constant,

    /// <summary>The school as the district knows it.</summary>
    SchoolCode,

    /// <summary>The school as the SIS knows it; the district's code where the school has none.</summary>
    SisSchoolCode,

    /// <summary>The district's number, leading zeros included.</summary>
    StudentNumber,

    /// <summary>The state's id. A student without one holds the row.</summary>
    StateId,

    /// <summary>The day at the school.</summary>
    Date,

    /// <summary>The year in which the school year of the day began. July begins the next.</summary>
    SchoolYearStarting,

    /// <summary>The year in which it ends.</summary>
    SchoolYearEnding,

    /// <summary>The SIS's code of the period, byte for byte.</summary>
    SisPeriodCode,

    /// <summary>The period as people call it.</summary>
    PeriodName,

    /// <summary>The SIS's code of the period as a number: digits only, written without leading zeros. Another code holds the row.</summary>
    PeriodNumber,

    /// <summary>The SIS's code of the tardy, byte for byte; in a correction that takes one back, the present code.</summary>
    ExternalCode,

    /// <summary>Whole minutes from the bell; 0 where a tardy is taken back.</summary>
    MinutesLate,

    /// <summary>The pass that counts; blank where a tardy is taken back.</summary>
    PassId,

    /// <summary>When it was issued, on the school's clock; blank where a tardy is taken back.</summary>
    IssuedAt,

    /// <summary>Text with values of the record in it; blank where a tardy is taken back.</summary>
    Comment,
}

/// <summary>Which values stand in quotes. A quote inside quotes is doubled (RFC 4180).</summary>
public enum Quoting
{
    /// <summary>Those that hold the delimiter, a quote, a carriage return or a line feed.</summary>
    Minimal,

    /// <summary>All, headers and empty ones included.</summary>
    All,

    /// <summary>None: a value that would need quotes holds its record.</summary>
    None,
}

/// <summary>What ends a line.</summary>
public enum LineEnd
{
    /// <summary>Carriage return and line feed.</summary>
    [JsonStringEnumMemberName("CRLF")]
    CrLf,

    /// <summary>Line feed.</summary>
    [JsonStringEnumMemberName("LF")]
    Lf,
}

/// <summary>What a run does that has no row to send.</summary>
public enum EmptyFile
{
    /// <summary>It sends no file.</summary>
    Skip,

    /// <summary>It sends the file it would otherwise send, with the header line and nothing else; where each school has a file, one for each school that has no rows.</summary>
    HeaderOnly,
}

/// <summary>What a row stands for.</summary>
public enum RowGrain
{
    /// <summary>A student's period on a day.</summary>
    Period,

    /// <summary>A student's day: the earliest pass is the row.</summary>
    StudentDay,
}

/// <summary>What the far side does with a row.</summary>
public enum FileSemantics
{
    /// <summary>The rows of a school and date take the place of all it had.</summary>
    FullDayReplace,

    /// <summary>A row with the key of one that is there takes its place.</summary>
    Upsert,

    /// <summary>A row with the key of one that is there is passed over, or doubled: a key must be sent once.</summary>
    InsertOnly,
}

/// <summary>How a tardy that was sent is changed or taken back.</summary>
public enum CorrectionMode
{
    /// <summary>The day is sent again, whole. Needs <see cref="FileSemantics.FullDayReplace"/>.</summary>
    Replace,

    /// <summary>The new row is sent; one with the present code takes a tardy back. Needs <see cref="FileSemantics.Upsert"/>.</summary>
    PresentCode,

    /// <summary>A clerk changes the SIS by hand, from a list. Goes with <see cref="FileSemantics.InsertOnly"/>.</summary>
    ManualList,
}
