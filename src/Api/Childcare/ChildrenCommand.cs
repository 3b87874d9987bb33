using System.CommandLine;
using System.Globalization;
using K12Sync.Api.CommandLine;
using K12Sync.Domain.Childcare.States;
using K12Sync.Exporters.Childcare.Texts;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Childcare;

/// <summary><c>k12sync children</c>: which child of ours is which of an agency's.</summary>
internal static class ChildrenCommand
{
    private static readonly Phrase[] Header =
        [Phrase.HeadState, Phrase.HeadSide, Phrase.HeadId, Phrase.HeadName, Phrase.HeadBirthDate, Phrase.HeadStatus, Phrase.HeadOther, Phrase.HeadCandidates, Phrase.HeadSays];

    public static Command Build(CommonOptions common) => new("children", "Which of your children is which of an agency's.") { Match(common), Link(common), Unlink(common) };

    private static Option<string?> State(bool isRequired) => new("--state") { Description = isRequired ? "The agency's state, by postal code." : "Only this state, by postal code.", HelpName = "XX", Required = isRequired };

    private static Argument<string> Child() => new("CHILD") { Description = "Your number of the child." };

    private static Command Match(CommonOptions common)
    {
        var (state, format) = (State(isRequired: false), RowPrinting.Option());
        var command = new Command("match", "Links who is equal in all names and birth date, and prints every child of both sides: who needs a person first.") { state, format };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            await work.AgencyRosters.LinkAllAsync(cancellation);
            var texts = Speech.Of(await work.Connectors.ListAsync(cancellation), state: parsed.GetValue(state));
            var speech = new RowSpeech(texts, parsed.GetValue(format));
            var lines = new List<ChildMatchLine>();
            foreach (var one in await StatesAsync(work, parsed.GetValue(state), cancellation))
                lines.AddRange(await work.AgencyRosters.MatchesAsync(one, cancellation, speech.Texts));
            RowPrinting.Print(parsed.GetValue(format), speech.Headings(Header), [.. lines.OrderBy(l => l.Status)], line => Row(line, speech));
            var open = lines.Count(l => l.Status != MatchStatus.Linked && l.Side == MatchSide.Ours);
            Terminal.Tell(open == 0 ? texts.Say(Phrase.AllLinked) : texts.Count(open, Phrase.OneNotLinked, Phrase.SomeNotLinked));
            return ExitCode.Done;
        });
        return command;
    }

    private static async Task<IReadOnlyList<string>> StatesAsync(Workplace work, string? only, CancellationToken cancellation)
    {
        if (only is not null)
            return StateProfiles.Find(only) is not null ? [only] : throw new CommandFailedException(ChildLinkOperations.WhyNot(new ChildLinkAnswer.NoSuchState(), only)!);
        return await work.Db.Sites.Select(s => s.State).Distinct().OrderBy(s => s).ToListAsync(cancellation);
    }

    private static Command Link(CommonOptions common)
    {
        var (child, id, state) = (Child(), new Argument<string>("AGENCYID") { Description = "The agency's id of the child, exactly as the agency writes it." }, State(isRequired: true));
        var command = new Command("link", "Links a child by hand. A person's word wins over names.") { child, id, state };
        command.SetAction((parsed, cancellation) => AnswerAsync(common, parsed, parsed.GetValue(state)!, (links, st) => links.LinkAsync(parsed.GetValue(child)!, st, parsed.GetValue(id)!, cancellation), (Phrase.Linked, Phrase.LinkedAlready), cancellation));
        return command;
    }

    private static Command Unlink(CommonOptions common)
    {
        var (child, state) = (Child(), State(isRequired: true));
        var command = new Command("unlink", "Takes a link by hand back. Where names and birth date are equal, they link the child.") { child, state };
        command.SetAction((parsed, cancellation) => AnswerAsync(common, parsed, parsed.GetValue(state)!, (links, st) => links.UnlinkAsync(parsed.GetValue(child)!, st, cancellation), (Phrase.Unlinked, Phrase.Unlinked), cancellation));
        return command;
    }

    private static async Task<int> AnswerAsync(
        CommonOptions common, ParseResult parsed, string state, Func<ChildLinkOperations, string, Task<ChildLinkAnswer>> ask, (Phrase Done, Phrase Unchanged) says, CancellationToken cancellation)
    {
        await using var work = await common.OpenAsync(parsed, cancellation);
        var answer = await ask(work.ChildLinks, state);
        var texts = Speech.Of(await work.Connectors.ListAsync(cancellation), state: state);
        if (ChildLinkOperations.WhyNot(answer, state, texts) is { } why)
            throw new CommandFailedException(why);
        Terminal.Tell(texts.Say(((ChildLinkAnswer.Done)answer).IsChanged ? says.Done : says.Unchanged));
        return ExitCode.Done;
    }

    private static string[] Row(ChildMatchLine line, RowSpeech speech) =>
    [
        line.State, speech.Word(line.Side), line.Id, string.Join(' ', new[] { line.Facts.FirstName, line.Facts.MiddleName, line.Facts.LastName }.Where(n => n.Length > 0)),
        line.Facts.BirthDate?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "", speech.Word(line.Status), line.OtherId ?? "",
        string.Join("; ", line.Candidates.Select(c => $"{c.Id} {c.Facts.FirstName} {c.Facts.MiddleName}".TrimEnd())), line.Sentence,
    ];
}
