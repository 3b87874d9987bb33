using K12Sync.EndToEnd.CommandLine;
using K12Sync.Tests.Servers;

[assembly: AssemblyFixture(typeof(SampleDistrict))]
[assembly: AssemblyFixture(typeof(PostgresServer))]
