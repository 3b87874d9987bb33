using K12Sync.Api.Exports;
using K12Sync.Api.Tardies;
using K12Sync.Data;
using K12Sync.Data.Access;
using K12Sync.Data.Exports;
using K12Sync.Data.Storage;
using K12Sync.Exporters.Exports;

namespace K12Sync.Api.CommandLine;

/// <summary>One district's database, open, with the operations that work on it. The composition of a command.</summary>
internal sealed class Workplace : IAsyncDisposable
{
    private Workplace(DataFolder folder, string district, K12SyncDb db, TimeProvider clock) =>
        (Folder, District, Db, Clock) = (folder, district, db, clock);

    public DataFolder Folder { get; }
    public string District { get; }
    public K12SyncDb Db { get; }
    public TimeProvider Clock { get; }

    public TardyOperations Tardies => new(Db);
    public WhyOperations Why => new(Db);
    public Imports.ImportOperations Imports => new(Db, Clock);
    public LayoutOperations Layouts => new(Db);
    public ConnectorOperations Connectors => new(Db, Layouts);
    public CorrectionOperations Corrections => new(Db, Clock);
    public ExportOperations Exports => new(Db, Tardies, new ExportPipeline(Ledger, new Destinations(Folder.Path), Clock), Ledger, Clock);

    private ExportLedger Ledger => new(Db, Clock);

    /// <summary>Opens a district of a database that exists and is current.</summary>
    /// <exception cref="CommandFailedException">There is no database, it must be migrated first, or the district is not clear.</exception>
    public static async Task<Workplace> OpenAsync(DataFolder folder, string? district, TimeProvider clock, CancellationToken cancellation)
    {
        switch (await folder.ExamineAsync(cancellation))
        {
            case SchemaState.Missing:
                throw new CommandFailedException($"There is no database in {folder.Path}. Make one with 'k12sync import PATH' or 'k12sync demo', or name another folder with --data.");
            case SchemaState.Older:
                throw new CommandFailedException($"The database in {folder.Path} is from an older K12Sync. Run 'k12sync migrate' once; it makes a backup first.");
        }
        var districts = await new DistrictDirectory(folder).ListAsync(cancellation);
        var names = string.Join(", ", districts.Select(d => d.Name));
        var matches = districts.Where(d => district is null || d.Name == district).ToList();
        return matches switch
        {
            [var (id, name)] => new Workplace(folder, name, folder.Open(id), clock),
            [] when district is not null => throw new CommandFailedException($"There is no district '{district}'. There is: {names}."),
            [] => throw new CommandFailedException($"The database in {folder.Path} has no district yet. Import one first."),
            _ => throw new CommandFailedException($"There are several districts ({names}). Say which with --district."),
        };
    }

    /// <summary>As <see cref="OpenAsync"/>, but makes the database, the schema and the district where they are missing.</summary>
    public static async Task<Workplace> OpenOrMakeAsync(DataFolder folder, string? district, string nameOfNew, TimeProvider clock, CancellationToken cancellation)
    {
        if (await folder.MigrateAsync(cancellation) is { } backup)
            await Console.Error.WriteLineAsync($"The database was brought up to date. A copy of the old one is {backup}.");
        var directory = new DistrictDirectory(folder);
        var districts = await directory.ListAsync(cancellation);
        if (districts.Count == 0 || (district is not null && districts.All(d => d.Name != district)))
            await directory.AddAsync(district ?? nameOfNew, cancellation);
        return await OpenAsync(folder, district, clock, cancellation);
    }

    public ValueTask DisposeAsync() => Db.DisposeAsync();
}
