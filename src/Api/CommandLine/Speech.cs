using K12Sync.Data;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Childcare.Texts;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.CommandLine;

/// <summary>The language in which a command speaks of connectors: that of their people. About an SIS it is English.</summary>
internal static class Speech
{
    /// <summary>The language of a connector's people.</summary>
    public static AgencyTexts Of(ConnectorDefinition definition) => AgencyTexts.Of(definition.Destination is AgencyDestinationDefinition agency ? agency.Language : SpokenLanguage.English);

    /// <inheritdoc cref="Of(ConnectorDefinition)"/>
    public static AgencyTexts Of(Connector connector) => Of(connector.Definition);

    /// <summary>The language that the people of all these connectors to agencies share; English where they do not, and where there is none.</summary>
    /// <param name="connectors">The district's.</param>
    /// <param name="name">Only this one; null: any.</param>
    /// <param name="state">Only those to agencies of this state; null: of any.</param>
    public static AgencyTexts Of(IEnumerable<Connector> connectors, string? name = null, string? state = null)
    {
        var languages = connectors.Where(c => name is null || c.Name == name).Select(c => c.Definition.Destination).OfType<AgencyDestinationDefinition>()
            .Where(a => state is null || a.State == state).Select(a => a.Language).Distinct().ToList();
        return AgencyTexts.Of(languages is [var shared] ? shared : SpokenLanguage.English);
    }

    /// <summary>As <see cref="Of(IEnumerable{Connector}, string?, string?)"/>, of the connectors to the state of a site.</summary>
    public static async Task<AgencyTexts> OfSiteAsync(K12SyncDb db, IEnumerable<Connector> connectors, string? site, CancellationToken cancellation) =>
        Of(connectors, state: site is null ? null : await db.Sites.Where(s => s.Code == site).Select(s => s.State).SingleOrDefaultAsync(cancellation));

    /// <summary>The language of the people of the connector that a file or submission is of.</summary>
    public static async Task<AgencyTexts> OfBatchAsync(K12SyncDb db, IEnumerable<Connector> connectors, long batchId, CancellationToken cancellation)
    {
        var connector = await db.ExportBatches.Where(b => b.Id == batchId).Select(b => b.ConnectorId).SingleOrDefaultAsync(cancellation);
        return Of(connectors.Where(c => c.Id == connector));
    }
}

/// <summary>How the rows of a command speak: to people in their language, to programs always in the same words.</summary>
/// <param name="people">The language of people.</param>
/// <param name="format">Tables are for people, the rest for programs.</param>
internal sealed class RowSpeech(AgencyTexts people, RowFormat format)
{
    private readonly bool _isForPeople = format == RowFormat.Table;

    /// <summary>Sentences.</summary>
    public AgencyTexts Texts => _isForPeople ? people : AgencyTexts.English;

    /// <summary>Headings of columns.</summary>
    public string[] Headings(IEnumerable<Phrase> columns) => [.. columns.Select(c => Texts.Say(c))];

    /// <summary>A value of an enumeration.</summary>
    public string Word<T>(T value) where T : struct, Enum => _isForPeople ? people.Word(value) : $"{value}";

    /// <summary>The name of a limit.</summary>
    public string Limit(string name) => _isForPeople ? people.Limit(name) : name;
}
