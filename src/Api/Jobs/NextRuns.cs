using System.CommandLine;
using System.Globalization;
using K12Sync.Api.CommandLine;
using K12Sync.Api.Exports;
using K12Sync.Data.Exports;
using K12Sync.Domain.Exports;
using K12Sync.Domain.Exports.Schedules;

namespace K12Sync.Api.Jobs;

/// <summary><c>k12sync connector next</c>: when a connector runs by itself.</summary>
internal static class NextRuns
{
    private const int Shown = 5;

    public static Command Build(CommonOptions common)
    {
        var name = ConnectorCommand.Name();
        var command = new Command("next", "Shows the next five times at which a connector runs by itself, on the wall of its zone. 'serve' has to be running then.") { name, common.Json };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            var connector = await ConnectorCommand.FindAsync(work, parsed.GetRequiredValue(name), cancellation);
            var coming = await ComingAsync(work, connector, cancellation);
            if (parsed.GetValue(common.Json))
                Terminal.PrintJson(coming.Select(s => new { Local = connector.Zone.At(s.Instant).Instant, Zone = connector.Zone.Id }));
            else
                foreach (var slot in coming)
                    Terminal.PrintLine($"{Text(connector, slot)} {connector.Zone}");
            if (coming.Count == 0)
                Terminal.Tell(connector.Definition.Schedule is null
                    ? $"Connector {connector.Name} has no schedule: it runs when 'k12sync export --connector {connector.Name}' is called."
                    : $"Connector {connector.Name} is paused, or its schedule has come to its end.");
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>The next five times.</summary>
    public static Task<IReadOnlyList<DeliverySlot>> ComingAsync(Workplace work, Connector connector, CancellationToken cancellation) =>
        Plans(work).ComingAsync(work.Db, connector, Shown, cancellation);

    /// <summary>The next time in a few words; <c>-</c>: none.</summary>
    public static async Task<string> NextAsync(Workplace work, Connector connector, CancellationToken cancellation) =>
        await Plans(work).ComingAsync(work.Db, connector, 1, cancellation) is [var slot] ? Text(connector, slot) : "-";

    /// <summary>Refuses a schedule that could never be read.</summary>
    /// <exception cref="FormatException">It is a cron expression that is none.</exception>
    public static void Check(DeliverySchedule? schedule)
    {
        if (schedule is DeliverySchedule.Cron(var expression))
            new CronTimes().Next(expression, new DateTime(2025, 1, 1));
    }

    private static DeliveryPlans Plans(Workplace work) => new(new SlotBook(work.Clock), new DeliverySlots(new CronTimes()), work.Clock);

    /// <summary>What the clock on the wall shows then: where it skips the scheduled time, the first after it.</summary>
    private static string Text(Connector connector, DeliverySlot slot)
    {
        var moment = connector.Zone.At(slot.Instant);
        return string.Create(CultureInfo.InvariantCulture, $"{moment.Day:ddd yyyy-MM-dd} {moment.Time:HH:mm:ss}");
    }
}
