namespace K12Sync.Api.Passes;

/// <summary>What takes passes in.</summary>
internal static class PassServices
{
    public static IServiceCollection AddPasses(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(configuration.GetSection("Passes").Get<PassSettings>() ?? new PassSettings())
        .AddSingleton<DayMapper>().AddHostedService(s => s.GetRequiredService<DayMapper>())
        .AddSingleton<PassIntake>().AddSingleton<Childcare.Intake.AttendanceIntake>().AddSingleton<PassDesk>().AddHostedService(s => s.GetRequiredService<PassDesk>());
}
