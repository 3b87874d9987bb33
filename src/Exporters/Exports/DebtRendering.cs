using System.Collections.Immutable;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Exports;

/// <summary>
/// Turns a debt into files, school-day by school-day in the ledger's order. What a day's rows are, and what becomes of its lines, is the business of the
/// layout's way of correcting (<see cref="ICorrections"/>). A day is in a file only if that settles something: a day whose owed records are all held would
/// otherwise be sent again at every run.
/// </summary>
internal sealed class DebtRendering : IDisposable
{
    private readonly Connector _connector;
    private readonly LayoutDefinition _layout;
    private readonly FileNamePattern _pattern;
    private readonly DateTimeOffset _now;
    private readonly long _run;
    private readonly RowWriter _writer;
    private readonly ICorrections _corrections;
    private readonly List<FileDraft> _drafts = [];
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<(long School, DateOnly Date)> _seen = [];
    private readonly ImmutableArray<SettledLine>.Builder _withoutRow = ImmutableArray.CreateBuilder<SettledLine>();
    private readonly ImmutableArray<HeldLine>.Builder _held = ImmutableArray.CreateBuilder<HeldLine>();

    private DebtRendering(Connector connector, FileNamePattern pattern, long run, DateTimeOffset now)
    {
        (_connector, _layout, _pattern, _run, _now) = (connector, connector.Layout.Definition, pattern, run, now);
        _writer = new RowWriter(_layout, connector.Definition.PresentCode ?? _layout.PresentCode);
        _corrections = _layout switch
        {
            { Grain: RowGrain.StudentDay } => new StudentDays(),
            { Corrections: CorrectionMode.Replace } => new ReplacedDays(),
            { Corrections: CorrectionMode.PresentCode } => new PresentCodes(),
            _ => new ManualLists(),
        };
    }

    /// <summary>Renders a debt. Stores nothing.</summary>
    /// <param name="connector">What is wanted, with its layout.</param>
    /// <param name="run">The number in file names.</param>
    /// <param name="now">The instant from which ages are counted and whose day is in file names, each at the school's offset.</param>
    /// <param name="debt">Whole school-days.</param>
    /// <param name="cancellation">Stops reading.</param>
    /// <exception cref="InvalidOperationException">The debt has one school-day in two parts, so that replacing it would lose the first.</exception>
    public static async Task<Rendering> RenderAsync(
        Connector connector, long run, DateTimeOffset now, IAsyncEnumerable<TardyLine> debt, CancellationToken cancellation)
    {
        var (definition, layout) = (connector.Definition, connector.Layout.Definition);
        if (LayoutCheck.Find(layout) is [var contradiction, ..])
            return new Rendering.Refused($"Layout {connector.Layout}: {contradiction}");
        if (LayoutCheck.FindMisfit(layout, definition) is { } misfit)
            return new Rendering.Refused(misfit);
        var pattern = definition.FileName ?? (definition.OneFilePer == FileScope.School ? layout.SchoolFileName : layout.FileName);
        using var rendering = new DebtRendering(connector, FileNamePattern.Parse(pattern, out _)!, run, now);
        return await rendering.RenderAsync(debt, cancellation);
    }

    public void Dispose()
    {
        _drafts.ForEach(draft => draft.Dispose());
        _writer.Dispose();
    }

    private async Task<Rendering> RenderAsync(IAsyncEnumerable<TardyLine> debt, CancellationToken cancellation)
    {
        var day = new DayDebt(_writer);
        string? fault = null;
        await foreach (var line in debt.WithCancellation(cancellation))
        {
            if (day.Lines is [var first, ..] && (first.SchoolId != line.SchoolId || first.Date != line.Date))
                fault ??= TakeDay(day);
            day.Lines.Add(line);
        }
        if (day.Lines.Count > 0)
            fault ??= TakeDay(day);
        fault ??= OpenEmptyFiles();
        if (fault is not null)
            return new Rendering.Refused(fault);
        var dropped = _layout.FinalNewline ? 0 : _writer.LineEndBytes;
        return new Rendering.Ready(new RenderedDebt([.. _drafts.Select(draft => draft.Finish(dropped))], _withoutRow.ToImmutable(), _held.ToImmutable()));
    }

    /// <summary>Renders a day and clears it. Null, or why the connector cannot be carried out.</summary>
    private string? TakeDay(DayDebt day)
    {
        var first = day.Lines[0];
        if (!_seen.Add((first.SchoolId, first.Date)))
            throw new InvalidOperationException("The ledger gave one school-day in two parts.");
        day.TooOld = FindTooOld(first);
        _corrections.Render(day);
        _withoutRow.AddRange(day.WithoutRow);
        _held.AddRange(day.Held);
        var fault = day.Rows > 0 ? Append(day, first) : null;
        day.Clear();
        return fault;
    }

    private string? Append(DayDebt day, TardyLine first)
    {
        if (_drafts.Count == 0 || (_connector.Definition.OneFilePer == FileScope.School && _drafts[^1].SchoolId != first.SchoolId))
        {
            if (Open(first.SchoolId, first.SchoolCode, FileDay(first)) is { } fault)
                return fault;
        }
        _drafts[^1].Append(_writer.Bytes.Written, day.Rows, day.InFile);
        return null;
    }

    private string? Open(long schoolId, string schoolCode, DateOnly today)
    {
        if (_pattern.TryName(schoolCode, today, _run, out var fault) is not { } name)
            return fault;
        if (!_names.Add(name))
            return $"Two files of this run would be named '{name}'. Put {{school}} into the file name, and give schools codes that differ in more than case.";
        _drafts.Add(new FileDraft(name, schoolId));
        // The rows of a day may be written already, so the start of its file is written behind them and moved.
        var before = _writer.Bytes.Length;
        _writer.WriteStart();
        _drafts[^1].Start(_writer.Bytes.Written[before..]);
        _writer.Bytes.TakeBackTo(before);
        return null;
    }

    /// <summary>Where the layout wants files without rows: the district's file, or the file of each school that has none.</summary>
    private string? OpenEmptyFiles()
    {
        if (_layout.EmptyFile == EmptyFile.Skip)
            return null;
        var perSchool = _connector.Definition.OneFilePer == FileScope.School;
        var withRows = _drafts.Select(draft => draft.SchoolId).ToHashSet();
        foreach (var school in _connector.Schools.Where(school => !withRows.Contains(school.Id)))
        {
            if (!perSchool && _drafts.Count > 0)
                return null;
            if (Open(school.Id, school.Code, school.Zone.At(_now).Day) is { } fault)
                return fault;
        }
        return null;
    }

    private LineFault? FindTooOld(TardyLine first)
    {
        var age = Today(first).DayNumber - first.Date.DayNumber;
        return age > _connector.Definition.MaxAgeDays
            ? new LineFault(HoldReason.TooOld, $"The tardy is {age} days old; this connector sends at most {_connector.Definition.MaxAgeDays} days back.")
            : null;
    }

    /// <summary>
    /// The day in the name of the file that begins with this line: today at its school or, for a file of the whole district, at the first school
    /// by code, whichever schools have rows. Were it the first row's, a later file could have an earlier name.
    /// </summary>
    private DateOnly FileDay(TardyLine first) =>
        _connector.Definition.OneFilePer == FileScope.District && _connector.Schools is [var school, ..] ? school.Zone.At(_now).Day : Today(first);

    private DateOnly Today(TardyLine line) => DateOnly.FromDateTime(_now.ToOffset(line.IssuedAt.Offset).DateTime);
}
