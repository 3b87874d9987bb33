using System.Linq.Expressions;
using K12Sync.Api.OData.Views;
using K12Sync.Data;
using K12Sync.Data.Access;
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
        [nameof(StudentView.StudentNumber), nameof(StudentView.StateId), nameof(StudentView.FirstName), nameof(StudentView.MiddleName), nameof(StudentView.LastName)];

    private static readonly HashSet<string> Nothing = [];

    public static ODataModel Build()
    {
        var model = new ODataModelBuilder("K12Sync");
        Set(model, "Districts", (db, _) => DistrictView.Of(db), d => d.Version).HasKey(d => d.Id)
            .Described("The district of the key.");
        var schools = Set(model, "Schools", SchoolView.Of, s => s.Version).HasKey(s => s.Id).HasAlternateKey(s => s.Code).HasChangeColumn(s => s.ChangeVersion)
            .Searches(s => s.Code, s => s.Name);
        var students = Set(model, "Students", StudentView.Of, s => s.Version).HasKey(s => s.Id).HasAlternateKey(s => s.StudentNumber).HasChangeColumn(s => s.ChangeVersion)
            .Searches(s => s.StudentNumber, s => s.FirstName, s => s.LastName)
            .Hides(s => s.StudentNumber, s => s.StateId, s => s.FirstName, s => s.MiddleName, s => s.LastName);
        Set(model, "BehaviorCodes", BehaviorCodeView.Of, c => c.Version).HasKey(c => c.Id).HasChangeColumn(c => c.ChangeVersion)
            .Searches(c => c.Code, c => c.Name, c => c.Description)
            .Described("What passes are given for. Without SchoolId: for the whole district.")
            .HasOne("School", schools, (c => c.SchoolId, s => s.Id));
        DeclareCalendar(model, schools);
        DeclareTardies(model, schools, students);
        model.EntitySet("AuditEntries", http => AuditEntryView.Of(RowsOfCaller.Db(http), RowsOfCaller.CallerOf(http))).HasVersion(e => e.Version).HasKey(e => e.Id)
            .HasChangeColumn(e => e.ChangeVersion).Searches(e => e.Target, e => e.Query, e => e.Person, e => e.SupportId)
            .Described("Who changed what and who looked at students. For DistrictIT keys of the whole district.");
        return model.Build();
    }

    private static void DeclareCalendar(ODataModelBuilder model, EntitySet<SchoolView> schools)
    {
        var schedules = Set(model, "BellSchedules", BellScheduleView.Of, s => s.Version).HasKey(s => s.Id).HasAlternateKey(s => s.SchoolId, s => s.Name)
            .HasChangeColumn(s => s.ChangeVersion).Asks(s => s.Periods, s => s.PeriodsStored).Searches(s => s.Name)
            .Described("Bell schedules as they were saved last.")
            .HasOne("School", schools, (s => s.SchoolId, s => s.Id));
        var days = Set(model, "SchoolDays", SchoolDayView.Of, d => d.Version).HasKey(d => d.SchoolId, d => d.Date).HasChangeColumn(d => d.ChangeVersion)
            .Described("Dates on which a school's calendar departs from its default week.")
            .HasOne("School", schools, (d => d.SchoolId, s => s.Id));
        var weeks = Set(model, "DefaultWeeks", DefaultWeekView.Of, d => d.Version).HasKey(d => d.Id).HasChangeColumn(d => d.ChangeVersion)
            .HasOne("School", schools, (d => d.SchoolId, s => s.Id));
        schools.HasMany("BellSchedules", schedules, (s => s.Id, s => s.SchoolId)).HasMany("SchoolDays", days, (s => s.Id, d => d.SchoolId))
            .HasMany("DefaultWeeks", weeks, (s => s.Id, d => d.SchoolId));
    }

    private static void DeclareTardies(ODataModelBuilder model, EntitySet<SchoolView> schools, EntitySet<StudentView> students)
    {
        var passes = Set(model, "Passes", PassView.Of, p => p.Version).HasKey(p => p.Id).HasAlternateKey(p => p.PassId).HasChangeColumn(p => p.ChangeVersion)
            .Hides(p => p.StudentNumber)
            .HasOne("School", schools, (p => p.SchoolId, s => s.Id)).HasOne("Student", students, (p => p.StudentNumber, s => s.StudentNumber));
        var records = Set(model, "TardyRecords", TardyRecordView.Of, r => r.Version).HasKey(r => r.Id).HasChangeColumn(r => r.ChangeVersion)
            .Hides(r => r.StudentNumber)
            .Described("What the SIS should hold. Withdrawn: it is no tardy any more.")
            .Described(r => r.DeliveryStatus, "What the last run's line about the record as it is now says; null: it is owed, no run has named it yet.")
            .HasOne("Pass", passes, (r => r.PassId, p => p.PassId))
            .HasOne("School", schools, (r => r.SchoolId, s => s.Id)).HasOne("Student", students, (r => r.StudentNumber, s => s.StudentNumber));
        students.HasMany("Passes", passes, (s => s.StudentNumber, p => p.StudentNumber)).HasMany("TardyRecords", records, (s => s.StudentNumber, r => r.StudentNumber));
        schools.HasMany("Passes", passes, (s => s.Id, p => p.SchoolId)).HasMany("TardyRecords", records, (s => s.Id, r => r.SchoolId));

        var connectors = Set(model, "Connectors", ConnectorView.Of, c => c.Version).HasKey(c => c.Id).HasChangeColumn(c => c.ChangeVersion).Searches(c => c.Name)
            .Described("How connectors stand. Not for keys of one school.");
        Set(model, "Layouts", LayoutView.Of, l => l.Version).HasKey(l => l.Id).HasAlternateKey(l => l.Name, l => l.Number).HasChangeColumn(l => l.ChangeVersion)
            .Described("Layouts that the district wrote. Not for keys of one school.");
        var runs = Set(model, "SyncRuns", SyncRunView.Of, r => r.Version).HasKey(r => r.Id).HasChangeColumn(r => r.ChangeVersion)
            .Searches(r => r.ConnectorName, r => r.Error)
            .Described("Runs of connectors. Not for keys of one school.")
            .HasOne("Connector", connectors, (r => r.ConnectorId, c => c.Id));
        var entries = Set(model, "SyncEntries", SyncEntryView.Of, e => e.Version).HasKey(e => e.Id).HasChangeColumn(e => e.ChangeVersion).Searches(e => e.Reason)
            .Hides(e => e.StudentNumber)
            .HasOne("SyncRun", runs, (e => e.SyncRunId, r => r.Id)).HasOne("School", schools, (e => e.SchoolId, s => s.Id))
            .HasOne("Student", students, (e => e.StudentNumber, s => s.StudentNumber)).HasOne("TardyRecord", records, (e => e.RecordId, r => r.Id));
        runs.HasMany("SyncEntries", entries, (r => r.Id, e => e.SyncRunId));
        connectors.HasMany("SyncRuns", runs, (c => c.Id, r => r.ConnectorId));
        records.HasMany("SyncEntries", entries, (r => r.Id, e => e.RecordId));

        // What is let go is deleted, which a column of changes cannot tell.
        Set(model, "HeldRecords", HeldRecordView.Of, h => h.Version).HasKey(h => h.Id).Searches(h => h.Explanation)
            .Hides(h => h.StudentNumber)
            .HasOne("TardyRecord", records, (h => h.RecordId, r => r.Id)).HasOne("School", schools, (h => h.SchoolId, s => s.Id))
            .HasOne("Connector", connectors, (h => h.ConnectorId, c => c.Id));
        Set(model, "ManualCorrections", ManualCorrectionView.Of, c => c.Version).HasKey(c => c.Id)
            .Hides(c => c.StudentNumber)
            .HasOne("TardyRecord", records, (c => c.RecordId, r => r.Id)).HasOne("School", schools, (c => c.SchoolId, s => s.Id))
            .HasOne("Connector", connectors, (c => c.ConnectorId, c => c.Id));
    }

    private static EntitySet<TView> Set<TView>(ODataModelBuilder model, string name, Func<K12SyncDb, SchoolSet, IQueryable<TView>> rows, Expression<Func<TView, object?>> version)
        where TView : class, new() => model.EntitySet(name, http => rows(RowsOfCaller.Db(http), RowsOfCaller.Schools(http))).HasVersion(version);

    /// <summary>Columns that say who a student is; support sees them masked.</summary>
    private static EntitySet<TView> Hides<TView>(this EntitySet<TView> set, params Expression<Func<TView, string?>>[] columns)
        where TView : class, new()
    {
        foreach (var column in columns)
            set.Masks(column, _ => Masked);
        return set.MaskedFor(http => RowsOfCaller.CallerOf(http).SeesStudentsMasked ? Students : Nothing);
    }
}
