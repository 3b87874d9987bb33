using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore.Query;

namespace K12Sync.OData.Queries;

/// <summary>Runs queries whose element type is known only at run time.</summary>
internal static class Execution
{
    public static async Task<long> CountAsync(IQueryable query, CancellationToken stopped)
    {
        var call = Expression.Call(typeof(Queryable), nameof(Queryable.LongCount), [query.ElementType], query.Expression);
        return query.Provider is IAsyncQueryProvider provider
            ? await provider.ExecuteAsync<Task<long>>(call, stopped).ConfigureAwait(false)
            : query.Provider.Execute<long>(call);
    }

    /// <summary>The rows one after another, as the database hands them over.</summary>
    public static IAsyncEnumerable<object> Rows(IQueryable query) => query as IAsyncEnumerable<object> ?? InMemory(query);

    public static async Task<List<object>> ListAsync(IQueryable query, CancellationToken stopped)
    {
        var rows = new List<object>();
        await foreach (var row in Rows(query).WithCancellation(stopped).ConfigureAwait(false))
            rows.Add(row);
        return rows;
    }

    public static async Task<object?> FirstAsync(IQueryable query, CancellationToken stopped)
    {
        var one = Translation.Query.Take(query, Expression.Constant(1));
        await foreach (var row in Rows(one).WithCancellation(stopped).ConfigureAwait(false))
            return row;
        return null;
    }

    private static async IAsyncEnumerable<object> InMemory(IQueryable query, [EnumeratorCancellation] CancellationToken stopped = default)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        foreach (var row in query)
        {
            stopped.ThrowIfCancellationRequested();
            yield return row;
        }
    }
}
