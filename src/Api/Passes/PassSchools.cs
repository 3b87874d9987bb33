using K12Sync.Data;
using K12Sync.Domain.SchoolCalendar;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Passes;

/// <summary>A school that passes may name.</summary>
internal sealed record PassSchool(long Id, string Code, ZoneReader Zone);

/// <summary>The schools that passes may name, as they are set now. For one thread: see <see cref="ZoneReader"/>.</summary>
internal sealed class PassSchools
{
    private readonly Dictionary<string, PassSchool> _byCode;
    private readonly Dictionary<long, PassSchool> _byId;
    private readonly Func<string, string> _whyNot;

    private PassSchools(IEnumerable<PassSchool> schools, Func<string, string> whyNot)
    {
        _byCode = schools.ToDictionary(s => s.Code, StringComparer.Ordinal);
        _byId = _byCode.Values.ToDictionary(s => s.Id);
        _whyNot = whyNot;
    }

    /// <summary>Those of the district, or of them those that <paramref name="may"/> lets through.</summary>
    /// <param name="db">The district.</param>
    /// <param name="whyNot">What is said of a code that is not among them.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <param name="may">By id; null: all.</param>
    public static async Task<PassSchools> LoadAsync(K12SyncDb db, Func<string, string> whyNot, CancellationToken cancellation, Func<long, bool>? may = null)
    {
        var schools = await db.Schools.AsNoTracking().Select(s => new { s.Id, s.Code, s.Zone }).ToListAsync(cancellation);
        return new PassSchools(schools.Where(s => may is null || may(s.Id)).Select(s => new PassSchool(s.Id, s.Code, new ZoneReader(s.Zone))), whyNot);
    }

    /// <summary>Compared ordinally; null: it is not among them, and <see cref="WhyNot"/> says why.</summary>
    public PassSchool? Find(string code) => _byCode.GetValueOrDefault(code);

    /// <summary>Null: it is not among them.</summary>
    public PassSchool? Find(long id) => _byId.GetValueOrDefault(id);

    /// <summary>What to say of a school that is not among them.</summary>
    public string WhyNot(string code) => _whyNot(code);
}
