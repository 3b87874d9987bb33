using System.Linq.Expressions;

namespace K12Sync.OData.Queries;

/// <summary>Looks for what a condition says of its row.</summary>
internal sealed class NamedProperties : ExpressionVisitor
{
    private readonly ParameterExpression _row;
    private readonly IReadOnlySet<string> _known;
    private bool _others;

    private NamedProperties(ParameterExpression row, IReadOnlySet<string> known) => (_row, _known) = (row, known);

    /// <summary>Whether the condition names no property of its row but these.</summary>
    public static bool AreAmong(IReadOnlySet<string> known, LambdaExpression condition)
    {
        var search = new NamedProperties(condition.Parameters[0], known);
        search.Visit(condition.Body);
        return !search._others;
    }

    protected override Expression VisitMember(MemberExpression node)
    {
        if (node.Expression != _row)
            return base.VisitMember(node);
        _others |= !_known.Contains(node.Member.Name);
        return node;
    }

    // The row as a whole.
    protected override Expression VisitParameter(ParameterExpression node)
    {
        _others |= node == _row;
        return node;
    }
}
