using Microsoft.OData.UriParser;

namespace K12Sync.OData.FastPath;

/// <summary>The literals the parser bound, in the order in which they stand in the text.</summary>
internal static class ConstantWalk
{
    /// <summary>Adds the literals below <paramref name="node"/>. False when there is a node whose literals cannot be told.</summary>
    public static bool Collect(QueryNode? node, List<ConstantNode> found)
    {
        switch (node)
        {
            case null:
            case ConstantNode { Value: null or bool }:
            case ResourceRangeVariableReferenceNode:
            case NonResourceRangeVariableReferenceNode:
                return true;
            case ConstantNode constant:
                found.Add(constant);
                return true;
            case ConvertNode convert:
                return Collect(convert.Source, found);
            case UnaryOperatorNode unary:
                return Collect(unary.Operand, found);
            case BinaryOperatorNode binary:
                return Collect(binary.Left, found) && Collect(binary.Right, found);
            case SingleValueFunctionCallNode call:
                return call.Parameters.All(p => Collect(p, found));
            case LambdaNode lambda:
                return Collect(lambda.Source, found) && Collect(lambda.Body, found);
            case SingleValuePropertyAccessNode property:
                return Collect(property.Source, found);
            case SingleNavigationNode navigation:
                return Collect(navigation.Source, found);
            case SingleComplexNode complex:
                return Collect(complex.Source, found);
            case CollectionNavigationNode navigation:
                return Collect(navigation.Source, found);
            case CollectionComplexNode complex:
                return Collect(complex.Source, found);
            case CountNode count:
                return Collect(count.Source, found);
            default:
                return false;
        }
    }
}
