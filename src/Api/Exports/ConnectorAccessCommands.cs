using System.CommandLine;
using System.Text;
using K12Sync.Api.CommandLine;
using K12Sync.Data.Exports;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Childcare.Texts;

namespace K12Sync.Api.Exports;

/// <summary><c>k12sync connector secret|test</c>: how a connector gets in, and whether it does.</summary>
internal static class ConnectorAccessCommands
{
    public static Command Secret(CommonOptions common)
    {
        var name = ConnectorCommand.Name();
        var kind = new Option<SecretKind>("--kind") { Description = "Password, PrivateKey (the whole file) or Passphrase.", DefaultValueFactory = _ => SecretKind.Password };
        var provider = new Option<string?>("--provider") { Description = "Of a connector to an agency: only for this Provider ID (default: for all that have none of their own).", HelpName = "ID" };
        var command = new Command("secret", "Stores a secret of a connector, encrypted. It is read from standard input, or asked for; it is never shown again.") { name, kind, provider };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            var connector = await ConnectorCommand.FindAsync(work, parsed.GetRequiredValue(name), cancellation);
            var texts = Speech.Of(connector);
            var word = texts.Word(parsed.GetValue(kind));
            var value = Console.IsInputRedirected ? await Console.In.ReadToEndAsync(cancellation) : Ask(texts.Say(Phrase.SecretAsked, ("kind", word), ("connector", connector.Name)));
            // What ends the line is of the terminal or the pipe; a private key ends with one of its own.
            value = parsed.GetValue(kind) == SecretKind.PrivateKey ? value : value.TrimEnd('\r', '\n');
            switch (await work.Connectors.StoreSecretAsync(work.Secrets, connector, parsed.GetValue(kind), parsed.GetValue(provider), value, cancellation))
            {
                case StoreSecretResult.Refused(var reason):
                    throw new CommandFailedException(reason);
                case StoreSecretResult.Stored(Released: true):
                    Terminal.Tell(texts.Say(Phrase.SecretReleased));
                    break;
            }
            Terminal.PrintLine(texts.Say(Phrase.SecretStored, ("kind", word), ("connector", connector.Name)));
            return ExitCode.Done;
        });
        return command;
    }

    public static Command Test(CommonOptions common)
    {
        var name = ConnectorCommand.Name();
        var command = new Command("test", "Tries out where a connector delivers, step by step, and leaves nothing behind.") { name };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            var connector = await ConnectorCommand.FindAsync(work, parsed.GetRequiredValue(name), cancellation);
            var texts = Speech.Of(connector);
            Terminal.Tell(texts.Say(Phrase.Testing, ("where", texts.Of(connector.Definition.Destination))));
            var failed = false;
            await foreach (var step in work.Exports.TestAsync(connector, cancellation))
            {
                Terminal.PrintLine($"{texts.Word(step.Outcome),-7} {step.Name}: {step.Says}");
                failed |= step.Outcome == TestOutcome.Failed;
            }
            return failed ? ExitCode.Failed : ExitCode.Done;
        });
        return command;
    }

    /// <summary>Reads a line without showing it.</summary>
    private static string Ask(string prompt)
    {
        Console.Error.Write(prompt);
        var typed = new StringBuilder();
        for (var key = Console.ReadKey(intercept: true); key.Key != ConsoleKey.Enter; key = Console.ReadKey(intercept: true))
        {
            if (key.Key == ConsoleKey.Backspace)
                typed.Length = Math.Max(0, typed.Length - 1);
            else if (!char.IsControl(key.KeyChar))
                typed.Append(key.KeyChar);
        }
        Console.Error.WriteLine();
        return typed.ToString();
    }
}
