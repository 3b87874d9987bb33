using System.Collections.Immutable;
using System.CommandLine;
using K12Sync.Api.CommandLine;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Sftp;

namespace K12Sync.Api.Exports;

/// <summary><c>k12sync connector pin</c>: which server a connector takes for its own.</summary>
internal static class PinCommand
{
    public static Command Build(CommonOptions common)
    {
        var name = ConnectorCommand.Name();
        var key = new Argument<string?>("FINGERPRINT") { Description = "SHA256:..., or a whole public key, as the server's operator gives it. Left out: you are shown what the server shows and asked.", Arity = ArgumentArity.ZeroOrOne };
        var next = new Option<bool>("--next") { Description = "Keep the pinned keys, and take this one too: for a server that will change its key." };
        var command = new Command("pin", "Pins the host key of a connector's SFTP server. Nothing is sent to a server that shows another.") { name, key, next };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            var connector = await ConnectorCommand.FindAsync(work, parsed.GetRequiredValue(name), cancellation);
            if (connector.Definition.Destination is not SftpDestinationDefinition sftp)
                throw new CommandFailedException($"Connector {connector.Name} delivers to {connector.Definition.Destination.Describe()}; only SFTP servers have host keys.");
            var pin = parsed.GetValue(key) is { } given
                ? await RecogniseAsync(sftp, given, parsed.GetValue(next), cancellation)
                : Confirm(sftp, await ScanAsync(sftp, cancellation));
            var pins = parsed.GetValue(next) ? sftp.HostKeys.Append(pin).Distinct() : [pin];
            if (await work.Connectors.PinAsync(connector.Name, [.. pins], cancellation))
                Terminal.Tell("The connector was held because the server did not show a pinned key; it may run again.");
            Console.Out.WriteLine($"Pinned {HostKey.Parse(pin)?.Fingerprint ?? pin} for '{sftp.Host}'{(parsed.GetValue(next) ? ", beside what was pinned before" : "")}. Try it with 'k12sync connector test {connector.Name}'.");
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>What was given, as a whole key if the server shows it. A key for later need not be shown yet.</summary>
    private static async Task<string> RecogniseAsync(SftpDestinationDefinition sftp, string given, bool forLater, CancellationToken cancellation)
    {
        if (HostKey.Parse(given) is null && !given.StartsWith("SHA256:", StringComparison.Ordinal))
            throw new CommandFailedException($"'{given}' is neither a fingerprint like SHA256:... nor a key like 'ssh-ed25519 AAAA...' (in quotes, because of the blank).");
        if (forLater)
            return HostKey.Parse(given)?.ToString() ?? given;
        var shown = await ScanAsync(sftp, cancellation);
        return shown.FirstOrDefault(k => k.Fingerprint == given || k == HostKey.Parse(given))?.ToString()
            ?? throw new CommandFailedException($"'{sftp.Host}' shows {Describe(shown)}, not what you named. Nothing was pinned. If it will show it later, add --next.");
    }

    private static string Confirm(SftpDestinationDefinition sftp, ImmutableArray<HostKey> shown)
    {
        Console.Error.WriteLine($"'{sftp.Host}' port {sftp.Port} shows:");
        foreach (var key in shown)
            Console.Error.WriteLine($"  {key.Fingerprint} ({key.Type})");
        if (Console.IsInputRedirected)
            throw new CommandFailedException("Compare with what the server's operator says, and name the fingerprint on the command line. Nothing was pinned.");
        Console.Error.Write($"Does the server's operator say that {shown[0].Fingerprint} is its key? Type yes to pin it: ");
        return Console.ReadLine()?.Trim() is "yes"
            ? shown[0].ToString()
            : throw new CommandFailedException("Nothing was pinned.");
    }

    private static async Task<ImmutableArray<HostKey>> ScanAsync(SftpDestinationDefinition sftp, CancellationToken cancellation) =>
        await new HostKeyScan().ScanAsync(sftp.Host, sftp.Port, cancellation) switch
        {
            HostKeyScanResult.Shown shown => shown.Keys,
            HostKeyScanResult.Failed failed => throw new CommandFailedException(failed.Trouble.Reason),
            var other => throw new InvalidOperationException($"No case for {other.GetType().Name}."),
        };

    private static string Describe(ImmutableArray<HostKey> keys) => string.Join(", ", keys.Select(k => $"{k.Fingerprint} ({k.Type})"));
}
