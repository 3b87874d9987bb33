using System.CommandLine;
using K12Sync.Api.CommandLine;

namespace K12Sync.Api.Serving;

/// <summary><c>k12sync serve</c>.</summary>
internal static class ServeCommand
{
    public static Command Build(CommonOptions common)
    {
        var port = new Option<int>("--port") { Description = "Where to serve, on this machine only.", DefaultValueFactory = _ => 5080, HelpName = "N" };
        var format = new Option<string>("--log-format") { Description = "How the log on standard error is written.", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json");
        var command = new Command("serve",
            "Runs the connectors on their schedules until Ctrl-C, and serves a status page, /health/live, /health/ready and /metrics. Listens on this machine only: there are no keys yet.")
        {
            port, format,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var premises = common.Premises(parsed);
            await Workplace.RequireCurrentAsync(premises, cancellation);
            using var claim = SoleServer.Claim(premises);
            return await ServeSite.RunAsync(premises, parsed.GetValue(port), parsed.GetValue(format) == "json", cancellation);
        });
        return command;
    }
}
