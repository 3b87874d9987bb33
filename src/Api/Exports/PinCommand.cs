using System.CommandLine;
using K12Sync.Api.CommandLine;
using K12Sync.Domain.Exports;

namespace K12Sync.Api.Exports;

/// <summary><c>k12sync connector pin</c>: which server a connector takes for its own.</summary>
internal static class PinCommand
{
    public static Command Build(CommonOptions common)
    {
        var name = ConnectorCommand.Name();
        var key = new Argument<string?>("FINGERPRINT") { Description = "SHA256:..., or a whole public key (in quotes, because of the blank), as the server's operator gives it. Left out: you are shown what the server shows and asked.", Arity = ArgumentArity.ZeroOrOne };
        var next = new Option<bool>("--next") { Description = "Keep the pinned keys, and take this one too: for a server that will change its key." };
        var command = new Command("pin", "Pins the host key of a connector's SFTP server. Nothing is sent to a server that shows another.") { name, key, next };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            var connector = await ConnectorCommand.FindAsync(work, parsed.GetRequiredValue(name), cancellation);
            var forLater = parsed.GetValue(next);
            var pinned = parsed.GetValue(key) is { } given
                ? await work.HostKeys.PinAsync(connector, given, forLater, cancellation)
                : await AskAsync(work, connector, forLater, cancellation);
            if (pinned is not PinResult.Pinned(var fingerprint, var released))
                throw new CommandFailedException(((PinResult.Refused)pinned).Reason);
            if (released)
                Terminal.Tell("The connector was held because the server did not show a pinned key; it may run again.");
            Console.Out.WriteLine($"Pinned {fingerprint} for '{((SftpDestinationDefinition)connector.Definition.Destination).Host}'{(forLater ? ", beside what was pinned before" : "")}. Try it with 'k12sync connector test {connector.Name}'.");
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Shows what the server shows, and pins it if the person says so.</summary>
    private static async Task<PinResult> AskAsync(Workplace work, Connector connector, bool besideOthers, CancellationToken cancellation)
    {
        if (connector.Definition.Destination is not SftpDestinationDefinition sftp)
            throw new CommandFailedException($"Connector {connector.Name} delivers to {connector.Definition.Destination.Describe()}; only SFTP servers have host keys.");
        var (shown, trouble) = await work.HostKeys.ScanAsync(sftp, cancellation);
        if (trouble is not null)
            throw new CommandFailedException(trouble);
        Console.Error.WriteLine($"'{sftp.Host}' port {sftp.Port} shows:");
        foreach (var key in shown)
            Console.Error.WriteLine($"  {key.Fingerprint} ({key.Type})");
        if (Console.IsInputRedirected)
            throw new CommandFailedException("Compare with what the server's operator says, and name the fingerprint on the command line. Nothing was pinned.");
        Console.Error.Write($"Does the server's operator say that {shown[0].Fingerprint} is its key? Type yes to pin it: ");
        return Console.ReadLine()?.Trim() is "yes"
            ? await work.HostKeys.PinAsync(connector, sftp, shown[0].ToString(), besideOthers, cancellation)
            : throw new CommandFailedException("Nothing was pinned.");
    }
}
