using K12Sync.Domain.Exports;
using K12Sync.Exporters.Exports;
using static K12Sync.Exporters.Tests.Exports.PipelineStage;

namespace K12Sync.Exporters.Tests.Exports;

/// <summary>What a run tries again by itself, and what it leaves to a person.</summary>
public sealed class RetryTests
{
    private readonly PipelineStage _stage = new() { Retries = new RetryPolicy(5, TimeSpan.Zero, TimeSpan.Zero) };
    private int _stagings;

    public RetryTests() => _stage.Add(Tardy(1, "0042"));

    private StageResult? FailFirst(int times, Func<TroubleKind, StageResult> result, TroubleKind kind) => ++_stagings <= times ? result(kind) : null;

    private static StageResult.TryAgain TryAgain(TroubleKind kind) => new(new Trouble(kind, $"{kind}"));

    private static StageResult.Refused Refused(TroubleKind kind) => new(new Trouble(kind, $"{kind}"));

    [Theory]
    [InlineData(TroubleKind.Unreachable)]
    [InlineData(TroubleKind.Interrupted)]
    [InlineData(TroubleKind.NoSpace)]
    [InlineData(TroubleKind.WrongContent)]
    public async Task Run_TriesAgainWithTheSameBytes_WhenTheTroubleMayMend(TroubleKind kind)
    {
        _stage.Destination.OnStage = _ => FailFirst(3, TryAgain, kind);

        var report = await _stage.RunAsync();

        (report.Status, report.Attempts, report.Error, report.ErrorCode).Should().Be((SyncRunStatus.Succeeded, 4, null, null));
        _stage.Ledger.Batches.Should().ContainSingle().Which.Attempts.Should().Be(4);
        _stage.Destination.Published.Should().ContainSingle().Which.Content.Should().Equal(_stage.Ledger.Batches[0].File.Content);
    }

    [Fact]
    public async Task Run_GivesUp_AfterTheLastAttempt()
    {
        var waits = new List<int>();
        _stage.Retries = _stage.Retries with { OnWait = (attempt, _, _) => waits.Add(attempt) };
        _stage.Destination.OnStage = _ => TryAgain(TroubleKind.Unreachable);

        var report = await _stage.RunAsync();

        (report.Status, report.Attempts, report.ErrorCode, report.HoldConnector).Should().Be((SyncRunStatus.Failed, 5, TroubleKind.Unreachable, null));
        waits.Should().Equal(1, 2, 3, 4);
        _stage.Ledger.Batches.Should().ContainSingle().Which.Attempts.Should().Be(5);
    }

    [Fact]
    public async Task Run_LooksAgain_WhenTheFirstLookAfterARenameFailed()
    {
        var looks = 0;
        _stage.Destination.AfterPublish = _ => new PublishResult.TryAgain(new Trouble(TroubleKind.Interrupted, "reset"));
        _stage.Destination.OnLook = () => looks++ == 0 ? new LookResult.Unreachable(new Trouble(TroubleKind.Unreachable, "no route")) : null;

        var report = await _stage.RunAsync();

        (report.Status, report.RowsSent).Should().Be((SyncRunStatus.Succeeded, 1));
        _stage.Destination.Published.Should().ContainSingle();
    }

    [Fact]
    public async Task Authentication_IsTriedTwiceAndHoldsTheConnector_SoThatNoAccountIsLocked()
    {
        _stage.Definition = _stage.Definition with { OneFilePer = FileScope.School };
        for (var school = 2; school <= 9; school++)
            _stage.Add(Tardy(school, $"00{school}", school: $"S{school}", schoolId: school));
        _stage.Destination.OnStage = _ => FailFirst(int.MaxValue, Refused, TroubleKind.AuthenticationRefused);

        var report = await _stage.RunAsync();

        _stagings.Should().Be(2, "one file of nine is tried, twice");
        (report.Status, report.ErrorCode).Should().Be((SyncRunStatus.Failed, TroubleKind.AuthenticationRefused));
        report.HoldConnector!.Kind.Should().Be(ConnectorHoldKind.AuthenticationRefused);
    }

    [Theory]
    [InlineData(TroubleKind.HostKeyMismatch, ConnectorHoldKind.HostKeyMismatch)]
    [InlineData(TroubleKind.PermissionDenied, null)]
    [InlineData(TroubleKind.DirectoryMissing, null)]
    public async Task Run_StopsAtOnce_WhenAPersonMustChangeSomething(TroubleKind kind, ConnectorHoldKind? hold)
    {
        _stage.Destination.OnStage = _ => FailFirst(int.MaxValue, Refused, kind);

        var report = await _stage.RunAsync();

        _stagings.Should().Be(1);
        (report.Status, report.ErrorCode, report.HoldConnector?.Kind).Should().Be((SyncRunStatus.Failed, kind, hold));
    }

    [Fact]
    public void Waits_DoubleUpToTheLongest_AndAreHalfLeftToChance()
    {
        var policy = new RetryPolicy(9, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10));

        Enumerable.Range(1, 4).Select(a => policy.Wait(a, 1).TotalSeconds).Should().Equal(2, 4, 8, 10);
        policy.Wait(1, 0).Should().Be(TimeSpan.FromSeconds(1));
        policy.Wait(60, 1).Should().Be(TimeSpan.FromSeconds(10));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Waiting_EndsWithTheRun_WhichGivesItsSlotBack_UnlessItHadItsTime(bool hadItsTime)
    {
        using var stop = new CancellationTokenSource();
        _stage.Retries = new RetryPolicy(2, TimeSpan.FromHours(1), TimeSpan.FromHours(1)) { OnWait = (_, _, _) => stop.Cancel() };
        _stage.Destination.OnStage = _ => TryAgain(TroubleKind.Unreachable);

        var act = () => _stage.RunUntilStoppedAsync(stop.Token, hadItsTime ? stop.Token : default);

        await act.Should().ThrowAsync<OperationCanceledException>();
        _stage.Ledger.RunStatus.Values.Should().Equal(SyncRunStatus.Failed);
        _stage.Ledger.LastEnd!.IsStopped.Should().Be(!hadItsTime, "a run that overran would be made again at once, for ever");
    }
}
