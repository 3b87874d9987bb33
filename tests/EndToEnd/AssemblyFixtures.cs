using K12Sync.EndToEnd.CommandLine;

[assembly: AssemblyFixture(typeof(SampleDistrict))]
