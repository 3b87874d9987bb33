using System.Collections.Immutable;

namespace K12Sync.Domain.Exports;

/// <summary>Names what is wrong with a layout, all of it at once, in sentences for whoever wrote it.</summary>
public static class LayoutCheck
{
    private const int MaxColumns = 200;

    /// <summary>Every contradiction of a layout in itself; empty: it can be used.</summary>
    public static ImmutableArray<string> Find(LayoutDefinition layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        return [.. OfFile(layout), .. layout.Columns.SelectMany(column => OfColumn(layout, column)), .. OfKey(layout), .. OfCorrections(layout)];
    }

    /// <summary>Why a connector cannot use a layout that is sound in itself, or null.</summary>
    public static string? FindMisfit(LayoutDefinition layout, ConnectorDefinition connector)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(connector);
        var present = connector.PresentCode ?? layout.PresentCode;
        var perSchool = connector.OneFilePer == FileScope.School;
        var pattern = FileNamePattern.Parse(connector.FileName ?? (perSchool ? layout.SchoolFileName : layout.FileName), out var reason);
        return layout switch
        {
            _ when pattern is null => reason,
            _ when pattern.IsUniquePerSchool && !perSchool => "A file for the whole district has no one school to put in the place of {school}.",
            { Corrections: CorrectionMode.PresentCode } when present is null =>
                "The layout takes a tardy back by sending the SIS's code for \"present\". Give it as \"presentCode\".",
            { Corrections: not CorrectionMode.PresentCode } when connector.PresentCode is not null =>
                $"\"presentCode\" is only for layouts that correct by it; this one corrects by {layout.Corrections}.",
            _ when connector.PresentCode is { } own && OfPresentCode(layout, own).FirstOrDefault() is { } fault => fault,
            _ when !HasSchool(layout) && !perSchool && connector.Schools.Length != 1 =>
                "The layout has no column for the school, so a file can hold one school only: set \"oneFilePer\": \"School\", or name exactly one school.",
            _ => null,
        };
    }

    /// <summary>True if rows say which school. Where they do not, a file can hold one school only.</summary>
    public static bool HasSchool(LayoutDefinition layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        return layout.Columns.Any(column => column.Field is LayoutField.SchoolCode or LayoutField.SisSchoolCode);
    }

    private static IEnumerable<string> OfFile(LayoutDefinition layout)
    {
        if (layout.Columns.Length is 0 or > MaxColumns)
            yield return $"A layout has 1 to {MaxColumns} columns.";
        foreach (var twice in layout.Columns.Where(c => c.Header.Length > 0).GroupBy(c => c.Header, StringComparer.Ordinal).Where(g => g.Count() > 1))
            yield return $"Two columns are called '{twice.Key}'. Whoever reads the file by name would take either; give each its own.";
        if (layout.Delimiter != '\t' && (!char.IsAscii(layout.Delimiter) || char.IsLetterOrDigit(layout.Delimiter) || char.IsControl(layout.Delimiter) || layout.Delimiter is ' ' or '"'))
            yield return "\"delimiter\" is a tab or one ASCII punctuation character, but no quote.";
        if (layout.ByteOrderMark && layout.Encoding.Mark().IsEmpty)
            yield return $"{layout.Encoding.Name()} has no byte order mark. Leave \"byteOrderMark\" out, or choose UTF-8.";
        if (layout is { Header: false, EmptyFile: EmptyFile.HeaderOnly })
            yield return "\"emptyFile\" is HeaderOnly, but the layout has no header line: the file would have no byte at all. Choose Skip, or a header.";
        if (FileNamePattern.Parse(layout.FileName, out var reason) is not { } pattern)
            yield return $"\"fileName\": {reason}";
        else if (pattern.IsUniquePerSchool)
            yield return "\"fileName\" is for the whole district, which has no one school to put in the place of {school}.";
        if (FileNamePattern.Parse(layout.SchoolFileName, out reason) is not { } perSchool)
            yield return $"\"schoolFileName\": {reason}";
        else if (!perSchool.IsUniquePerSchool)
            yield return "\"schoolFileName\" needs {school}: two schools must not write the same file.";
    }

    private static IEnumerable<string> OfColumn(LayoutDefinition layout, LayoutColumn column)
    {
        var name = column.Header.Length > 0 ? $"Column '{column.Header}'" : $"Column {layout.Columns.IndexOf(column) + 1}";
        var (isDay, isMoment) = (column.Field == LayoutField.Date, column.Field == LayoutField.IssuedAt);
        var takesText = column.Field is LayoutField.Constant or LayoutField.Comment;
        if (takesText && string.IsNullOrEmpty(column.Text))
            yield return $"{name} needs a \"text\". For an empty column use the field Blank.";
        if (!takesText && column.Text is not null)
            yield return $"{name}: \"text\" belongs to the fields Constant and Comment, not to {column.Field}.";
        if (!isDay && !isMoment && column.Format is not null)
            yield return $"{name}: \"format\" belongs to the fields Date and IssuedAt, not to {column.Field}.";
        if (column.MaxLength < 1)
            yield return $"{name}: \"maxLength\" is a number of characters, 1 or more. Leave it out for no limit.";
        if (column.Field == LayoutField.Comment && CommentTemplate.Parse(column.Text ?? "", out var reason) is null)
            yield return $"{name}: {reason}";
        if ((isDay || isMoment) && column.Format is { } format)
        {
            if (TimePattern.Parse(format, isMoment, out reason) is not { } pattern)
                yield return $"{name}: {reason}";
            else if (Longest(pattern) > column.MaxLength)
                yield return $"{name}: the format can make {Longest(pattern)} characters, but \"maxLength\" is {column.MaxLength}.";
        }
        if (layout.Header && FindFault(layout, column.Header) is { } inHeader)
            yield return $"{name}: the header holds {inHeader}.";
        if (column is { Field: LayoutField.Constant, Text: { } constant })
        {
            if (FindFault(layout, constant) is { } inText)
                yield return $"{name}: the text holds {inText}.";
            if (constant.Length > column.MaxLength)
                yield return $"{name}: the text has {constant.Length} characters, but \"maxLength\" is {column.MaxLength}.";
        }
    }

    /// <summary>September has the longest name, the 30th two digits, and so has 22:30.</summary>
    private static int Longest(TimePattern pattern)
    {
        Span<char> text = stackalloc char[TimePattern.MaxWritten];
        var moment = new DateTimeOffset(2026, 9, 30, 22, 30, 30, TimeSpan.FromHours(-5)).AddTicks(1);
        return Math.Max(pattern.Write(text, moment), pattern.Write(text, moment.AddMonths(2)));
    }

    /// <summary>What a text holds that a file of this layout cannot, or null.</summary>
    private static string? FindFault(LayoutDefinition layout, string text)
    {
        if (layout.Encoding.IndexOfUnencodable(text) is >= 0 and var at)
            return $"a character at position {at + 1} that {layout.Encoding.Name()} does not have";
        return layout.Quoting == Quoting.None && text.AsSpan().IndexOfAny([layout.Delimiter, '"', '\r', '\n']) is >= 0 and var needsQuotes
            ? $"a character at position {needsQuotes + 1} that needs quotes, and \"quoting\" is None"
            : null;
    }

    private static IEnumerable<string> OfKey(LayoutDefinition layout)
    {
        bool Has(params LayoutField[] fields) => layout.Columns.Any(c => fields.Contains(c.Field));
        if (!Has(LayoutField.StudentNumber, LayoutField.StateId))
            yield return "No column says which student: add StudentNumber or StateId.";
        if (!Has(LayoutField.Date))
            yield return "No column says which day: add Date.";
        if (!Has(LayoutField.ExternalCode))
            yield return "No column says what it is: add ExternalCode.";
        var (code, name) = (Has(LayoutField.SisPeriodCode, LayoutField.PeriodNumber), Has(LayoutField.PeriodName));
        if (layout.Grain == RowGrain.StudentDay && (code || name))
            yield return "A row stands for a student's whole day (\"grain\": StudentDay), so it has no period. Remove the period's column, or choose the grain Period.";
        if (layout.Grain == RowGrain.Period && !code && !name)
            yield return "No column says which period: add SisPeriodCode, PeriodNumber or PeriodName, or choose the grain StudentDay.";
        if (layout.Grain == RowGrain.Period && !code && name && layout.Semantics != FileSemantics.FullDayReplace)
            yield return "PeriodName alone does not say which period: a period can be renamed, and the SIS would then hold both. Add SisPeriodCode or PeriodNumber.";
    }

    private static IEnumerable<string> OfCorrections(LayoutDefinition layout)
    {
        var (semantics, mode) = (layout.Semantics, layout.Corrections);
        if (mode == CorrectionMode.Replace && semantics != FileSemantics.FullDayReplace)
            yield return $"Corrections by Replace need a far side that replaces whole days (\"semantics\": FullDayReplace). With {semantics} a tardy taken back would stay.";
        if (mode == CorrectionMode.PresentCode && semantics == FileSemantics.FullDayReplace)
            yield return "Corrections by PresentCode send changed rows alone; a far side that replaces whole days would lose all others. Choose Replace.";
        if (mode == CorrectionMode.PresentCode && semantics == FileSemantics.InsertOnly)
            yield return "Corrections by PresentCode send a second row for a key, which an insert-only far side passes over or doubles. Choose ManualList.";
        if (mode == CorrectionMode.ManualList && semantics == FileSemantics.FullDayReplace)
            yield return "A manual list sends new rows alone; a far side that replaces whole days would lose all others. Choose Replace.";
        if (mode == CorrectionMode.ManualList && semantics == FileSemantics.Upsert)
            yield return "A manual list is for a far side that only inserts. One that updates by key can be told by file: choose PresentCode.";
        if (layout.Grain == RowGrain.StudentDay && mode != CorrectionMode.PresentCode)
            yield return $"With one row for each student and day, {mode} cannot say which mark to change. Choose PresentCode.";
        if (layout.PresentCode is null)
            yield break;
        if (mode != CorrectionMode.PresentCode)
            yield return $"\"presentCode\" is only for corrections by PresentCode; this layout corrects by {mode}.";
        foreach (var fault in OfPresentCode(layout, layout.PresentCode))
            yield return fault;
    }

    private static IEnumerable<string> OfPresentCode(LayoutDefinition layout, string code)
    {
        if (code.Length == 0)
            yield return "\"presentCode\" must not be empty.";
        if (ExactText.FindFault(code) is { } odd)
            yield return $"\"presentCode\" has {odd}. It must equal the SIS's code exactly.";
        else if (FindFault(layout, code) is { } fault)
            yield return $"\"presentCode\" holds {fault}.";
        if (layout.Columns.FirstOrDefault(c => c.Field == LayoutField.ExternalCode && code.Length > c.MaxLength) is { } column)
            yield return $"\"presentCode\" has {code.Length} characters; column '{column.Header}' takes at most {column.MaxLength}.";
    }
}
