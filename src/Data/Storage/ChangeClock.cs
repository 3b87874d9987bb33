using System.Globalization;

namespace K12Sync.Data.Storage;

/// <summary>
/// The one source of <see cref="Columns.Version"/> and <see cref="Columns.ChangeVersion"/>: a counter in the district's own row.
/// </summary>
/// <remarks>
/// Taking stamps locks that row until the transaction ends, so stamps become visible in the order in which they were given: whoever
/// reads changes above N has missed nothing at or below N, on any database. The price is that writers of one district follow one another.
/// </remarks>
internal static class ChangeClock
{
    /// <summary>
    /// Takes <paramref name="count"/> consecutive stamps and returns the first. Must run inside the transaction that uses them. With 0 it
    /// only waits for its turn to write.
    /// </summary>
    public static async Task<long> TakeAsync(K12SyncDb db, int count, CancellationToken cancellation)
    {
        await using var command = DistrictSql.Command(db,
            """UPDATE "Districts" SET "Clock" = "Clock" + @count WHERE "Id" = @district RETURNING "Clock";""", ("@count", count));
        var last = await command.ExecuteScalarAsync(cancellation);
        if (last is null)
            throw new InvalidOperationException("The district does not exist.");
        var taken = StampRange.Ending(Convert.ToInt64(last, CultureInfo.InvariantCulture), count);
        db.Stamps = db.Stamps is { } before ? before with { Last = taken.Last } : taken;
        return taken.First;
    }
}
