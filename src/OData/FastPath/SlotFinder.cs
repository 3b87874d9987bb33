using System.Data.Common;
using System.Globalization;
using K12Sync.OData.Queries;
using K12Sync.OData.Translation;
using Microsoft.EntityFrameworkCore;
using Microsoft.OData.UriParser;

namespace K12Sync.OData.FastPath;

/// <summary>Makes statements of queries, if the source of every parameter is known for certain.</summary>
/// <param name="shape">The request the plan is made for.</param>
/// <param name="scope">Holds the literals that were translated.</param>
/// <param name="timeout">How long a statement may take.</param>
internal sealed class SlotFinder(Shape shape, TranslationScope scope, TimeSpan timeout)
{
    /// <summary>The number of each literal in the text. By reference: two literals of one value are still two.</summary>
    public Dictionary<ConstantNode, int> Lifted { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>Literals that are part of the shape.</summary>
    public HashSet<ConstantNode> Fixed { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>The statement of a query; null when it cannot be prepared.</summary>
    /// <param name="query">The query.</param>
    /// <param name="cutIsFixed">How many rows are read and passed over belongs to the shape, and does not come from $top and $skip.</param>
    /// <param name="usesAll">Every lifted literal must be among the parameters.</param>
    public PreparedStatement? Statement(IQueryable query, bool cutIsFixed = false, bool usesAll = false) => Statement(query, sql => sql, cutIsFixed, usesAll);

    /// <summary>The statement that counts the rows of a query.</summary>
    public PreparedStatement? Counting(IQueryable query)
    {
        var row = System.Linq.Expressions.Expression.Parameter(query.ElementType, "row");
        var ones = Query.Select(query, System.Linq.Expressions.Expression.Lambda(System.Linq.Expressions.Expression.Constant(1), row));
        return Statement(ones, sql => "SELECT COUNT(*) FROM (\n" + sql.TrimEnd().TrimEnd(';') + "\n) AS counted", cutIsFixed: true, usesAll: false);
    }

    private PreparedStatement? Statement(IQueryable query, Func<string, string> rewrite, bool cutIsFixed, bool usesAll)
    {
        using var command = query.CreateDbCommand();
        var slots = command.Parameters.Cast<DbParameter>().Select(p => SlotOf(p, cutIsFixed)).ToList();
        if (slots.Contains(null) || (usesAll && !Enumerable.Range(0, shape.Literals.Count).All(i => slots.Exists(s => s!.Source == SlotSource.Literal && s.Number == i))))
            return null;
        // Without its connection: a plan outlives the request it was made in.
        var template = command.Connection!.CreateCommand();
#pragma warning disable CA2100 // EF's own text; values are parameters.
        template.CommandText = rewrite(command.CommandText);
#pragma warning restore CA2100
        template.CommandTimeout = (int)Math.Ceiling(timeout.TotalSeconds);
        PreparedStatement.CopyParameters(command, template);
        template.Connection = null;
        return new PreparedStatement(template, slots!);
    }

    /// <summary>Where a parameter of EF's SQL gets its value; null when that is not known for certain.</summary>
    private Slot? SlotOf(DbParameter parameter, bool cutIsFixed)
    {
        var name = parameter.ParameterName.TrimStart('@', ':', '$');
        if (name is nameof(RowCount.odataTake) or nameof(RowsSkipped.odataSkip))
            return CutSlot(name, parameter.Value!, cutIsFixed);
        if (ParentValue.NumberOf(name) is { } column)
            return Store(ParentValue.Sample(parameter.Value!), parameter.Value) is { } keep ? new Slot(SlotSource.Parent, column, null, typeof(object), null, keep, null) : null;
        if (name == ParentValue.AllName)
            return ParentValue.StoreAll(parameter.Value!) is { } keepAll ? new Slot(SlotSource.Parents, 0, null, typeof(object), null, keepAll, null) : null;
        return CallerSlot(name, parameter.Value) ?? LiteralSlot(name, parameter.Value);
    }

    private Slot? CutSlot(string name, object value, bool isFixed)
    {
        if (isFixed)
            return new Slot(SlotSource.Fixed, 0, null, typeof(object), null, v => v, value);
        var (source, own) = name == nameof(RowCount.odataTake) ? (SlotSource.Take, shape.Cut.Take) : (SlotSource.Skip, shape.Cut.Skip);
        return Equals(value, own) ? new Slot(source, 0, null, typeof(object), null, v => v, null) : null;
    }

    // Two sets narrowed by variables of one name get a number after it.
    private Slot? CallerSlot(string name, object? value)
    {
        if (!shape.Caller.Values.ContainsKey(name))
            name = name.TrimEnd("0123456789".ToCharArray());
        return shape.Caller.Values.TryGetValue(name, out var tenancy) && tenancy is not null && Equals(tenancy, value)
            ? new Slot(SlotSource.Caller, 0, name, typeof(object), null, v => v, null)
            : null;
    }

    private Slot? LiteralSlot(string name, object? stored)
    {
        var wantsLength = name.EndsWith("_Length", StringComparison.Ordinal);
        var number = wantsLength ? name[..^"_Length".Length] : name;
        if (!number.StartsWith(LiteralHolder<int>.Prefix, StringComparison.Ordinal)
            || !int.TryParse(number.AsSpan(LiteralHolder<int>.Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            || index >= scope.Literals.All.Count || number != LiteralHolder<int>.NameOf(index))
            return null;
        var literal = scope.Literals.All[index];
        if (literal.Place >= 0 && Store(literal.Value!, stored) is { } keep)
            return new Slot(SlotSource.Place, literal.Place, null, literal.Type, null, keep, null);
        if (literal.Source is null)
            return null;
        if (Fixed.Contains(literal.Source))
            return new Slot(SlotSource.Fixed, 0, null, typeof(object), null, v => v, stored);
        return Lifted.TryGetValue(literal.Source, out var lifted) ? LiftedSlot(literal, lifted, wantsLength, stored) : null;
    }

    private Slot? LiftedSlot(Literal literal, int lifted, bool wantsLength, object? stored)
    {
        var derive = wantsLength ? v => ((string)v).Length : literal.Derive;
        var value = wantsLength ? ((string)literal.Value!).Length : literal.Value;
        // A derived value is computed from the literal's own type, which is a day or a duration.
        var type = literal.Derive is null ? literal.Type : literal.Source!.Value is TimeSpan ? typeof(TimeSpan) : typeof(DateOnly);
        if (Store(value!, stored) is not { } store || LiteralValue.Read(shape.Literals[lifted], type) is not { } read)
            return null;
        return Equals(derive is null ? read : derive(read), value) ? new Slot(SlotSource.Literal, lifted, null, type, derive, store, null) : null;
    }

    /// <summary>How EF brought this value to the database; null when it is none of the known ways.</summary>
    private static Func<object, object>? Store(object value, object? stored) => (value, stored) switch
    {
        _ when Equals(value, stored) => v => v,
        (DateTimeOffset instant, long ticks) when instant.UtcTicks == ticks => v => ((DateTimeOffset)v).UtcTicks,
        (Enum member, string name) when member.ToString() == name => v => v.ToString()!,
        (Enum member, int number) when Convert.ToInt32(member, CultureInfo.InvariantCulture) == number => v => Convert.ToInt32(v, CultureInfo.InvariantCulture),
        (Enum member, long number) when Convert.ToInt64(member, CultureInfo.InvariantCulture) == number => v => Convert.ToInt64(v, CultureInfo.InvariantCulture),
        _ => null,
    };
}
