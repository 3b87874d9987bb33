using K12Sync.Data;
using K12Sync.Data.Access;
using K12Sync.Domain.BehaviorCodes;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.OData.Views;

internal sealed class BehaviorCodeView
{
    public long Id { get; init; }
    public long? SchoolId { get; init; }
    public string Code { get; init; } = "";
    public string Name { get; init; } = "";
    public string Description { get; init; } = "";
    public string PassMessage { get; init; } = "";
    public BehaviorType Type { get; init; }
    public string? ExternalCode { get; init; }
    public string? LatenessLadder { get; init; }
    public bool IsActive { get; init; } = true;
    public SisListing SisListing { get; init; }
    public long Version { get; init; }
    public long ChangeVersion { get; init; }

    /// <summary>Of some schools: their own and the district's.</summary>
    public static IQueryable<BehaviorCodeView> Of(K12SyncDb db, SchoolSet schools) => db.BehaviorCodes
        .OnlyOrOfDistrict(schools, c => c.SchoolId)
        .Select(c => new BehaviorCodeView
        {
            Id = c.Id,
            SchoolId = c.SchoolId,
            Code = c.Code,
            Name = c.Name,
            Description = c.Description,
            PassMessage = c.PassMessage,
            Type = c.Type,
            ExternalCode = c.ExternalCode,
            LatenessLadder = (string?)(object?)c.Ladder,
            IsActive = c.IsActive,
            SisListing = c.Listing,
            Version = EF.Property<long>(c, Stamps.Version),
            ChangeVersion = EF.Property<long>(c, Stamps.ChangeVersion),
        });
}
