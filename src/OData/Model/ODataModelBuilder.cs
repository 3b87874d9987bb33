using Microsoft.AspNetCore.Http;
using Microsoft.OData.Edm;
using K12Sync.OData.Model;

namespace K12Sync.OData;

/// <summary>
/// The page on which a host writes down its model: entity sets, their links, operations. <see cref="Build"/> makes the EDM of it once, at start.
/// </summary>
/// <param name="namespace">The namespace of every type and operation, and the name of the container's schema.</param>
public sealed class ODataModelBuilder(string @namespace)
{
    private readonly ViewTypes _types = new(@namespace);
    private readonly List<EntitySet> _sets = [];
    private readonly List<Operation> _operations = [];

    /// <summary>The namespace of the schema.</summary>
    public string Namespace => @namespace;

    /// <summary>What its sets have as their <see cref="PreparedAccess"/>, unless they say otherwise; null: none.</summary>
    public PreparedAccess? Prepared { get; init; }

    internal ViewTypes Types => _types;

    /// <summary>
    /// Declares an entity set. The type's name is that of the class without a trailing <c>View</c>.
    /// </summary>
    /// <param name="name">The name in the URL.</param>
    /// <param name="rows">The rows this caller may see, and no others: it is asked once per request and used in every query, expansion and condition.</param>
    /// <typeparam name="TView">The flat class that is shown.</typeparam>
    public EntitySet<TView> EntitySet<TView>(string name, Func<HttpContext, IQueryable<TView>> rows)
        where TView : class, new()
    {
        var set = new EntitySet<TView>(name, _types.Structured(typeof(TView)), rows) { Owner = this, Prepared = Prepared };
        _sets.Add(set);
        return set;
    }

    /// <summary>An action of the service itself: <c>POST /Name</c>.</summary>
    public Operation Action(string name, Func<OperationCall, Task<ODataResult>> run) => Unbound(name, true, run);

    /// <summary>A function of the service itself: <c>GET /Name(parameter=value)</c>.</summary>
    public Operation Function(string name, Func<OperationCall, Task<ODataResult>> run) => Unbound(name, false, run);

    /// <summary>Makes the model. A set without a key, or two of one name, is refused here.</summary>
    /// <exception cref="InvalidOperationException">The declarations contradict one another.</exception>
    public ODataModel Build()
    {
        foreach (var set in _sets)
        {
            if (set.Key.Count == 0)
                throw new InvalidOperationException($"{set.Name} has no key.");
        }
        if (_sets.GroupBy(s => s.View).FirstOrDefault(g => g.Count() > 1) is { } shared)
            throw new InvalidOperationException($"{shared.Key.Type.Name} is the view of two sets; give each a class of its own.");
        if (_sets.Select(s => s.Name).Concat(_operations.Select(o => o.Name)).GroupBy(n => n, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new InvalidOperationException($"{twice.Key} is declared twice.");
        var edm = EdmPage.Write(@namespace, _types, _sets, _operations);
        if (edm.SchemaElements.GroupBy(e => e.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1 && g.Any(e => e is not IEdmOperation)) is { } both)
            throw new InvalidOperationException($"{both.Key} is the name of a type and of something else in {@namespace}. A view's class name without 'View' is its type's name: give it another.");
        return new ODataModel(@namespace, edm, _types, _sets, _operations);
    }

    private Operation Unbound(string name, bool isAction, Func<OperationCall, Task<ODataResult>> run)
    {
        var operation = new Operation(this, name, isAction, null, false, run);
        _operations.Add(operation);
        return operation;
    }
}

/// <summary>A finished model: what <c>$metadata</c> says and where the rows come from.</summary>
public sealed class ODataModel
{
    private readonly Dictionary<string, EntitySet> _sets;

    internal ODataModel(string @namespace, IEdmModel edm, ViewTypes types, IReadOnlyList<EntitySet> sets, IReadOnlyList<Operation> operations)
    {
        Namespace = @namespace;
        Edm = edm;
        Types = types;
        Sets = sets;
        Operations = operations;
        _sets = sets.ToDictionary(s => s.Name, StringComparer.Ordinal);
    }

    /// <summary>The namespace of the schema.</summary>
    public string Namespace { get; }

    /// <summary>The EDM, for a host that wants to read it.</summary>
    public IEdmModel Edm { get; }

    /// <summary>Every set, in the order of declaration.</summary>
    public IReadOnlyList<EntitySet> Sets { get; }

    internal IReadOnlyList<Operation> Operations { get; }

    internal ViewTypes Types { get; }

    internal EntitySet? FindSet(string name) => _sets.GetValueOrDefault(name);
}
