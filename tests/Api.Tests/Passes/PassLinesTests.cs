using System.IO.Pipelines;
using System.Text;
using K12Sync.Api.Passes;

namespace K12Sync.Api.Tests.Passes;

/// <summary>A stream cut into blocks of whole lines.</summary>
public sealed class PassLinesTests
{
    private const int LargestBlock = 64 << 10;

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stream_ComesInBlocksOfWholeLines_AndNothingIsLostBetweenThem(bool quoted)
    {
        var text = string.Concat(Enumerable.Range(1, 20_000).Select(i => $"P-{i},S01,0001,TDY,2026-09-14 08:05\n")) + "the last one";

        var blocks = await ReadAsync(text, quoted);

        string.Concat(blocks.Select(b => Encoding.UTF8.GetString(b.Bytes))).Should().Be(text);
        blocks.Should().HaveCountGreaterThan(10).And.OnlyContain(b => b.Bytes.Length <= LargestBlock + 4096);
        blocks.SkipLast(1).Should().OnlyContain(b => b.Bytes[b.Bytes.Length - 1] == '\n');
        var lines = 1L;
        foreach (var block in blocks)
        {
            block.FirstLine.Should().Be(lines);
            lines += PassLines.Lines(block.Bytes);
        }
    }

    [Theory]
    [InlineData(100_000, "")]
    [InlineData(100_000, "\n")]
    [InlineData(PassLines.LongestLine, "")]
    public async Task LineLongerThanABlock_ComesWhole_AlsoWhereItIsTheLast(int length, string end)
    {
        var text = "first\n" + new string('x', length - 10) + end;

        string.Concat((await ReadAsync(text, quoted: true)).Select(b => Encoding.UTF8.GetString(b.Bytes))).Should().Be(text);
    }

    [Fact]
    public async Task LineThatIsTooLong_ComesEmptyAndMarked_AndTheOthersWhole()
    {
        var blocks = await ReadAsync("a\n" + new string('x', PassLines.LongestLine + 1) + "\nb\n", quoted: false);

        blocks.Select(b => (Encoding.UTF8.GetString(b.Bytes), b.FirstLine, b.IsTooLong)).Should().Equal(("a\n", 1, false), ("", 2, true), ("b\n", 3, false));
    }

    [Fact]
    public async Task Block_DoesNotEndInsideQuotes()
    {
        var row = "\"" + string.Concat(Enumerable.Repeat("a line of a comment\n", 4000)) + "\",S01\n";

        var blocks = await ReadAsync("head\n" + row + row + "tail\n", quoted: true);

        blocks.Should().OnlyContain(b => b.Bytes.Count(c => c == '"') % 2 == 0);
        string.Concat(blocks.Select(b => Encoding.UTF8.GetString(b.Bytes))).Should().Be("head\n" + row + row + "tail\n");
    }

    private static async Task<List<LineBlock>> ReadAsync(string text, bool quoted)
    {
        var lines = new PassLines(PipeReader.Create(new MemoryStream(Encoding.UTF8.GetBytes(text))), quoted);
        var blocks = new List<LineBlock>();
        while (await lines.ReadAsync(Now) is { } block)
            blocks.Add(block);
        return blocks;
    }
}
