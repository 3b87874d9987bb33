using Microsoft.AspNetCore.Http;
using Microsoft.OData.Edm;

namespace K12Sync.OData;

/// <summary>An action or function; its body is the host's.</summary>
public sealed class Operation
{
    private readonly ODataModelBuilder _owner;
    private readonly List<OperationParameter> _parameters = [];

    internal Operation(ODataModelBuilder owner, string name, bool isAction, EntitySet? boundTo, bool boundToSet, Func<OperationCall, Task<ODataResult>> run)
    {
        _owner = owner;
        (Name, IsAction, BoundTo, BoundToSet, Run) = (name, isAction, boundTo, boundToSet, run);
    }

    /// <summary>The name without the namespace.</summary>
    public string Name { get; }

    internal bool IsAction { get; }
    internal EntitySet? BoundTo { get; }
    internal bool BoundToSet { get; }
    internal Func<OperationCall, Task<ODataResult>> Run { get; }
    internal IReadOnlyList<OperationParameter> Parameters => _parameters;
    internal Type? ReturnType { get; private set; }
    internal EntitySet? ReturnSet { get; private set; }
    internal bool ReturnsManyRows { get; private set; }
    internal string? Summary { get; private set; }
    internal TimeSpan? Time { get; private set; }

    /// <summary>A parameter. Value types that are not Nullable are required; so is text unless <paramref name="optional"/>.</summary>
    public Operation Takes<T>(string name, bool optional = false)
    {
        var nullable = optional || Nullable.GetUnderlyingType(typeof(T)) is not null;
        _parameters.Add(new OperationParameter(name, typeof(T), nullable));
        Register(typeof(T));
        return this;
    }

    /// <summary>Returns a primitive, an enum, a complex value, or a list of them.</summary>
    public Operation Returns<T>()
    {
        ReturnType = typeof(T);
        Register(typeof(T));
        return this;
    }

    /// <summary>Returns one row of a set, as <see cref="ODataResult.Saved"/> or <see cref="ODataResult.Created"/>.</summary>
    public Operation ReturnsRowOf(EntitySet set)
    {
        ReturnSet = set;
        return this;
    }

    /// <summary>Returns rows of a set, as <see cref="ODataResult.Rows"/>; the query options then apply to them.</summary>
    public Operation ReturnsRowsOf(EntitySet set)
    {
        (ReturnSet, ReturnsManyRows) = (set, true);
        return this;
    }

    /// <summary>How long a call may take, instead of <see cref="ODataOptions.StatementTime"/>: for what does more than ask the database. Within a $batch the time of the batch holds.</summary>
    public Operation MayTake(TimeSpan time)
    {
        Time = time;
        return this;
    }

    /// <summary>Says what it does, in $metadata and OpenAPI.</summary>
    public Operation Described(string description)
    {
        Summary = description;
        return this;
    }

    internal EdmOperation Edm { get; set; } = null!;

    internal Model.ViewTypes Types => _owner.Types;

    internal Model.StructuredView Structured(Type type) => _owner.Types.Structured(type);

    private void Register(Type type)
    {
        var bare = Model.ViewTypes.ElementOfCollection(type) ?? type;
        bare = Nullable.GetUnderlyingType(bare) ?? bare;
        if (bare.IsEnum)
            _owner.Types.EnumOf(bare);
        else if (Model.ViewTypes.Primitive(bare) is null)
            _owner.Types.Structured(bare);
    }
}

internal sealed record OperationParameter(string Name, Type Type, bool IsOptional);

/// <summary>One call of an operation: the caller, the row it is bound to, the parameters.</summary>
public sealed class OperationCall
{
    private readonly IReadOnlyDictionary<string, object?> _arguments;

    internal OperationCall(HttpContext context, object?[] key, object? row, IQueryable? rows, IReadOnlyDictionary<string, object?> arguments, CancellationToken stopped)
    {
        (Context, Key, Row, BoundRows, Stopped) = (context, key, row, rows, stopped);
        _arguments = arguments;
    }

    /// <summary>The caller's request.</summary>
    public HttpContext Context { get; }

    /// <summary>The key of the row it is bound to, empty when bound to none.</summary>
    public IReadOnlyList<object?> Key { get; }

    /// <summary>The row it is bound to, as this caller may see it; null when bound to none.</summary>
    public object? Row { get; }

    /// <summary>The rows of the set it is bound to, as this caller may see them; null when bound to none.</summary>
    public IQueryable? BoundRows { get; }

    /// <summary>Cancelled when the caller has gone or the time for the call is over.</summary>
    public CancellationToken Stopped { get; }

    /// <summary>A parameter's value; default when it was optional and not given.</summary>
    public T? Get<T>(string parameter) => _arguments.TryGetValue(parameter, out var value) && value is not null ? (T)value : default;

    /// <summary>Whether the parameter was given, be it as null.</summary>
    public bool Has(string parameter) => _arguments.ContainsKey(parameter);
}
