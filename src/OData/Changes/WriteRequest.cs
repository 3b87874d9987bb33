using K12Sync.OData.Http;
using K12Sync.OData.Queries;
using K12Sync.OData.Translation;
using K12Sync.OData.Writing;

namespace K12Sync.OData.Changes;

/// <summary>POST, PATCH, PUT and DELETE of rows and of single properties: read, checked, handed to the host.</summary>
internal sealed class WriteRequest(ODataRequest request, TranslationScope scope)
{
    private readonly ResultAnswer _answer = new(request, scope);

    public async Task CreateAsync(Target.RowsOf target)
    {
        if (!target.IsWholeSet)
            throw ODataFault.Unsupported("Creating a row below another; post to the set itself");
        var values = await ValuesAsync(target.Set, isCreation: true).ConfigureAwait(false);
        await CreateAsync(target.Set, [], values).ConfigureAwait(false);
    }

    public async Task UpdateAsync(Target.RowOf target, ChangeKind kind)
    {
        var set = target.Set;
        var row = await Preconditions.LoadAsync(request, target).ConfigureAwait(false);
        if (row is null)
        {
            await InsteadOfMissingAsync(target).ConfigureAwait(false);
            return;
        }
        if (Preconditions.AsksForNew(request.Http.Request))
            throw new ODataFault(412, "PreconditionFailed", "A row with this key is there already.", "If-None-Match");
        var update = set.Update ?? throw NotAllowed(set, "changed");
        using var body = await BodyReader.ReadAsync(request.Http.Request, request.Options, request.Stopped).ConfigureAwait(false);
        var expected = Preconditions.Expected(request, set, row, required: true, BodyReader.ETag(body.RootElement));
        var values = BodyReader.Properties(body.RootElement, set, isCreation: false);
        await RunAsync(set, update, kind, KeyOf(set, row), values, expected).ConfigureAwait(false);
    }

    public async Task DeleteAsync(Target.RowOf target)
    {
        var delete = target.Set.Delete ?? throw NotAllowed(target.Set, "deleted");
        var row = await FindAsync(target).ConfigureAwait(false);
        var expected = Preconditions.Expected(request, target.Set, row, required: true);
        await RunAsync(target.Set, delete, ChangeKind.Delete, KeyOf(target.Set, row), new Dictionary<string, object?>(), expected).ConfigureAwait(false);
    }

    /// <summary>PUT, PATCH or DELETE of one property is a merge of just that.</summary>
    public async Task SetPropertyAsync(Target.PropertyOf target, bool remove)
    {
        var (set, property) = (target.Row.Set, target.Property);
        if (property.IsCollection && request.Method == "PATCH")
            throw new ODataFault(405, "MethodNotAllowed", $"The items of {property.Name} have no keys to be changed by; PUT the whole list.");
        var update = set.Update ?? throw NotAllowed(set, "changed");
        if (property.IsKey || property.IsReadOnly)
            throw ODataFault.Malformed($"{property.Name} cannot be written.", property.Name);
        if (remove && !property.IsNullable)
            throw ODataFault.Malformed($"{property.Name} cannot be without a value.", property.Name);
        var row = await FindAsync(target.Row).ConfigureAwait(false);
        var expected = Preconditions.Expected(request, set, row, required: true);
        object? value = null;
        if (!remove)
        {
            using var body = await BodyReader.ReadAsync(request.Http.Request, request.Options, request.Stopped).ConfigureAwait(false);
            if (body.RootElement.ValueKind != System.Text.Json.JsonValueKind.Object || !body.RootElement.TryGetProperty("value", out var given))
                throw ODataFault.Malformed("The body must be an object with the member 'value'.", "body");
            value = BodyReader.Value(given, property, property.Name);
        }
        await RunAsync(set, update, ChangeKind.Merge, KeyOf(set, row), new Dictionary<string, object?> { [property.Name] = value }, expected).ConfigureAwait(false);
    }

    private async Task InsteadOfMissingAsync(Target.RowOf target)
    {
        if (!MayCreate(target) || target.Named.Count == 0)
            throw ODataFault.NotFound($"There is no such row in {target.Set.Name}.");
        var values = await ValuesAsync(target.Set, isCreation: true).ConfigureAwait(false);
        foreach (var (property, value) in target.Named)
        {
            if (values.TryGetValue(property.Name, out var given) && !Equals(given, value))
                throw ODataFault.Malformed($"{property.Name} in the body is not the one in the URL.", property.Name);
            values[property.Name] = value;
        }
        await CreateAsync(target.Set, target.Key ?? [], values).ConfigureAwait(false);
    }

    // If-Match says that the client has seen the row; and nobody creates a row under a key that the service itself gives.
    private bool MayCreate(Target.RowOf target) => target.Set.CanInsert && !(target.Key is not null && target.Set.Key.Exists(k => k.IsReadOnly))
        && (Preconditions.AsksForNew(request.Http.Request) || (target.Key is not null && request.Http.Request.Headers.IfMatch.Count == 0));

    private Task CreateAsync(EntitySet set, object?[] key, Dictionary<string, object?> values)
    {
        var create = set.Create ?? throw NotAllowed(set, "added to");
        return RunAsync(set, create, ChangeKind.Create, key, values, null);
    }

    private async Task RunAsync(
        EntitySet set, Func<IChange, Task<ODataResult>> write, ChangeKind kind, object?[] key, Dictionary<string, object?> values, object? expected)
    {
        if (request.Answered is { } answered)
            answered.Given = [.. values.Keys];
        var result = await write(set.NewChange(request.Http, kind, key, values, expected)).ConfigureAwait(false);
        if (ResultAnswer.StatusOf(result) is { } done)
        {
            if (RowOf(result, set, key) is { } row && request.Answered is { } about)
                about.Row = row;
            await request.TellAsync(done).ConfigureAwait(false);
        }
        await _answer.WriteAsync(result, set, null).ConfigureAwait(false);
    }

    private async Task<Dictionary<string, object?>> ValuesAsync(EntitySet set, bool isCreation)
    {
        using var body = await BodyReader.ReadAsync(request.Http.Request, request.Options, request.Stopped).ConfigureAwait(false);
        return BodyReader.Properties(body.RootElement, set, isCreation);
    }

    /// <summary>The row that was written, as in <c>Books(5)</c>.</summary>
    private static string? RowOf(ODataResult result, EntitySet set, object?[] key) => result switch
    {
        ODataResult.Created created => RowWriter.RelativeUrl(set, created.Key),
        ODataResult.Saved saved => RowWriter.RelativeUrl(set, saved.Key),
        _ => key.Length == set.Key.Count ? RowWriter.RelativeUrl(set, key) : null,
    };

    private async Task<object> FindAsync(Target.RowOf target) =>
        await Preconditions.LoadAsync(request, target).ConfigureAwait(false) ?? throw ODataFault.NotFound($"There is no such row in {target.Set.Name}.");

    private static object?[] KeyOf(EntitySet set, object row) => [.. set.Key.Select(k => k.Writer.Get(row))];

    private static ODataFault NotAllowed(EntitySet set, string what)
    {
        var allowed = new[] { "GET", set.CanInsert ? "POST" : null, set.CanUpdate ? "PATCH, PUT" : null, set.CanDelete ? "DELETE" : null };
        return new ODataFault(405, "MethodNotAllowed", $"{set.Name} cannot be {what}.")
        {
            Headers = new Dictionary<string, string> { ["Allow"] = string.Join(", ", allowed.OfType<string>()) },
        };
    }
}
