using System.Linq.Expressions;
using K12Sync.Data.Access;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;

namespace K12Sync.Api.OData.Views;

/// <summary>
/// The second border: within the district, a caller may be of some schools. One school is compared by <c>=</c> with the parameter <c>school</c>; several are one
/// parameter too, so that the text of a query does not depend on how many they are.
/// </summary>
internal static class SchoolScope
{
    /// <summary>All rows, or, for a caller of some schools, those of which <paramref name="its"/> is one of them.</summary>
    public static IQueryable<TRow> Only<TRow>(this IQueryable<TRow> rows, SchoolSet schools, Expression<Func<TRow, long>> its) =>
        schools.IsAll ? rows : rows.Where(Expression.Lambda<Func<TRow, bool>>(IsIn(schools, its.Body), its.Parameters));

    /// <summary>As <see cref="Only"/>, and what belongs to the whole district.</summary>
    public static IQueryable<TRow> OnlyOrOfDistrict<TRow>(this IQueryable<TRow> rows, SchoolSet schools, Expression<Func<TRow, long?>> its) => schools.IsAll
        ? rows
        : rows.Where(Expression.Lambda<Func<TRow, bool>>(
            Expression.OrElse(Expression.Equal(its.Body, Expression.Constant(null, typeof(long?))), IsIn(schools, Expression.Property(its.Body, nameof(Nullable<>.Value)))),
            its.Parameters));

    /// <summary>What belongs to the whole district: all rows, or none for a caller of some schools.</summary>
    public static IQueryable<TRow> OnlyForDistrict<TRow>(this IQueryable<TRow> rows, SchoolSet schools) => schools.IsAll ? rows : rows.Where(_ => false);

    private static Expression IsIn(SchoolSet set, Expression column)
    {
        Expression<Func<long, bool>> isIn;
        if (set.One is { } school)
        {
            isIn = id => id == school;
        }
        else
        {
            IEnumerable<long> schools = set.Ids;
            isIn = id => EF.Parameter(schools).Contains(id);
        }
        return ReplacingExpressionVisitor.Replace(isIn.Parameters[0], column, isIn.Body);
    }
}
