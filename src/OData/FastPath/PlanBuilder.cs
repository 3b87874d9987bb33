using System.Data.Common;
using System.Globalization;
using K12Sync.OData.Http;
using K12Sync.OData.Queries;
using K12Sync.OData.Translation;
using Microsoft.EntityFrameworkCore;
using Microsoft.OData.UriParser;

namespace K12Sync.OData.FastPath;

/// <summary>
/// Makes a plan of a shape, or says no. A plan is made only if the literals lifted from the text are, one by one, the literals the parser bound:
/// <c>in (1,2,3)</c> lifts three and binds none, and without this check the first caller's values would answer the second.
/// </summary>
internal sealed class PlanBuilder(Shape shape, ODataRequest request)
{
    private readonly TranslationScope _scope = new(request);

    // By reference: two literals of one value are still two.
    private readonly Dictionary<ConstantNode, int> _numbers = new(ReferenceEqualityComparer.Instance);

    public async Task<PreparedPlan?> BuildAsync()
    {
        var target = await new PathReader(request, _scope).ReadAsync().ConfigureAwait(false);
        var query = ParsedQuery.Read(request, _scope, shape.Set);
        var page = target is Target.RowsOf rows ? PageReader.Make(request, _scope, rows, query) : null;
        var row = target is Target.RowOf one ? (one.Source, Shape: RowShape.Read(shape.Set, query.SelectExpand, request.Options)) : default;
        if ((page is null && row.Shape is null) || (page is not null && !page.Order.IsPlain) || _scope.IsOnlyForNow || !LiteralsAreBound(query))
            return null;
        var shown = page?.Shape ?? row.Shape!;
        if (shown.Expansions.Count > 0)
            return null;
        var final = page?.Rows ?? Query.Take(Query.Select(row.Source!, shown.Selector()), PageReader.Take(1));
        using var command = final.CreateDbCommand();
        var columns = shown.Loaded.Select(p => ColumnReader.For(p, request.Options.InstantsAreTicks)).ToList();
        var slots = command.Parameters.Cast<DbParameter>().Select(SlotOf).ToList();
        if (columns.Contains(null) || slots.Contains(null) || !EveryLiteralIsUsed(slots!))
            return null;
        return new PreparedPlan(TemplateOf(command), slots!, columns!, shown, page is null ? null : new PlannedPage(page.Order, page.Limit, page.MayHaveMore));
    }

    // Without its connection: a plan outlives the request it was made in.
    private DbCommand TemplateOf(DbCommand command)
    {
        var template = command.Connection!.CreateCommand();
        template.CommandText = command.CommandText;
        template.CommandTimeout = (int)Math.Ceiling(request.Options.StatementTime.TotalSeconds);
        PreparedPlan.CopyParameters(command, template);
        template.Connection = null;
        return template;
    }

    private bool LiteralsAreBound(ParsedQuery query)
    {
        var bound = new List<ConstantNode>();
        if (shape.IsRow)
            bound.AddRange(_scope.Literals.All.Select(l => l.Source!).Take(1));
        var told = ConstantWalk.Collect(query.Filter?.Expression, bound);
        for (var by = query.OrderBy; by is not null; by = by.ThenBy)
            told &= ConstantWalk.Collect(by.Expression, bound);
        return told && bound.Count == shape.Literals.Count && bound.Zip(shape.Literals).All(pair => pair.First.LiteralText == pair.Second)
            && bound.Select((node, i) => _numbers.TryAdd(node, i)).All(added => added);
    }

    /// <summary>Where a parameter of EF's SQL gets its value; null when that is not known for certain.</summary>
    private Slot? SlotOf(DbParameter parameter)
    {
        var name = parameter.ParameterName.TrimStart('@', ':', '$');
        if (name == nameof(RowCount.odataTake))
            return new Slot(-1, null, typeof(object), null, v => v, parameter.Value);
        if (shape.Caller.Values.TryGetValue(name, out var tenancy))
            return tenancy is not null && Equals(tenancy, parameter.Value) ? new Slot(-1, name, typeof(object), null, v => v, null) : null;
        var wantsLength = name.EndsWith("_Length", StringComparison.Ordinal);
        var number = wantsLength ? name[..^"_Length".Length] : name;
        if (!number.StartsWith(LiteralHolder<int>.Prefix, StringComparison.Ordinal)
            || !int.TryParse(number.AsSpan(LiteralHolder<int>.Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            || index >= _scope.Literals.All.Count)
            return null;
        var literal = _scope.Literals.All[index];
        if (literal.Source is null || !_numbers.TryGetValue(literal.Source, out var lifted))
            return null;
        var derive = wantsLength ? v => ((string)v).Length : literal.Derive;
        var value = wantsLength ? ((string)literal.Value!).Length : literal.Value;
        // A derived value is computed from the literal's own type, which is a day or a duration.
        var type = literal.Derive is null ? literal.Type : literal.Source.Value is TimeSpan ? typeof(TimeSpan) : typeof(DateOnly);
        if (Store(value!, parameter.Value) is not { } store || LiteralValue.Read(shape.Literals[lifted], type) is not { } read)
            return null;
        return Equals(derive is null ? read : derive(read), value) ? new Slot(lifted, null, type, derive, store, null) : null;
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

    private bool EveryLiteralIsUsed(List<Slot> slots) => Enumerable.Range(0, shape.Literals.Count).All(i => slots.Exists(s => s.Lifted == i));
}
