using System.Text.Json;
using K12Sync.OData.Http;
using K12Sync.OData.Queries;
using K12Sync.OData.Translation;
using Microsoft.AspNetCore.Http.Features;

namespace K12Sync.OData.Changes;

/// <summary>Calls an action or a function: finds what it is bound to, reads its parameters, hands both to the host.</summary>
internal sealed class OperationRequest(ODataRequest request, TranslationScope scope)
{
    public async Task RunAsync(Target.Call target)
    {
        var operation = target.Operation;
        var method = operation.IsAction ? "POST" : "GET";
        if (request.Answered is { } asked)
            (asked.Kind, asked.Operation) = (operation.IsAction ? AskedKind.Action : AskedKind.Function, operation.Name);
        if (request.Method != method)
        {
            throw new ODataFault(405, "MethodNotAllowed", $"{operation.Name} is called by {method}.")
            {
                Headers = new Dictionary<string, string> { ["Allow"] = method },
            };
        }
        if (!operation.ReturnsManyRows)
            request.RefuseOptions($"on what {operation.Name} returns");
        object? row = null;
        object?[] key = [];
        if (target.Row is { } bound)
        {
            row = await Preconditions.LoadAsync(request, bound).ConfigureAwait(false) ?? throw ODataFault.NotFound($"There is no such row in {bound.Set.Name}.");
            request.IsAbout(bound.Set, row);
            key = [.. bound.Set.Key.Select(k => k.Writer.Get(row))];
            if (operation.IsAction)
                _ = Preconditions.Expected(request, bound.Set, row, required: false);
        }
        var arguments = operation.IsAction ? await FromBodyAsync(operation).ConfigureAwait(false) : FromPath(operation, target.Arguments);
        if (operation.Time is { } time)
            request.Http.Features.GetRequiredFeature<TimeLeft>().Grant(time);
        var result = await operation.Run(new OperationCall(request.Http, key, row, target.Rows?.Source, arguments, request.Stopped)).ConfigureAwait(false);
        if (request.Answered is { } answered)
            answered.Given = [.. arguments.Keys];
        if (operation.IsAction && ResultAnswer.StatusOf(result) is { } done)
            await request.TellAsync(done).ConfigureAwait(false);
        await new ResultAnswer(request, scope).WriteAsync(result, operation.ReturnSet ?? operation.BoundTo, operation).ConfigureAwait(false);
    }

    private async Task<Dictionary<string, object?>> FromBodyAsync(Operation operation)
    {
        using var body = await BodyReader.ReadAsync(request.Http.Request, request.Options, request.Stopped).ConfigureAwait(false);
        if (body.RootElement.ValueKind != JsonValueKind.Object)
            throw ODataFault.Malformed("The body must be an object with the parameters.", "body");
        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var member in body.RootElement.EnumerateObject().Where(m => !m.Name.Contains('@', StringComparison.Ordinal)))
        {
            var parameter = Find(operation, member.Name);
            values[member.Name] = BodyReader.Value(member.Value, parameter.Type, parameter.IsOptional, operation.Types, member.Name);
        }
        return Checked(operation, values);
    }

    private Dictionary<string, object?> FromPath(Operation operation, string? text)
    {
        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, literal) in text is null ? FromQuery(operation) : Arguments.Split(text))
        {
            if (name is null)
                throw ODataFault.Malformed($"Parameters of {operation.Name} are written name=value.", operation.Name);
            var parameter = Find(operation, name);
            var value = literal.StartsWith('@') ? request.Query[literal] ?? throw ODataFault.Malformed($"The alias {literal} has no value.", literal) : literal;
            var type = operation.Types.Reference(parameter.Type, true);
            values[name] = value == "null" ? null : UriLiteral.Read(value, type, parameter.Type, request.Model.Edm)
                ?? throw ODataFault.Malformed($"{name} must be a literal of {Microsoft.OData.Edm.ExtensionMethods.FullName(type)}.", name);
        }
        return Checked(operation, values);
    }

    /// <summary>Without parentheses each query option named as a parameter stands for it.</summary>
    private IEnumerable<(string? Name, string Text)> FromQuery(Operation operation) =>
        operation.Parameters.Where(p => request.Query.Has(p.Name)).Select(p => ((string?)p.Name, request.Query[p.Name]!));

    private static OperationParameter Find(Operation operation, string name) => operation.Parameters.FirstOrDefault(p => p.Name == name)
        ?? throw ODataFault.UnknownProperty(name, operation.Name, operation.Parameters.Select(p => p.Name));

    private static Dictionary<string, object?> Checked(Operation operation, Dictionary<string, object?> values)
    {
        foreach (var parameter in operation.Parameters.Where(p => !p.IsOptional && values.GetValueOrDefault(p.Name) is null))
            throw ODataFault.Malformed($"{operation.Name} needs the parameter {parameter.Name}.", parameter.Name);
        return values;
    }
}
