using K12Sync.Api.Access;
using K12Sync.Api.CommandLine;
using K12Sync.Data;

namespace K12Sync.Api.SignIn;

/// <summary>The rows of whoever has signed in, for one request: for pages, as <c>RowsOfCaller</c> is for programs.</summary>
internal sealed class SignedIn(Premises premises, IHttpContextAccessor http, Passwords passwords, AuthenticatorSecrets secrets) : IAsyncDisposable
{
    private K12SyncDb? _db;

    /// <summary>Who has signed in.</summary>
    /// <exception cref="InvalidOperationException">Nobody: the page is not for whoever has signed in.</exception>
    public Caller Caller => http.HttpContext is { } context && Caller.Of(context.User) is { PersonId: not null } caller ? caller : throw new InvalidOperationException("Nobody has signed in.");

    /// <summary>The same, as sessions name it.</summary>
    public PersonKey Key => new(Caller.District, Caller.PersonId!.Value);

    /// <summary>The rows of their district, and no others.</summary>
    public K12SyncDb Db => _db ??= premises.Database.Open(Caller.District);

    /// <summary>What they change of their own ways in.</summary>
    public AccountOperations Operations => new(Db, Key, passwords, secrets, premises.Clock);

    public ValueTask DisposeAsync() => _db?.DisposeAsync() ?? default;
}
