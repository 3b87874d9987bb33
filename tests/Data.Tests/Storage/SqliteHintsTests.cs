using System.Text.RegularExpressions;
using K12Sync.Data.Storage;
using K12Sync.Tests.Servers;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Data.Tests.Storage;

public sealed class SqliteHintsTests(PostgresServer server)
{
    private static readonly CancellationToken Now = TestContext.Current.CancellationToken;

    [Fact]
    public async Task EveryIndexThatBeginsWithTheDistrict_OfALargeTable_HasAHint_OfItsOwnWidth()
    {
        await using var place = await new Places(On.Sqlite, server).MakeAsync();
        var db = place.Open(default);
        var large = SqliteHints.All.Select(h => h.Table).Distinct().ToList();
        var indexes = (await db.Database.SqlQueryRaw<string>("""SELECT tbl_name || '|' || name || '|' || sql AS "Value" FROM sqlite_schema WHERE type = 'index' AND sql LIKE '%("DistrictId"%'""").ToListAsync(Now))
            .Select(line => line.Split('|')).Where(parts => large.Contains(parts[0])).ToList();

        SqliteHints.All.Select(h => (h.Table, h.Index, h.Rows.Split(' ').Count(number => char.IsAsciiDigit(number[0])))).Should()
            .BeEquivalentTo(indexes.Select(i => (i[0], i[1], 2 + Regex.Match(i[2], @"\((.*?)\)").Groups[1].Value.Count(c => c == ','))));
    }

    [Fact]
    public async Task Hints_AreInTheDatabase_WhenItHasBeenMigrated()
    {
        await using var place = await new Places(On.Sqlite, server).MakeAsync();

        var told = await place.Open(default).Database.SqlQueryRaw<string>("SELECT tbl || '|' || idx || '|' || stat AS \"Value\" FROM sqlite_stat1").ToListAsync(Now);

        told.Should().BeEquivalentTo(SqliteHints.All.Select(h => $"{h.Table}|{h.Index}|{h.Rows}"));
    }
}
