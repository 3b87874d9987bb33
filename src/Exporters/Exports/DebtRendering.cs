using System.Collections.Immutable;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Exports;

/// <summary>
/// Turns a debt into files, school-day by school-day in the ledger's order. What cannot be sent is held; the rest of its day is sent. A day
/// is in a file only if that settles something: a day whose owed records are all held would otherwise be sent again at every run.
/// </summary>
/// <remarks>
/// Where a layout replaces whole days, sending the rest of a day takes a held record's earlier version out of the SIS until it is mended: no row
/// says less than a wrong one, and the hold says why.
/// </remarks>
internal sealed class DebtRendering : IDisposable
{
    private readonly ConnectorDefinition _definition;
    private readonly ILayout _layout;
    private readonly FileNamePattern _pattern;
    private readonly DateTimeOffset _now;
    private readonly long _run;
    private readonly List<FileDraft> _drafts = [];
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<(long School, DateOnly Date)> _seen = [];
    private readonly ImmutableArray<HeldLine>.Builder _held = ImmutableArray.CreateBuilder<HeldLine>();

    private DebtRendering(ConnectorDefinition definition, ILayout layout, FileNamePattern pattern, long run, DateTimeOffset now) =>
        (_definition, _layout, _pattern, _run, _now) = (definition, layout, pattern, run, now);

    /// <summary>Renders a debt. Stores nothing.</summary>
    /// <param name="definition">What the connector wants.</param>
    /// <param name="run">The number in file names.</param>
    /// <param name="now">The instant from which ages are counted and whose day is in file names, each at the school's offset.</param>
    /// <param name="debt">Whole school-days.</param>
    /// <param name="cancellation">Stops reading.</param>
    /// <exception cref="InvalidOperationException">The debt has one school-day in two parts, so that replacing it would lose the first.</exception>
    public static async Task<Rendering> RenderAsync(
        ConnectorDefinition definition, long run, DateTimeOffset now, IAsyncEnumerable<TardyLine> debt, CancellationToken cancellation)
    {
        if (Layouts.Find(definition.Layout) is not { } layout)
            return new Rendering.Refused($"There is no layout '{definition.Layout}'.");
        var pattern = FindPattern(definition, layout, out var fault);
        if (pattern is null)
            return new Rendering.Refused(fault!);
        using var rendering = new DebtRendering(definition, layout, pattern, run, now);
        return await rendering.RenderAsync(debt, cancellation);
    }

    public void Dispose() => _drafts.ForEach(draft => draft.Dispose());

    private static FileNamePattern? FindPattern(ConnectorDefinition definition, ILayout layout, out string? fault)
    {
        fault = null;
        var pattern = definition.FileName is null ? layout.DefaultFileName(definition.OneFilePer) : FileNamePattern.Parse(definition.FileName, out fault);
        if (pattern is { IsUniquePerSchool: true } && definition.OneFilePer == FileScope.District)
            fault = "A file for the whole district has no one school to put in the place of {school}.";
        return fault is null ? pattern : null;
    }

    private async Task<Rendering> RenderAsync(IAsyncEnumerable<TardyLine> debt, CancellationToken cancellation)
    {
        var day = new List<TardyLine>();
        await foreach (var line in debt.WithCancellation(cancellation))
        {
            if (day.Count > 0 && (day[0].SchoolId != line.SchoolId || day[0].Date != line.Date))
            {
                if (TakeDay(day) is { } fault)
                    return new Rendering.Refused(fault);
                day.Clear();
            }
            day.Add(line);
        }
        if (day.Count > 0 && TakeDay(day) is { } lastFault)
            return new Rendering.Refused(lastFault);
        return new Rendering.Ready([.. _drafts.Select(draft => draft.Finish())], _held.ToImmutable());
    }

    /// <summary>Null, or why the connector cannot be carried out.</summary>
    private string? TakeDay(List<TardyLine> day)
    {
        if (!_seen.Add((day[0].SchoolId, day[0].Date)))
            throw new InvalidOperationException("The ledger gave one school-day in two parts.");
        var sendable = Hold(day);
        if (!sendable.Exists(line => line.IsOwed))
            return null;
        var fault = OpenDraft(sendable[0]);
        if (fault is null)
            _drafts[^1].Write(sendable);
        return fault;
    }

    /// <summary>
    /// Sets aside what cannot be sent. A day is too old as a whole; only what is owed of it is held, the rest is there already. A value that
    /// cannot be written is reported even if it only came along: without its row the replaced day lacks it.
    /// </summary>
    private List<TardyLine> Hold(List<TardyLine> day)
    {
        var tooOld = FindTooOld(day[0]);
        var sendable = new List<TardyLine>(day.Count);
        foreach (var line in day)
        {
            if ((tooOld ?? _layout.FindFault(line)) is not { } fault)
                sendable.Add(line);
            else if (line.IsOwed || fault != tooOld)
                _held.Add(new HeldLine(line, fault.Reason, fault.Explanation));
        }
        return sendable;
    }

    private LineFault? FindTooOld(TardyLine first)
    {
        var age = Today(first).DayNumber - first.Date.DayNumber;
        return age > _definition.MaxAgeDays
            ? new LineFault(HoldReason.TooOld, $"The tardy is {age} days old; this connector sends at most {_definition.MaxAgeDays} days back.")
            : null;
    }

    private string? OpenDraft(TardyLine first)
    {
        if (_drafts.Count > 0 && (_definition.OneFilePer == FileScope.District || _drafts[^1].SchoolId == first.SchoolId))
            return null;
        if (_pattern.TryName(first.SchoolCode, Today(first), _run, out var fault) is not { } name)
            return fault;
        if (!_names.Add(name))
            return $"Two files of this run would be named '{name}'. Put {{school}} into the file name, and give schools codes that differ in more than case.";
        _drafts.Add(new FileDraft(name, first.SchoolId, _layout));
        return null;
    }

    private DateOnly Today(TardyLine line) => DateOnly.FromDateTime(_now.ToOffset(line.IssuedAt.Offset).DateTime);
}
