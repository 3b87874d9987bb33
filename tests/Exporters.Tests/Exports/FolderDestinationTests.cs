using K12Sync.Domain.Exports;
using K12Sync.Exporters.Exports;

namespace K12Sync.Exporters.Tests.Exports;

public sealed class FolderDestinationTests : DestinationContract<FolderDestination>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("k12sync-").FullName;

    public FolderDestinationTests() => Destination = new FolderDestination(_folder);

    protected override FolderDestination Destination { get; }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    protected override void Put(string name, byte[] content) => File.WriteAllBytes(In(name), content);

    protected override byte[]? Read(string name) => File.Exists(In(name)) ? File.ReadAllBytes(In(name)) : null;

    protected override string[] Names() => [.. Directory.EnumerateFileSystemEntries(_folder).Select(path => Path.GetFileName(path))];

    private string In(string name) => Path.Combine(_folder, name);

    [Fact]
    public async Task Stage_MakesTheFolder_WhenItIsMissing()
    {
        var below = new FolderDestination(In("sis/inbox"));

        (await below.StageAsync(Temporary, Bytes("one"), Cancellation)).Should().BeOfType<StageResult.Staged>();

        File.ReadAllBytes(In($"sis/inbox/{Temporary}")).Should().Equal(Bytes("one"));
    }

    [Fact]
    public async Task Stage_IsRefused_WhenTheFolderCannotBeMade()
    {
        Put("file", []);
        foreach (var folder in new[] { In("file"), In("file/below") })
        {
            var result = await new FolderDestination(folder).StageAsync(Temporary, Bytes("one"), Cancellation);

            result.Should().BeOfType<StageResult.Refused>().Which.Trouble.Reason.Should().StartWith($"The folder '{folder}' is not there and cannot be made: ");
        }
    }

    [Fact]
    public async Task Stage_IsRefused_WhenTheFolderTakesNoFiles()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs a folder that not even root may write to.");

        (await new FolderDestination("/sys/kernel").StageAsync(Temporary, Bytes("one"), Cancellation)).Should().BeOfType<StageResult.Refused>();
    }

    [Theory]
    [InlineData(5, false)]
    [InlineData(28, false)]
    [InlineData(122, false)]
    [InlineData(30, true)]
    public void FileTrouble_WaitsForAPerson_OnlyWhereTimeDoesNotHelp(int errno, bool needsAPerson) =>
        FileTrouble.NeedsAPerson(new IOException("trouble", errno)).Should().Be(needsAPerson);

    [Fact]
    public async Task Stage_DoesNotWriteThroughALink_WhenOneHasItsTemporaryName()
    {
        Put("precious", Bytes("precious"));
        File.CreateSymbolicLink(In(Temporary), In("precious"));

        await Destination.StageAsync(Temporary, Bytes("one"), Cancellation);

        Read("precious").Should().Equal(Bytes("precious"));
        new FileInfo(In(Temporary)).LinkTarget.Should().BeNull();
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("file")]
    public async Task Look_CannotTell_WhenThereIsNoSuchFolder(string folder)
    {
        Put("file", []);

        (await new FolderDestination(In(folder)).LookAsync(Temporary, Final, Cancellation)).Should().BeOfType<LookResult.Unreachable>()
            .Which.Trouble.Reason.Should().Contain(In(folder));
    }

    [Fact]
    public async Task Look_CannotTell_WhenTheFinalNameIsAFolder()
    {
        Directory.CreateDirectory(In(Final));

        (await Destination.LookAsync(Temporary, Final, Cancellation)).Should().BeOfType<LookResult.Unreachable>();
    }

    [Fact]
    public async Task Publish_IsNameTaken_WhenTheFinalNameIsAFolder()
    {
        Directory.CreateDirectory(In(Final));
        await Destination.StageAsync(Temporary, Bytes("one"), Cancellation);

        (await Destination.PublishAsync(Temporary, Final, ExistingFile.Refuse, Cancellation)).Should().BeOfType<PublishResult.NameTaken>();
    }

    [Fact]
    public async Task Discard_IsNoFault_WhenTheFolderIsMissing() =>
        (await new FolderDestination(In("missing")).DiscardAsync(Temporary, Cancellation)).Should().BeOfType<StageResult.Staged>();

    [Fact]
    public async Task Publish_FinishesARenameByLink_WhenItWasCutOffHalfWay()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Two names of one file are told apart from twins on Linux only.");
        await Destination.StageAsync(Temporary, Bytes("one"), Cancellation);
        ExclusiveRename.Link(In(Temporary), In(Final)).Should().Be(0);

        (await Destination.PublishAsync(Temporary, Final, ExistingFile.Refuse, Cancellation)).Should().BeOfType<PublishResult.Published>();

        Names().Should().Equal(Final);
    }

    [Fact]
    public void RenameByLink_PublishesOnceAndNeverOverwrites()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows renames in one step by itself.");
        Put("a", Bytes("a"));
        Put("b", Bytes("b"));

        ExclusiveRename.ByLink(In("a"), In(Final)).Should().BeOfType<PublishResult.Published>();
        ExclusiveRename.ByLink(In("b"), In(Final)).Should().BeOfType<PublishResult.NameTaken>();
        ExclusiveRename.ByLink(In("c"), In("d")).Should().BeOfType<PublishResult.TryAgain>();

        Names().Should().BeEquivalentTo("b", Final);
        Read(Final).Should().Equal(Bytes("a"));
    }

    [Fact]
    public async Task RelativeFolders_StartAtTheBaseDirectory()
    {
        var destination = new Destinations(_folder).Open(PipelineStage.ConnectorTo(new FolderDestinationDefinition("sis/../out")));

        await destination.StageAsync(Temporary, Bytes("one"), Cancellation);

        Directory.EnumerateFiles(In("out")).Should().ContainSingle();
    }

    [Fact]
    public void Folders_MustBeAbsolute()
    {
        FluentActions.Invoking(() => new FolderDestination("out")).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => new Destinations("out")).Should().Throw<ArgumentException>();
    }
}
