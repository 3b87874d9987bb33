using System.Linq.Expressions;
using K12Sync.OData.Http;

namespace K12Sync.OData.Translation;

/// <summary>
/// Measures a translated expression. Some functions name their argument several times in SQL, to say what a null makes of it; within one another they would make
/// a short query a statement beyond all bounds.
/// </summary>
internal sealed class ExpressionSize : ExpressionVisitor
{
    private const int Most = 20_000;

    private int _size;

    /// <summary>The expression, if it is not too large when everything in it is written out.</summary>
    public static Expression Checked(Expression expression)
    {
        new ExpressionSize().Visit(expression);
        return expression;
    }

    public override Expression? Visit(Expression? node)
    {
        if (++_size > Most)
            throw new ODataFault(400, "LimitExceeded", "Functions that need their argument several times are too deep within one another. Ask in smaller steps.");
        return base.Visit(node);
    }

    // What the host's own query is made of is not the client's doing.
    protected override Expression VisitExtension(Expression node) => node;
}
