using K12Sync.Api.CommandLine;
using K12Sync.Api.Exports;
using K12Sync.Data.Access;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Exports;

namespace K12Sync.Api.Jobs;

/// <summary>Makes runs, each in a place of its own.</summary>
internal interface IConnectorRuns
{
    /// <summary>Runs the connector once.</summary>
    Task<ExportReport> RunAsync(DistrictId district, Connector connector, RunRequest request, CancellationToken cancellation);
}

/// <summary>Makes runs as the command line does, but leaves dead servers alone for a while.</summary>
internal sealed class ConnectorRuns(Premises premises) : IConnectorRuns
{
    private readonly Premises _premises = premises with { Destinations = new Circuits(premises.Destinations, premises.Clock) };

    /// <inheritdoc/>
    public async Task<ExportReport> RunAsync(DistrictId district, Connector connector, RunRequest request, CancellationToken cancellation)
    {
        await using var work = Workplace.In(_premises, district, "");
        return await work.Exports.RunAsync(connector, request, cancellation);
    }
}
