using K12Sync.Api.Access;
using K12Sync.Data;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.OData.Views;

/// <summary>Who did or saw what.</summary>
internal sealed class AuditEntryView
{
    public long Id { get; init; }
    public string Node { get; init; } = "";
    public long Number { get; init; }
    public DateTimeOffset At { get; init; }
    public long? KeyId { get; init; }
    public long? PersonId { get; init; }
    public string? Role { get; init; }
    public string? Person { get; init; }
    public string? Address { get; init; }
    public string Method { get; init; } = "";
    public string Target { get; init; } = "";
    public string? Query { get; init; }
    public string? Students { get; init; }
    public string? Properties { get; init; }
    public int Status { get; init; }
    public long? Rows { get; init; }
    public string? SupportId { get; init; }
    public string Hash { get; init; } = "";
    public long Version { get; init; }
    public long ChangeVersion { get; init; }

    public static IQueryable<AuditEntryView> Of(K12SyncDb db, Caller caller) => (caller.ReadsAudit ? db.AuditEntries : db.AuditEntries.Where(_ => false)).Select(e => new AuditEntryView
    {
        Id = e.Id,
        Node = e.Node,
        Number = e.Number,
        At = e.At,
        KeyId = e.KeyId,
        PersonId = e.PersonId,
        Role = e.Role,
        Person = e.Person,
        Address = e.Address,
        Method = e.Method,
        Target = e.Target,
        Query = e.Query,
        Students = e.Students,
        Properties = e.Properties,
        Status = e.Status,
        Rows = e.Rows,
        SupportId = e.SupportId,
        Hash = e.Hash,
        Version = EF.Property<long>(e, Stamps.Version),
        ChangeVersion = EF.Property<long>(e, Stamps.ChangeVersion),
    });
}
