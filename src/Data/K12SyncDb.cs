using System.Data.Common;
using System.Globalization;
using System.Linq.Expressions;
using K12Sync.Data.Access;
using K12Sync.Data.Audit;
using K12Sync.Data.BellSchedules;
using K12Sync.Data.Childcare;
using K12Sync.Data.Exports;
using K12Sync.Data.Passes;
using K12Sync.Data.Retention;
using K12Sync.Data.Roster;
using K12Sync.Data.SchoolCalendar;
using K12Sync.Data.Storage;
using K12Sync.Data.Tardies;
using K12Sync.Domain.BehaviorCodes;
using K12Sync.Domain.BellSchedules;
using K12Sync.Domain.Childcare;
using K12Sync.Domain.Exports;
using K12Sync.Domain.Roster;
using K12Sync.Domain.SchoolCalendar;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace K12Sync.Data;

/// <summary>
/// All rows of one district. The district is not an argument of queries: every table carries it in a column that no class shows,
/// a filter on it is put on every table in one place, and every row that is saved gets it.
/// </summary>
/// <remarks>
/// <see cref="Columns.Version"/> (the concurrency token) and <see cref="Columns.ChangeVersion"/> are stamped on every save from the
/// district's one clock, see <see cref="ChangeClock"/>.
/// </remarks>
public abstract class K12SyncDb : DbContext
{
    private int _parts;

    /// <summary>The rows of <paramref name="district"/>, and no others.</summary>
    protected K12SyncDb(DbContextOptions options, DistrictId district) : base(options) => DistrictId = district.Value;

    /// <summary>The district in force.</summary>
    internal long DistrictId { get; }

    /// <summary>SQL that says whether a column holds one of the texts of a JSON array given as a parameter; where there is an index on the column, by the index.</summary>
    internal string IsOneOf(string column, string parameter) => ColumnIsOneOf($"\"{column}\"", parameter);

    /// <summary>The same of a column of the table that the statement calls <paramref name="table"/>.</summary>
    internal string IsOneOf(string table, string column, string parameter) => ColumnIsOneOf($"{table}.\"{column}\"", parameter);

    /// <inheritdoc cref="IsOneOf(string, string)"/>
    private protected abstract string ColumnIsOneOf(string column, string parameter);

    /// <summary>
    /// SQL that joins to each row before it the last row of a table that meets a condition, if there is one, found by index for each row by itself.
    /// </summary>
    /// <param name="table">Its last row is the one with the highest <c>Id</c>.</param>
    /// <param name="alias">What the joined row is called.</param>
    /// <param name="candidate">What <paramref name="condition"/> calls a row of the table.</param>
    /// <param name="condition">May name the tables before it.</param>
    internal abstract string LeftJoinLast(string table, string alias, string candidate, string condition);

    /// <summary>The stamps taken so far; null: none. They count once the transaction is committed.</summary>
    public StampRange? Stamps { get; internal set; }

    /// <summary>The fastest way in for many passes.</summary>
    internal abstract PassInsert PassInsert { get; }

    /// <summary>The fastest way to read many rows; see <see cref="DistrictSql"/> for the statement.</summary>
    internal abstract Task<RowReader> ReadRowsAsync(string sql, CancellationToken cancellation, params (string Name, object? Value)[] parameters);

    /// <summary>The fastest way to run one statement for many rows; see <see cref="RowWriter"/> for how it is written.</summary>
    internal abstract RowWriter RowWriter(string sql, params (string Name, Holds Holds)[] values);

    /// <summary>How long a statement for many rows may keep silent before it is given up, in seconds; 0: for ever; null: as long as any other.</summary>
    internal virtual int? BulkSeconds => null;

    /// <summary>
    /// To be called when <paramref name="rows"/> rows were written at once, after they were committed. What the database knows of a table that has grown a lot
    /// is brought up to date, so that statements planned while it was small are planned again.
    /// </summary>
    internal abstract Task GrewAsync(int rows, CancellationToken cancellation, params IReadOnlyList<string> tables);

    public DbSet<District> Districts => Set<District>();
    public DbSet<School> Schools => Set<School>();
    public DbSet<Student> Students => Set<Student>();
    public DbSet<Enrollment> Enrollments => Set<Enrollment>();
    public DbSet<BehaviorCode> BehaviorCodes => Set<BehaviorCode>();
    public DbSet<SisCodeRow> SisCodes => Set<SisCodeRow>();
    public DbSet<ScheduleRow> BellSchedules => Set<ScheduleRow>();
    public DbSet<ScheduleVersionRow> BellScheduleVersions => Set<ScheduleVersionRow>();
    public DbSet<WeekdayRow> DefaultWeeks => Set<WeekdayRow>();
    public DbSet<DatedDayRow> DatedDays => Set<DatedDayRow>();
    public DbSet<PassRow> Passes => Set<PassRow>();
    public DbSet<PendingDayRow> PendingDays => Set<PendingDayRow>();
    public DbSet<TardyRecordRow> TardyRecords => Set<TardyRecordRow>();
    public DbSet<ConnectorRow> Connectors => Set<ConnectorRow>();
    public DbSet<ConnectorSecretRow> ConnectorSecrets => Set<ConnectorSecretRow>();
    public DbSet<SecretKeyRow> SecretKeys => Set<SecretKeyRow>();
    public DbSet<LeaseRow> Leases => Set<LeaseRow>();
    public DbSet<SyncRunRow> SyncRuns => Set<SyncRunRow>();
    public DbSet<ExportBatchRow> ExportBatches => Set<ExportBatchRow>();
    public DbSet<ExportContentRow> ExportContents => Set<ExportContentRow>();
    public DbSet<SyncEntryRow> SyncEntries => Set<SyncEntryRow>();
    public DbSet<HeldRecordRow> HeldRecords => Set<HeldRecordRow>();
    public DbSet<HeldEventRow> HeldEvents => Set<HeldEventRow>();
    public DbSet<ManualCorrectionRow> ManualCorrections => Set<ManualCorrectionRow>();
    public DbSet<LayoutRow> Layouts => Set<LayoutRow>();
    public DbSet<AlertRow> Alerts => Set<AlertRow>();
    public DbSet<ApiKeyRow> ApiKeys => Set<ApiKeyRow>();
    public DbSet<PersonRow> People => Set<PersonRow>();
    public DbSet<PasskeyRow> Passkeys => Set<PasskeyRow>();
    public DbSet<ExternalLoginRow> ExternalLogins => Set<ExternalLoginRow>();
    public DbSet<SignInLinkRow> SignInLinks => Set<SignInLinkRow>();
    public DbSet<AuditEntryRow> AuditEntries => Set<AuditEntryRow>();
    public DbSet<AuditChainRow> AuditChains => Set<AuditChainRow>();
    public DbSet<Site> Sites => Set<Site>();
    public DbSet<Provider> Providers => Set<Provider>();
    public DbSet<Child> Children => Set<Child>();
    public DbSet<Placement> Placements => Set<Placement>();
    public DbSet<Authorization> Authorizations => Set<Authorization>();
    public DbSet<AgencyChildRow> AgencyChildren => Set<AgencyChildRow>();
    public DbSet<ChildLinkRow> ChildLinks => Set<ChildLinkRow>();
    public DbSet<AttendanceEventRow> AttendanceEvents => Set<AttendanceEventRow>();
    public DbSet<AbsenceRow> Absences => Set<AbsenceRow>();
    public DbSet<ClosureRow> Closures => Set<ClosureRow>();
    public DbSet<AttendanceDayRow> AttendanceDays => Set<AttendanceDayRow>();
    public DbSet<DayCountRow> DayCounts => Set<DayCountRow>();
    public DbSet<PendingChildDayRow> PendingChildDays => Set<PendingChildDayRow>();

    /// <summary>Every date there is, the one table that is no district's.</summary>
    public IQueryable<DateRow> Dates => Set<DateRow>().AsNoTracking();

    /// <summary>
    /// Begins a transaction, or a part of the one that is open. A part can be undone by itself; it is committed with the whole, by whoever opened that.
    /// </summary>
    public async Task<Transaction> TransactAsync(CancellationToken cancellation)
    {
        if (Database.CurrentTransaction is not { } open)
            return new Transaction(await Database.BeginTransactionAsync(cancellation), null);
        var savepoint = $"part{++_parts}";
        await open.CreateSavepointAsync(savepoint, cancellation);
        return new Transaction(open, savepoint);
    }

    /// <summary>As <see cref="TransactAsync"/>, and has its turn to write: until it ends, what it reads of the district is changed by nobody else.</summary>
    public async Task<Transaction> TakeTurnAsync(CancellationToken cancellation)
    {
        var transaction = await TransactAsync(cancellation);
        try
        {
            await ChangeClock.TakeAsync(this, 0, cancellation);
            return transaction;
        }
        catch
        {
            await transaction.DisposeAsync();
            throw;
        }
    }

    /// <summary>The version of a row that was read to be changed; what its readers have as their ETag.</summary>
    public long VersionOf(object row) => (long)Entry(row).Property(Columns.Version).CurrentValue!;

    /// <summary>Saves as <see cref="SaveChangesAsync(bool, CancellationToken)"/> does. False if a unique index refused a row: then nothing was saved, and nothing is tracked any more.</summary>
    public async Task<bool> TrySaveAsync(CancellationToken cancellation)
    {
        await using var part = await TransactAsync(cancellation);
        try
        {
            await SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException e) when (e.InnerException is DbException refused && refused.IsUniqueViolation())
        {
            ChangeTracker.Clear();
            return false;
        }
        await part.CommitAsync(cancellation);
        return true;
    }

    /// <inheritdoc/>
    public override int SaveChanges(bool acceptAllChangesOnSuccess) =>
        throw new NotSupportedException("Save asynchronously: stamping may wait for another writer.");

    /// <inheritdoc/>
    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        var changed = ChangeTracker.Entries().Where(e => e.State is EntityState.Added or EntityState.Modified or EntityState.Deleted).ToList();
        if (changed.Count == 0)
            return 0;
        await using var transaction = Database.CurrentTransaction is null ? await Database.BeginTransactionAsync(cancellationToken) : null;
        var stamp = await ChangeClock.TakeAsync(this, changed.Count, cancellationToken);
        foreach (var entry in changed)
        {
            if (entry.State == EntityState.Added)
                entry.Property(Columns.DistrictId).CurrentValue = DistrictId;
            if (entry.State == EntityState.Deleted)
                continue;
            entry.Property(Columns.Version).CurrentValue = stamp;
            entry.Property(Columns.ChangeVersion).CurrentValue = stamp++;
        }
        var saved = await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        if (transaction is not null)
            await transaction.CommitAsync(cancellationToken);
        return saved;
    }

    /// <inheritdoc/>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.ComplexProperties<ClassPeriod>();
        configurationBuilder.ComplexProperties<StudentFacts>();
        configurationBuilder.ComplexProperties<ChildFacts>();
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcTicks>();
        configurationBuilder.Properties<DateTime>().HaveConversion<WallClock>();
        configurationBuilder.Properties<Enum>().HaveConversion<string>();
        configurationBuilder.Properties<SchoolZone>().HaveConversion<ZoneId>();
        configurationBuilder.Properties<Weekdays>().HaveConversion<WeekdaysText>();
        configurationBuilder.Properties<SiteHours>().HaveConversion<HoursText>();
        configurationBuilder.Properties<LatenessLadder>().HaveConversion<LadderText>();
        configurationBuilder.Properties<ConnectorDefinition>().HaveConversion<ConnectorText>();
    }

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(K12SyncDb).Assembly);
        foreach (var row in Tables)
        {
            var built = modelBuilder.Entity(row);
            built.Property<long>(Columns.Version).IsConcurrencyToken();
            built.Property<long>(Columns.ChangeVersion);
            if (row != typeof(District))
                built.Property<long>(Columns.DistrictId);
            built.HasQueryFilter(InDistrict(row));
        }
    }

    /// <summary>Every table there is: what has a <see cref="DbSet{TEntity}"/> here.</summary>
    private static IEnumerable<Type> Tables => typeof(K12SyncDb).GetProperties()
        .Where(p => p.PropertyType.IsGenericType && p.PropertyType.GetGenericTypeDefinition() == typeof(DbSet<>))
        .Select(p => p.PropertyType.GetGenericArguments()[0]);

    /// <summary><c>row => row.DistrictId == this.DistrictId</c>, for any table.</summary>
    private LambdaExpression InDistrict(Type row)
    {
        var parameter = Expression.Parameter(row, "row");
        var column = row == typeof(District) ? nameof(District.Id) : Columns.DistrictId;
        var owner = Expression.Call(typeof(EF), nameof(EF.Property), [typeof(long)], parameter, Expression.Constant(column));
        var mine = Expression.Property(Expression.Constant(this, typeof(K12SyncDb)), nameof(DistrictId));
        return Expression.Lambda(Expression.Equal(owner, mine), parameter);
    }

    private sealed class UtcTicks() : ValueConverter<DateTimeOffset, long>(
        instant => instant.UtcTicks, ticks => new DateTimeOffset(ticks, TimeSpan.Zero));

    /// <summary>A date and time on some wall, to the second, as text that sorts: it is no instant, and no database should take it for one.</summary>
    private sealed class WallClock() : ValueConverter<DateTime, string>(
        local => local.ToString("s", CultureInfo.InvariantCulture), text => DateTime.ParseExact(text, "s", CultureInfo.InvariantCulture));

    private sealed class ZoneId() : ValueConverter<SchoolZone, string>(zone => zone.Id, id => FindZone(id));

    private sealed class LadderText() : ValueConverter<LatenessLadder, string>(ladder => ladder.ToString(), text => ReadLadder(text));

    private sealed class WeekdaysText() : ValueConverter<Weekdays, string>(days => days.ToString(), text => ReadWeekdays(text));

    private sealed class HoursText() : ValueConverter<SiteHours, string>(hours => hours.ToString(), text => ReadHours(text));

    private sealed class ConnectorText() : ValueConverter<ConnectorDefinition, string>(
        definition => ConnectorJson.Write(definition), json => ConnectorJson.Read(json));

    private static SchoolZone FindZone(string id) =>
        SchoolZone.Find(id) ?? throw new InvalidOperationException($"This machine has no time-zone data for {id}. Install the operating system's time-zone package.");

    private static Weekdays ReadWeekdays(string text) =>
        Weekdays.TryParse(text, out var days) ? days : throw new InvalidOperationException("A set of weekdays in the database cannot be read.");

    private static SiteHours ReadHours(string text) =>
        SiteHours.Parse(text, out var reason) ?? throw new InvalidOperationException(reason);

    private static LatenessLadder ReadLadder(string text) =>
        LatenessLadder.Parse(text, out var reason) ?? throw new InvalidOperationException(reason);
}

/// <summary>A transaction, or a part of one that somebody else opened. Disposed without <see cref="CommitAsync"/>, it is undone.</summary>
public sealed class Transaction : IAsyncDisposable
{
    private readonly IDbContextTransaction _whole;
    private readonly string? _savepoint;
    private bool _ended;

    internal Transaction(IDbContextTransaction whole, string? savepoint) => (_whole, _savepoint) = (whole, savepoint);

    /// <summary>Commits; a part only leaves it to the whole.</summary>
    public Task CommitAsync(CancellationToken cancellation)
    {
        _ended = true;
        return _savepoint is null ? _whole.CommitAsync(cancellation) : _whole.ReleaseSavepointAsync(_savepoint, cancellation);
    }

    /// <summary>Undoes what was done since it was opened.</summary>
    public Task RollbackAsync(CancellationToken cancellation)
    {
        _ended = true;
        return _savepoint is null ? _whole.RollbackAsync(cancellation) : _whole.RollbackToSavepointAsync(_savepoint, cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_ended)
            await RollbackAsync(CancellationToken.None);
        if (_savepoint is null)
            await _whole.DisposeAsync();
    }
}

/// <summary>Columns that every table has and no class shows.</summary>
internal static class Columns
{
    /// <summary>Whose row it is.</summary>
    public const string DistrictId = nameof(DistrictId);

    /// <summary>Moves when the row's content does; the concurrency token.</summary>
    public const string Version = nameof(Version);

    /// <summary>Moves when anything a reader of changes would want to know does.</summary>
    public const string ChangeVersion = nameof(ChangeVersion);
}
