using System.Text;
using K12Sync.Domain.Exports;
using static K12Sync.Exporters.Tests.Exports.PipelineStage;

namespace K12Sync.Exporters.Tests.Exports;

/// <summary>
/// Renames go by names. One of a process that was given up may get through when the name has another file already, and what is renamed away must not be lost by that.
/// </summary>
public sealed class LateRenameTests
{
    private const string Name = "tardies.csv";
    private readonly PipelineStage _stage = new();
    private readonly List<string> _read = [];
    private string _aside = "";

    public LateRenameTests()
    {
        _stage.Definition = _stage.Definition with { FileName = Name, ExistingFile = OnExistingFile.Cumulative };
        _stage.Destination.OnPublish = name =>
        {
            _aside = name.EndsWith("-back.part", StringComparison.Ordinal) ? name : _aside;
            return null;
        };
    }

    /// <summary>A file is delivered and unread, and one more tardy is owed.</summary>
    private async Task OneUnreadAsync()
    {
        _stage.Add(Tardy(1, "0042"));
        await _stage.RunAsync();
        _stage.Add(Tardy(2, "0051", issued: "2026-09-07 08:05:00"));
    }

    private void Read()
    {
        if (_stage.Destination.Final.Remove(Name, out var content))
            _read.AddRange(Rows(content));
    }

    [Fact]
    public async Task File_IsSentAgain_WhenALateRenameTookItFromTheSis()
    {
        await OneUnreadAsync();
        await _stage.RunAsync();
        // The same rename once more, by a process that hung in it while another did all this in its place.
        await _stage.Destination.PublishAsync(Name, _aside, ExistingFile.Refuse, TestContext.Current.CancellationToken);
        Read();
        _read.Should().BeEmpty("there is nothing");
        _stage.Add(Tardy(3, "0063", issued: "2026-09-04 08:05:00"));

        (await _stage.RunAsync()).Status.Should().Be(SyncRunStatus.Succeeded);
        Read();

        _read.Should().HaveCount(3).And.OnlyHaveUniqueItems();
        _stage.Destination.Temporary.Should().BeEmpty();
    }

    [Fact]
    public async Task File_IsOursAgain_WhenItWasRenamedBeforeTheServerRefusedTheRename()
    {
        await OneUnreadAsync();
        _stage.Destination.OnPublish = name =>
        {
            if (!name.EndsWith("-back.part", StringComparison.Ordinal))
                return null;
            if (_stage.Destination.Final.Remove(Name, out var content))
                _stage.Destination.Temporary[name] = content;
            return new PublishResult.Refused(new Trouble(TroubleKind.PermissionDenied, "read-only"));
        };

        await _stage.RunAsync();
        Read();

        _read.Should().HaveCount(2).And.OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task FileOfAnother_GetsItsNameAgain_WhenItTookOursInTheLastMoment()
    {
        await OneUnreadAsync();
        _stage.Destination.OnPublish = name =>
        {
            if (name.EndsWith("-back.part", StringComparison.Ordinal))
                _stage.Destination.Final[Name] = "theirs"u8.ToArray();
            return null;
        };

        (await _stage.RunAsync()).ErrorCode.Should().Be(TroubleKind.NameTaken);

        Encoding.UTF8.GetString(_stage.Destination.Final[Name]).Should().Be("theirs");
        _stage.Ledger.Batches[0].Status.Should().Be(BatchStatus.Delivered, "ours is gone, so it was read");
    }
}
