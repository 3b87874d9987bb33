using System.Linq.Expressions;
using System.Reflection;
using Microsoft.AspNetCore.Http;

namespace K12Sync.OData;

/// <summary>What a write asks for.</summary>
public enum ChangeKind
{
    /// <summary>A new row.</summary>
    Create,

    /// <summary>PATCH: only what was given changes.</summary>
    Merge,

    /// <summary>PUT: what was not given goes back to its default.</summary>
    Replace,

    /// <summary>The row goes.</summary>
    Delete,
}

internal interface IChange;

/// <summary>A write as the host receives it: which row, which properties were given, with typed values.</summary>
/// <typeparam name="TView">The view of the set.</typeparam>
public sealed class Change<TView> : IChange
    where TView : class, new()
{
    internal Change(HttpContext context, ChangeKind kind, object?[] key, IReadOnlyDictionary<string, object?> values, object? expected) =>
        (Context, Kind, Key, Values, ExpectedVersion) = (context, kind, key, values, expected);

    /// <summary>The caller's request.</summary>
    public HttpContext Context { get; }

    /// <summary>What is asked for.</summary>
    public ChangeKind Kind { get; }

    /// <summary>The key of the row, in the order declared; empty for a POST.</summary>
    public IReadOnlyList<object?> Key { get; }

    /// <summary>The properties given, by name. Read-only ones never appear.</summary>
    public IReadOnlyDictionary<string, object?> Values { get; }

    /// <summary>The version the client saw (If-Match), already found equal to the stored one a moment ago; null when it said <c>*</c> or the set has none.</summary>
    public object? ExpectedVersion { get; }

    /// <summary>Whether the property was given, be it as null.</summary>
    public bool Has<T>(Expression<Func<TView, T>> property) => Values.ContainsKey(NameOf(property));

    /// <summary>The value given, or <paramref name="otherwise"/> when the property was not given.</summary>
    public T? Get<T>(Expression<Func<TView, T>> property, T? otherwise = default) =>
        Values.TryGetValue(NameOf(property), out var value) ? (T?)value : otherwise;

    /// <summary>A view holding the values given; everything else has the class's own defaults.</summary>
    public TView ToView()
    {
        var view = new TView();
        foreach (var (name, value) in Values)
            typeof(TView).GetProperty(name)!.SetValue(view, value);
        return view;
    }

    private static string NameOf<T>(Expression<Func<TView, T>> property) => ((PropertyInfo)((MemberExpression)property.Body).Member).Name;
}
