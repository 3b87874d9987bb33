using K12Sync.OData.Http;
using K12Sync.OData.Translation;
using Microsoft.OData;
using Microsoft.OData.Edm;
using Microsoft.OData.UriParser;
using Microsoft.OData.UriParser.Aggregation;

namespace K12Sync.OData.Queries;

/// <summary>The query options of one request, parsed against the type they apply to.</summary>
internal sealed class ParsedQuery
{
    private readonly ODataQueryOptionParser _parser;
    private readonly QueryOptions _query;
    private readonly IEdmModel _model;
    private readonly UrlResolver _resolver;

    private ParsedQuery(ODataRequest request, IEdmType type, IEdmNavigationSource? source)
    {
        (_resolver, _query, _model) = (new UrlResolver(request.Model.Edm), request.Query, request.Model.Edm);
        _parser = Parser(request, type, source, _resolver);
    }

    public FilterClause? Filter { get; private set; }
    public OrderByClause? OrderBy { get; private set; }
    public SearchClause? Search { get; private set; }
    public SelectExpandClause? SelectExpand { get; private set; }
    public ApplyClause? Apply { get; private set; }
    public long? Top { get; private set; }
    public long? Skip { get; private set; }
    public bool Count { get; private set; }

    /// <summary>Parses what there is; the limits on the text are checked before the parser sees it.</summary>
    public static ParsedQuery Read(ODataRequest request, TranslationScope scope, EntitySet set)
    {
        Refuse(request.Query, "$compute", "$levels", "$index", "$id");
        QueryLimits.Check(request.Query, request.Options);
        var query = request.Query;
        var parsed = new ParsedQuery(request, set.EdmType, set.EdmSet);
        parsed.Apply = parsed.Try("$apply", p => p.ParseApply());
        if (parsed.Apply is null)
        {
            parsed.Filter = parsed.Try("$filter", p => p.ParseFilter());
            parsed.OrderBy = parsed.Try("$orderby", p => p.ParseOrderBy());
            parsed.SelectExpand = query.Has("$select") || query.Has("$expand") ? parsed.Parse("$expand", p => p.ParseSelectAndExpand()) : null;
        }
        parsed.Search = parsed.Try("$search", p => p.ParseSearch());
        parsed.Top = parsed.Try("$top", p => p.ParseTop());
        parsed.Skip = parsed.Try("$skip", p => p.ParseSkip());
        parsed.Count = parsed.Try("$count", p => p.ParseCount()) == true;
        scope.Aliases = parsed._parser.ParameterAliasNodes;
        scope.IsOnlyForNow |= parsed._resolver.HasReadText;
        QueryLimits.Check(parsed, request.Options);
        return parsed;
    }

    /// <summary>Parses $filter and $orderby once more against the columns an aggregation has made, which the parser itself cannot see.</summary>
    public static (FilterClause? Filter, OrderByClause? OrderBy) ReadAfterApply(ODataRequest request, IEdmStructuredType columns)
    {
        var parsed = new ParsedQuery(request, columns, null);
        return (parsed.Try("$filter", p => p.ParseFilter()), parsed.Try("$orderby", p => p.ParseOrderBy()));
    }

    private static ODataQueryOptionParser Parser(ODataRequest request, IEdmType type, IEdmNavigationSource? source, UrlResolver resolver)
    {
        var options = request.Query.Options.ToDictionary(o => o.Key, o => Wording.ForParser(o.Key, o.Value), StringComparer.Ordinal);
        var parser = new ODataQueryOptionParser(request.Model.Edm, type, source, options) { Resolver = resolver };
        parser.Settings.MaximumExpansionDepth = 10;
        return parser;
    }

    private T? Try<T>(string option, Func<ODataQueryOptionParser, T?> parse) => _query.Has(option) ? Parse(option, parse) : default;

    private T? Parse<T>(string option, Func<ODataQueryOptionParser, T?> parse)
    {
        try
        {
            return parse(_parser);
        }
        catch (ODataException failure)
        {
            throw ParserFault.From(failure, option, _query[option] ?? _query["$select"] ?? "", _model);
        }
        catch (Exception failure) when (failure is InvalidCastException or ArgumentException or FormatException or NotSupportedException or OverflowException or NullReferenceException)
        {
            // The parser trips over some malformed input instead of refusing it.
            throw ODataFault.Malformed($"{option} could not be read: something in it has the wrong kind.", option);
        }
    }

    private static void Refuse(QueryOptions query, params string[] options)
    {
        foreach (var option in options.Where(query.Has))
            throw ODataFault.Unsupported($"The query option {option}", option);
    }
}
