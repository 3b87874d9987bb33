using System.Linq.Expressions;
using K12Sync.OData.Http;
using K12Sync.OData.Model;
using K12Sync.OData.Translation;

namespace K12Sync.OData.Queries;

/// <summary>The queries behind one expanded link.</summary>
internal sealed class ChildPlan
{
    /// <summary>Rows below all parents together, at most; beyond, each parent is asked for by itself.</summary>
    public const int RowsTogether = 5_000;

    private const int ParentsAlone = 32;
    private readonly IQueryable _rows;
    private readonly RowOrder _order;

    public ChildPlan(Expansion expansion, ODataRequest request, TranslationScope scope)
    {
        Expansion = expansion;
        var translator = new NodeTranslator(scope);
        _rows = PageReader.Narrow(request.Rows(expansion.Link.To), PageReader.Conditions(expansion.Link.To, expansion.Filter, expansion.Search, translator));
        _order = RowOrder.Read(expansion.Link.To, expansion.OrderBy, translator);
        Limit = !expansion.Link.ToMany ? 1 : (int)Math.Min(expansion.Top ?? int.MaxValue, request.Options.ExpandedPageSize);
    }

    public Expansion Expansion { get; }

    /// <summary>Rows below one parent at most.</summary>
    public int Limit { get; }

    /// <summary>Whether the link can be read for many parents by one query, which then is cut in memory.</summary>
    public bool CanBeReadTogether => Expansion.Link.Columns.Count == 1 && Expansion.Skip is null;

    /// <summary>Whether reading them together is the better way for so many parents.</summary>
    public bool IsReadTogether(int parents) => CanBeReadTogether && !(Expansion.Link.ToMany && Expansion.Top is not null && parents <= ParentsAlone);

    /// <summary>Whether a parent with so many rows has more than are shown, which a link of its own leads to.</summary>
    public bool HasMore(int rows) => rows > Limit && (Expansion.Top is null || Expansion.Top > Limit);

    /// <summary>The rows of all parents, in order, for a link of one column; one more than <see cref="RowsTogether"/>.</summary>
    public IQueryable Of(IReadOnlyList<object> parents)
    {
        var (here, there) = Expansion.Link.Columns[0];
        var array = ArrayOf(parents.Select(p => here.Writer.Get(p)).Where(v => v is not null).Distinct().Select(v => As(v!, there)), there);
        return BelowAll(new Literals().Add(array, array.GetType()));
    }

    /// <summary>The rows that belong to one of <paramref name="values"/>, an array of the type of the link's other column.</summary>
    public IQueryable BelowAll(Expression values)
    {
        var there = Expansion.Link.Columns[0].There;
        var (place, parameter) = Place.RowOf(Expansion.Link.To);
        var belongs = Expression.Call(typeof(Enumerable), nameof(Enumerable.Contains), [there.Type], values, Expression.Property(place.Row, there.Clr));
        return Finished(Query.Where(_rows, Expression.Lambda(belongs, parameter)), RowsTogether + 1);
    }

    /// <summary>All rows of one parent.</summary>
    public IQueryable Narrowed(object parent) => PathReader.Joined(_rows, Expansion.Link, parent, new Literals());

    /// <summary>The rows of one parent, one more than its limit.</summary>
    public IQueryable Of(object parent) => Cut(Narrowed(parent));

    /// <summary>All rows of a parent whose link columns have the values that <paramref name="valueOf"/> tells.</summary>
    public IQueryable Narrowed(Func<ViewProperty, int, Expression> valueOf)
    {
        var (place, parameter) = Place.RowOf(Expansion.Link.To);
        var match = Expansion.Link.Columns.Select((c, i) => (Expression)NodeTranslator.SameType(Expression.Property(place.Row, c.There.Clr), valueOf(c.There, i), Expression.Equal))
            .Aggregate(Expression.AndAlso);
        return Query.Where(_rows, Expression.Lambda(match, parameter));
    }

    /// <summary>Of one parent's rows those that are shown, and one more.</summary>
    public IQueryable Cut(IQueryable rows)
    {
        if (Expansion.Skip is { } skip)
            rows = Query.Skip(_order.Apply(rows), PageReader.Skip(PageReader.AsInt(skip, "$skip")));
        return Finished(rows, Limit + 1);
    }

    /// <summary>The value in the type of the column it is compared with: a long key may be referred to by an int.</summary>
    public static object As(object value, ViewProperty column)
    {
        var type = Nullable.GetUnderlyingType(column.Type) ?? column.Type;
        return type.IsInstanceOfType(value) ? value : Convert.ChangeType(value, type, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>An array of the type of <paramref name="column"/>.</summary>
    public static Array ArrayOf(IEnumerable<object> values, ViewProperty column)
    {
        var items = values.ToArray();
        var array = Array.CreateInstance(column.Type, items.Length);
        items.CopyTo(array, 0);
        return array;
    }

    private IQueryable Finished(IQueryable rows, int atMost) =>
        Query.Select(Query.Take(_order.Apply(rows), PageReader.Take(atMost)), Expansion.Shape.Selector());
}
