using System.Collections.Concurrent;
using System.Data.Common;

namespace K12Sync.OData.FastPath;

/// <summary>Open connections with the statements prepared on them. One that failed is closed, never lent again.</summary>
internal sealed class PreparedConnections(PreparedAccess access) : IDisposable
{
    private const int StatementsEach = 200;
    private static readonly int Most = Environment.ProcessorCount * 4;
    private readonly ConcurrentBag<Lease> _idle = [];

    public async ValueTask<Lease> RentAsync(CancellationToken stopped) =>
        _idle.TryTake(out var lease) ? lease : new Lease(await access.Open(stopped).ConfigureAwait(false), access);

    public void Return(Lease lease)
    {
        if (_idle.Count < Most && lease.Connection.State == System.Data.ConnectionState.Open)
            _idle.Add(lease);
        else
            lease.Dispose();
    }

    public void Dispose()
    {
        while (_idle.TryTake(out var lease))
            lease.Dispose();
    }

    /// <summary>A connection and its prepared statements, used by one request at a time.</summary>
    public sealed class Lease(DbConnection connection, PreparedAccess access) : IDisposable
    {
        private readonly Dictionary<PreparedStatement, DbCommand> _statements = [];

        public DbConnection Connection => connection;

        public PreparedAccess Access => access;

        public async ValueTask<DbCommand> StatementAsync(PreparedStatement statement, CancellationToken stopped)
        {
            if (_statements.TryGetValue(statement, out var known))
                return known;
            if (_statements.Count >= StatementsEach)
                Forget();
            var made = statement.NewCommand(connection);
            await made.PrepareAsync(stopped).ConfigureAwait(false);
            _statements.Add(statement, made);
            return made;
        }

        public void Dispose()
        {
            Forget();
            connection.Dispose();
        }

        private void Forget()
        {
            foreach (var command in _statements.Values)
                command.Dispose();
            _statements.Clear();
        }
    }
}
