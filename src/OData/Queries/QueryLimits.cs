using K12Sync.OData.Http;
using Microsoft.OData.UriParser;

namespace K12Sync.OData.Queries;

/// <summary>The limits of one query. The text is counted before it is parsed, so that a hostile one costs next to nothing.</summary>
internal static class QueryLimits
{
    private static readonly string[] Counted = ["$filter", "$orderby", "$select", "$expand", "$search", "$apply"];

    public static void Check(QueryOptions query, ODataOptions options)
    {
        var nodes = 0;
        foreach (var (name, text) in query.Options)
        {
            if (!Counted.Contains(name) && name[0] != '@')
                continue;
            var (tokens, depth) = Measure(text, options);
            nodes += tokens;
            if (depth > options.Depth)
                throw ODataFault.Limit($"{name} has too many parentheses within one another.", options.Depth, name);
            if (nodes > options.Nodes)
                throw ODataFault.Limit($"The query has too many parts ({name} goes over).", options.Nodes, name);
        }
    }

    public static void Check(ParsedQuery query, ODataOptions options)
    {
        if (query.Filter is { } filter)
            CheckLambdas(filter.Expression, options, 0);
    }

    /// <summary>Counts names, operators and literals; a list after <c>in</c> counts once and is measured by its own limit.</summary>
    private static (int Tokens, int Depth) Measure(string text, ODataOptions options)
    {
        int tokens = 0, depth = 0, deepest = 0, items = -1;
        var afterIn = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is '(')
            {
                deepest = Math.Max(deepest, ++depth);
                items = afterIn ? 1 : items;
                afterIn = false;
            }
            else if (c is ')')
            {
                depth--;
                items = -1;
            }
            else if (c == ',' && items > 0 && ++items > options.InList)
            {
                throw ODataFault.Limit("The list after in has too many values.", options.InList);
            }
            else if (c == '\'' || IsWord(c))
            {
                var start = i;
                i = c == '\'' ? EndOfText(text, i) : EndOfWord(text, i);
                afterIn = text.AsSpan(start, Math.Min(i + 1, text.Length) - start).Equals("in", StringComparison.OrdinalIgnoreCase);
                tokens += items > 0 ? 0 : 1;
            }
        }
        return (tokens, deepest);
    }

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c is '_' or '$' or '@' or '"' or '-' or '.';

    private static int EndOfWord(string text, int at)
    {
        while (at + 1 < text.Length && (IsWord(text[at + 1]) || text[at + 1] == ':'))
            at++;
        return at;
    }

    private static int EndOfText(string text, int at)
    {
        var end = text.IndexOf('\'', at + 1);
        return end < 0 ? text.Length : end;
    }

    private static void CheckLambdas(QueryNode? node, ODataOptions options, int depth)
    {
        switch (node)
        {
            case LambdaNode lambda:
                if (depth == options.LambdaDepth)
                    throw ODataFault.Limit("any and all are nested too deeply.", options.LambdaDepth, "$filter");
                CheckLambdas(lambda.Body, options, depth + 1);
                break;
            case BinaryOperatorNode binary:
                CheckLambdas(binary.Left, options, depth);
                CheckLambdas(binary.Right, options, depth);
                break;
            case UnaryOperatorNode unary:
                CheckLambdas(unary.Operand, options, depth);
                break;
            case ConvertNode convert:
                CheckLambdas(convert.Source, options, depth);
                break;
        }
    }
}
