using System.CommandLine;
using K12Sync.Api.CommandLine;

namespace K12Sync.Api.Tardies;

/// <summary><c>k12sync why</c>: the story of a student's day.</summary>
internal static class WhyCommand
{
    public static Command Build(CommonOptions common)
    {
        var student = new Option<string>("--student") { Description = "The student's number, with its leading zeros.", HelpName = "N", Required = true };
        var date = CommonOptions.Day("--date", "The day, in the school's zone.");
        date.Required = true;
        var command = new Command("why", "Tells what became of a student's passes on a day, and why.") { student, date, common.Json };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            var story = await work.Why.ExplainAsync(parsed.GetRequiredValue(student), parsed.GetRequiredValue(date)!.Value, cancellation);
            if (parsed.GetValue(common.Json))
                Terminal.PrintJson(story);
            else
                Print(story);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Print(StudentDayStory story)
    {
        Console.Out.WriteLine($"Student {story.StudentNumber} on {story.Date.DayOfWeek}, {story.Date:yyyy-MM-dd}");
        if (story.Remark is not null)
            Console.Out.WriteLine(story.Remark);
        foreach (var pass in story.Passes)
        {
            Console.Out.WriteLine();
            Console.Out.WriteLine($"Pass {pass.PassId} at {pass.SchoolCode}");
            foreach (var sentence in pass.Sentences)
                Console.Out.WriteLine($"  {sentence}");
        }
    }
}
