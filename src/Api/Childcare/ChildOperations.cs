using K12Sync.Api.Roster;
using K12Sync.Data;
using K12Sync.Data.Childcare;
using K12Sync.Domain.Childcare;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Childcare;

/// <summary>A child and one of its placements, as an import gives them.</summary>
public sealed record ChildLine(string Number, ChildFacts Facts, long SiteId, DateOnly From, DateOnly? To, Weekdays Scheduled);

/// <summary>An authorization as an import or an agency gives it.</summary>
public sealed record AuthorizationLine(long ProviderId, long SiteId, string ChildNumber, DateOnly From, DateOnly? To, Weekdays Days);

/// <summary>An absence, or (with null) that there was none.</summary>
public sealed record AbsenceLine(long SiteId, string ChildNumber, DateOnly Date, AbsenceCode? Code);

/// <summary>Adds and updates children, placements, authorizations and absences. Nothing here deletes. Child-days that are affected become pending.</summary>
public sealed class ChildOperations(K12SyncDb db)
{
    /// <summary>Adds or updates many children, each with a placement. Answers for each line, in order.</summary>
    public async Task<IReadOnlyList<Saved>> SaveChildrenAsync(IReadOnlyList<ChildLine> lines, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var numbers = lines.Select(l => l.Number).Distinct(StringComparer.Ordinal).ToList();
        await using var transaction = await db.TransactAsync(cancellation);
        var children = await db.Children.Where(c => numbers.Contains(c.Number)).ToDictionaryAsync(c => c.Number, StringComparer.Ordinal, cancellation);
        var placements = await db.Placements.Where(p => numbers.Contains(p.ChildNumber)).ToDictionaryAsync(p => (p.ChildNumber, p.SiteId, p.From), cancellation);
        var moved = new HashSet<string>(StringComparer.Ordinal);
        var saved = lines.Select(line => Save(line, children, placements, moved)).ToList();
        await db.SaveChangesAsync(cancellation);
        await new PendingChildDays(db).MarkChildrenAsync(moved, cancellation);
        await transaction.CommitAsync(cancellation);
        db.ChangeTracker.Clear();
        return saved;
    }

    private Saved Save(ChildLine line, Dictionary<string, Child> children, Dictionary<(string, long, DateOnly), Placement> placements, HashSet<string> moved)
    {
        var isNew = !children.TryGetValue(line.Number, out var child);
        if (child is null)
            db.Add(children[line.Number] = child = new Child(line.Number, line.Facts));
        var edited = child.Edit(line.Facts);
        bool placed;
        if (placements.TryGetValue((line.Number, line.SiteId, line.From), out var placement))
            placed = placement.Edit(line.To, line.Scheduled);
        else
        {
            db.Add(placements[(line.Number, line.SiteId, line.From)] = new Placement(line.SiteId, line.Number, line.From, line.To, line.Scheduled));
            placed = true;
        }
        if (isNew || placed)
            moved.Add(line.Number);
        return isNew ? Saved.Added : edited || placed ? Saved.Updated : Saved.Unchanged;
    }

    /// <summary>Adds or updates many authorizations. Answers for each line, in order.</summary>
    public async Task<IReadOnlyList<Saved>> SaveAuthorizationsAsync(IReadOnlyList<AuthorizationLine> lines, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var numbers = lines.Select(l => l.ChildNumber).Distinct(StringComparer.Ordinal).ToList();
        await using var transaction = await db.TransactAsync(cancellation);
        var there = await db.Authorizations.Where(a => numbers.Contains(a.ChildNumber)).ToDictionaryAsync(a => (a.ChildNumber, a.ProviderId, a.SiteId, a.From), cancellation);
        var (saved, moved) = (new List<Saved>(lines.Count), new HashSet<string>(StringComparer.Ordinal));
        foreach (var line in lines)
        {
            var key = (line.ChildNumber, line.ProviderId, line.SiteId, line.From);
            if (there.TryGetValue(key, out var authorization))
                saved.Add(authorization.Edit(line.To, line.Days) ? Saved.Updated : Saved.Unchanged);
            else
            {
                db.Add(there[key] = new Authorization(line.ProviderId, line.SiteId, line.ChildNumber, line.From, line.To, line.Days));
                saved.Add(Saved.Added);
            }
            if (saved[^1] != Saved.Unchanged)
                moved.Add(line.ChildNumber);
        }
        await db.SaveChangesAsync(cancellation);
        await new PendingChildDays(db).MarkChildrenAsync(moved, cancellation);
        await transaction.CommitAsync(cancellation);
        db.ChangeTracker.Clear();
        return saved;
    }

    /// <summary>Records many absences, or takes them back. Answers for each line, in order.</summary>
    public async Task<IReadOnlyList<Saved>> SaveAbsencesAsync(IReadOnlyList<AbsenceLine> lines, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var numbers = lines.Select(l => l.ChildNumber).Distinct(StringComparer.Ordinal).ToList();
        await using var transaction = await db.TransactAsync(cancellation);
        var there = await db.Absences.Where(a => numbers.Contains(a.ChildNumber)).ToDictionaryAsync(a => (a.ChildNumber, a.SiteId, a.Date), cancellation);
        var (saved, changed) = (new List<Saved>(lines.Count), new HashSet<(string, DateOnly)>());
        foreach (var line in lines)
        {
            var key = (line.ChildNumber, line.SiteId, line.Date);
            if (there.TryGetValue(key, out var absence))
                saved.Add(absence.Record(line.Code) ? Saved.Updated : Saved.Unchanged);
            else
            {
                db.Add(there[key] = new AbsenceRow(line.SiteId, line.ChildNumber, line.Date, line.Code));
                saved.Add(Saved.Added);
            }
            if (saved[^1] != Saved.Unchanged)
                changed.Add((line.ChildNumber, line.Date));
        }
        await db.SaveChangesAsync(cancellation);
        await new PendingChildDays(db).MarkAsync(changed, cancellation);
        await transaction.CommitAsync(cancellation);
        db.ChangeTracker.Clear();
        return saved;
    }
}
