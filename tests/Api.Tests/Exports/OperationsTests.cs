using System.Text;
using K12Sync.Api.BehaviorCodes;
using K12Sync.Api.BellSchedules;
using K12Sync.Api.Access;
using K12Sync.Api.Exports;
using K12Sync.Api.Roster;
using K12Sync.Api.SchoolCalendar;
using K12Sync.Api.Tardies;
using K12Sync.Data;
using K12Sync.Data.Access;
using K12Sync.Data.Exports;
using K12Sync.Data.Passes;
using K12Sync.Data.Storage;
using K12Sync.Domain.BehaviorCodes;
using K12Sync.Domain.BellSchedules;
using K12Sync.Domain.Exports;
using K12Sync.Domain.Passes;
using K12Sync.Domain.Roster;
using K12Sync.Domain.SchoolCalendar;
using K12Sync.Exporters.Childcare;
using K12Sync.Exporters.Exports;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Tests.Exports;

/// <summary>Layouts, connectors and corrections as commands and pages use them, on a database of the test's own.</summary>
public sealed class OperationsTests : IAsyncLifetime
{
    private static readonly SchoolZone Zone = SchoolZone.Find("America/New_York")!;
    private static readonly DateOnly Tuesday = new(2026, 9, 15);
    private readonly string _folder = Directory.CreateTempSubdirectory("k12sync-").FullName;
    private DataFolder _data = null!;
    private DistrictId _district;
    private K12SyncDb _db = null!;

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    private LayoutOperations Layouts => new(_db);
    private ConnectorOperations Connectors => new(_db, Layouts, TimeProvider.System);
    private CorrectionOperations Corrections => new(_db, TimeProvider.System);
    private TardyOperations Tardies => new(_db);

    private ExportOperations Exports => new(_db, new RunLeases(_data, _district, TimeProvider.System), new Outlets(new Destinations(_folder), new AgencySystems(TimeProvider.System)), new SecretVault(_db, new SecretKeys(_folder)), TimeProvider.System);

    public async ValueTask InitializeAsync()
    {
        _data = new DataFolder(_folder, TimeProvider.System);
        await _data.MigrateAsync(Now);
        _db = _data.Open(_district = await new DistrictDirectory(_data).AddAsync("Riverbend", Now));
        await new RosterOperations(_db).SaveSchoolAsync("LHS", new SchoolFacts("Lincoln High", Zone, "310", null), Now);
        await new RosterOperations(_db).SaveSchoolAsync("OMS", new SchoolFacts("Oak Middle", Zone, null, null), Now);
        await new RosterOperations(_db).SaveStudentsAsync([new RosterLine("0042", new StudentFacts(null, "A", "", "B", null, "9"), await SchoolAsync())], Now);
        await new BellScheduleOperations(_db).SaveAsync(await SchoolAsync(), BellSchedule.Create("Regular",
            [new ClassPeriod("Period 1", "1", new TimeOnly(8, 0), new TimeOnly(8, 0), new TimeOnly(9, 0), true)]), Tuesday, Now);
        await new CalendarOperations(_db).SetAsync(await SchoolAsync(), [Tuesday], TimeOnly.MinValue, new DayChoice.Schedule(await _db.BellSchedules.Select(s => s.Id).SingleAsync(Now)), Now);
        await CodeAsync("T");
        await PassAsync(voided: false);
    }

    public async ValueTask DisposeAsync()
    {
        await _db.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    private Task<long> SchoolAsync() => _db.Schools.Where(s => s.Code == "LHS").Select(s => s.Id).SingleAsync(Now);

    private Task CodeAsync(string external) =>
        new BehaviorCodeOperations(_db).SaveAsync(null, "TARDY", new BehaviorCodeText("Tardy", "", "", BehaviorType.Tardy, external, null), Now);

    private async Task PassAsync(bool voided)
    {
        var pass = new HallPass("P1", await SchoolAsync(), "0042", "TARDY", new DateTimeOffset(2026, 9, 15, 8, 7, 0, TimeSpan.FromHours(-4)), voided);
        await new PassStore(_db, TimeProvider.System).StoreAsync([new IncomingPass(pass, Tuesday)], Now);
    }

    private static ConnectorDefinition To(string layout, string? presentCode = null, params string[] schools) =>
        new(layout, new FolderDestinationDefinition("out"), [.. schools], [], PresentCode: presentCode);

    private async Task<Connector> AddAsync(string layout, string? presentCode = null)
    {
        var added = await Connectors.AddAsync("sis", To(layout, presentCode), Now);
        return added.Should().BeOfType<AddConnectorResult.Added>((added as AddConnectorResult.Refused)?.Reason).Which.Connector;
    }

    [Fact]
    public async Task Layout_IsFoundInItsNewestVersion_AndBeforeThePreset()
    {
        (await Layouts.FindAsync("eschoolplus", Now)).Should().Be(LayoutPresets.ESchoolPlus);
        var ours = LayoutPresets.ESchoolPlus.Definition with { Header = true };

        (await Layouts.AddAsync("eschoolplus", ours, Now)).Should().BeOfType<AddLayoutResult.Added>().Which.Layout.Number.Should().Be(1);
        (await Layouts.AddAsync("eschoolplus", ours, Now)).Should().BeOfType<AddLayoutResult.AlreadyThere>();
        (await Layouts.AddAsync("eschoolplus", ours with { Delimiter = ';' }, Now)).Should().BeOfType<AddLayoutResult.Added>().Which.Layout.Number.Should().Be(2);

        var found = (await Layouts.FindAsync("eschoolplus", Now))!;
        (found.Number, found.Definition.Delimiter, found.Definition.Header).Should().Be((2, ';', true));
        (await Layouts.ListAsync(Now)).Select(l => $"{l.Name} {l.Number}").Should().Equal(
            "aeries 0", "eschoolplus 2", "eschoolplus-audit 0", "genesis-daily 0", "k12sync-csv 0", "powerschool 0");
        (await Layouts.FindAsync("EschoolPlus", Now)).Should().BeNull();
    }

    [Fact]
    public async Task Layout_IsRefused_WithEveryContradiction()
    {
        var refused = await Layouts.AddAsync(" x", LayoutPresets.K12SyncCsv.Definition with { Delimiter = 'a', Semantics = FileSemantics.Upsert }, Now);

        refused.Should().BeOfType<AddLayoutResult.Refused>().Which.Reasons.Should().HaveCount(3);
        (await _db.Layouts.CountAsync(Now)).Should().Be(0);
    }

    [Fact]
    public async Task NewVersion_IsRefused_WhenAConnectorThatNamesItCouldNotUseIt()
    {
        await Layouts.AddAsync("ours", LayoutPresets.K12SyncCsv.Definition, Now);
        await AddAsync("ours");

        var refused = await Layouts.AddAsync("ours", LayoutPresets.Aeries.Definition, Now);

        refused.Should().BeOfType<AddLayoutResult.Refused>().Which.Reasons.Should().ContainSingle().Which.Should().Match("Connector sis names this layout*presentCode*");
    }

    [Fact]
    public async Task Connector_IsRefused_WhenItsLayoutDoesNotExistOrFit()
    {
        async Task<string> ReasonAsync(ConnectorDefinition definition) =>
            (await Connectors.AddAsync("sis", definition, Now)).Should().BeOfType<AddConnectorResult.Refused>().Which.Reason;

        (await ReasonAsync(To("csv"))).Should().Contain("There is no layout 'csv'. There is: aeries,");
        (await ReasonAsync(To("aeries"))).Should().Contain("presentCode");
        (await ReasonAsync(To("k12sync-csv", "P"))).Should().Contain("corrects by Replace");
        (await ReasonAsync(To("powerschool", "P"))).Should().Contain("no column for the school");
        (await Connectors.AddAsync("sis", To("powerschool", "P", "LHS"), Now)).Should().BeOfType<AddConnectorResult.Added>();
    }

    [Fact]
    public async Task Connector_CarriesItsLayoutAndSchools_AsTheyWereWhenItWasRead()
    {
        await Layouts.AddAsync("ours", LayoutPresets.K12SyncCsv.Definition, Now);
        var snapshot = await AddAsync("ours");
        await Layouts.AddAsync("ours", LayoutPresets.K12SyncCsv.Definition with { Delimiter = ';' }, Now);

        var report = await Exports.RunAsync(snapshot, RunRequest.Manual, Now);

        (await File.ReadAllTextAsync(Path.Combine(_folder, "out", report.Run.Files.Single().Name), Now)).Should().Contain("LHS,0042,");
        snapshot.Schools.Select(s => s.Code).Should().Equal("LHS", "OMS");
        (await Connectors.FindAsync("sis", Now))!.Layout.ToString().Should().Be("ours version 2");
        (await Exports.RunAsync((await Connectors.FindAsync("sis", Now))!, RunRequest.Manual, Now)).Run.Files.Should().BeEmpty("what was told stays told");
    }

    [Fact]
    public async Task LayoutPreview_ShowsTheConnectorsTardies_OwedOrNot_AndStoresNothing()
    {
        var connector = await AddAsync("k12sync-csv");
        async Task<string> ShowAsync(Layout layout) =>
            Encoding.UTF8.GetString((await Exports.PreviewLayoutAsync(connector, layout, Now)).Should().BeOfType<Rendering.Ready>().Which.Debt.Files.Single().Content);

        const string Row = "0042,310,T,9/15/2026,1,K12Sync,2027,O,1,N,7\r\n";
        (await ShowAsync(LayoutPresets.ESchoolPlus)).Should().Be(Row);
        (await _db.SyncRuns.CountAsync(Now)).Should().Be(0);
        await Exports.RunAsync(connector, RunRequest.Manual, Now);
        (await ShowAsync(LayoutPresets.ESchoolPlus)).Should().Be(Row, "nothing is owed, so the latest day is shown");
        (await ShowAsync(LayoutPresets.Aeries)).Should().EndWith("310,0042,09/15/2026,1,T,\r\n", "looking needs no present code");
        (await ShowAsync(LayoutPresets.PowerSchool)).Should().EndWith("0042\t09/15/2026\t1\tT\tTardy 7 min\r\n", "nor a decision on files");
    }

    [Fact]
    public async Task Correction_GoesOnTheList_AndIsTickedOffOnce()
    {
        var connector = await AddAsync("eschoolplus");
        await Exports.RunAsync(connector, RunRequest.Manual, Now);
        await CodeAsync("TL");

        var report = await Exports.RunAsync(connector, RunRequest.Manual, Now);

        (report.Run.ByHand, report.OpenCorrections, report.NeedsAPerson, report.Run.Files.Length).Should().Be((1, 1, true, 0));
        var correction = (await Corrections.ListAsync(connector.Id, Now)).Should().ContainSingle().Subject;
        correction.Should().BeEquivalentTo(new { SchoolCode = "LHS", StudentNumber = "0042", Date = Tuesday, SisPeriodCode = "1", SisHas = "T", ShouldBe = "TL", MinutesLate = 7 });
        (await new WhyOperations(_db).ExplainAsync("0042", Tuesday, Now)).Passes.Single().Sentences[^1].Should().Contain("by hand").And.Contain($"correction {correction.Id}");
        (await Corrections.TickOffAsync([correction.Id, 99], Now)).Should().BeOfType<TickOffResult.NotOnTheList>().Which.Ids.Should().Equal(99);
        (await Corrections.ListAsync(connector.Id, Now)).Should().ContainSingle("all or nothing");
        (await Corrections.TickOffAsync([correction.Id, correction.Id], Now)).Should().Be(new TickOffResult.Done(1, 0));
        (await Corrections.TickOffAsync([correction.Id], Now)).Should().Be(new TickOffResult.Done(0, 1));
        (await Exports.RunAsync(connector, RunRequest.Manual, Now)).NeedsAPerson.Should().BeFalse();
        (await new WhyOperations(_db).ExplainAsync("0042", Tuesday, Now)).Passes.Single().Sentences[^1].Should().Contain("ticked off");
    }

    [Fact]
    public async Task Correction_ThatWasReplaced_CannotBeTickedOff()
    {
        var connector = await AddAsync("eschoolplus");
        await Exports.RunAsync(connector, RunRequest.Manual, Now);
        await CodeAsync("TL");
        await Exports.RunAsync(connector, RunRequest.Manual, Now);
        var printed = (await Corrections.ListAsync(connector.Id, Now)).Single().Id;
        await PassAsync(voided: true);
        await Exports.RunAsync(connector, RunRequest.Manual, Now);

        (await Corrections.TickOffAsync([printed], Now)).Should().BeOfType<TickOffResult.NotOnTheList>();

        (await Corrections.ListAsync(connector.Id, Now)).Single().Should().BeEquivalentTo(new { SisHas = "T", ShouldBe = (string?)null });
        (await new WhyOperations(_db).ExplainAsync("0042", Tuesday, Now)).Passes.Single().Sentences[^1].Should().Contain("by hand");
    }
}
