using Microsoft.OData;
using Microsoft.OData.Edm;
using Microsoft.OData.UriParser;

namespace K12Sync.OData.Queries;

/// <summary>
/// How names and literals of a URL are understood: operators and functions in any case, properties only as <c>$metadata</c> spells them,
/// and a text beside a value of another primitive type as a literal of that type, so that <c>Token eq '...'</c> and <c>Published gt '2026-01-01'</c> mean what they say.
/// </summary>
internal sealed class UrlResolver : ODataUriResolver
{
    private readonly IEdmModel _model;

    public UrlResolver(IEdmModel model) => (_model, EnableCaseInsensitive) = (model, true);

    /// <summary>Whether a text was read as a value of another type. Such a query cannot be repeated with other literals in their places.</summary>
    public bool HasReadText { get; private set; }

    public override IEdmProperty ResolveProperty(IEdmStructuredType type, string propertyName) => type.FindProperty(propertyName);

    public override void PromoteBinaryOperandTypes(BinaryOperatorKind binaryOperatorKind, ref SingleValueNode leftNode, ref SingleValueNode rightNode, out IEdmTypeReference typeReference)
    {
        var isShift = binaryOperatorKind is BinaryOperatorKind.Add or BinaryOperatorKind.Subtract;
        leftNode = AsValueBeside(rightNode, leftNode, false);
        rightNode = AsValueBeside(leftNode, rightNode, isShift);
        base.PromoteBinaryOperandTypes(binaryOperatorKind, ref leftNode, ref rightNode, out typeReference);
    }

    private SingleValueNode AsValueBeside(SingleValueNode other, SingleValueNode node, bool mayBeDuration)
    {
        if (node is not ConstantNode { Value: string text } constant || other is ConstantNode { Value: string }
            || other.TypeReference is not { } type || !type.IsPrimitive() || type.IsString())
            return node;
        // What is added to an instant is no instant.
        if (mayBeDuration && type.IsDateTimeOffset())
            type = EdmCoreModel.Instance.GetDuration(false);
        if (Read(text, type.AsPrimitive(), _model) is not { } value)
            return node;
        HasReadText = true;
        return new ConstantNode(value, constant.LiteralText, type);
    }

    /// <summary>The value a text is the literal of, without quotes or prefix; null when it is none.</summary>
    public static object? Read(string text, IEdmPrimitiveTypeReference type, IEdmModel model)
    {
        try
        {
            var literal = type.PrimitiveKind() == EdmPrimitiveTypeKind.Duration ? $"duration'{text}'" : text;
            return type.IsString() ? text : ODataUriUtils.ConvertFromUriLiteral(literal, ODataVersion.V401, model, type) is { } value and not ODataNullValue ? value : null;
        }
        catch (Exception failure) when (failure is ODataException or FormatException or OverflowException or InvalidCastException or ArgumentException)
        {
            return null;
        }
    }
}
