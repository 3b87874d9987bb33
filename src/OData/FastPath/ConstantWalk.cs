using Microsoft.OData.UriParser;
using Microsoft.OData.UriParser.Aggregation;

namespace K12Sync.OData.FastPath;

/// <summary>The literals the parser bound, in the order in which they stand in the text.</summary>
internal static class ConstantWalk
{
    /// <summary>Adds the literals of an aggregation. False when there is a step whose literals cannot be told.</summary>
    public static bool Collect(ApplyClause clause, List<ConstantNode> found) => clause.Transformations.All(step => Collect(step, found));

    private static bool Collect(TransformationNode? step, List<ConstantNode> found) => step switch
    {
        null => true,
        FilterTransformationNode filter => Collect(filter.FilterClause.Expression, found),
        GroupByTransformationNode group => Collect(group.ChildTransformations, found),
        AggregateTransformationNode aggregate => aggregate.AggregateExpressions.All(a => a is AggregateExpression one && Collect(one.Expression, found)),
        _ => false,
    };

    /// <summary>Adds the literals below <paramref name="node"/>. False when there is a node whose literals cannot be told.</summary>
    public static bool Collect(QueryNode? node, List<ConstantNode> found)
    {
        switch (node)
        {
            case null:
            case ConstantNode { Value: null or bool }:
            case ResourceRangeVariableReferenceNode:
            case NonResourceRangeVariableReferenceNode:
            case CountVirtualPropertyNode:
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
