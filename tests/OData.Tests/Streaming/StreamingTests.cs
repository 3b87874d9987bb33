using K12Sync.OData.Tests.Bookshop;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.OData.Tests.Streaming;

/// <summary>JSON Format, "Payload Ordering Constraints": an answer is written while it is read, however long it is.</summary>
public sealed class StreamingTests
{
    private const int Rows = 100_000;

    [Fact]
    public async Task ALargeAnswer_IsWrittenAsItIsRead_InFlatMemory()
    {
        await using var server = await BookshopServer.StartAsync(new ODataOptions { PageSize = Rows * 2 });
        await FillAsync(server);
        foreach (var url in new[] { "Reviews?$format=csv", "Reviews" })
        {
            GC.Collect();
            var before = GC.GetTotalMemory(forceFullCollection: true);

            using var response = await server.Http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            await using var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
            var (length, most) = (0L, 0L);
            var buffer = new byte[64 * 1024];
            for (var i = 0; await body.ReadAsync(buffer, TestContext.Current.CancellationToken) is > 0 and var read; i++)
            {
                length += read;
                if (i % 32 == 0)
                    most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
            }

            length.Should().BeGreaterThan(Rows * 20);
            most.Should().BeLessThan(20_000_000, "what is alive at any moment does not grow with the answer");
        }
    }

    [Fact]
    public async Task Csv_OverItsLimit_BreaksOff_SoThatACutFileNeverLooksWhole()
    {
        await using var server = await BookshopServer.StartAsync(new ODataOptions { CsvRows = 50_000 });
        await FillAsync(server);

        var reading = async () => await server.GetAsync("Reviews?$format=csv");

        await reading.Should().ThrowAsync<HttpRequestException>();
    }

    private static async Task FillAsync(BookshopServer server)
    {
        await using var db = server.NewDb();
        await db.Database.ExecuteSqlAsync(
            $"WITH RECURSIVE n(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < {Rows + 1000}) INSERT INTO Reviews (Id, ShopId, BookId, Stars, Text) SELECT i, 1, 900, 3, 'a text of some length' FROM n",
            TestContext.Current.CancellationToken);
    }
}
