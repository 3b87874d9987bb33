using System.Security.Cryptography;
using System.Text;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Tests.Exports;

/// <summary>What every destination promises. Inherited once for each implementation; <see cref="DestinationComplianceTests"/> sees to that.</summary>
public abstract class DestinationContract<TDestination>
    where TDestination : IDestination
{
    protected const string Temporary = ".k12sync-7-1.part";
    protected const string Final = "tardies_20260908_1.csv";

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The destination under test, at a place that is there, writable and empty.</summary>
    protected abstract TDestination Destination { get; }

    /// <summary>Puts a file there past the destination, as another program would.</summary>
    protected abstract void Put(string name, byte[] content);

    /// <summary>The bytes under a name as another program reads them; null if there is no such file.</summary>
    protected abstract byte[]? Read(string name);

    /// <summary>All names there.</summary>
    protected abstract string[] Names();

    protected static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    protected static FileSighting Sighting(byte[] content) => new(content.Length, Convert.ToHexString(SHA256.HashData(content)));

    private async Task StageAsync(byte[] content, string name = Temporary) =>
        (await Destination.StageAsync(name, content, Cancellation)).Should().BeOfType<StageResult.Staged>();

    [Fact]
    public async Task Stage_ShowsNothingUnderTheFinalName()
    {
        await StageAsync(Bytes("one"));

        Names().Should().Equal(Temporary);
        Read(Temporary).Should().Equal(Bytes("one"));
        (await Destination.LookAsync(Temporary, Final, Cancellation)).Should().Be(new LookResult.Seen(true, null));
    }

    [Fact]
    public async Task Stage_ReplacesOurOwnEarlierAttempt_WhenItIsLonger()
    {
        Put(Temporary, Bytes("a much longer leftover"));

        await StageAsync(Bytes("short"));

        Read(Temporary).Should().Equal(Bytes("short"));
    }

    [Fact]
    public async Task Stage_CarriesEveryByte_WhenTheFileIsEmptyOrLarge()
    {
        var large = new byte[9_000_001];
        new Random(7).NextBytes(large);
        foreach (var content in new[] { [], large })
        {
            await StageAsync(content);
            Read(Temporary).Should().Equal(content);
        }
    }

    [Fact]
    public async Task Stage_PassesCancellationThrough()
    {
        var act = async () => await Destination.StageAsync(Temporary, new byte[1_000_000], new CancellationToken(canceled: true));

        await act.Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task Publish_MovesTheStagedFile()
    {
        await StageAsync(Bytes("one"));

        (await Destination.PublishAsync(Temporary, Final, ExistingFile.Refuse, Cancellation)).Should().BeOfType<PublishResult.Published>();

        Names().Should().Equal(Final);
        Read(Final).Should().Equal(Bytes("one"));
        (await Destination.LookAsync(Temporary, Final, Cancellation)).Should().Be(new LookResult.Seen(false, Sighting(Bytes("one"))));
    }

    [Theory]
    [InlineData("theirs")]
    [InlineData("ours")]
    [InlineData("")]
    public async Task Publish_NeverOverwrites_WhenTheNameIsTaken(string there)
    {
        Put(Final, Bytes(there));
        await StageAsync(Bytes("ours"));

        (await Destination.PublishAsync(Temporary, Final, ExistingFile.Refuse, Cancellation)).Should().BeOfType<PublishResult.NameTaken>();

        Read(Final).Should().Equal(Bytes(there));
        Read(Temporary).Should().Equal(Bytes("ours"));
    }

    [Fact]
    public async Task Publish_LetsExactlyOneWin_WhenManyWantTheName()
    {
        var temporaries = Enumerable.Range(1, 16).Select(i => $".k12sync-{i}-1.part").ToArray();
        foreach (var name in temporaries)
            await StageAsync(Bytes(name), name);

        var results = await Task.WhenAll(temporaries.Select(name =>
            Task.Run(async () => (name, result: await Destination.PublishAsync(name, Final, ExistingFile.Refuse, Cancellation)), Cancellation)));

        var winner = results.Where(r => r.result is PublishResult.Published).Should().ContainSingle().Subject;
        results.Where(r => r.result is not PublishResult.Published).Should().OnlyContain(r => r.result is PublishResult.NameTaken);
        Read(Final).Should().Equal(Bytes(winner.name));
        Names().Should().HaveCount(16);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("an older one, and longer")]
    public async Task Publish_Replaces_WhenThatIsAskedFor(string? there)
    {
        if (there is not null)
            Put(Final, Bytes(there));
        await StageAsync(Bytes("new"));

        (await Destination.PublishAsync(Temporary, Final, ExistingFile.Replace, Cancellation)).Should().BeOfType<PublishResult.Published>();

        Names().Should().Equal(Final);
        Read(Final).Should().Equal(Bytes("new"));
    }

    [Fact]
    public async Task Publish_KeepsTheOldFile_WhenThereIsNothingToReplaceItWith()
    {
        Put(Final, Bytes("old"));

        (await Destination.PublishAsync(Temporary, Final, ExistingFile.Replace, Cancellation)).Should().BeOfType<PublishResult.TryAgain>();

        Read(Final).Should().Equal(Bytes("old"));
    }

    [Fact]
    public async Task Calls_DoNotDisturbOneAnother_WhenTheyOverlap()
    {
        var files = Enumerable.Range(0, 200).Select(i => (Temporary: $".k12sync-{i}-1.part", Final: $"file {i}.csv", Content: new byte[i * 1009 % 70_000])).ToArray();
        foreach (var (_, _, content) in files)
            new Random(content.Length).NextBytes(content);

        await Task.WhenAll(files.Select(async file =>
        {
            await StageAsync(file.Content, file.Temporary);
            (await Destination.PublishAsync(file.Temporary, file.Final, ExistingFile.Refuse, Cancellation)).Should().BeOfType<PublishResult.Published>();
            (await Destination.LookAsync(file.Temporary, file.Final, Cancellation)).Should().Be(new LookResult.Seen(false, Sighting(file.Content)));
        }));

        Names().Should().BeEquivalentTo(files.Select(f => f.Final));
        files.Should().OnlyContain(f => Read(f.Final)!.SequenceEqual(f.Content));
    }

    [Fact]
    public async Task Test_PassesAndLeavesNothingBehind()
    {
        Put(Final, Bytes("theirs"));

        var steps = await Destination.TestAsync(Cancellation).ToArrayAsync(Cancellation);

        steps.Should().NotBeEmpty().And.OnlyContain(s => s.Outcome != TestOutcome.Failed && s.Says.Length > 0 && s.Name.Length > 0);
        Names().Should().Equal(Final);
        Read(Final).Should().Equal(Bytes("theirs"));
    }

    [Fact]
    public async Task Test_LeavesNothingBehind_WhenNobodyHearsItToItsEnd()
    {
        await foreach (var step in Destination.TestAsync(Cancellation))
            if (step.Name == "Write")
                break;

        Names().Should().BeEmpty();
    }

    [Fact]
    public async Task Publish_AsksToLook_WhenTheStagedFileIsGone()
    {
        await StageAsync(Bytes("one"));
        await Destination.DiscardAsync(Temporary, Cancellation);

        (await Destination.PublishAsync(Temporary, Final, ExistingFile.Refuse, Cancellation)).Should().BeOfType<PublishResult.TryAgain>()
            .Which.Trouble.Reason.Should().NotBeNullOrWhiteSpace();

        Names().Should().BeEmpty();
    }

    [Fact]
    public async Task Look_SeesAFileOfAnotherProgram()
    {
        Put(Final, Bytes("theirs"));

        (await Destination.LookAsync(Temporary, Final, Cancellation)).Should().Be(new LookResult.Seen(false, Sighting(Bytes("theirs"))));
    }

    [Fact]
    public async Task Discard_RemovesOnlyTheTemporaryFile_AndIsNoFaultTwice()
    {
        Put(Final, Bytes("theirs"));
        await StageAsync(Bytes("one"));

        for (var time = 1; time <= 2; time++)
            (await Destination.DiscardAsync(Temporary, Cancellation)).Should().BeOfType<StageResult.Staged>();

        Names().Should().Equal(Final);
    }

    [Theory]
    [InlineData("blank and, comma.csv")]
    [InlineData("קובץ-😀.csv")]
    [InlineData("-rf.csv")]
    [InlineData("a..b.csv")]
    [InlineData("'quote$(x)`;&.csv")]
    public async Task Publish_KeepsOddNamesExactly(string name)
    {
        await StageAsync(Bytes("one"));

        (await Destination.PublishAsync(Temporary, name, ExistingFile.Refuse, Cancellation)).Should().BeOfType<PublishResult.Published>();

        Names().Should().Equal(name);
        (await Destination.LookAsync(Temporary, name, Cancellation)).Should().Be(new LookResult.Seen(false, Sighting(Bytes("one"))));
    }

    [Theory]
    [InlineData("../escaped.csv")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    [InlineData("/tmp/escaped.csv")]
    [InlineData("below/escaped.csv")]
    [InlineData("..\\escaped.csv")]
    [InlineData("C:escaped.csv")]
    [InlineData("line\nbreak.csv")]
    [InlineData("nul\0.csv")]
    public async Task EveryStep_RefusesANameThatIsAPath(string name)
    {
        await StageAsync(Bytes("one"));

        (await Destination.StageAsync(name, Bytes("two"), Cancellation)).Should().BeOfType<StageResult.Refused>();
        (await Destination.PublishAsync(Temporary, name, ExistingFile.Refuse, Cancellation)).Should().BeOfType<PublishResult.Refused>();
        (await Destination.PublishAsync(name, Final, ExistingFile.Refuse, Cancellation)).Should().BeOfType<PublishResult.Refused>();
        (await Destination.DiscardAsync(name, Cancellation)).Should().BeOfType<StageResult.Refused>();
        (await Destination.LookAsync(Temporary, name, Cancellation)).Should().BeOfType<LookResult.Unreachable>();

        Names().Should().Equal(Temporary);
    }

    [Fact]
    public async Task EveryStep_RefusesAName_WhenItIsTooLong()
    {
        var name = new string('x', 300);

        (await Destination.StageAsync(name, Bytes("two"), Cancellation)).Should().BeOfType<StageResult.Refused>();
        await StageAsync(Bytes("one"));
        (await Destination.PublishAsync(Temporary, name, ExistingFile.Refuse, Cancellation)).Should().BeOfType<PublishResult.Refused>();
    }
}
