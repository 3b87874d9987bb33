using System.Globalization;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Exports;

/// <summary>A column made ready for writing many rows.</summary>
internal sealed class Cell
{
    private readonly string _text;
    private readonly TimePattern _pattern;
    private readonly CommentTemplate? _comment;
    private readonly char[] _dayText = new char[TimePattern.MaxWritten];
    private DateOnly _day;
    private int _dayLength;

    public Cell(LayoutColumn column, string? presentCode)
    {
        (Field, MaxLength) = (column.Field, column.MaxLength ?? int.MaxValue);
        Name = NameOf(column);
        Place = column.Header.Length > 0 ? $"column '{column.Header}'" : "its column";
        _text = column.Field == LayoutField.ExternalCode ? presentCode ?? "" : column.Text ?? "";
        _comment = column.Field == LayoutField.Comment ? CommentTemplate.Parse(_text, out _) : null;
        var isMoment = column.Field == LayoutField.IssuedAt;
        _pattern = column.Format is null
            ? isMoment ? TimePattern.IsoMoment : TimePattern.IsoDay
            : TimePattern.Parse(column.Format, isMoment, out var reason) ?? throw new ArgumentException(reason, nameof(column));
    }

    public LayoutField Field { get; }

    public int MaxLength { get; }

    /// <summary>What the value is, for sentences.</summary>
    public string Name { get; }

    /// <summary>Where the value goes, for sentences.</summary>
    public string Place { get; }

    /// <summary>The value of a row, before quoting. It may lie in <paramref name="scratch"/>.</summary>
    public ReadOnlySpan<char> Value(TardyLine line, RowKind kind, char[] scratch, out LineFault? fault)
    {
        fault = null;
        if (kind == RowKind.EmptyDay && Field is not (LayoutField.SchoolCode or LayoutField.SisSchoolCode or LayoutField.Date or LayoutField.SchoolYearStarting or LayoutField.SchoolYearEnding))
            return [];
        if (kind == RowKind.Present && Field is LayoutField.PassId or LayoutField.IssuedAt or LayoutField.Comment)
            return [];
        return Field switch
        {
            LayoutField.Constant => _text,
            LayoutField.SchoolCode => line.SchoolCode,
            LayoutField.SisSchoolCode => line.SisSchoolCode,
            LayoutField.StudentNumber => line.StudentNumber,
            LayoutField.StateId => StateId(line, out fault),
            LayoutField.Date => Day(line.Date),
            LayoutField.SchoolYearStarting => Number(line.Date.Month >= 7 ? line.Date.Year : line.Date.Year - 1, scratch),
            LayoutField.SchoolYearEnding => Number(line.Date.Month >= 7 ? line.Date.Year + 1 : line.Date.Year, scratch),
            LayoutField.SisPeriodCode => line.SisPeriodCode,
            LayoutField.PeriodName => line.PeriodName,
            LayoutField.PeriodNumber => PeriodNumber(line.SisPeriodCode, out fault),
            LayoutField.ExternalCode => kind == RowKind.Present ? _text : line.ExternalCode,
            LayoutField.MinutesLate => Number(kind == RowKind.Present ? 0 : line.MinutesLate, scratch),
            LayoutField.PassId => line.PassId,
            LayoutField.IssuedAt => scratch.AsSpan(0, _pattern.Write(scratch, line.IssuedAt)),
            LayoutField.Comment => _comment!.Fill(line),
            _ => [],
        };
    }

    /// <summary>Rows come by the day, so a day is written once.</summary>
    private ReadOnlySpan<char> Day(DateOnly day)
    {
        if (_dayLength == 0 || day != _day)
            (_day, _dayLength) = (day, _pattern.Write(_dayText, day));
        return _dayText.AsSpan(0, _dayLength);
    }

    private static ReadOnlySpan<char> Number(int number, char[] scratch)
    {
        number.TryFormat(scratch, out var length, default, CultureInfo.InvariantCulture);
        return scratch.AsSpan(0, length);
    }

    private static string StateId(TardyLine line, out LineFault? fault)
    {
        fault = string.IsNullOrEmpty(line.StateId)
            ? new LineFault(HoldReason.Missing, "The student has no state id in the roster, and the layout knows students by it. Once the roster has it, the tardy is sent by itself.")
            : null;
        return line.StateId ?? "";
    }

    private static ReadOnlySpan<char> PeriodNumber(string code, out LineFault? fault)
    {
        fault = code.Length == 0 || code.AsSpan().ContainsAnyExceptInRange('0', '9')
            ? new LineFault(HoldReason.NotEncodable, "The SIS period code is no number, and the layout wants the number of the period.")
            : null;
        var number = code.AsSpan().TrimStart('0');
        return number.Length == 0 && code.Length > 0 ? "0" : number;
    }

    private static string NameOf(LayoutColumn column) => column.Field switch
    {
        LayoutField.SchoolCode => "school code",
        LayoutField.SisSchoolCode => "SIS school code",
        LayoutField.StudentNumber => "student number",
        LayoutField.StateId => "state id",
        LayoutField.Date => "date",
        LayoutField.SchoolYearStarting or LayoutField.SchoolYearEnding => "school year",
        LayoutField.SisPeriodCode => "SIS period code",
        LayoutField.PeriodName => "period name",
        LayoutField.PeriodNumber => "period number",
        LayoutField.ExternalCode => "external code",
        LayoutField.MinutesLate => "number of minutes",
        LayoutField.PassId => "pass id",
        LayoutField.IssuedAt => "time of issue",
        LayoutField.Comment => "comment",
        _ => "text",
    };
}
