using System.Linq.Expressions;
using K12Sync.OData.Http;
using Microsoft.OData.UriParser;

namespace K12Sync.OData.Translation;

/// <summary><c>$search</c>: every term is looked for in the set's searchable columns, without regard to case. Columns masked for the caller are left out.</summary>
internal static class SearchTranslator
{
    public static LambdaExpression Condition(SearchClause clause, EntitySet set, TranslationScope scope)
    {
        var masked = scope.Masked(set);
        var columns = set.SearchedProperties.Where(p => !masked.Contains(p.Name)).ToList();
        if (set.SearchedProperties.Count == 0)
            throw ODataFault.Unsupported($"$search on {set.Name}", "$search");
        scope.IsOnlyForNow = true;
        var (place, parameter) = Place.RowOf(set);
        Expression Matches(QueryNode node) => node switch
        {
            BinaryOperatorNode { OperatorKind: BinaryOperatorKind.And } and => Expression.AndAlso(Matches(and.Left), Matches(and.Right)),
            BinaryOperatorNode { OperatorKind: BinaryOperatorKind.Or } or => Expression.OrElse(Matches(or.Left), Matches(or.Right)),
            UnaryOperatorNode { OperatorKind: UnaryOperatorKind.Not } not => Expression.Not(Matches(not.Operand)),
            SearchTermNode term => Term(term.Text),
            _ => throw ODataFault.Malformed("$search takes words, phrases in double quotes, AND, OR, NOT and parentheses.", "$search"),
        };
        Expression Term(string text)
        {
            var sought = scope.Literals.Add(text.ToLowerInvariant(), typeof(string));
            var found = columns.Select(c => Contains(Expression.Property(place.Row, c.Clr), sought)).ToList();
            return found.Count == 0 ? Expression.Constant(false) : found.Aggregate(Expression.OrElse);
        }
        return Expression.Lambda(Matches(clause.Expression), parameter);
    }

    private static BinaryExpression Contains(Expression column, Expression sought)
    {
        var found = Expression.Call(Expression.Call(column, nameof(string.ToLower), null), nameof(string.Contains), null, sought);
        return Expression.AndAlso(Expression.NotEqual(column, Expression.Constant(null, typeof(string))), found);
    }
}
