using System.Linq.Expressions;
using Microsoft.AspNetCore.Http;
using K12Sync.OData.Model;

namespace K12Sync.OData;

/// <summary>
/// Declares one entity set: what it shows, who may change it and how. Every method returns the same set, so that a declaration reads as one sentence.
/// </summary>
/// <typeparam name="TView">A flat class with a parameterless constructor and settable (or init) properties; EF projects into it.</typeparam>
public sealed class EntitySet<TView> : EntitySet
    where TView : class, new()
{
    private readonly Func<HttpContext, IQueryable<TView>> _rows;

    internal EntitySet(string name, StructuredView view, Func<HttpContext, IQueryable<TView>> rows)
        : base(name, view) => _rows = rows;

    /// <summary>The key, in order. Required.</summary>
    public EntitySet<TView> HasKey(params Expression<Func<TView, object?>>[] properties)
    {
        Key.AddRange(properties.Select(Property));
        Key.ForEach(p => (p.IsKey, p.IsNullable) = (true, false));
        return this;
    }

    /// <summary>Another set of properties that names a row: <c>Books(Isbn='978')</c>.</summary>
    public EntitySet<TView> HasAlternateKey(params Expression<Func<TView, object?>>[] properties)
    {
        AlternateKeys.Add([.. properties.Select(Property)]);
        return this;
    }

    /// <summary>The row's version. It becomes the ETag, and writes to an existing row then require If-Match.</summary>
    public EntitySet<TView> HasVersion(Expression<Func<TView, object?>> property)
    {
        Version = Property(property);
        Version.IsReadOnly = true;
        return this;
    }

    /// <summary>
    /// A column that grows with every change of any row; it carries the delta links.
    /// </summary>
    /// <param name="property">A long, never null.</param>
    /// <param name="horizon">The highest value that can no longer be overtaken by a writer still uncommitted (inclusive). Default: whatever is stored.</param>
    /// <param name="retired">A bool: true for a row that no longer exists for readers but is kept so that its end can be told.</param>
    public EntitySet<TView> HasChangeColumn(
        Expression<Func<TView, long>> property, Func<HttpContext, CancellationToken, Task<long>>? horizon = null, Expression<Func<TView, bool>>? retired = null)
    {
        var column = View.Find(property.Body);
        column.IsReadOnly = true;
        Changes = new ChangeFeed(column, horizon, retired is null ? null : View.Find(retired.Body));
        return this;
    }

    /// <summary>Text columns that <c>$search</c> looks into, without regard to case.</summary>
    public EntitySet<TView> Searches(params Expression<Func<TView, string?>>[] properties)
    {
        SearchedProperties.AddRange(properties.Select(p => View.Find(p.Body)));
        return this;
    }

    /// <summary>A text column that some callers see masked. What they read is <paramref name="mask"/> of it; they can compare it only by <c>eq</c> with a whole value.</summary>
    public EntitySet<TView> Masks(Expression<Func<TView, string?>> property, Func<string, string> mask)
    {
        View.Find(property.Body).Mask = mask;
        return this;
    }

    /// <summary>Which of the maskable columns this caller sees masked, by name.</summary>
    public EntitySet<TView> MaskedFor(Func<HttpContext, IReadOnlySet<string>> masked)
    {
        MaskRule = masked;
        return this;
    }

    /// <summary>
    /// Lets any/all and $count on a collection ask another property, which is not shown itself. For a collection whose elements are made by a method, which EF
    /// can read but not search: <paramref name="asked"/> is the same collection projected by a plain <c>Select</c>, which it can search but not read on SQLite.
    /// </summary>
    public EntitySet<TView> Asks<TItem>(Expression<Func<TView, IReadOnlyList<TItem>>> shown, Expression<Func<TView, IEnumerable<TItem>>> asked)
    {
        var hidden = View.Find(asked.Body);
        View.Find(shown.Body).Asked = hidden.Clr;
        View.Hide(hidden);
        return this;
    }

    /// <summary>
    /// Where the rows of the set are counted, and what they are counted by says nothing but <paramref name="properties"/>, other rows are counted: as many for the same caller, and in each
    /// the same values of those properties. For a view that joins what only its other properties need: a database does not leave a join out of a count by itself.
    /// </summary>
    public EntitySet<TView> CountedBy(Func<HttpContext, IQueryable<TView>> rows, params Expression<Func<TView, object?>>[] properties)
    {
        Counted = new CountedRows(rows, properties.Select(p => View.Find(p.Body).Name).ToHashSet(StringComparer.Ordinal));
        return this;
    }

    /// <summary>Says what the set is, in $metadata and OpenAPI.</summary>
    public EntitySet<TView> Described(string description)
    {
        Summary = description;
        return this;
    }

    /// <summary>Says what a property is, in $metadata and OpenAPI.</summary>
    public EntitySet<TView> Described(Expression<Func<TView, object?>> property, string description)
    {
        Property(property).Description = description;
        return this;
    }

    /// <summary>Properties that the service fills in. A client may send them back; they are then ignored.</summary>
    public EntitySet<TView> ReadOnly(params Expression<Func<TView, object?>>[] properties)
    {
        foreach (var property in properties)
            Property(property).IsReadOnly = true;
        return this;
    }

    /// <summary>Navigation to at most one row of another set, joined on equal columns.</summary>
    public EntitySet<TView> HasOne<TOther>(
        string name, EntitySet<TOther> other, params (Expression<Func<TView, object?>> Here, Expression<Func<TOther, object?>> There)[] on)
        where TOther : class, new() => Leads(name, other, false, on);

    /// <summary>Navigation to any number of rows of another set, joined on equal columns.</summary>
    public EntitySet<TView> HasMany<TOther>(
        string name, EntitySet<TOther> other, params (Expression<Func<TView, object?>> Here, Expression<Func<TOther, object?>> There)[] on)
        where TOther : class, new() => Leads(name, other, true, on);

    /// <summary>POST to the set, and PUT or PATCH with If-None-Match: * to a key that is not there.</summary>
    public EntitySet<TView> OnCreate(Func<Change<TView>, Task<ODataResult>> create)
    {
        Create = change => create((Change<TView>)change);
        return this;
    }

    /// <summary>PATCH and PUT; <see cref="Change{TView}.Kind"/> tells which.</summary>
    public EntitySet<TView> OnUpdate(Func<Change<TView>, Task<ODataResult>> update)
    {
        Update = change => update((Change<TView>)change);
        return this;
    }

    /// <summary>DELETE.</summary>
    public EntitySet<TView> OnDelete(Func<Change<TView>, Task<ODataResult>> delete)
    {
        Delete = change => delete((Change<TView>)change);
        return this;
    }

    /// <summary>Lets hot query shapes run as prepared SQL; see <see cref="PreparedAccess"/>.</summary>
    public EntitySet<TView> Prepares(PreparedAccess access)
    {
        Prepared = access;
        return this;
    }

    /// <summary>An action bound to one row: <c>POST /Books(1)/Namespace.Name</c>.</summary>
    public Operation Action(string name, Func<OperationCall, Task<ODataResult>> run) => Bind(name, true, false, run);

    /// <summary>An action bound to the set: <c>POST /Books/Namespace.Name</c>.</summary>
    public Operation CollectionAction(string name, Func<OperationCall, Task<ODataResult>> run) => Bind(name, true, true, run);

    /// <summary>A function bound to one row: <c>GET /Books(1)/Namespace.Name(parameter=value)</c>.</summary>
    public Operation Function(string name, Func<OperationCall, Task<ODataResult>> run) => Bind(name, false, false, run);

    /// <summary>A function bound to the set.</summary>
    public Operation CollectionFunction(string name, Func<OperationCall, Task<ODataResult>> run) => Bind(name, false, true, run);

    internal override IQueryable Rows(HttpContext context) => _rows(context);

    internal override IChange NewChange(
        HttpContext context, ChangeKind kind, object?[] key, IReadOnlyDictionary<string, object?> values, object? expected) =>
        new Change<TView>(context, kind, key, values, expected);

    private EntitySet<TView> Leads<TOther>(
        string name, EntitySet<TOther> other, bool toMany, (Expression<Func<TView, object?>> Here, Expression<Func<TOther, object?>> There)[] on)
        where TOther : class, new()
    {
        Links.Add(new Link(name, this, other, toMany, [.. on.Select(pair => (Property(pair.Here), other.View.Find(pair.There.Body)))]));
        return this;
    }

    private Operation Bind(string name, bool isAction, bool toSet, Func<OperationCall, Task<ODataResult>> run)
    {
        var operation = new Operation(Owner!, name, isAction, this, toSet, run);
        Operations.Add(operation);
        return operation;
    }

    private ViewProperty Property(Expression<Func<TView, object?>> property) => View.Find(property.Body);
}
