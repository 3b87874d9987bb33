using K12Sync.Domain.Exports;
using static K12Sync.Domain.Exports.LayoutField;
using static K12Sync.Exporters.Tests.Exports.PipelineStage;

namespace K12Sync.Exporters.Tests.Exports;

/// <summary>What each way of correcting does about new, changed, withdrawn and unchanged records, run after run.</summary>
public sealed class CorrectionModeTests
{
    private readonly PipelineStage _stage = new();

    private void Use(CorrectionMode mode, RowGrain grain = RowGrain.Period, int? maxCode = null)
    {
        LayoutColumn[] period = grain == RowGrain.Period ? [new("P", SisPeriodCode)] : [];
        _stage.Layout = new Layout("ours", 1, new LayoutDefinition([new("School", SchoolCode), new("S", StudentNumber), new("D", Date), .. period, new("C", ExternalCode, MaxLength: maxCode)])
        {
            Corrections = mode,
            Grain = grain,
            Semantics = mode switch { CorrectionMode.Replace => FileSemantics.FullDayReplace, CorrectionMode.PresentCode => FileSemantics.Upsert, _ => FileSemantics.InsertOnly },
        });
        if (mode == CorrectionMode.PresentCode)
            _stage.Definition = _stage.Definition with { PresentCode = "OK" };
    }

    /// <summary>The rows of the next run's files.</summary>
    private async Task<string[]> NextAsync()
    {
        var before = _stage.Destination.Published.Count;
        await _stage.RunAsync();
        return [.. _stage.Destination.Published.Skip(before).SelectMany(p => Rows(p.Content))];
    }

    [Fact]
    public async Task Replace_DoesNotSendADayAgain_ThatIsWhatWasToldLast()
    {
        Use(CorrectionMode.Replace);
        var one = _stage.Add(Tardy(1, "0042"));
        _stage.Add(Tardy(2, "0051"));
        await NextAsync();
        one = _stage.Change(one, l => l with { PeriodName = "renamed, but not in this layout" });

        (await NextAsync()).Should().BeEmpty();

        _stage.Ledger.WithoutRow.Should().ContainSingle().Which.Role.Should().Be(LineRole.Unneeded);
        _stage.Ledger.IsGiven(one).Should().BeTrue();
    }

    [Fact]
    public async Task Replace_SendsARecordAgain_ThatWasLeftOutOfItsDayAndWentBackToWhatItWas()
    {
        Use(CorrectionMode.Replace, maxCode: 2);
        var one = _stage.Add(Tardy(1, "0042"));
        await NextAsync();
        one = _stage.Change(one, l => l with { ExternalCode = "TOO LONG" });
        _stage.Add(Tardy(2, "0051"));
        (await NextAsync()).Should().Equal("LHS,0051,2026-09-08,1,T");
        _stage.Change(one, l => l with { ExternalCode = "T" });

        (await NextAsync()).Should().Equal("LHS,0042,2026-09-08,1,T", "LHS,0051,2026-09-08,1,T");
    }

    [Fact]
    public async Task Replace_HoldsTheDay_WhenANewLayoutCannotWriteWhatTheSisHas()
    {
        Use(CorrectionMode.Replace);
        _stage.Add(Tardy(1, "0042") with { ExternalCode = "LONG" });
        await NextAsync();
        Use(CorrectionMode.Replace, maxCode: 2);
        _stage.Add(Tardy(2, "0051"));

        var report = await _stage.RunAsync();

        report.Files.Should().BeEmpty();
        report.Held.Select(h => (h.Line.RecordId, h.Reason)).Should().BeEquivalentTo([(2L, HoldReason.TooLong), (1L, HoldReason.TooLong)]);
        Use(CorrectionMode.Replace);
        (await NextAsync()).Should().Equal("LHS,0042,2026-09-08,1,LONG", "LHS,0051,2026-09-08,1,T");
    }

    [Fact]
    public async Task Replace_SendsAgain_WhatIsUnconfirmed()
    {
        Use(CorrectionMode.Replace);
        var one = _stage.Add(Tardy(1, "0042"));
        _stage.Destination.TakesFilesAtOnce = true;
        _stage.Destination.AfterPublish = _ => new PublishResult.TryAgain(new Trouble(TroubleKind.Unknown, "lost"));
        (await _stage.RunAsync()).Unconfirmed.Should().ContainSingle();
        _stage.Destination.AfterPublish = _ => null;
        _stage.Change(one, l => l with { PeriodName = "no column has it" });

        (await NextAsync()).Should().Equal("LHS,0042,2026-09-08,1,T");
    }

    [Fact]
    public async Task PresentCode_SendsOnlyWhatIsNewOrChanged()
    {
        Use(CorrectionMode.PresentCode);
        var one = _stage.Add(Tardy(1, "0042"));
        (await NextAsync()).Should().Equal("LHS,0042,2026-09-08,1,T");
        _stage.Add(Tardy(2, "0051"));
        (await NextAsync()).Should().Equal("LHS,0051,2026-09-08,1,T");
        one = _stage.Change(one, l => l with { ExternalCode = "TL" });
        (await NextAsync()).Should().Equal("LHS,0042,2026-09-08,1,TL");
        one = _stage.Change(one, l => l with { IsWithdrawn = true });
        (await NextAsync()).Should().Equal("LHS,0042,2026-09-08,1,OK");
        one = _stage.Change(one, l => l with { IsWithdrawn = false, ExternalCode = "TL" });
        (await NextAsync()).Should().Equal("LHS,0042,2026-09-08,1,TL");
        _stage.Change(one, l => l with { PassId = "another pass, not in this layout" });
        (await NextAsync()).Should().BeEmpty();
        (await _stage.RunAsync()).Unneeded.Should().Be(0, "it was settled");
    }

    [Fact]
    public async Task ManualList_NeverSendsAKeyTwice()
    {
        Use(CorrectionMode.ManualList);
        var one = _stage.Add(Tardy(1, "0042"));
        (await NextAsync()).Should().Equal("LHS,0042,2026-09-08,1,T");
        LineRole? Last() => _stage.Ledger.WithoutRow.LastOrDefault()?.Role;

        one = _stage.Change(one, l => l with { PassId = "another" });
        (await NextAsync()).Should().BeEmpty();
        Last().Should().Be(LineRole.Unneeded);
        one = _stage.Change(one, l => l with { ExternalCode = "TL" });
        (await _stage.RunAsync()).ByHand.Should().Be(1);
        Last().Should().Be(LineRole.ByHand);
        one = _stage.Change(one, l => l with { IsWithdrawn = true });
        (await NextAsync()).Should().BeEmpty();
        Last().Should().Be(LineRole.ByHand);
        _stage.Change(one, l => l with { IsWithdrawn = false });
        (await NextAsync()).Should().BeEmpty();
        Last().Should().Be(LineRole.ByHand);

        _stage.Ledger.WithoutRow.Select(l => l.RowHash != 0).Should().Equal(true, true, false, true);
    }

    [Fact]
    public async Task StudentDay_SendsTheEarliest_AndSettlesTheWholeDay()
    {
        Use(CorrectionMode.PresentCode, RowGrain.StudentDay);
        var second = _stage.Add(Tardy(2, "0042", "2", "2026-09-08 09:05:00") with { ExternalCode = "T2" });
        _stage.Add(Tardy(9, "0051"));
        (await NextAsync()).Should().Equal("LHS,0051,2026-09-08,T", "LHS,0042,2026-09-08,T2");
        var first = _stage.Add(Tardy(1, "0042") with { ExternalCode = "T1" });
        (await NextAsync()).Should().Equal("LHS,0042,2026-09-08,T1");
        var third = _stage.Add(Tardy(3, "0042", "3", "2026-09-08 10:05:00") with { ExternalCode = "T3" });
        (await NextAsync()).Should().BeEmpty("a later tardy changes nothing");
        _stage.Ledger.IsGiven(third).Should().BeTrue();
        first = _stage.Change(first, l => l with { IsWithdrawn = true });
        (await NextAsync()).Should().Equal("LHS,0042,2026-09-08,T2");
        _stage.Change(second, l => l with { IsWithdrawn = true });
        _stage.Change(third, l => l with { IsWithdrawn = true });
        (await NextAsync()).Should().Equal("LHS,0042,2026-09-08,OK");
        _stage.Change(first, l => l with { IsWithdrawn = false });
        (await NextAsync()).Should().Equal("LHS,0042,2026-09-08,T1");
    }

    [Fact]
    public async Task StudentDay_LooksAtWhatTheWholeDayWasTold_NotAtTheRecordAlone()
    {
        Use(CorrectionMode.PresentCode, RowGrain.StudentDay);
        var (first, second) = (_stage.Add(Tardy(1, "0042")), _stage.Add(Tardy(2, "0042", "2", "2026-09-08 09:05:00")));
        await NextAsync();
        // Both have the same row, so taking the first back says nothing new.
        first = _stage.Change(first, l => l with { IsWithdrawn = true });
        (await NextAsync()).Should().BeEmpty();
        _stage.Change(second, l => l with { IsWithdrawn = true });
        (await NextAsync()).Should().Equal("LHS,0042,2026-09-08,OK");
        _stage.Change(first, l => l with { IsWithdrawn = false });

        (await NextAsync()).Should().Equal("LHS,0042,2026-09-08,T");
    }

    [Theory]
    [InlineData(CorrectionMode.Replace, RowGrain.Period)]
    [InlineData(CorrectionMode.PresentCode, RowGrain.Period)]
    [InlineData(CorrectionMode.PresentCode, RowGrain.StudentDay)]
    [InlineData(CorrectionMode.ManualList, RowGrain.Period)]
    public async Task EveryMode_HoldsWhatIsTooOldOrTooLong_UntilItIsMended(CorrectionMode mode, RowGrain grain)
    {
        Use(mode, grain, maxCode: 2);
        _stage.Definition = _stage.Definition with { MaxAgeDays = 3 };
        var old = _stage.Add(Tardy(1, "0042", issued: "2026-09-01 08:00:00"));
        var longCode = _stage.Add(Tardy(2, "0043") with { ExternalCode = "LONG" });
        _stage.Add(Tardy(3, "0044"));

        var report = await _stage.RunAsync();

        report.Held.Select(h => (h.Line.RecordId, h.Reason)).Should().BeEquivalentTo([(1L, HoldReason.TooOld), (2L, HoldReason.TooLong)]);
        report.RowsSent.Should().Be(1);
        _stage.Ledger.IsGiven(old).Should().BeFalse();
        _stage.Definition = _stage.Definition with { MaxAgeDays = null };
        _stage.Change(longCode, l => l with { ExternalCode = "TL" });
        report = await _stage.RunAsync();
        (report.Status, report.RowsSent).Should().Be((SyncRunStatus.Succeeded, 2));
    }

    [Theory]
    [InlineData(CorrectionMode.Replace)]
    [InlineData(CorrectionMode.PresentCode)]
    [InlineData(CorrectionMode.ManualList)]
    public async Task EveryMode_DoesNotHold_WhatTheSisWasToldJustSo(CorrectionMode mode)
    {
        Use(mode);
        var old = _stage.Add(Tardy(1, "0042", issued: "2026-09-01 08:00:00"));
        await _stage.RunAsync();
        _stage.Definition = _stage.Definition with { MaxAgeDays = 3 };
        _stage.Change(old, l => l with { PassId = "another, not in this layout" });

        var report = await _stage.RunAsync();

        (report.Status, report.Unneeded).Should().Be((SyncRunStatus.Succeeded, 1));
    }

    [Theory]
    [InlineData(CorrectionMode.PresentCode, null, "*Give it as \"presentCode\"*")]
    [InlineData(CorrectionMode.Replace, "OK", "*only for layouts that correct by it*")]
    public async Task Run_Fails_WhenConnectorAndLayoutDoNotFit(CorrectionMode mode, string? presentCode, string reason)
    {
        Use(mode);
        _stage.Definition = _stage.Definition with { PresentCode = presentCode };
        _stage.Add(Tardy(1, "0042"));

        var report = await _stage.RunAsync();

        report.Status.Should().Be(SyncRunStatus.Failed);
        report.Error.Should().Match(reason);
    }
}
