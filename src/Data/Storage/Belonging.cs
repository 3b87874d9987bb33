using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace K12Sync.Data.Storage;

internal static class Belonging
{
    /// <summary>A foreign key without a navigation: rows are joined by query, and a parent with children cannot be deleted.</summary>
    public static void BelongsTo<TRow, TParent>(this EntityTypeBuilder<TRow> builder, Expression<Func<TRow, object?>> key)
        where TRow : class
        where TParent : class =>
        builder.HasOne<TParent>().WithMany().HasForeignKey(key).OnDelete(DeleteBehavior.Restrict);
}
