using K12Sync.EndToEnd.CommandLine;
using K12Sync.EndToEnd.OData;
using K12Sync.EndToEnd.SignIn;
using K12Sync.Tests.Servers;

[assembly: AssemblyFixture(typeof(SampleDistrict))]
[assembly: AssemblyFixture(typeof(PostgresServer))]
[assembly: AssemblyFixture(typeof(TwoDistricts))]
[assembly: AssemblyFixture(typeof(Chromium))]
