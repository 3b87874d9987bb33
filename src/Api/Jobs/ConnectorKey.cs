using System.Globalization;
using K12Sync.Data.Access;
using Quartz;

namespace K12Sync.Api.Jobs;

/// <summary>A connector of any district, as the name of its job and of the job's trigger.</summary>
internal readonly record struct ConnectorKey(DistrictId District, long Connector)
{
    /// <summary>All these jobs.</summary>
    public const string Group = "deliveries";

    public JobKey Job => new(ToString(), Group);

    public TriggerKey Trigger => new(ToString(), Group);

    /// <summary>The connector of a job; null for a job that is none of these.</summary>
    public static ConnectorKey? Of(JobKey job)
    {
        var parts = job.Name.Split('-');
        return job.Group == Group && parts.Length == 2
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var district)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var connector)
                ? new ConnectorKey(new DistrictId(district), connector)
                : null;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{District.Value}-{Connector}");
}
