using K12Sync.Exporters.Childcare.Indiana;

namespace K12Sync.Api.Simulators;

/// <summary>What an owner does in Indiana's provider portal: chooses who enters the days, and enters a period by hand.</summary>
internal sealed class IndianaPortal(SimulatedIndiana agency)
{
    /// <summary>Adds <c>POST /_simulator/portal/data-entry</c> and <c>/periods</c>.</summary>
    public void Map(AgencyRoutes routes)
    {
        routes.Post("_simulator/portal/data-entry", request => request.ReadPlain<DataEntrySetup>() is { } setup && agency.Find(setup.LicenseNumber) is { } site ? Choose(site, setup) : Unknown());
        routes.Post("_simulator/portal/periods", request => request.ReadPlain<PeriodByHand>() is { } period && agency.Find(period.LicenseNumber) is { } site ? Enter(site, period.From) : Unknown());
    }

    private IResult Choose(IndianaSite site, DataEntrySetup setup)
    {
        var today = agency.Today;
        var from = setup.From ?? agency.StartOf(today).AddDays(14);
        if (from <= today)
            return Results.BadRequest("Choose a date in the future.");
        if (agency.StartOf(from) != from)
            return Results.BadRequest("A selection begins with a service period.");
        var periods = agency.Periods(site).ToList();
        if (setup.Selection == IndianaSelection.Connection && !periods.Exists(p => p.Status == IndianaPeriodStatus.Submitted))
            return Results.BadRequest("The first service period is entered here, by hand.");
        if (setup.Selection == IndianaSelection.Connection && periods.Exists(p => p.Status == IndianaPeriodStatus.OpenInPortal && p.To < today))
            return Results.BadRequest("Submit the service periods that are open here first.");
        agency.Keep(site with { Selections = [.. site.Selections.Where(s => s.From < from), new IndianaChoice(from, setup.Selection)] });
        return Results.Ok();
    }

    private IResult Enter(IndianaSite site, DateOnly from)
    {
        var periods = agency.Periods(site).ToList();
        var refusal = periods.Find(p => p.From == from) switch
        {
            null => "The date does not begin a service period.",
            { Status: IndianaPeriodStatus.Submitted } => "The service period has been submitted.",
            { Status: IndianaPeriodStatus.Open } => "The portal is read-only: the days of this service period come by the connection.",
            { } period when period.To >= agency.Today => "The service period is not over.",
            _ when periods.Exists(p => p.From < from && p.Status != IndianaPeriodStatus.Submitted) => "Submit the oldest first.",
            _ => null,
        };
        if (refusal is not null)
            return Results.BadRequest(refusal);
        agency.Keep(site with { Submitted = [.. site.Submitted, from] });
        return Results.Ok();
    }

    private static IResult Unknown() => Results.BadRequest("No site has this license number, or a field is missing.");

    private sealed record DataEntrySetup(string LicenseNumber, IndianaSelection Selection, DateOnly? From = null);

    private sealed record PeriodByHand(string LicenseNumber, DateOnly From);
}
