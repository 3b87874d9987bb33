using K12Sync.Api.CommandLine;

return await CommandLineApp.RunAsync(args, TimeProvider.System);
