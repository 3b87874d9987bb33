using System.Linq.Expressions;

namespace K12Sync.Api.OData.Views;

/// <summary>The second border: within the district, a caller may be of one school.</summary>
internal static class SchoolScope
{
    /// <summary>All rows, or, for a caller of one school, those that are <paramref name="its"/>.</summary>
    public static IQueryable<TRow> Only<TRow>(this IQueryable<TRow> rows, long? school, Expression<Func<TRow, bool>> its) => school is null ? rows : rows.Where(its);

    /// <summary>What belongs to the whole district: all rows, or none for a caller of one school.</summary>
    public static IQueryable<TRow> OnlyForDistrict<TRow>(this IQueryable<TRow> rows, long? school) => school is null ? rows : rows.Where(_ => false);
}
