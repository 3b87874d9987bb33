using System.Text.Json;
using System.Text.Json.Nodes;
using K12Sync.Api.Exports;
using K12Sync.Api.OData.Views;
using K12Sync.Domain.Exports;
using K12Sync.OData;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.OData.Deliveries;

/// <summary>Adding, changing and removing connectors: what <c>connector add|change|remove</c> do, in the words of a connector file.</summary>
internal static class ConnectorWrites
{
    /// <summary>For the calls that only who runs connectors may make.</summary>
    public const string NotForThisKey = "Connectors are run by the district's IT: this needs a key of role DistrictIT for the whole district.";

    public static async Task<ODataResult> CreateAsync(Change<ConnectorView> change)
    {
        if (!RowsOfCaller.CallerOf(change.Context).RunsConnectors)
            return new ODataResult.Forbidden(NotForThisKey);
        var (name, definition, unreadable) = Read([], change);
        if (definition is null)
            return Unreadable(unreadable!);
        var work = await RowsOfCaller.WorkAsync(change.Context);
        return await work.Connectors.AddAsync(name, definition, change.Context.RequestAborted) switch
        {
            AddConnectorResult.Added(var added) => new ODataResult.Created(added.Id),
            AddConnectorResult.AlreadyThere(var there) => new ODataResult.Saved(there.Id),
            AddConnectorResult.Refused(var fault) => Refused(fault),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    public static async Task<ODataResult> UpdateAsync(Change<ConnectorView> change)
    {
        if (!RowsOfCaller.CallerOf(change.Context).RunsConnectors)
            return new ODataResult.Forbidden(NotForThisKey);
        var (db, id) = (RowsOfCaller.Db(change.Context), (long)change.Key[0]!);
        var row = await db.Connectors.SingleAsync(c => c.Id == id, change.Context.RequestAborted);
        if (row.RemovedAt is not null)
            return Removed(row.Name);
        if (change.Has(c => c.Name) && change.Get(c => c.Name) != row.Name)
            return Refused(new ConnectorFault("name", "A connector keeps its name: its runs are known by it. Add another, and remove this one."));
        var present = change.Kind == ChangeKind.Merge ? JsonNode.Parse(ConnectorJson.Write(row.Definition))!.AsObject() : [];
        present["name"] = row.Name;
        var (name, definition, unreadable) = Read(present, change);
        if (definition is null)
            return Unreadable(unreadable!);
        var work = await RowsOfCaller.WorkAsync(change.Context);
        return await work.Connectors.ChangeAsync(name, definition, (long?)change.ExpectedVersion, change.Context.RequestAborted) switch
        {
            ChangeConnectorResult.Changed(var changed, _) => new ODataResult.Saved(changed.Id),
            ChangeConnectorResult.Stale => new ODataResult.PreconditionFailed(),
            ChangeConnectorResult.Refused(var refused) => Refused(refused),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    public static async Task<ODataResult> DeleteAsync(Change<ConnectorView> change)
    {
        if (!RowsOfCaller.CallerOf(change.Context).RunsConnectors)
            return new ODataResult.Forbidden(NotForThisKey);
        var work = await RowsOfCaller.WorkAsync(change.Context);
        if (await work.Connectors.FindAsync((long)change.Key[0]!, change.Context.RequestAborted) is not { } connector)
            return Removed("it");
        return await work.Connectors.RemoveAsync(connector.Name, (long?)change.ExpectedVersion, change.Context.RequestAborted) ? new ODataResult.Done() : new ODataResult.PreconditionFailed();
    }

    /// <summary>What is said about a connector that was removed.</summary>
    public static ODataResult.Conflict Removed(string name) => new($"The connector was removed; {name} stays only because its runs are on record. Add another.");

    /// <summary>Lists of two values each in the view, and objects in a connector file: setting, name, value.</summary>
    private static readonly (string Setting, string Name, string Value)[] Pairs = [("locations", "siteCode", "location"), ("absenceCodes", "absence", "code"), ("startsOn", "providerId", "on"),
        ("schoolIds", "code", "schoolId"), ("absenceCategories", "absence", "category"), ("tardyCategories", "externalCode", "category")];

    /// <summary>What stands in the view beside the others, and in a connector file under "categories".</summary>
    private static readonly (string Property, string Setting)[] Categories = [("attendedCategory", "attended"), ("absenceCategories", "absences"), ("tardyCategories", "tardies")];

    /// <summary>The settings given, on top of those present, as a connector file would have them.</summary>
    private static (string Name, ConnectorDefinition? Definition, string? Fault) Read(JsonObject form, Change<ConnectorView> change)
    {
        try
        {
            foreach (var (property, value) in change.Values)
            {
                var setting = JsonNamingPolicy.CamelCase.ConvertName(property);
                form.Remove(setting);
                if (value is not null)
                    form[setting] = Plain(JsonSerializer.SerializeToNode(value, value.GetType(), StoredLists.Form));
            }
            var (name, definition) = ConnectorJson.ReadFile(form.ToJsonString());
            return (name, definition, null);
        }
        catch (FormatException e)
        {
            return ("", null, e.Message);
        }
    }

    /// <summary>A folder has no host keys, and a schedule by cron no days: what is empty or false within a setting was not given.</summary>
    private static JsonNode? Plain(JsonNode? node)
    {
        if (node is JsonObject complex)
            foreach (var (name, _) in complex.Where(m => m.Value is JsonArray { Count: 0 } || (m.Value is JsonValue flag && flag.TryGetValue<bool>(out var on) && !on)).ToList())
                complex.Remove(name);
        if (node is not JsonObject destination)
            return node;
        foreach (var (setting, name, value) in Pairs)
            if (destination[setting] is JsonArray pairs)
                destination[setting] = Paired(pairs, setting, name, value);
        foreach (var (property, setting) in Categories)
            if (destination[property] is { } category)
            {
                destination.Remove(property);
                (destination["categories"] ??= new JsonObject())[setting] = category;
            }
        return node;
    }

    /// <exception cref="FormatException">A name is there twice.</exception>
    private static JsonObject Paired(JsonArray pairs, string setting, string name, string value)
    {
        var paired = new JsonObject();
        foreach (var pair in pairs.OfType<JsonObject>())
            if (!paired.TryAdd(pair[name]!.GetValue<string>(), pair[value]!.DeepClone()))
                throw new FormatException($"\"{setting}\" names {pair[name]} twice.");
        return paired;
    }

    /// <summary>The form's own sentences name the setting first, in quotes.</summary>
    private static ODataResult.Invalid Unreadable(string fault)
    {
        var quoted = fault.Split('"');
        return new ODataResult.Invalid("The connector cannot be so: " + fault, new InvalidProperty(quoted.Length > 2 ? PropertyOf(quoted[1]) : nameof(ConnectorView.Name), fault));
    }

    private static ODataResult Refused(ConnectorFault fault) => fault.IsTaken
        ? new ODataResult.Conflict(fault.Reason, PropertyOf(fault.Setting))
        : new ODataResult.Invalid("The connector cannot be so: " + fault.Reason, new InvalidProperty(PropertyOf(fault.Setting), fault.Reason));

    private static string PropertyOf(string setting) =>
        typeof(ConnectorView).GetProperties().Concat(typeof(DestinationView).GetProperties()).FirstOrDefault(p => string.Equals(p.Name, setting, StringComparison.OrdinalIgnoreCase)) is not { } property ? setting
        : property.DeclaringType == typeof(DestinationView) ? $"{nameof(ConnectorView.Destination)}/{property.Name}"
        : property.Name;
}
