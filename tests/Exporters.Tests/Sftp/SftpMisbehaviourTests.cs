using System.Diagnostics;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Sftp;
using static K12Sync.Exporters.Tests.Sftp.SftpStage;

namespace K12Sync.Exporters.Tests.Sftp;

/// <summary>A server that does everything a server can do wrong, except quickly: each fault has its class and its end in time.</summary>
public sealed class SftpMisbehaviourTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(5);

    private readonly FakeSftpServer _server = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(nameof(Fault.FallSilent))]
    [InlineData(nameof(Fault.StopReading))]
    [InlineData(nameof(Fault.HangUp))]
    [InlineData(nameof(Fault.HugePacket))]
    [InlineData(nameof(Fault.TinyPacket))]
    [InlineData(nameof(Fault.WrongId))]
    [InlineData(nameof(Fault.WrongType))]
    [InlineData(nameof(Fault.CutOff))]
    public async Task BrokenSession_IsInterruptedInTime_AndTheNextCallHasANewOne(string fault)
    {
        _server.Script = r => r.Type == PacketType.Write && _server.Sessions == 1 ? Enum.Parse<Fault>(fault) : null;
        await using var destination = _server.Open();
        var start = Stopwatch.GetTimestamp();

        // More than any pipe holds, so that the writer is in the middle of it.
        var trouble = (await destination.StageAsync(Temporary, new byte[20_000_000], Cancellation)).Should().BeOfType<StageResult.TryAgain>().Subject.Trouble;

        trouble.Kind.Should().Be(TroubleKind.Interrupted);
        Stopwatch.GetElapsedTime(start).Should().BeLessThan(Bound);
        _server.Late.TrySetResult();
        // Under a new name, as delivery does: what the old session had sent may still be written under the old one.
        (await destination.StageAsync(".k12sync-7-2.part", Bytes("one"), Cancellation)).Should().BeOfType<StageResult.Staged>();
        _server.Files["in/.k12sync-7-2.part"].Should().Equal(Bytes("one"));
        _server.Sessions.Should().Be(2);
    }

    /// <summary>For every request of a delivery: cut off before it is done and after. Look, and go on as delivery does.</summary>
    [Theory]
    [InlineData(nameof(Fault.HangUp), true)]
    [InlineData(nameof(Fault.DoItAndHangUp), true)]
    [InlineData(nameof(Fault.HangUp), false)]
    [InlineData(nameof(Fault.DoItAndHangUp), false)]
    public async Task Delivery_Converges_WhereverItIsCutOff(string fault, bool offersExtensions)
    {
        var content = new byte[100_000];
        new Random(1).NextBytes(content);
        for (var at = 1; ; at++)
        {
            var server = new FakeSftpServer();
            if (!offersExtensions)
                server.Extensions.Clear();
            server.Script = r => r.Number == at ? Enum.Parse<Fault>(fault) : null;
            await using var destination = server.Open();

            while (await destination.StageAsync(Temporary, content, Cancellation) is not StageResult.Staged)
            {
            }
            var published = await destination.PublishAsync(Temporary, Final, ExistingFile.Refuse, Cancellation);
            while (published is not PublishResult.Published)
            {
                if (await destination.LookAsync(Temporary, Final, Cancellation) is not LookResult.Seen seen)
                    continue;
                if (!seen.TemporaryThere)
                    break;
                published = await destination.PublishAsync(Temporary, Final, ExistingFile.Refuse, Cancellation);
            }

            server.Files.Should().ContainSingle().Which.Should().Match<KeyValuePair<string, byte[]>>(f => f.Key == "in/" + Final && f.Value.SequenceEqual(content));
            // Closing what was read is not waited for.
            while (server.OpenHandles > 0)
                await Task.Delay(5, Cancellation);
            if (server.Sessions == 1)
                break;
            at.Should().BeLessThan(50);
        }
    }

    [Fact]
    public async Task Delivery_DoesNotMind_ThatTenThousandFilesAreThere()
    {
        foreach (var i in Enumerable.Range(0, 10_000))
            _server.Files[$"in/older {i}.csv"] = [];
        await using var destination = _server.Open();

        (await destination.StageAsync(Temporary, Bytes("one"), Cancellation)).Should().BeOfType<StageResult.Staged>();
        (await destination.PublishAsync(Temporary, Final, ExistingFile.Refuse, Cancellation)).Should().BeOfType<PublishResult.Published>();
        _server.Seen.Should().HaveCountLessThan(15, "nothing is listed");
    }

    [Fact]
    public async Task LostAcknowledgementOfARename_IsDoubt_AndLookingShowsThatItHappened()
    {
        _server.Script = r => r.Type == PacketType.Extended && r.Word.StartsWith("posix-rename", StringComparison.Ordinal) ? Fault.DoItAndHangUp : null;
        await using var destination = _server.Open();
        await destination.StageAsync(Temporary, Bytes("one"), Cancellation);

        (await destination.PublishAsync(Temporary, Final, ExistingFile.Refuse, Cancellation)).Should().BeOfType<PublishResult.TryAgain>();

        (await destination.LookAsync(Temporary, Final, Cancellation)).Should().Match<LookResult.Seen>(s => !s.TemporaryThere && s.Final!.Length == 3);
    }

    [Fact]
    public async Task ShortFile_IsDetected()
    {
        _server.Loses = 1;
        await using var destination = _server.Open();

        (await destination.StageAsync(Temporary, new byte[5000], Cancellation)).Should().BeOfType<StageResult.TryAgain>().Which.Trouble.Kind.Should().Be(TroubleKind.WrongContent);
    }

    [Fact]
    public async Task OtherBytes_AreDetected_WhereFilesAreReadBack()
    {
        _server.Garbles = true;
        await using var trusting = _server.Open();
        await using var careful = _server.Open(readBack: true);

        (await trusting.StageAsync(Temporary, new byte[70_000], Cancellation)).Should().BeOfType<StageResult.Staged>();
        (await careful.StageAsync(Temporary, new byte[70_000], Cancellation)).Should().BeOfType<StageResult.TryAgain>().Which.Trouble.Kind.Should().Be(TroubleKind.WrongContent);
        _server.Garbles = false;
        (await careful.StageAsync(Temporary, new byte[70_000], Cancellation)).Should().BeOfType<StageResult.Staged>();
    }

    [Theory]
    [InlineData(0UL, 1000UL, false, true, TroubleKind.NoSpace)]
    [InlineData(4999UL, 1000UL, false, true, TroubleKind.NoSpace)]
    [InlineData(1000000UL, 0UL, false, true, TroubleKind.NoSpace)]
    [InlineData(1000000UL, 1000UL, true, true, TroubleKind.PermissionDenied)]
    [InlineData(1000000UL, 1000UL, false, true, TroubleKind.Unknown)]
    [InlineData(0UL, 1000UL, false, false, TroubleKind.Unknown)]
    public async Task Failure_IsExplained_ByWhatTheServerSaysOfItsDisk(ulong bytes, ulong names, bool readOnly, bool tells, TroubleKind kind)
    {
        (_server.FreeBytes, _server.FreeNames, _server.IsReadOnly) = (bytes, names, readOnly);
        if (!tells)
            _server.Extensions.RemoveAll(e => e.Name.StartsWith("statvfs", StringComparison.Ordinal));
        _server.Script = r => r.Type == PacketType.Write ? Fault.Fail : null;
        await using var destination = _server.Open();

        var result = await destination.StageAsync(Temporary, new byte[5000], Cancellation);

        result.TroubleOf()!.Kind.Should().Be(kind);
        (result is StageResult.Refused).Should().Be(readOnly);
        _server.Files.Should().BeEmpty("half a file would keep the disk full");
        _server.OpenHandles.Should().Be(0);
    }

    [Fact]
    public async Task Denial_WaitsForAPerson()
    {
        _server.Script = r => r.Type is PacketType.Open or PacketType.Extended ? Fault.Deny : null;
        await using var destination = _server.Open();

        (await destination.StageAsync(Temporary, Bytes("one"), Cancellation)).Should().BeOfType<StageResult.Refused>().Which.Trouble.Kind.Should().Be(TroubleKind.PermissionDenied);
        _server.Files["in/" + Temporary] = Bytes("one");
        (await destination.PublishAsync(Temporary, Final, ExistingFile.Refuse, Cancellation)).Should().BeOfType<PublishResult.Refused>().Which.Trouble.Kind.Should().Be(TroubleKind.PermissionDenied);
        _server.Files["in/" + Final] = Bytes("one");
        (await destination.LookAsync(Temporary, Final, Cancellation)).Should().BeOfType<LookResult.Unreachable>().Which.Trouble.Kind.Should().Be(TroubleKind.PermissionDenied);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WithoutExtensions_NothingIsOverwrittenUnasked_AndReplacingSaysWhatItCost(bool renameReplaces)
    {
        _server.Extensions.Clear();
        _server.RenameReplaces = renameReplaces;
        _server.Files["in/" + Final] = Bytes("theirs");
        await using var destination = _server.Open();
        await destination.StageAsync(Temporary, Bytes("ours"), Cancellation);

        (await destination.PublishAsync(Temporary, Final, ExistingFile.Refuse, Cancellation)).Should().BeOfType<PublishResult.NameTaken>();
        _server.Files["in/" + Final].Should().Equal(Bytes("theirs"));

        (await destination.PublishAsync(Temporary, Final, ExistingFile.Replace, Cancellation)).Should().BeOfType<PublishResult.Published>().Which.Warning.Should().Contain("deleted first");
        _server.Files.Should().ContainSingle().Which.Value.Should().Equal(Bytes("ours"));
        (await destination.TestAsync(Cancellation).FirstAsync(Cancellation)).Name.Should().Be("Name");
    }

    [Fact]
    public async Task ANameThatIsTakenInTheLastMoment_IsNotOverwritten_WhereTheServerKeepsToTheRules()
    {
        _server.Extensions.Clear();
        await using var destination = _server.Open();
        await destination.StageAsync(Temporary, Bytes("ours"), Cancellation);
        _server.Script = r =>
        {
            if (r.Type == PacketType.Rename)
                _server.Files["in/" + Final] = Bytes("theirs");
            return null;
        };

        (await destination.PublishAsync(Temporary, Final, ExistingFile.Refuse, Cancellation)).Should().BeOfType<PublishResult.NameTaken>();
        _server.Files["in/" + Final].Should().Equal(Bytes("theirs"));
    }

    [Fact]
    public async Task EverythingWorks_WhenBytesComeOneByOne_AndPacketsAreSmall()
    {
        (_server.Dribbles, _server.LongestWrite) = (true, 1000);
        await using var destination = _server.Open(readBack: true);

        (await destination.StageAsync(Temporary, new byte[50_000], Cancellation)).Should().BeOfType<StageResult.Staged>();
        _server.LongestSeen.Should().BeLessThan(1100);
    }

    [Theory]
    [InlineData("Welcome to our server!\n", 3)]
    [InlineData("", 2)]
    public async Task WhatIsNoSftp_IsSaid(string chatter, int version)
    {
        (_server.Chatter, _server.Version) = (chatter, version);
        await using var destination = _server.Open();

        (await destination.StageAsync(Temporary, Bytes("one"), Cancellation)).Should().BeOfType<StageResult.Refused>().Which.Trouble.Should()
            .Match<Trouble>(t => t.Kind == TroubleKind.Unsupported && t.Reason.Contains(chatter.Length > 0 ? "Welcome" : "version 2"));
    }

    [Fact]
    public async Task Window_BoundsWhatIsUnderWay()
    {
        _server.Script = r => r.Type == PacketType.Write ? Fault.FallSilent : null;
        await using var destination = _server.Open(Impatient with { Window = 512 << 10 });

        await destination.StageAsync(Temporary, new byte[10_000_000], Cancellation);

        _server.Seen.Count(r => r.Type == PacketType.Write).Should().Be(4);
    }

    [Fact]
    public async Task AllCalls_EndInTime_WhenTheSessionDiesUnderThem()
    {
        _server.Script = r => r.Number == 300 ? Fault.FallSilent : null;
        await using var destination = _server.Open(Impatient with { CallsAtOnce = 64 });

        var results = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => destination.StageAsync($".k12sync-{i}-1.part", new byte[30_000], Cancellation).AsTask())).WaitAsync(Bound, Cancellation);

        results.Should().OnlyContain(r => r is StageResult.Staged || r.TroubleOf()!.Kind == TroubleKind.Interrupted);
        results.Count(r => r is StageResult.Staged).Should().BeGreaterThan(100, "those that had not begun have the next session");
        _server.Sessions.Should().Be(2);
    }

    [Theory]
    [InlineData(PacketType.Open)]
    [InlineData(PacketType.Write)]
    [InlineData(PacketType.Close)]
    public async Task Cancellation_IsPrompt_AndLeavesNoHandleBehind(object at)
    {
        using var cancelled = new CancellationTokenSource();
        _server.Script = r =>
        {
            if (r.Type != (PacketType)at || cancelled.IsCancellationRequested)
                return null;
            cancelled.Cancel();
            return Fault.AnswerLate;
        };
        await using var destination = _server.Open();

        var act = async () => await destination.StageAsync(Temporary, new byte[100_000], cancelled.Token);
        await act.Should().ThrowAsync<OperationCanceledException>();

        _server.Late.SetResult();
        (await destination.StageAsync(".k12sync-8-1.part", Bytes("one"), Cancellation)).Should().BeOfType<StageResult.Staged>();
        (await destination.DiscardAsync(Temporary, Cancellation)).Should().BeOfType<StageResult.Staged>();
        _server.OpenHandles.Should().Be(0);
        _server.Sessions.Should().Be(1);
    }

    [Fact]
    public async Task Closing_IsBounded_WhenTheServerHangs()
    {
        _server.Script = r => r.Type == PacketType.Write ? Fault.StopReading : null;
        var destination = _server.Open(Impatient with { Silence = TimeSpan.FromMinutes(1) });
        var call = destination.StageAsync(Temporary, new byte[20_000_000], Cancellation).AsTask();
        while (!_server.Seen.Any(r => r.Type == PacketType.Write))
            await Task.Delay(5, Cancellation);

        await destination.DisposeAsync().AsTask().WaitAsync(Bound, Cancellation);

        (await call.WaitAsync(Bound, Cancellation)).Should().BeOfType<StageResult.TryAgain>();
        _server.Late.SetResult();
    }
}
