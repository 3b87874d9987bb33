using K12Sync.OData.Queries;

namespace K12Sync.OData.Writing;

/// <summary>The context URLs: what a payload is, in terms of $metadata.</summary>
internal static class ContextUrl
{
    public static string Rows(string root, RowShape shape) => root + "/$metadata#" + shape.Set.Name + Selection(shape);

    public static string Row(string root, RowShape shape) => Rows(root, shape) + "/$entity";

    public static string Of(string root, string type) => root + "/$metadata#" + type;

    private static string Selection(RowShape shape)
    {
        if (!shape.IsSelected && shape.Expansions.Count == 0)
            return "";
        var parts = shape.IsSelected ? shape.Written.Select(p => p.Name) : [];
        var nested = shape.Expansions.Select(e => e.Link.Name + (Selection(e.Shape) is { Length: > 0 } inner ? inner : "()"));
        return "(" + string.Join(',', parts.Concat(nested)) + ")";
    }
}
