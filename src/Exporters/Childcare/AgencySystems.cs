using System.Diagnostics;
using K12Sync.Domain.Childcare.States;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Childcare.Indiana;
using K12Sync.Exporters.Childcare.KinderConnect;
using K12Sync.Exporters.Childcare.KinderTrack;

namespace K12Sync.Exporters.Childcare;

/// <summary>Every system there is. The next one is a line here.</summary>
public sealed class AgencySystems(TimeProvider clock)
{
    // Of the whole program: connections are kept open between calls.
    private static readonly HttpClient Http = AgencyHttp.NewClient();

    /// <summary>How far a call may go.</summary>
    public AgencyLimits Limits { get; init; } = AgencyLimits.Usual;

    /// <summary>The system that a connector sends to.</summary>
    /// <exception cref="ArgumentException">Data of children may not go to the address, see <see cref="AgencyHttp.FaultOf"/>.</exception>
    public IAgencySystem Open(AgencyDestinationDefinition agency, StateProfile profile)
    {
        ArgumentNullException.ThrowIfNull(agency);
        if (AgencyHttp.FaultOf(agency.Address) is { } fault)
            throw new ArgumentException(fault, nameof(agency));
        return agency.System switch
        {
            AgencySystem.KinderConnect => new KinderConnectSystem(Http, agency.Address, profile, Limits, clock),
            AgencySystem.KinderTrack => new KinderTrackSystem(Http, agency.Address, profile, Limits, clock),
            AgencySystem.IndianaCcms => new IndianaSystem(Http, agency, profile, Limits, clock),
            _ => throw new UnreachableException(),
        };
    }
}
