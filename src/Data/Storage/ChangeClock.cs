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
    public static async Task<long> TakeAsync(K12SyncDb db, int count, CancellationToken cancellation) => (await TakeWithLineAsync(db, count, cancellation)).First;

    /// <summary>As <see cref="TakeAsync"/>, with the first day that is kept: as of the caller's turn, so that nobody moves it before the transaction ends.</summary>
    public static async Task<(long First, DateOnly? KeptFrom)> TakeWithLineAsync(K12SyncDb db, int count, CancellationToken cancellation)
    {
        await using var command = DistrictSql.Command(db,
            """UPDATE "Districts" SET "Clock" = "Clock" + @count WHERE "Id" = @district RETURNING "Clock", "KeptFrom";""", ("@count", count));
        await using var row = await command.ExecuteReaderAsync(cancellation);
        if (!await row.ReadAsync(cancellation))
            throw new InvalidOperationException("The district does not exist.");
        var taken = StampRange.Ending(row.GetInt64(0), count);
        db.Stamps = db.Stamps is { } before ? before with { Last = taken.Last } : taken;
        return (taken.First, await row.IsDBNullAsync(1, cancellation) ? null : row.GetFieldValue<DateOnly>(1));
    }
}
