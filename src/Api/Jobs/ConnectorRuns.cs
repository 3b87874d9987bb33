using K12Sync.Api.CommandLine;
using K12Sync.Api.Exports;
using K12Sync.Data.Access;
using K12Sync.Domain.Exports;

namespace K12Sync.Api.Jobs;

/// <summary>Makes runs, each in a place of its own.</summary>
internal interface IConnectorRuns
{
    /// <summary>Runs the connector once.</summary>
    Task<ExportReport> RunAsync(DistrictId district, Connector connector, RunRequest request, CancellationToken cancellation);
}

/// <summary>Makes runs as the command line does.</summary>
internal sealed class ConnectorRuns(Premises premises) : IConnectorRuns
{
    /// <inheritdoc/>
    public async Task<ExportReport> RunAsync(DistrictId district, Connector connector, RunRequest request, CancellationToken cancellation)
    {
        await using var work = Workplace.In(premises, district, "");
        return await work.Exports.RunAsync(connector, request, cancellation);
    }
}
