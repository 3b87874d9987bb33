using Microsoft.AspNetCore.Http;
using Microsoft.OData.Edm;
using K12Sync.OData.Model;

namespace K12Sync.OData;

/// <summary>An entity set as the service knows it. Declared with <see cref="EntitySet{TView}"/>.</summary>
public abstract class EntitySet
{
    private protected EntitySet(string name, StructuredView view)
    {
        Name = name;
        View = view;
    }

    /// <summary>The name in the URL, as in <c>/odata/Books</c>.</summary>
    public string Name { get; }

    /// <summary>Whether it has columns that some callers see masked.</summary>
    public bool HasMaskedColumns => View.Properties.Any(p => p.Mask is not null);

    internal StructuredView View { get; }
    internal ODataModelBuilder? Owner { get; set; }
    internal string? Summary { get; set; }
    internal List<ViewProperty> Key { get; } = [];
    internal List<ViewProperty[]> AlternateKeys { get; } = [];
    internal List<ViewProperty> SearchedProperties { get; } = [];
    internal List<Link> Links { get; } = [];
    internal List<Operation> Operations { get; } = [];
    internal ViewProperty? Version { get; set; }
    internal ChangeFeed? Changes { get; set; }
    internal CountedRows? Counted { get; set; }
    internal PreparedAccess? Prepared { get; set; }
    internal Func<HttpContext, IReadOnlySet<string>>? MaskRule { get; set; }
    internal bool CanInsert => Create is not null;
    internal bool CanUpdate => Update is not null;
    internal bool CanDelete => Delete is not null;
    internal Func<IChange, Task<ODataResult>>? Create { get; set; }
    internal Func<IChange, Task<ODataResult>>? Update { get; set; }
    internal Func<IChange, Task<ODataResult>>? Delete { get; set; }
    internal EdmEntityType EdmType => (EdmEntityType)View.EdmType;
    internal EdmEntitySet EdmSet { get; set; } = null!;

    internal abstract IQueryable Rows(HttpContext context);
    internal abstract IChange NewChange(HttpContext context, ChangeKind kind, object?[] key, IReadOnlyDictionary<string, object?> values, object? expected);

    internal Link? FindLink(string name) => Links.Find(l => l.Name == name);

    /// <summary>The properties that this caller sees masked, empty when none are.</summary>
    internal IReadOnlySet<string> MaskedProperties(HttpContext context) => MaskRule?.Invoke(context) ?? NothingMasked;

    private static readonly HashSet<string> NothingMasked = [];
}

/// <summary>How one set leads to another: the columns of both that must be equal. It is a join, not a stored collection, so the other set's own tenancy always applies.</summary>
internal sealed record Link(string Name, EntitySet From, EntitySet To, bool ToMany, IReadOnlyList<(ViewProperty Here, ViewProperty There)> Columns)
{
    /// <summary>The link in the other direction, when it was declared.</summary>
    public string? Partner { get; set; }
}

/// <summary>A shorter way to as many rows, which has only the properties named.</summary>
internal sealed record CountedRows(Func<HttpContext, IQueryable> Rows, IReadOnlySet<string> Properties);

/// <summary>The order in which a set's rows change, for delta links.</summary>
internal sealed record ChangeFeed(ViewProperty Column, Func<HttpContext, CancellationToken, Task<long>>? Horizon, ViewProperty? RetiredColumn);
