using System.CommandLine;
using K12Sync.Api.Access;
using K12Sync.Api.CommandLine;
using K12Sync.Api.SignIn;

namespace K12Sync.Api.Serving;

/// <summary><c>k12sync serve</c>.</summary>
internal static class ServeCommand
{
    public static Command Build(CommonOptions common)
    {
        var port = new Option<int>("--port") { Description = "The port.", DefaultValueFactory = _ => 5080, HelpName = "N" };
        var format = new Option<string>("--log-format") { Description = "How the log on standard error is written.", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json");
        var listen = new Option<string>("--listen")
        {
            Description = "localhost (this machine only), any, or an address of this machine. Anything but this machine needs a key or a person, see 'keys' and 'user'.", DefaultValueFactory = _ => "localhost", HelpName = "ADDRESS",
        };
        listen.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && ListenAddress.Read(result.Tokens[0].Value, 0) is null)
                result.AddError($"'{result.Tokens[0].Value}' is no address. Write localhost, any, or an address such as 10.0.0.5.");
        });
        var command = new Command("serve",
            "Runs the connectors on their schedules until Ctrl-C, and serves /odata for who has a key or signs in, pages to sign in, a status page, /health/live, /health/ready and /metrics.")
        {
            port, listen, format,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var premises = common.Premises(parsed);
            await Workplace.RequireCurrentAsync(premises, cancellation);
            var address = ListenAddress.Read(parsed.GetRequiredValue(listen), parsed.GetValue(port))!;
            var isOpen = await new KeyDoor(premises).HasAnyAsync(cancellation) || await new PersonDoor(premises).HasAnyAsync(cancellation);
            if (!address.IsThisMachine && !isOpen)
                throw new CommandFailedException("Without a key or a person it listens on this machine only. Make one with 'k12sync keys create' or 'k12sync user add', or leave --listen out.");
            using var claim = SoleServer.Claim(premises);
            return await ServeSite.RunAsync(premises, address, isOpen, parsed.GetValue(format) == "json", cancellation);
        });
        return command;
    }
}
