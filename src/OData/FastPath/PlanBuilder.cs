using K12Sync.OData.Aggregation;
using K12Sync.OData.Http;
using K12Sync.OData.Queries;
using K12Sync.OData.Translation;
using Microsoft.OData.UriParser;
using Microsoft.OData.UriParser.Aggregation;

namespace K12Sync.OData.FastPath;

/// <summary>
/// Makes a plan of a shape, or says no. A plan is made only if the literals lifted from the text are, one by one, the literals the parser bound:
/// <c>in (1,2,3)</c> lifts three and binds none, and without this check the first caller's values would answer the second.
/// </summary>
internal sealed class PlanBuilder
{
    private readonly Shape _shape;
    private readonly ODataRequest _request;
    private readonly TranslationScope _scope;
    private readonly SlotFinder _slots;

    public PlanBuilder(Shape shape, ODataRequest request)
    {
        (_shape, _request, _scope) = (shape, request, new TranslationScope(request));
        _slots = new SlotFinder(shape, _scope, request.Options.StatementTime);
    }

    public async Task<PreparedPlan?> BuildAsync()
    {
        var target = await new PathReader(_request, _scope).ReadAsync().ConfigureAwait(false);
        var query = ParsedQuery.Read(_request, _scope, _shape.Set);
        PreparedPlan? plan = target switch
        {
            Target.RowsOf rows when query.Apply is not null => Aggregation(rows, query),
            Target.RowsOf rows => Page(rows, query),
            Target.RowOf row => Row(row, query),
            _ => null,
        };
        return _scope.IsOnlyForNow ? null : plan;
    }

    private PagePlan? Page(Target.RowsOf target, ParsedQuery query)
    {
        var page = PageReader.Make(_request, _scope, target, query);
        if (!page.Order.IsPlain || !LiteralsAreBound(query.Filter, query.OrderBy))
            return null;
        var count = query.Count ? _slots.Counting(page.Narrowed) : null;
        return RowColumns.Of(page.Shape, _scope) is { } columns
            && _slots.Statement(page.Rows, usesAll: true) is { } rows
            && (count is not null || !query.Count)
            && Expansions(page.Shape, columns) is { } below
            ? new PagePlan(rows, count, columns, page.Order, below)
            : null;
    }

    private RowPlan? Row(Target.RowOf target, ParsedQuery query)
    {
        var shown = RowShape.Read(_shape.Set, query.SelectExpand, _request.Options);
        var key = _scope.Literals.All is [{ Source: { } source }, ..] ? source : null;
        if (key is null || !LiteralsAreBound(null, null, key) || RowColumns.Of(shown, _scope) is not { } columns)
            return null;
        var one = Query.Take(Query.Select(target.Source, shown.Selector()), PageReader.Take(1));
        return _slots.Statement(one, cutIsFixed: true, usesAll: true) is { } row && Expansions(shown, columns) is { } below ? new RowPlan(row, columns, below) : null;
    }

    private ApplyPlan? Aggregation(Target.RowsOf target, ParsedQuery query)
    {
        var apply = ApplyQuery.Make(_request, _scope, target, query);
        if (!LiteralsAreBound(apply.Filter, apply.OrderBy, null, query.Apply))
            return null;
        var ticks = _request.Options.InstantsAreTicks;
        var columns = apply.Columns.Select(c => ColumnReader.For(Nullable.GetUnderlyingType(c.Type) ?? c.Type, !c.Type.IsValueType || Nullable.GetUnderlyingType(c.Type) is not null, ticks)).ToList();
        var count = query.Count ? _slots.Counting(apply.Narrowed) : null;
        return !columns.Contains(null) && (count is not null || !query.Count) && _slots.Statement(apply.Rows, usesAll: true) is { } rows
            ? new ApplyPlan(_shape.Set, rows, count, columns!, Branch.Tree(apply.Written, apply.Columns))
            : null;
    }

    /// <summary>The statements of all expanded links, one level; null when one of them cannot be prepared.</summary>
    private List<PlannedExpansion>? Expansions(RowShape shown, RowColumns above)
    {
        var planned = new List<PlannedExpansion>();
        foreach (var expansion in shown.Expansions)
        {
            if (Expanded(expansion, above) is not { } made)
                return null;
            planned.Add(made);
        }
        return planned;
    }

    private PlannedExpansion? Expanded(Expansion expansion, RowColumns above)
    {
        var constants = new List<ConstantNode>();
        if (expansion.Shape.Expansions.Count > 0 || !ParentValue.Can(expansion.Link) || !Collect(expansion.Filter, expansion.OrderBy, constants))
            return null;
        // The text of $expand is part of the shape, and so are its literals.
        _slots.Fixed.UnionWith(constants);
        var plan = new ChildPlan(expansion, _request, _scope);
        var one = plan.Narrowed(ParentValue.One);
        if (RowColumns.Of(expansion.Shape, _scope) is not { } columns || _slots.Statement(plan.Cut(one), cutIsFixed: true) is not { } alone)
            return null;
        var together = plan.CanBeReadTogether && !_shape.IsRow ? _slots.Statement(plan.BelowAll(ParentValue.All(expansion.Link.Columns[0].There)), cutIsFixed: true) : null;
        var count = expansion.Count ? _slots.Counting(one) : null;
        return count is null && expansion.Count ? null : new PlannedExpansion(plan, above, columns, alone, together, count);
    }

    private bool LiteralsAreBound(FilterClause? filter, OrderByClause? orderBy, ConstantNode? key = null, ApplyClause? apply = null)
    {
        var bound = new List<ConstantNode>();
        if (key is not null)
            bound.Add(key);
        return Collect(filter, orderBy, bound) && (apply is null || ConstantWalk.Collect(apply, bound))
            && bound.Count == _shape.Literals.Count && bound.Zip(_shape.Literals).All(pair => pair.First.LiteralText == pair.Second)
            && bound.Select((node, i) => _slots.Lifted.TryAdd(node, i)).All(added => added);
    }

    private static bool Collect(FilterClause? filter, OrderByClause? orderBy, List<ConstantNode> bound)
    {
        var told = ConstantWalk.Collect(filter?.Expression, bound);
        for (var by = orderBy; by is not null; by = by.ThenBy)
            told &= ConstantWalk.Collect(by.Expression, bound);
        return told;
    }
}
