using System.CommandLine;
using System.Text;
using K12Sync.Api.CommandLine;

namespace K12Sync.Api.BehaviorCodes;

/// <summary><c>k12sync codes sis-list</c>: the SIS's own codes, to compare the external codes with.</summary>
internal static class CodesCommand
{
    public static Command Build(CommonOptions common) => new("codes", "Behavior codes, and the SIS's own list to compare them with.") { SisList(common) };

    private static Command SisList(CommonOptions common)
    {
        var file = new Argument<string?>("FILE")
        {
            Description = "UTF-8 text, one code a line, as the SIS has them; what comes after a tab is not read (default: prints the list there is).",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new Command("sis-list", "Takes the SIS's list of attendance codes, and names the behavior codes that are not in it.") { file, common.Json };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            if (parsed.GetValue(file) is not { } path)
            {
                Print(await work.SisCodes.ListAsync(cancellation), parsed.GetValue(common.Json));
                return ExitCode.Done;
            }
            var codes = Read(await File.ReadAllBytesAsync(path, cancellation), path);
            var done = await work.SisCodes.ReplaceAsync(codes, cancellation) switch
            {
                SisListResult.Done replaced => replaced,
                SisListResult.Refused refused => throw new CommandFailedException($"{path}: {refused.Reason} The list there was stays."),
                _ => throw new System.Diagnostics.UnreachableException(),
            };
            if (parsed.GetValue(common.Json))
                Terminal.PrintJson(done);
            else if (done.Unlisted.Count > 0)
                Terminal.PrintTable("Not in the SIS's list", ["School", "Code", "Written back as"], done.Unlisted.Select(u => (string[])[u.SchoolCode ?? "(all)", u.Code, u.ExternalCodes]));
            Terminal.Tell($"The SIS's list has {done.Codes} codes. {(done.Unlisted.Count == 0 ? "Every tardy code is in it." : $"{done.Unlisted.Count} tardy {(done.Unlisted.Count == 1 ? "code is" : "codes are")} not in it: the SIS would not know what is sent.")}");
            return ExitCode.Done;
        });
        return command;
    }

    private static void Print(IReadOnlyList<string> codes, bool json)
    {
        if (json)
            Terminal.PrintJson(codes);
        else if (codes.Count == 0)
            Terminal.Tell("There is no list of the SIS's codes.");
        else
            foreach (var code in codes)
                Terminal.PrintLine(code);
    }

    /// <summary>The codes of a file, byte for byte. A pasted table has its names after a tab.</summary>
    private static List<string> Read(byte[] bytes, string path)
    {
        try
        {
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes).TrimStart('\uFEFF');
            return [.. text.Split('\n').Select(line => line.TrimEnd('\r').Split('\t')[0]).Where(code => code.Length > 0)];
        }
        catch (DecoderFallbackException)
        {
            throw new CommandFailedException($"{path} is not UTF-8 text. Save it as UTF-8 and try again; nothing was changed.");
        }
    }
}
