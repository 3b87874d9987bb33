namespace K12Sync.Domain.Exports.Schedules;

/// <summary>One time at which a connector is to run by itself.</summary>
/// <param name="Local">On the wall of the connector's zone, to the second, without a kind. It names the slot: no two slots of a connector have the same.</param>
/// <param name="Instant">When that is.</param>
public readonly record struct DeliverySlot(DateTime Local, DateTimeOffset Instant);

/// <summary>Reads cron expressions, which are a matter of a library and not of this room.</summary>
public interface ICronTimes
{
    /// <summary>The first time strictly after another that an expression names, on a wall clock that is never changed; null: there is none any more.</summary>
    /// <exception cref="FormatException">It is no cron expression; the message says why.</exception>
    DateTime? Next(string expression, DateTime after);
}
