using System.Linq.Expressions;
using K12Sync.Api.OData.Deliveries;
using K12Sync.Api.OData.Views;
using K12Sync.Api.OData.Writes;
using K12Sync.Data;
using K12Sync.Data.Access;
using K12Sync.Data.SchoolCalendar;
using K12Sync.Domain.BellSchedules;
using K12Sync.OData;

namespace K12Sync.Api.OData;

/// <summary>
/// What is served at <c>/odata</c>, all on this page. Rows come from <see cref="RowsOfCaller"/>: the district is a filter on every table, and the caller's
/// schools are a condition in every view, so no path leads past either.
/// </summary>
internal static class K12SyncModel
{
    private const string Masked = "***";

    /// <summary>The columns that say who a student is, by the names they have in every view.</summary>
    private static readonly HashSet<string> Students =
        [nameof(StudentView.StudentNumber), nameof(StudentView.StateId), nameof(StudentView.FirstName), nameof(StudentView.MiddleName), nameof(StudentView.LastName),
        nameof(Childcare.ChildView.ChildNumber), nameof(Childcare.AgencyChildView.AgencyChildId), nameof(Api.Childcare.Transfer.AgencySays)];

    private static readonly HashSet<string> Nothing = [];

    /// <param name="prepared">How hot queries run as prepared statements; null: they do not.</param>
    public static ODataModel Build(PreparedAccess? prepared = null)
    {
        var model = new ODataModelBuilder("K12Sync") { Prepared = prepared };
        Set(model, "Districts", (db, _) => DistrictView.Of(db), d => d.Version).HasKey(d => d.Id)
            .Described("The district of the key.")
            .Described(d => d.RecordDays, "For so many days passes, tardies, check-ins and child-days are kept; null: for ever.")
            .Described(d => d.KeptFrom, "Days before this one were let go of, but for what is not settled, and nothing is taken of them any more; null: none were. Whoever keeps copies deletes by it: what goes is in no delta.");
        var schools = Set(model, "Schools", SchoolView.Of, s => s.Version).HasKey(s => s.Id).HasAlternateKey(s => s.Code).HasChangeColumn(s => s.ChangeVersion)
            .Searches(s => s.Code, s => s.Name)
            .Described("Schools of the district.")
            .Described(s => s.GraceMinutes, "Null: the pass decides who is late; a number: the clock does, after so many minutes.")
            .Described(s => s.SisSchoolCode, "What SIS files call the school; null: its Code.");
        var students = Set(model, "Students", StudentView.Of, s => s.Version).HasKey(s => s.Id).HasAlternateKey(s => s.StudentNumber).HasChangeColumn(s => s.ChangeVersion)
            .Searches(s => s.StudentNumber, s => s.FirstName, s => s.LastName)
            .Hides(s => s.StudentNumber, s => s.StateId, s => s.FirstName, s => s.MiddleName, s => s.LastName)
            .Described("Students as the roster has them, without birth dates.");
        DeclareCodes(model, schools);
        DeclareCalendar(model, schools);
        DeclareTardies(model, schools, students);
        Childcare.ChildcareSets.Declare(model);
        model.EntitySet("AuditEntries", http => AuditEntryView.Of(RowsOfCaller.Db(http), RowsOfCaller.CallerOf(http))).HasVersion(e => e.Version).HasKey(e => e.Id)
            .HasChangeColumn(e => e.ChangeVersion).Searches(e => e.Target, e => e.Query, e => e.Person, e => e.SupportId)
            .Described("Who changed what and who looked at students. For DistrictIT keys of the whole district.");
        return model.Build();
    }

    private static void DeclareCodes(ODataModelBuilder model, EntitySet<SchoolView> schools)
    {
        var codes = Set(model, "BehaviorCodes", BehaviorCodeView.Of, c => c.Version).HasKey(c => c.Id).HasChangeColumn(c => c.ChangeVersion)
            .Searches(c => c.Code, c => c.Name, c => c.Description)
            .Described("What passes are given for. Without SchoolId: for the whole district. DELETE retires.")
            .Described(c => c.IsActive, "False: retired, offered no more. It still decides about the passes that name it, unless an active code has the same name.")
            .Described(c => c.SisListing, "What the SIS's own list says of the external codes.")
            .ReadOnly(c => c.Id, c => c.SisListing)
            .HasOne("School", schools, (c => c.SchoolId, s => s.Id))
            .OnCreate(BehaviorCodeWrites.CreateAsync).OnUpdate(BehaviorCodeWrites.UpdateAsync).OnDelete(BehaviorCodeWrites.DeleteAsync);
        codes.CollectionAction("SetSisCodes", BehaviorCodeWrites.SetSisCodesAsync).Takes<IReadOnlyList<string>>("codes").Returns<IReadOnlyList<UnlistedCodeView>>()
            .Described("Takes the SIS's own attendance codes, to compare external codes with, and returns the tardy codes that are not among them.");
        codes.CollectionFunction("SisCodes", BehaviorCodeWrites.SisCodesAsync).Returns<IReadOnlyList<string>>().Described("The SIS's own attendance codes, as the district gave them.");
    }

    private static void DeclareCalendar(ODataModelBuilder model, EntitySet<SchoolView> schools)
    {
        var schedules = Set(model, "BellSchedules", BellScheduleView.Of, s => s.Version).HasKey(s => s.Id).HasAlternateKey(s => s.SchoolId, s => s.Name)
            .HasChangeColumn(s => s.ChangeVersion).Asks(s => s.Periods, s => s.PeriodsStored).Searches(s => s.Name)
            .Described("Bell schedules as they were saved last.")
            .Described(s => s.EffectiveFrom, "First day of what was saved last. Written: first day of the change; left out: today at the school, or the day that was saved last if that is later.")
            .ReadOnly(s => s.Id)
            .HasOne("School", schools, (s => s.SchoolId, s => s.Id))
            .OnCreate(BellScheduleWrites.CreateAsync).OnUpdate(BellScheduleWrites.UpdateAsync);
        DeclareGaps(schedules);
        var days = model.EntitySet("SchoolDays", http => RowsOfCaller.Of(http, (db, of) => SchoolDayView.Of(db, of, RowsOfCaller.Span(http))))
            .HasVersion(d => d.Version).HasKey(d => d.SchoolId, d => d.Date).HasChangeColumn(d => d.ChangeVersion)
            .CountedBy(http => RowsOfCaller.Of(http, (db, of) => SchoolDayView.Listed(db, of, RowsOfCaller.Span(http))), d => d.SchoolId, d => d.Date, d => d.Weekday)
            .Described("Every date of a school, from three school years back to the end of the next. DELETE gives a date back to the default week.")
            .Described(d => d.From, "When the day changes, and then FromSetting and FromScheduleName hold. Of several changes the first.")
            .ReadOnly(d => d.Weekday, d => d.Source)
            .HasOne("School", schools, (d => d.SchoolId, s => s.Id))
            .OnCreate(SchoolDayWrites.CreateAsync).OnUpdate(SchoolDayWrites.UpdateAsync).OnDelete(SchoolDayWrites.DeleteAsync);
        days.CollectionAction("SetRange", SchoolDayWrites.SetRangeAsync).Takes<long>("schoolId").Takes<DateOnly>("first").Takes<DateOnly>("last")
            .Takes<IReadOnlyList<DayOfWeek>>("weekdays", optional: true).Takes<DayChoiceKind?>("setting").Takes<string>("scheduleName", optional: true)
            .Takes<TimeOnly?>("from").Takes<bool?>("preview").Returns<RangeSetView>()
            .Described("Sets every date from first to last, or those of some weekdays: a schedule by name, or NoSchool, Unset or Default. With from: from that time of day on. With preview: shows which tardies would change, and sets nothing.");
        var weeks = Set(model, "DefaultWeeks", DefaultWeekView.Of, d => d.Version).HasKey(d => d.Id).HasChangeColumn(d => d.ChangeVersion)
            .Described("What a school's default week says of a weekday, as it was said last.")
            .Described(d => d.EffectiveFrom, "First day of what was said last. Written: first day of the change; left out: today at the school, or the day that was said last if that is later.")
            .ReadOnly(d => d.Id)
            .HasOne("School", schools, (d => d.SchoolId, s => s.Id))
            .OnCreate(DefaultWeekWrites.CreateAsync).OnUpdate(DefaultWeekWrites.UpdateAsync);
        schools.Function("PeriodAt", PeriodAt.AnswerAsync).Takes<DateOnly>("date").Takes<TimeOnly>("time").Returns<PeriodInForceView>()
            .Described("The period in force at a time of day on the school's wall, or the reason why there is none.");
        schools.HasMany("BellSchedules", schedules, (s => s.Id, s => s.SchoolId)).HasMany("SchoolDays", days, (s => s.Id, d => d.SchoolId))
            .HasMany("DefaultWeeks", weeks, (s => s.Id, d => d.SchoolId));
    }

    private static void DeclareGaps(EntitySet<BellScheduleView> schedules)
    {
        schedules.CollectionAction("CloseGaps", GapWrites.CloseNewAsync).Takes<long>("schoolId").Takes<string>("name").Takes<IReadOnlyList<ClassPeriodView>>("periods")
            .Takes<GapClosingStrategy?>("strategy").Takes<bool?>("preview").Returns<GapsClosedView>()
            .Described("Makes a schedule of periods with gaps by moving windows, never bells. With preview: shows it, and saves nothing.");
        schedules.Action("CloseGaps", GapWrites.CloseAsync).Takes<GapClosingStrategy?>("strategy").Takes<IReadOnlyList<ClassPeriodView>>("periods", optional: true)
            .Takes<DateOnly?>("effectiveFrom").Takes<bool?>("preview").Returns<GapsClosedView>()
            .Described("Gives the schedule these periods, their gaps closed. Without periods: closes the gaps it came with in another way.");
        schedules.Action("UndoCloseGaps", GapWrites.UndoAsync).ReturnsRowOf(schedules).Described("Takes back the closing of gaps that was saved last.");
        schedules.Function("Gaps", GapWrites.GapsAsync).Returns<IReadOnlyList<ClosedGapView>>().Described("The gaps that the periods came with, and where the windows meet now. Empty: they came without.");
    }

    private static void DeclareTardies(ODataModelBuilder model, EntitySet<SchoolView> schools, EntitySet<StudentView> students)
    {
        var passes = Set(model, "Passes", PassView.Of, p => p.Version).HasKey(p => p.Id).HasAlternateKey(p => p.PassId).HasChangeColumn(p => p.ChangeVersion)
            .Hides(p => p.StudentNumber)
            .Described("Passes as they were handed in, and what became of each.")
            .Described(p => p.Outcome, "Null: its day has not been mapped yet.")
            .HasOne("School", schools, (p => p.SchoolId, s => s.Id)).HasOne("Student", students, (p => p.StudentNumber, s => s.StudentNumber)).TakesPasses();
        var records = Set(model, "TardyRecords", TardyRecordView.Of, r => r.Version).HasKey(r => r.Id).HasChangeColumn(r => r.ChangeVersion)
            .Hides(r => r.StudentNumber)
            .Described("What the SIS should hold. Withdrawn: it is no tardy any more.")
            .Described(r => r.DeliveryStatus, "Held, if a connector holds it; or where the file stands that says the record as it is now; null: it is owed. Whenever it changes, ChangeVersion does.")
            .HasOne("Pass", passes, (r => r.PassId, p => p.PassId))
            .HasOne("School", schools, (r => r.SchoolId, s => s.Id)).HasOne("Student", students, (r => r.StudentNumber, s => s.StudentNumber));
        students.HasMany("Passes", passes, (s => s.StudentNumber, p => p.StudentNumber)).HasMany("TardyRecords", records, (s => s.StudentNumber, r => r.StudentNumber));
        schools.HasMany("Passes", passes, (s => s.Id, p => p.SchoolId)).HasMany("TardyRecords", records, (s => s.Id, r => r.SchoolId));

        Set(model, "PassCounts", PassCountView.Of, c => c.Version).HasKey(c => c.Id).HasChangeColumn(c => c.ChangeVersion)
            .Described("How many passes of a day came to what, of days whose passes the district has let go of.")
            .HasOne("School", schools, (c => c.SchoolId, s => s.Id));

        var connectors = model.EntitySet("Connectors", http => RowsOfCaller.Of(http, (db, of) => ConnectorView.Of(db, of, RowsOfCaller.CallerOf(http).RunsConnectors)))
            .HasVersion(c => c.Version).HasKey(c => c.Id).HasChangeColumn(c => c.ChangeVersion).Searches(c => c.Name)
            .Described("Where tardies go, in the words of a connector file, and how that stands. Not for keys of one school; who does not run connectors sees no place.")
            .ReadOnly(c => c.Id, c => c.HasPassword, c => c.HasPrivateKey, c => c.HasPassphrase, c => c.AddedAt, c => c.RemovedAt, c => c.PausedAt, c => c.PausedUntil,
                c => c.Hold, c => c.HoldReason, c => c.HeldAt, c => c.LastSuccessAt, c => c.RecordsHeld, c => c.CorrectionsOpen, c => c.FilesUnconfirmed)
            .OnCreate(ConnectorWrites.CreateAsync).OnUpdate(ConnectorWrites.UpdateAsync).OnDelete(ConnectorWrites.DeleteAsync);
        ConnectorActions.Declare(connectors);
        LayoutWrites.Declare(Set(model, "Layouts", LayoutView.Of, l => l.Version).HasKey(l => l.Id).HasAlternateKey(l => l.Name, l => l.Number).HasChangeColumn(l => l.ChangeVersion)
            .Described("What SIS files look like: every version of the district's layouts, and the presets, with number 0. Not for keys of one school."));
        var runs = model.EntitySet("SyncRuns", http => RowsOfCaller.OfDeliveries(http, SyncRunView.Of, SyncRunView.OfChildDays)).HasVersion(r => r.Version).HasKey(r => r.Id).HasChangeColumn(r => r.ChangeVersion)
            .Searches(r => r.ConnectorName, r => r.Error)
            .Described("Runs of connectors. Not for keys of one school; who reads childcare alone sees those that send child-days.")
            .Described(r => r.RowsRejected, "Null: the far side takes files and does not say what it makes of their rows.")
            .HasOne("Connector", connectors, (r => r.ConnectorId, c => c.Id));
        var entries = model.EntitySet("SyncEntries", http => RowsOfCaller.OfDeliveries(http, SyncEntryView.Of, SyncEntryView.OfChildDays)).HasVersion(e => e.Version).HasKey(e => e.Id).HasChangeColumn(e => e.ChangeVersion).Searches(e => e.Reason)
            .Hides(e => e.StudentNumber)
            .Described("One line for each record in each run.")
            .HasOne("SyncRun", runs, (e => e.SyncRunId, r => r.Id)).HasOne("School", schools, (e => e.SchoolId, s => s.Id))
            .HasOne("Student", students, (e => e.StudentNumber, s => s.StudentNumber)).HasOne("TardyRecord", records, (e => e.RecordId, r => r.Id));
        RunActions.Declare(runs);
        runs.HasMany("SyncEntries", entries, (r => r.Id, e => e.SyncRunId));
        connectors.HasMany("SyncRuns", runs, (c => c.Id, r => r.ConnectorId));
        records.HasMany("SyncEntries", entries, (r => r.Id, e => e.RecordId));

        // What is let go is deleted, which a column of changes cannot tell.
        Set(model, "HeldRecords", HeldRecordView.Of, h => h.Version).HasKey(h => h.Id).Searches(h => h.Explanation)
            .Hides(h => h.StudentNumber)
            .Described("What a connector holds for a person. It goes with the next run once its cause is gone.")
            .HasOne("TardyRecord", records, (h => h.RecordId, r => r.Id)).HasOne("School", schools, (h => h.SchoolId, s => s.Id))
            .HasOne("Connector", connectors, (h => h.ConnectorId, c => c.Id));
        var corrections = Set(model, "ManualCorrections", ManualCorrectionView.Of, c => c.Version).HasKey(c => c.Id)
            .Hides(c => c.StudentNumber)
            .Described("Marks that a clerk changes in the SIS by hand, because its files cannot say it.")
            .HasOne("TardyRecord", records, (c => c.RecordId, r => r.Id)).HasOne("School", schools, (c => c.SchoolId, s => s.Id))
            .HasOne("Connector", connectors, (c => c.ConnectorId, c => c.Id));
        CorrectionActions.Declare(corrections);
    }

    private static EntitySet<TView> Set<TView>(ODataModelBuilder model, string name, Func<K12SyncDb, SchoolSet, IQueryable<TView>> rows, Expression<Func<TView, object?>> version)
        where TView : class, new() => model.EntitySet(name, http => RowsOfCaller.Of(http, rows)).HasVersion(version);

    /// <summary>Columns that say who a student is; support sees them masked.</summary>
    internal static EntitySet<TView> Hides<TView>(this EntitySet<TView> set, params Expression<Func<TView, string?>>[] columns)
        where TView : class, new()
    {
        foreach (var column in columns)
            set.Masks(column, _ => Masked);
        return set.MaskedFor(http => RowsOfCaller.CallerOf(http).SeesStudentsMasked ? Students : Nothing);
    }
}
