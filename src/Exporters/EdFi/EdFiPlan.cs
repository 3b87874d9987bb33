using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using K12Sync.Domain.Childcare.Submissions;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.EdFi;

/// <summary>What a run does about what is owed. Pure.</summary>
internal sealed class EdFiPlan
{
    /// <summary>Calls that are frozen together.</summary>
    private const int MostCalls = 200;

    private readonly List<(EdFiCall Call, SubmissionLine Line)> _days = [];
    private readonly List<(EdFiCall Call, ImmutableArray<TardyLine> Lines)> _tardies = [];

    public List<HeldDay> HeldDays { get; } = [];

    public List<HeldLine> HeldTardies { get; } = [];

    /// <summary>Child-days that are told again although they have not changed.</summary>
    public List<ChildDayLine> Again { get; } = [];

    public int Calls => _days.Count + _tardies.Count;

    public IEnumerable<EdFiCall> All => _days.Select(d => d.Call).Concat(_tardies.Select(t => t.Call));

    /// <summary>A child-day, and what is held of it.</summary>
    /// <param name="day">Which. One that was told and is in error by now is held too, and what was told stays.</param>
    /// <param name="map">What it becomes.</param>
    /// <param name="held">What is, or may be, at the API of it.</param>
    /// <param name="mayGo">False: it is looked at, and goes with another run.</param>
    public void Add(OwedChildDay day, EdFiMap map, IReadOnlyCollection<HeldEvent> held, bool mayGo)
    {
        var (line, mappings) = (day.Line, map.Of(day));
        if (mappings.Count == 0 && held.Count == 0)
            return;
        if (mappings.OfType<EdFiMapping.Stopped>().FirstOrDefault() is { } stopped)
            HeldDays.Add(new HeldDay(line, stopped.Why, stopped.Reason));
        else if (mappings.OfType<EdFiMapping.Waits>().FirstOrDefault() is { } waits)
            HeldDays.Add(new HeldDay(line, HoldReason.NotCheckedOut, waits.Reason));
        else if (mayGo)
            Call(day, [.. mappings.OfType<EdFiMapping.Wanted>().Select(w => w.Event)], held);
    }

    private void Call(OwedChildDay day, ImmutableArray<EdFiEvent> events, IReadOnlyCollection<HeldEvent> held)
    {
        var line = day.Line;
        var call = new EdFiCall(SubjectOf(line), [line.DayId], events);
        if (!day.IsOwed && call.IsTold(held))
            return;
        if (!day.IsOwed)
            Again.Add(line);
        _days.Add((call, new SubmissionLine(line, events.Select(e => e.Key.StudentUniqueId).FirstOrDefault() ?? line.AgencyChildId ?? line.ChildNumber, Says(events))));
    }

    /// <summary>The tardies of a student's day, of which something is owed.</summary>
    /// <remarks>Where something was told of the day, and a tardy of it stops, all of it waits: a part would overwrite, or delete, what was told of the whole.</remarks>
    public void Add(IReadOnlyList<TardyLine> day, EdFiMap map, IReadOnlyCollection<HeldEvent> held)
    {
        var owed = day.Where(l => l.IsOwed).ToImmutableArray();
        if (map.Of(day) is not { } mapped)
        {
            HeldTardies.AddRange(owed.Select(l => new HeldLine(l, HoldReason.NoAgencyCode, $"School {l.SchoolCode} has no Ed-Fi schoolId. Add it to the connector's \"schoolIds\", or leave the school out of its \"schools\".")));
            return;
        }
        var stopped = mapped.Stopped.ToDictionary(s => s.Line.RecordId, s => s.Reason);
        HeldTardies.AddRange(owed.Where(l => stopped.ContainsKey(l.RecordId)).Select(l => new HeldLine(l, HoldReason.NoAgencyCode, stopped[l.RecordId])));
        var goes = owed.Where(l => !stopped.ContainsKey(l.RecordId)).ToImmutableArray();
        if (goes.IsEmpty)
            return;
        if (stopped.Count > 0 && held.Count > 0)
            HeldTardies.AddRange(goes.Select(l => new HeldLine(l, HoldReason.NoAgencyCode, "Another tardy of the student's day stops, and Ed-Fi was told of the day before. They go together.")));
        else
            _tardies.Add((new EdFiCall(SubjectOf(day[0]), [.. goes.Select(l => l.RecordId)], [.. mapped.Events.Select(e => e.Event)]), goes));
    }

    /// <summary>Something that may be at the API and that no record stands for any more.</summary>
    public void Remove(EventSubject subject) => _tardies.Add((new EdFiCall(subject, [], []), []));

    public static EventSubject SubjectOf(ChildDayLine line) => new(line.DayId, null, line.ChildNumber, line.Date);

    public static EventSubject SubjectOf(TardyLine line) => new(null, line.SchoolId, line.StudentNumber, line.Date);

    public ImmutableArray<SubmissionDraft> Drafts() =>
    [
        .. _days.GroupBy(d => SchoolOf(d.Call)).OrderBy(g => g.Key, StringComparer.Ordinal).SelectMany(g => g.Chunk(MostCalls)
            .Select(part => new SubmissionDraft(g.Key, new DayRange(part.Min(p => p.Line.Line.Date), part.Max(p => p.Line.Line.Date)), EdFiCall.Write(part.Select(p => p.Call)), [.. part.Select(p => p.Line)]))),
    ];

    public RenderedDebt Debt(long run)
    {
        var files = _tardies.GroupBy(t => SchoolOf(t.Call)).OrderBy(g => g.Key, StringComparer.Ordinal).SelectMany(g => g.Chunk(MostCalls).Select(part => (School: g.Key, Part: part)));
        return new RenderedDebt([.. files.Select((f, i) => File(run, i + 1, f.School, f.Part))], [], [.. HeldTardies]);
    }

    private static RenderedFile File(long run, int number, string school, (EdFiCall Call, ImmutableArray<TardyLine> Lines)[] part)
    {
        var content = EdFiCall.Write(part.Select(p => p.Call));
        var name = string.Create(CultureInfo.InvariantCulture, $"ed-fi_{school}_{part.Min(p => p.Call.Subject.Date):yyyyMMdd}-{part.Max(p => p.Call.Subject.Date):yyyyMMdd}_{run}-{number}.json");
        return new RenderedFile(name, content, Convert.ToHexString(SHA256.HashData(content)), part.Sum(p => p.Call.Events.Length), [.. part.SelectMany(p => p.Lines).Select(l => FileLine.Of(l, LineRole.Sent, 0))]);
    }

    /// <summary>Where nothing is to be there any more, no school is known: those go together.</summary>
    private static string SchoolOf(EdFiCall call) => call.Events.Select(e => e.Key.SchoolId.ToString(CultureInfo.InvariantCulture)).FirstOrDefault() ?? "0";

    private static string Says(ImmutableArray<EdFiEvent> events) => events.IsEmpty ? "none"
        : string.Join("; ", events.Select(e => e.Key.Category.Split('#')[^1] + (e.Minutes is { } minutes ? string.Create(CultureInfo.InvariantCulture, $" {minutes} min") : "")));
}
