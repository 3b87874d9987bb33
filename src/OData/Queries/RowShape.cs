using System.Linq.Expressions;
using K12Sync.OData.Http;
using K12Sync.OData.Model;
using Microsoft.OData.UriParser;

namespace K12Sync.OData.Queries;

/// <summary>What of a row is written: the properties asked for, the links followed.</summary>
internal sealed class RowShape
{
    private readonly HashSet<ViewProperty> _loaded;

    private RowShape(EntitySet set, IReadOnlyList<ViewProperty> written, IReadOnlyList<Expansion> expansions, bool isSelected)
    {
        (Set, Written, Expansions, IsSelected) = (set, written, expansions, isSelected);
        _loaded = [.. written, .. set.Key, .. expansions.SelectMany(e => e.Link.Columns.Select(c => c.Here))];
        if (set.Version is { } version)
            _loaded.Add(version);
    }

    public EntitySet Set { get; }
    public IReadOnlyList<ViewProperty> Written { get; }
    public IReadOnlyList<Expansion> Expansions { get; }

    /// <summary>The properties the projection reads, in its order.</summary>
    public IEnumerable<ViewProperty> Loaded => Set.View.Properties.Where(_loaded.Contains);

    /// <summary>Whether $select named the properties, so that the context URL has to name them too.</summary>
    public bool IsSelected { get; }

    public static RowShape Whole(EntitySet set) => new(set, set.View.Properties, [], false);

    /// <summary>Reads $select and $expand.</summary>
    public static RowShape Read(EntitySet set, SelectExpandClause? clause, ODataOptions options, int depth = 0)
    {
        if (clause is null)
            return Whole(set);
        var selected = new List<ViewProperty>();
        var expansions = new List<Expansion>();
        var everything = clause.AllSelected;
        foreach (var item in clause.SelectedItems)
        {
            switch (item)
            {
                case WildcardSelectItem:
                    everything = true;
                    break;
                case PathSelectItem path:
                    Select(set, path, selected);
                    break;
                case ExpandedNavigationSelectItem expanded:
                    expansions.Add(Expand(set, expanded, options, depth + 1));
                    break;
                default:
                    throw ODataFault.Unsupported("This kind of $select or $expand item");
            }
        }
        if (expansions.GroupBy(e => e.Link).Any(g => g.Count() > 1))
            throw ODataFault.Malformed("A navigation property can be expanded once.", "$expand");
        // A selection of nothing but navigation links leaves no property to write.
        return new RowShape(set, everything ? set.View.Properties : selected, expansions, !everything);
    }

    /// <summary>Loads further columns that are needed but not written.</summary>
    public RowShape AlsoLoading(IEnumerable<ViewProperty> properties)
    {
        _loaded.UnionWith(properties);
        return this;
    }

    /// <summary><c>new View { A = row.A, ... }</c>: EF reads exactly these columns.</summary>
    public MemberInitExpression Projection(Expression row) => Expression.MemberInit(
        Expression.New(Set.View.Type), Loaded.Select(p => Expression.Bind(p.Clr, Expression.Property(row, p.Clr))));

    public LambdaExpression Selector()
    {
        var row = Expression.Parameter(Set.View.Type, "row");
        return Expression.Lambda(Projection(row), row);
    }

    private static void Select(EntitySet set, PathSelectItem path, List<ViewProperty> selected)
    {
        if (path.SelectedPath.Count > 1)
            throw ODataFault.Unsupported("$select inside a complex property", "$select");
        if (path.HasOptions)
            throw ODataFault.Unsupported("An option inside $select", "$select");
        switch (path.SelectedPath.FirstSegment)
        {
            case PropertySegment segment when set.View.Find(segment.Property.Name) is { } property:
                if (!selected.Contains(property))
                    selected.Add(property);
                break;
            case NavigationPropertySegment:
                break;
            default:
                throw ODataFault.Unsupported($"$select of {path.SelectedPath.FirstSegment.Identifier}", "$select");
        }
    }

    private static Expansion Expand(EntitySet set, ExpandedNavigationSelectItem item, ODataOptions options, int depth)
    {
        if (depth > options.ExpandDepth)
            throw ODataFault.Limit("$expand goes deeper than this service follows.", options.ExpandDepth, "$expand");
        if (item.LevelsOption is not null || item.ApplyOption is not null || item.ComputeOption is not null || item.PathToNavigationProperty.Count != 1)
            throw ODataFault.Unsupported("$levels, $apply, $compute or a path inside $expand", "$expand");
        var name = item.PathToNavigationProperty.FirstSegment.Identifier;
        var link = set.FindLink(name) ?? throw ODataFault.Unsupported($"$expand of {name}", "$expand");
        var shape = Read(link.To, item.SelectAndExpand, options, depth).AlsoLoading(link.Columns.Select(c => c.There));
        return new Expansion(link, shape, item.FilterOption, item.OrderByOption, item.TopOption, item.SkipOption, item.CountOption == true, item.SearchOption);
    }
}

/// <summary>One link followed by $expand, with the options nested in it.</summary>
internal sealed record Expansion(
    Link Link, RowShape Shape, FilterClause? Filter, OrderByClause? OrderBy, long? Top, long? Skip, bool Count, SearchClause? Search);
