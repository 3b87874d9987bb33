using System.Globalization;
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
using K12Sync.Domain.Tardies;
using K12Sync.Exporters.Childcare;
using K12Sync.Exporters.Exports;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Tests.Exports;

/// <summary>
/// The promise of the product in one sentence: after a successful export the SIS holds what a fresh mapping says. Random lives of a district,
/// with the database, the operations and the pipeline that the program uses; only the far side is played.
/// </summary>
/// <remarks>A failure names its seed; with <c>K12SYNC_SEED=123</c> just that life is lived again, and <c>K12SYNC_LIVES=500</c> lives more of them.</remarks>
public sealed class WhatTheSisHoldsTests
{
    private const int Steps = 40;
    private static readonly int Lives = int.Parse(Environment.GetEnvironmentVariable("K12SYNC_LIVES") ?? "8", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData(CorrectionMode.Replace, RowGrain.Period)]
    [InlineData(CorrectionMode.PresentCode, RowGrain.Period)]
    [InlineData(CorrectionMode.PresentCode, RowGrain.StudentDay)]
    [InlineData(CorrectionMode.ManualList, RowGrain.Period)]
    public async Task Sis_HoldsWhatAFreshMappingSays_AfterEveryExport_WhateverWasEdited(CorrectionMode mode, RowGrain grain)
    {
        var folder = Directory.CreateTempSubdirectory("k12sync-").FullName;
        try
        {
            var data = new DataFolder(folder, TimeProvider.System);
            await data.MigrateAsync(TestContext.Current.CancellationToken);
            var seeds = Environment.GetEnvironmentVariable("K12SYNC_SEED") is { } seed ? [int.Parse(seed, CultureInfo.InvariantCulture)] : Enumerable.Range(1, Lives);
            foreach (var one in seeds)
                await new Life(data, mode, grain, one).LiveAsync();
        }
        finally
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>One district from its first day to its last.</summary>
#pragma warning disable CA1001 // The SIS of these tests is in memory; there is nothing to dispose of.
    private sealed class Life(DataFolder data, CorrectionMode mode, RowGrain grain, int seed)
#pragma warning restore CA1001
    {
        private const string Present = "P";
        private static readonly DateOnly[] Days = [new(2026, 9, 15), new(2026, 9, 16)];
        private static readonly SchoolZone Zone = SchoolZone.Find("America/New_York")!;
        private readonly Random _random = new(seed);

        /// <summary>Without minutes and passes in its rows, what changes often looks as it did before: "told just so" is then put to the test.</summary>
        private readonly bool _terse = seed % 2 == 0;
        private readonly List<string> _story = [];
        private readonly List<HallPass> _passes = [];
        private readonly Dictionary<long, List<long>> _schedules = [];
        private readonly FakeSis _sis = new(Semantics(mode), Present, new Random(seed));
        private List<long> _schools = [];
        private DistrictId _district;

        private static CancellationToken Now => TestContext.Current.CancellationToken;

        private static FileSemantics Semantics(CorrectionMode mode) => mode switch
        {
            CorrectionMode.Replace => FileSemantics.FullDayReplace,
            CorrectionMode.PresentCode => FileSemantics.Upsert,
            _ => FileSemantics.InsertOnly,
        };

        public async Task LiveAsync()
        {
            try
            {
                await BeginAsync();
                for (var step = 0; step < Steps; step++)
                    await StepAsync();
                await ExportAsync(troublePercent: 0);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Seed {seed}, {mode}, {grain}:\n{string.Join('\n', _story)}", e);
            }
        }

        /// <summary>Most of life happens in one place: only what meets can go wrong together.</summary>
        private T SmallWorld<T>(T usual, T other) => _random.Next(5) > 0 ? usual : other;

        private T One<T>(params ReadOnlySpan<T> choices) => choices[_random.Next(choices.Length)];

        private async Task BeginAsync()
        {
            _district = await new DistrictDirectory(data).AddAsync($"{mode} {grain} {seed}", Now);
            await using var db = data.Open(_district);
            foreach (var code in (string[])["AHS", "BMS"])
                await new RosterOperations(db).SaveSchoolAsync(code, new SchoolFacts(code, Zone, null, null), Now);
            _schools = await db.Schools.OrderBy(s => s.Code).Select(s => s.Id).ToListAsync(Now);
            foreach (var school in _schools)
            {
                await NewScheduleAsync(db, school, "Regular", Days[0]);
                await NewScheduleAsync(db, school, "Late start", Days[0]);
                _schedules[school] = await db.BellSchedules.Where(s => s.SchoolId == school).Select(s => s.Id).ToListAsync(Now);
                await new CalendarOperations(db).SetAsync(school, Days, TimeOnly.MinValue, new DayChoice.Schedule(_schedules[school][0]), Now);
                await EnrolAsync(db, school, "001", "002");
            }
            await NewCodeAsync(db, "TARDY");
            await NewCodeAsync(db, "LATE");
            await NewLayoutAsync(db);
            var added = await Connectors(db).AddAsync("sis", new ConnectorDefinition("ours", new FolderDestinationDefinition("out"), [],
                One<string[]>([], ["TARDY"]) is { Length: > 0 } codes ? [.. codes] : [],
                PresentCode: mode == CorrectionMode.PresentCode ? Present : null), Now);
            added.Should().BeOfType<AddConnectorResult.Added>((added as AddConnectorResult.Refused)?.Reason);
        }

        private async Task StepAsync()
        {
            await using var db = data.Open(_district);
            var school = SmallWorld(_schools[0], _schools[1]);
            await (_random.Next(24) switch
            {
                < 6 => NewPassAsync(db, school),
                < 9 => VoidAsync(db),
                9 => SetDayAsync(db, school, TimeOnly.MinValue),
                10 => SetDayAsync(db, school, One(new TimeOnly(9, 0), new TimeOnly(9, 30))),
                11 => NewScheduleAsync(db, school, One("Regular", "Late start"), One(Days)),
                < 15 => NewCodeAsync(db, One("TARDY", "LATE")),
                15 => EnrolAsync(db, school, One("001", "002", "003", "004")),
                16 => GraceAsync(db, school),
                17 => NewLayoutAsync(db),
                18 => TickOffAsync(db),
                _ => ExportAsync(One(0, 0, 15, 40)),
            });
        }

        private Task NewPassAsync(K12SyncDb db, long school)
        {
            var day = SmallWorld(Days[0], Days[1]);
            var minute = _random.Next(7 * 60 + 40, 10 * 60 + 20);
            var issued = new DateTimeOffset(day.ToDateTime(new TimeOnly(minute / 60, minute % 60)), TimeSpan.FromHours(-4));
            var pass = new HallPass($"P{_passes.Count:000}", school, SmallWorld("001", One("002", "003", "004")), One("TARDY", "TARDY", "LATE"), issued, false);
            _passes.Add(pass);
            _story.Add($"pass {pass.PassId} of {pass.StudentNumber} with {pass.Code} at school {school}, {issued:MM-dd HH:mm}");
            return new PassStore(db, TimeProvider.System).StoreAsync([new IncomingPass(pass, day)], Now);
        }

        private Task VoidAsync(K12SyncDb db)
        {
            if (_passes.Count == 0)
                return Task.CompletedTask;
            var pass = SmallWorld(_passes[_random.Next(Math.Max(0, _passes.Count - 4), _passes.Count)], _passes[_random.Next(_passes.Count)]);
            _story.Add($"void {pass.PassId}");
            return new PassStore(db, TimeProvider.System).StoreAsync([new IncomingPass(pass with { Voided = true }, Zone.At(pass.IssuedAt).Day)], Now);
        }

        private Task SetDayAsync(K12SyncDb db, long school, TimeOnly from)
        {
            var (day, choice) = (SmallWorld(Days[0], Days[1]), One<DayChoice>(
                new DayChoice.Schedule(_schedules[school][0]), new DayChoice.Schedule(_schedules[school][1]), new DayChoice.NoSchool(), new DayChoice.Unset()));
            _story.Add($"school {school}, {day:MM-dd} from {from:HH:mm}: {choice}");
            return new CalendarOperations(db).SetAsync(school, [day], from, choice, Now);
        }

        private Task NewScheduleAsync(K12SyncDb db, long school, string name, DateOnly from)
        {
            var (start, length) = (new TimeOnly(8, 0).AddMinutes(One(0, 0, 7, 30)), One(40, 50));
            var codes = One<string[]>(["1", "2", "3"], ["1", "2", "2"], ["2", "1", "3"]);
            var periods = codes.Select((code, i) => new ClassPeriod(
                One("Period ", "P") + code, code, start.AddMinutes(i * length), start.AddMinutes(i * length), start.AddMinutes((i + 1) * length), _random.Next(6) > 0));
            _story.Add($"schedule {name} of school {school} from {from:MM-dd}: {start:HH:mm} {length} min {string.Join(' ', codes)}");
            return new BellScheduleOperations(db).SaveAsync(school, BellSchedule.Create(name, periods), from, Now);
        }

        private Task NewCodeAsync(K12SyncDb db, string code)
        {
            var (type, external) = (_random.Next(8) > 0 ? BehaviorType.Tardy : BehaviorType.Neutral, One("T", "T", "TL", "TOOLONG", "TOOLONG", null));
            var ladder = _random.Next(6) == 0 ? LatenessLadder.Parse("0:T;15:UA", out _) : null;
            _story.Add($"code {code}: {type} {external} {ladder}");
            return new BehaviorCodeOperations(db).SaveAsync(null, code, new BehaviorCodeText(code, "", "", type, external, ladder), Now);
        }

        private Task EnrolAsync(K12SyncDb db, long school, params string[] students)
        {
            _story.Add($"roster of school {school}: {string.Join(' ', students)}");
            return new RosterOperations(db).SaveStudentsAsync([.. students.Select(s => new RosterLine(s, new StudentFacts(null, "A", "", "B", null, "9"), school))], Now);
        }

        private async Task GraceAsync(K12SyncDb db, long school)
        {
            var (code, grace) = (await db.Schools.AsNoTracking().Where(s => s.Id == school).Select(s => s.Code).SingleAsync(Now), One<int?>(null, 0, 5));
            _story.Add($"grace of school {school}: {grace}");
            await new RosterOperations(db).SaveSchoolAsync(code, new SchoolFacts(code, Zone, null, grace), Now);
        }

        private async Task NewLayoutAsync(K12SyncDb db)
        {
            List<LayoutColumn> all =
            [
                new("School", LayoutField.SchoolCode), new("Student", LayoutField.StudentNumber), new("Date", LayoutField.Date),
                new("Code", LayoutField.ExternalCode, MaxLength: One<int?>(4, 4, null)),
            ];
            if (grain == RowGrain.Period)
                all.Insert(_random.Next(all.Count), new LayoutColumn("Period", LayoutField.SisPeriodCode));
            if (!_terse)
                all.Insert(_random.Next(all.Count), new LayoutColumn("Minutes", LayoutField.MinutesLate));
            if (!_terse && _random.Next(2) == 0 && mode != CorrectionMode.ManualList)
                all.Add(new LayoutColumn("Pass", LayoutField.PassId));
            var layout = new LayoutDefinition([.. all]) { Grain = grain, Corrections = mode, Semantics = Semantics(mode), EmptyFile = One(EmptyFile.Skip, EmptyFile.Skip, EmptyFile.HeaderOnly) };
            _story.Add($"layout {string.Join(' ', all.Select(c => c.Header + c.MaxLength))}, {layout.EmptyFile}");
            (await new LayoutOperations(db).AddAsync("ours", layout, Now)).Should().NotBeOfType<AddLayoutResult.Refused>();
        }

        private async Task TickOffAsync(K12SyncDb db)
        {
            if (mode != CorrectionMode.ManualList)
                return;
            var operations = new CorrectionOperations(db, TimeProvider.System);
            var connector = (await Connectors(db).FindAsync("sis", Now))!;
            foreach (var correction in (await operations.ListAsync(connector.Id, Now)).Where(_ => _random.Next(2) == 0))
            {
                _story.Add($"by hand: {correction}");
                Apply(correction, _sis.Marks);
                (await operations.TickOffAsync([correction.Id], Now)).Should().Be(new TickOffResult.Done(1, 0));
            }
        }

        private int Minutes(int minutes) => _terse ? 0 : minutes;

        private void Apply(Correction correction, Dictionary<MarkKey, Mark> marks)
        {
            var key = new MarkKey(correction.SchoolCode, correction.StudentNumber, $"{correction.Date:yyyy-MM-dd}", correction.SisPeriodCode);
            marks.GetValueOrDefault(key)?.Code.Should().Be(correction.SisHas, "the list must say what is there");
            if (correction.ShouldBe is null)
                marks.Remove(key);
            else
                marks[key] = new Mark(correction.ShouldBe, Minutes(correction.MinutesLate!.Value));
        }

        private static ConnectorOperations Connectors(K12SyncDb db) => new(db, new LayoutOperations(db), TimeProvider.System);

        private async Task ExportAsync(int troublePercent)
        {
            await using var db = data.Open(_district);
            var connector = (await Connectors(db).FindAsync("sis", Now))!;
            var exports = new ExportOperations(db, new RunLeases(data, _district, TimeProvider.System), new Outlets(_sis, new AgencySystems(TimeProvider.System)), new SecretVault(db, new SecretKeys(data.Path)), TimeProvider.System)
            {
                Retries = new RetryPolicy(_random.Next(1, 4), TimeSpan.Zero, TimeSpan.Zero),
            };
            _sis.TroublePercent = troublePercent;
            try
            {
                var report = await exports.RunAsync(connector, RunRequest.Manual, Now);
                _story.Add($"export: {report.Run.Status}, {report.Run.RowsSent} sent, {report.Run.RowsRepeated} repeated, {report.Run.Unneeded} unneeded, {report.Run.ByHand} by hand, {report.Run.Held.Length} held. {report.Run.Error}");
                if (report.Run.Status is SyncRunStatus.Succeeded or SyncRunStatus.SucceededWithHolds)
                    await CompareAsync(db, connector, report.Run);
                else
                    troublePercent.Should().BePositive("a run fails only if the line does");
            }
            catch (FakeSis.PowerCut)
            {
                _story.Add("export: the power was cut");
            }
        }

        private async Task CompareAsync(K12SyncDb db, Connector connector, RunReport run)
        {
            run.Unconfirmed.Should().BeEmpty();
            var expected = await ExpectedAsync(db, connector);
            var holds = new Dictionary<MarkKey, Mark>(_sis.Marks);
            foreach (var correction in await new CorrectionOperations(db, TimeProvider.System).ListAsync(connector.Id, Now))
                Apply(correction, holds);
            foreach (var held in run.Held)
            {
                // What is held may be in the SIS as it was before, or not at all, but never as something else.
                var key = Key(held.Line.SchoolCode, held.Line.StudentNumber, held.Line.Date, held.Line.SisPeriodCode);
                holds.Remove(key);
                expected.Remove(key);
            }
            holds.Should().BeEquivalentTo(expected);
        }

        private MarkKey Key(string school, string student, DateOnly date, string period) =>
            new(school, student, $"{date:yyyy-MM-dd}", grain == RowGrain.Period ? period : "");

        private async Task<Dictionary<MarkKey, Mark>> ExpectedAsync(K12SyncDb db, Connector connector)
        {
            var expected = new Dictionary<MarkKey, (HallPass Pass, Mark Mark)>();
            await foreach (var (school, mapped) in new TardyOperations(db).MapAsync(null, null, null, Now))
            {
                if (mapped.Outcome is not TardyOutcome.Tardy { Hit: { } hit } tardy || !(connector.Definition.Codes.IsEmpty || connector.Definition.Codes.Contains(mapped.Pass.Code)))
                    continue;
                var key = Key(school.Code, mapped.Pass.StudentNumber, mapped.Date, hit.Period.SisPeriodCode);
                var there = expected.TryGetValue(key, out var other);
                if (!there || (mapped.Pass.IssuedAt, mapped.Pass.PassId).CompareTo((other.Pass.IssuedAt, other.Pass.PassId)) < 0)
                    expected[key] = (mapped.Pass, new Mark(tardy.ExternalCode, Minutes(hit.MinutesLate)));
            }
            return expected.ToDictionary(e => e.Key, e => e.Value.Mark);
        }
    }
}
