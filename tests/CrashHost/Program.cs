using System.Globalization;
using K12Sync.Api.Exports;
using K12Sync.Api.Tardies;
using K12Sync.CrashHost;
using K12Sync.Data.Access;
using K12Sync.Data.Exports;
using K12Sync.Data.Storage;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Exports;

// CrashHost DATA CONNECTOR STEP: runs the connector once and dies by SIGKILL when STEP steps have been taken. Prints how many there were.
var (data, name, fatalStep) = (args[0], args[1], int.Parse(args[2], CultureInfo.InvariantCulture));
var folder = new DataFolder(data, TimeProvider.System);
await folder.MigrateAsync(CancellationToken.None);
var (district, _) = (await new DistrictDirectory(folder).ListAsync(CancellationToken.None)).Single();
await using var db = folder.Open(district);
var steps = new Steps(fatalStep);
await using var lease = await new RunLeases(folder, district, TimeProvider.System).TakeAsync(1, CancellationToken.None);
var ledger = new MortalLedger(new ExportLedger(db, TimeProvider.System, lease), steps);
var pipeline = new ExportPipeline(ledger, new MortalDestinations(new Destinations(folder.Path), steps), TimeProvider.System, RetryPolicy.None);
var connector = await new ConnectorOperations(db, new LayoutOperations(db), TimeProvider.System).FindAsync(name, CancellationToken.None) ?? throw new InvalidOperationException("No such connector.");
await new TardyOperations(db).MapPendingAsync(CancellationToken.None);
await pipeline.RunAsync(connector, RunRequest.Manual, CancellationToken.None);
Console.WriteLine(steps.Taken.ToString(CultureInfo.InvariantCulture));
